// verdict: what diagnose and verify found, for a person and as JSON.
// SPDX-License-Identifier: MIT
#include "verdict.hpp"

#include "printable.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace cli {
namespace {

std::string digits(double x) {
    char text[40];
    std::snprintf(text, sizeof text, "%.2g", x);
    return text;
}

std::string lines_of(const rope::explanation& e, const char* indent) {
    std::string text;
    for (const rope::rotation_difference& d : e.differences) {
        text += indent + std::string(rope::name_of(d.what)) + ": expected " + printable(d.expected) +
                ", found " + printable(d.found) + " (error left " + digits(e.error) + ")\n";
    }
    return text;
}

nlohmann::ordered_json entries_of(const rope::explanation& e) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const rope::rotation_difference& d : e.differences) {
        list.push_back({{"what", rope::name_of(d.what)},
                        {"expected", d.expected},
                        {"found", d.found},
                        {"error", e.error}});
    }
    return list;
}

nlohmann::ordered_json object_of(const rope::diagnosis& d) {
    nlohmann::ordered_json frequencies = nlohmann::ordered_json::array(),
                           others = nlohmann::ordered_json::array();
    for (const auto& w : d.inverse_frequencies) {
        frequencies.push_back(w ? nlohmann::ordered_json(*w) : nlohmann::ordered_json(nullptr));
    }
    for (const rope::explanation& e : d.others) {
        others.push_back(entries_of(e));
    }
    return {{"matches", d.matches},
            {"error_as_configured", d.error_as_configured},
            {"unexplained", d.unexplained},
            {"rotation", d.rotation},
            {"explanation", entries_of(d.best)},
            {"others", others},
            {"inverse_frequencies_found", frequencies}};
}

std::string text_of(const nlohmann::ordered_json& all) {
    return all.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace

std::string words_of(const rope::diagnosis& d) {
    if (d.matches) {
        return "matches: the configuration's rotation, within rounding (error " +
               digits(d.error_as_configured) + ")\n";
    }
    if (d.unexplained) {
        return "unexplained: error as configured " + digits(d.error_as_configured) + "; " +
               (d.rotation ? "each pair is rotated, but by no angles that are known\n"
                           : "it is not a rotation of pairs at all\n");
    }
    std::string text =
        "differs: error as configured " + digits(d.error_as_configured) + "\n" + lines_of(d.best, "");
    for (const rope::explanation& e : d.others) {
        text += "or, as well:\n" + lines_of(e, "  ");
    }
    return text;
}

std::string words_of(const rope::verification& v) {
    const std::string units = digits(v.units) + (v.units > 1 ? " units" : " of a unit") +
                              " in the last place (" + digits(v.difference) + ")";
    if (v.verdict.matches) {
        return std::string("matches: a table of the form ") + rope::name_of(v.format) +
               ", the largest error " + units + "\n";
    }
    return words_of(v.verdict) + "the table, as " + rope::name_of(v.format) + ": the largest error " + units +
           ", in row " + std::to_string(v.worst_row) + ", pair " + std::to_string(v.worst_pair) + "\n";
}

std::string json_of(const rope::diagnosis& d) {
    return text_of(object_of(d));
}

std::string json_of(const rope::verification& v) {
    nlohmann::ordered_json all = object_of(v.verdict);
    all["form"] = rope::name_of(v.format);
    all["error_in_units"] = v.units;
    all["row"] = v.worst_row;
    all["pair"] = v.worst_pair;
    return text_of(all);
}

} // namespace cli
