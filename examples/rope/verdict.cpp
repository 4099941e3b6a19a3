// verdict: a diagnosis for a person and as JSON.
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

std::string json_of(const rope::diagnosis& d) {
    nlohmann::ordered_json frequencies = nlohmann::ordered_json::array(),
                           others = nlohmann::ordered_json::array();
    for (const auto& w : d.inverse_frequencies) {
        frequencies.push_back(w ? nlohmann::ordered_json(*w) : nlohmann::ordered_json(nullptr));
    }
    for (const rope::explanation& e : d.others) {
        others.push_back(entries_of(e));
    }
    const nlohmann::ordered_json all = {{"matches", d.matches},
                                        {"error_as_configured", d.error_as_configured},
                                        {"unexplained", d.unexplained},
                                        {"rotation", d.rotation},
                                        {"explanation", entries_of(d.best)},
                                        {"others", others},
                                        {"inverse_frequencies_found", frequencies}};
    return all.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace cli
