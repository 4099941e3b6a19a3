// inspect: what a configuration says, for a person, as JSON, or in the library's own form.
// SPDX-License-Identifier: MIT
#include "colour.hpp"
#include "commands.hpp"
#include "error.hpp"
#include "model.hpp"
#include "printable.hpp"

#include <rope/model/explain.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/read/to_native_json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace cli {
namespace {

constexpr double two_pi = 6.283185307179586476925;

std::string digits(double x, int count) {
    char text[40];
    std::snprintf(text, sizeof text, "%.*g", count, x);
    return text;
}

const char* name_of(rope::pairing p) {
    return p == rope::pairing::interleaved ? "interleaved" : "half_split";
}

std::string type_of(const rope::config& c) {
    return std::visit([](const auto& s) { return s.name; }, c.scaling);
}

template <class List, class Text>
std::string json_list(const List& list, Text text) {
    std::string result = "[";
    for (std::size_t k = 0; k < list.size(); ++k) {
        result += (k == 0 ? "" : ", ") + text(list[k]);
    }
    return result + "]";
}

// Tokens until a pair comes round; nothing where it never does, or where doubles do not reach so far.
std::string wavelength(double frequency, int count, const char* none) {
    const double size = std::fabs(frequency);
    return size < 4e-308 ? none : digits(two_pi / size, count);
}

void print_json(const rope::reading& reading, const rope::frequency_set& f, std::int64_t seq_len) {
    const auto exact = [](double x) { return digits(x, 17); };
    const auto whole = [](std::int64_t x) { return std::to_string(x); };
    const auto quoted = [](const std::string& text) {
        return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    };
    std::cout << "{\n"
              << "  \"head_dim\": " << f.head_dim << ",\n"
              << "  \"rotary_dim\": " << f.rotary_dim << ",\n"
              << "  \"rotary_offset\": " << f.rotary_offset << ",\n"
              << "  \"base\": " << exact(reading.config.base) << ",\n"
              << "  \"pairing\": \"" << name_of(f.pairing) << "\",\n"
              << "  \"scaling\": " << quoted(type_of(reading.config)) << ",\n"
              << "  \"rotates\": " << (reading.rotates ? "true" : "false") << ",\n"
              << (reading.rotates ? "" : "  \"why\": " + quoted(reading.why) + ",\n") << "  \"direction\": \""
              << (reading.config.reversed ? "reversed" : "forward") << "\",\n"
              << "  \"part\": " << quoted(reading.part) << ",\n"
              << (reading.layers.empty() ? "" : "  \"layers\": " + json_list(reading.layers, quoted) + ",\n")
              << "  \"axes\": " << f.axes << ",\n"
              << "  \"inverse_frequencies\": "
              << json_list(f.inv_freq, [&](double x) { return exact(reading.config.reversed ? -x : x); })
              << ",\n"
              << "  \"wavelengths\": "
              << json_list(f.inv_freq, [](double x) { return wavelength(x, 17, "null"); }) << ",\n"
              << "  \"axis_of_pair\": " << json_list(f.axis_of_pair, whole) << ",\n"
              << "  \"attention_factor\": " << exact(f.attention_factor) << ",\n"
              << "  \"softmax_scale_multiplier\": " << exact(f.softmax_scale_multiplier) << ",\n"
              << "  \"seq_len\": " << seq_len << ",\n"
              << "  \"notes\": " << json_list(reading.notes, quoted) << "\n"
              << "}\n";
}

// What the scaling did to a pair, beside base^(-2i/d).
std::string change(double frequency, double plain) {
    if (frequency == 0) {
        return "does not rotate";
    }
    const double ratio = std::fabs(plain / frequency);
    const std::string turned = plain / frequency < 0 ? ", the other way" : "";
    if (std::fabs(ratio - 1) < 1e-12) {
        return "kept" + turned;
    }
    return (ratio > 1 ? digits(ratio, 5) + " times slower" : digits(1 / ratio, 5) + " times faster") + turned;
}

// "0-4, 6-10": the numbers of the layers of one kind.
std::string numbers_of(const std::vector<std::string>& layers, const std::string& kind) {
    std::string text;
    int runs = 0;
    for (std::size_t from = 0, to = 0; from < layers.size(); from = to) {
        for (to = from; to < layers.size() && layers[to] == layers[from];) {
            ++to;
        }
        if (layers[from] != kind) {
            continue;
        }
        if (++runs > 8) {
            return text + ", ...";
        }
        text += (text.empty() ? "" : ", ") + std::to_string(from) +
                (to - from > 1 ? "-" + std::to_string(to - 1) : "");
    }
    return text;
}

// What a layer of this kind has: base and scaling, or that it does not rotate.
std::string kind_in_words(const request& r, const std::string& kind, const std::vector<std::string>& layers) {
    request one = r;
    one.layer_type.clear();
    one.layer = std::find(layers.begin(), layers.end(), kind) - layers.begin();
    one.strict = false;
    const rope::reading reading = read_model(one);
    return !reading.rotates
               ? "does not rotate"
               : "base " + digits(reading.config.base, 6) + ", scaling " + type_of(reading.config);
}

constexpr std::size_t most_kinds = 12;

// A line for each kind of layer, at most 12: its name, how many there are, what they have, their numbers.
void print_layers(const request& r, const std::vector<std::string>& layers, const colours& ink) {
    std::map<std::string, std::size_t> counts;
    std::vector<std::string> kinds; // in the order in which they first occur
    std::size_t wide = 4;
    for (const std::string& kind : layers) {
        if (counts[kind]++ == 0 && kinds.size() < most_kinds) {
            kinds.push_back(kind);
            wide = std::max(wide, printable(kind).size());
        }
    }
    const auto padded = [](std::string text, std::size_t size) {
        text.resize(std::max(text.size(), size), ' ');
        return text;
    };
    std::cout << "  " << ink.bold << padded("kind", wide) << "  layers  " << padded("rotation", 30)
              << "  numbers" << ink.end << '\n';
    for (const std::string& kind : kinds) {
        std::cout << "  " << padded(printable(kind), wide) << "  " << padded(std::to_string(counts[kind]), 6)
                  << "  " << padded(kind_in_words(r, kind, layers), 30) << "  " << numbers_of(layers, kind)
                  << '\n';
    }
    if (counts.size() > kinds.size()) {
        std::cout << "  and " << counts.size() - kinds.size() << " kinds more\n";
    }
}

void print_summary(const request& r, const rope::reading& reading, std::int64_t seq_len, const colours& ink) {
    std::cout << ink.bold
              << printable((r.config == "-" ? "standard input" : r.config) +
                           (reading.model_type.empty() ? "" : " (" + reading.model_type + ")"))
              << ink.end << '\n';
    if (reading.rotates) {
        for (const std::string& sentence : rope::explain(reading.config, seq_len)) {
            std::cout << "  " << printable(sentence) << '\n';
        }
    } else {
        std::cout << "  There is no rotary embedding: " << printable(reading.why) << ".\n";
    }
    if (!reading.layers.empty()) {
        print_layers(r, reading.layers, ink);
    }
    for (const std::string& sentence : reading.derivations) {
        std::cout << ink.faint << "  from: " << printable(sentence) << ink.end << '\n';
    }
    for (const std::string& sentence : reading.notes) {
        std::cout << ink.note << "  note: " << printable(sentence) << ink.end << '\n';
    }
}

void print_pairs(const rope::config& c, const rope::frequency_set& f, const colours& ink) {
    rope::config unscaled = c;
    unscaled.scaling = rope::no_scaling{};
    const std::vector<double> plain = rope::frequencies(unscaled).inv_freq;
    std::printf("\n%s%5s %5s %24s %18s  %s%s\n", ink.bold, "pair", "axis", "inverse frequency", "wavelength",
                "scaling", ink.end);
    for (std::size_t i = 0; i < f.inv_freq.size(); ++i) {
        const double w = f.inv_freq[i];
        const std::string what = i < plain.size() ? change(w, plain[i]) : "its own";
        std::printf("%5zu %5lld %24s %18s  %s%s%s\n", i, static_cast<long long>(f.axis_of_pair[i]),
                    digits(w, 17).c_str(), wavelength(w, 9, "-").c_str(),
                    w == 0           ? ink.faint
                    : what == "kept" ? ""
                                     : ink.changed,
                    what.c_str(), what == "kept" ? "" : ink.end);
    }
}

} // namespace

void inspect(const request& r) {
    force_isa(r);
    const rope::reading reading = read_model(r);
    if (r.native) {
        require_size(r, reading);
        std::cout << rope::to_native_json(reading.config).dump(2) << '\n';
        return;
    }
    const std::int64_t seq_len = r.seq_len.value_or(1); // a short sequence
    const bool sized = reading.rotates || reading.config.head_dim > 0;
    const rope::frequency_set f = sized ? rope::frequencies(reading.config, seq_len) : rope::frequency_set{};
    if (r.json) {
        print_json(reading, f, seq_len);
        return;
    }
    const colours ink = colours_of_output();
    print_summary(r, reading, seq_len, ink);
    if (reading.rotates) {
        std::cout << std::flush;
        print_pairs(reading.config, f, ink);
        if (std::fflush(stdout) != 0) {
            throw input_error("cannot write to standard output");
        }
    }
}

} // namespace cli
