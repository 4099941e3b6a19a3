// verify: does somebody's table of cos and sin match a configuration, and if not, which known mistake explains it?
// The mistakes are those that implementations have made; each is tried, and the one that leaves nothing unexplained is named.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/model/config.hpp>
#include <rope/support/linkage.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

#if ROPE_DEFINITIONS
#include <rope/model/frequencies.hpp>
#include <rope/model/words.hpp>
#include <rope/numbers/half.hpp>
#include <rope/support/error.hpp>
#include <rope/table/check_table.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>
#endif

namespace rope {
inline namespace ROPE_ABI {

enum class table_mistake : std::uint8_t {
    none,                 // the table matches
    pairs_swapped,        // a full-width table in the other pairing's order
    wrong_amplitude,      // all entries times one factor
    denominator_head_dim, // exponents 2i / head_dim instead of 2i / rotary_dim
    recipe_ignored,       // the frequencies without scaling
    fp32_angles,          // position times frequency in float
    recurrence,           // the angle multiplied along the pairs in float (ggml)
    half_positions,       // positions rounded to half or bfloat16
    shifted,              // rows of the positions one before or after
    unknown               // none of these
};

// What verify found. Differences are the greatest of |entry - expected|.
struct verification {
    table_mistake mistake = table_mistake::unknown;
    bool ambiguous = false; // two mistakes explain the table equally well; `also` is the other
    table_mistake also = table_mistake::none;
    double difference = 0;      // from the configuration's exact values
    double left_over = 0;       // from those of the mistake
    double tolerance = 0;       // below which a difference is rounding
    std::int64_t worst_row = 0; // where `difference` is
    std::int64_t worst_column = 0;
    double amplitude_ratio = 1; // wrong_amplitude: the table's over the configuration's
    std::string message = {};   // one sentence
};

inline const char* name_of(table_mistake m) {
    constexpr const char* names[] = {
        "none",           "pairs_swapped", "wrong_amplitude", "denominator_head_dim",
        "recipe_ignored", "fp32_angles",   "recurrence",      "half_positions",
        "shifted",        "unknown"};
    return names[static_cast<std::size_t>(m)];
}

// Compares cos and sin, [rows][columns] each, row r for position first + r, with what `c` says at `seq_len`. columns is the
// number of pairs, or rotary_dim for a full-width table in the order of the configuration's pairing (halves or neighbours
// repeated). T is float, double, half or bfloat16. Throws where the configuration has no frequencies, columns is neither,
// there is no row or a pointer is null, or a row's position is not below 2^63 in magnitude.
template <class T>
verification verify(const T* cos, const T* sin, std::int64_t rows, std::int64_t columns, const config& c,
                    std::int64_t seq_len = 0, std::int64_t first = 0);

#if ROPE_DEFINITIONS
namespace detail {

inline double as_double(float x) {
    return static_cast<double>(x);
}
inline double as_double(double x) {
    return x;
}
inline double as_double(half x) {
    return static_cast<double>(to_float(x));
}
inline double as_double(bfloat16 x) {
    return static_cast<double>(to_float(x));
}

// Two units in the last place below 1: what careful implementations differ by.
template <class T>
constexpr double rounding_of() {
    return std::is_same_v<T, float>    ? 1.2e-7
           : std::is_same_v<T, double> ? 4.5e-16
           : std::is_same_v<T, half>   ? 9.8e-4
                                       : 7.9e-3;
}

// A table as numbers, [row][pair], and the columns that an entry of it stands in.
struct number_table {
    std::vector<double> cos, sin;
};

struct foreign_numbers {
    number_table numbers;
    std::int64_t rows = 0, columns = 0, pairs = 0, first = 0;
    bool full_width() const { return columns != pairs; }
    std::size_t pair_of(std::int64_t column, pairing p) const {
        return static_cast<std::size_t>(!full_width()              ? column
                                        : p == pairing::half_split ? column % pairs
                                                                   : column / 2);
    }
};

inline number_table exact_numbers(const frequency_set& f, std::int64_t first, std::int64_t rows) {
    table<double> t = cos_sin_table<double>(f, range{first, rows});
    return {std::move(t.cos), std::move(t.sin)};
}

struct comparison {
    double worst = 0;
    std::int64_t row = 0, column = 0;
};

// The external table against predicted numbers, in a pairing's column order; slack(row, pair) is what may differ beside.
template <class Slack>
comparison compare(const foreign_numbers& t, const number_table& expected, pairing p, double factor,
                   Slack slack) {
    comparison out;
    for (std::int64_t r = 0; r < t.rows; ++r) {
        for (std::int64_t k = 0; k < t.columns; ++k) {
            const std::size_t pair = t.pair_of(k, p);
            const std::size_t from = static_cast<std::size_t>(r * t.columns + k),
                              at = static_cast<std::size_t>(r * t.pairs) + pair;
            const double c = std::fabs(t.numbers.cos[from] - factor * expected.cos[at]) - slack(r, pair);
            const double s = std::fabs(t.numbers.sin[from] - factor * expected.sin[at]) - slack(r, pair);
            const double off = c > s ? c : s;
            if (off > out.worst) {
                out = {off, r, k};
            }
        }
    }
    return out;
}

inline double no_slack(std::int64_t, std::size_t) {
    return 0;
}

// Angles that are calculated pair by pair in float.
inline number_table float_angles(const frequency_set& f, std::int64_t first, std::int64_t rows) {
    number_table out;
    for (std::int64_t r = 0; r < rows; ++r) {
        for (const double w : f.inv_freq) {
            const volatile float angle = static_cast<float>(first + r) * static_cast<float>(w);
            out.cos.push_back(f.attention_factor * std::cos(static_cast<double>(angle)));
            out.sin.push_back(f.attention_factor * std::sin(static_cast<double>(angle)));
        }
    }
    return out;
}

// ggml: the angle of the first pair is the position, each next one the last times base^(-2/d) in float; the recipe's ratio
// to the plain frequency is applied to the result.
inline number_table recurrent_angles(const frequency_set& f, const std::vector<double>& plain, double base,
                                     std::int64_t first, std::int64_t rows) {
    const float step = std::pow(static_cast<float>(base), -2.0f / static_cast<float>(f.rotary_dim));
    number_table out;
    for (std::int64_t r = 0; r < rows; ++r) {
        volatile float running =
            static_cast<float>(first + r); // each product rounded, in this order, under -Ofast too
        for (std::size_t i = 0; i < f.inv_freq.size(); ++i) {
            const float ratio = static_cast<float>(f.inv_freq[i] / plain[i]);
            const volatile float product = running * ratio;
            const double angle = static_cast<double>(product);
            out.cos.push_back(f.attention_factor * std::cos(angle));
            out.sin.push_back(f.attention_factor * std::sin(angle));
            running = running * step;
        }
    }
    return out;
}

// Nothing where one of them leaves the positions that a table has: half ends at 65504.
inline std::optional<number_table> rounded_positions(const frequency_set& f, std::int64_t first,
                                                     std::int64_t rows, bool brain) {
    std::vector<double> positions;
    for (std::int64_t r = 0; r < rows; ++r) {
        const float p = static_cast<float>(first + r);
        positions.push_back(brain ? as_double(to_bfloat16(p)) : as_double(to_half(p)));
        if (!is_position(positions.back())) {
            return std::nullopt;
        }
    }
    table<double> t = cos_sin_table<double>(f, positions.data(), rows);
    return number_table{std::move(t.cos), std::move(t.sin)};
}

class mistake_search {
  public:
    mistake_search(const foreign_numbers& t, const config& c, const frequency_set& f, double rounding)
        : t_(t), c_(c), f_(f), tolerance_(rounding * (f.attention_factor > 1 ? f.attention_factor : 1)) {}

    verification run(std::int64_t seq_len) {
        const number_table exact = exact_numbers(f_, t_.first, t_.rows);
        const comparison here = compare(t_, exact, c_.pairing, 1, no_slack);
        out_.difference = here.worst;
        out_.worst_row = here.row;
        out_.worst_column = here.column;
        out_.tolerance = tolerance_;
        if (here.worst <= tolerance_) {
            out_.mistake = table_mistake::none;
            out_.left_over = here.worst;
            return said();
        }
        if (t_.full_width()) {
            const pairing other =
                c_.pairing == pairing::half_split ? pairing::interleaved : pairing::half_split;
            consider(table_mistake::pairs_swapped, compare(t_, exact, other, 1, no_slack).worst);
        }
        try_amplitude(exact);
        try_frequencies(seq_len);
        try_positions();
        if (best_ == table_mistake::unknown) {
            try_loosely(exact);
        }
        out_.mistake = best_;
        out_.left_over = best_ == table_mistake::unknown ? out_.difference : least_;
        return said();
    }

  private:
    // Keeps the best explanation, and a second one of another kind that is as good.
    void consider(table_mistake m, double left_over) {
        if (!(left_over <= tolerance_) || m == best_) {
            return;
        }
        if (best_ != table_mistake::unknown) {
            out_.ambiguous = true;
            out_.also = left_over < least_ ? best_ : m;
        }
        if (best_ == table_mistake::unknown || left_over < least_) {
            best_ = m;
            least_ = left_over;
        }
    }

    void try_amplitude(const number_table& exact) {
        double product = 0, square = 0;
        for (std::int64_t r = 0; r < t_.rows; ++r) {
            for (std::int64_t k = 0; k < t_.columns; ++k) {
                const std::size_t from = static_cast<std::size_t>(r * t_.columns + k);
                const std::size_t at = static_cast<std::size_t>(r * t_.pairs) + t_.pair_of(k, c_.pairing);
                product += t_.numbers.cos[from] * exact.cos[at] + t_.numbers.sin[from] * exact.sin[at];
                square += exact.cos[at] * exact.cos[at] + exact.sin[at] * exact.sin[at];
            }
        }
        const double ratio = square > 0 ? product / square : 1;
        const double left_over = compare(t_, exact, c_.pairing, ratio, no_slack).worst;
        const double room = ratio > 1 ? ratio : 1; // rounding grows with the entries
        if (left_over <= tolerance_ * room) {
            out_.amplitude_ratio = ratio;
            consider(table_mistake::wrong_amplitude, left_over / room);
        }
    }

    void try_set(table_mistake m, const frequency_set& wrong) {
        consider(m, compare(t_, exact_numbers(wrong, t_.first, t_.rows), c_.pairing, 1, no_slack).worst);
    }

    void try_frequencies(std::int64_t seq_len) {
        config other = c_;
        other.scaling = no_scaling{};
        other.axis_of_pair = f_.axis_of_pair;
        other.sections.clear();
        if (config_fault(other, seq_len).empty()) {
            frequency_set plain = frequencies(other, seq_len);
            try_set(table_mistake::recipe_ignored, plain);
            plain.attention_factor = f_.attention_factor; // the amplitude may have survived
            plain.amplitude = f_.amplitude;
            try_set(table_mistake::recipe_ignored, plain);
            consider(table_mistake::recurrence,
                     compare(t_, recurrent_angles(f_, plain.inv_freq, c_.base, t_.first, t_.rows), c_.pairing,
                             1, no_slack)
                         .worst);
        }
        config whole = c_;
        whole.rotary_dim = c_.head_dim;
        whole.rotary_offset = 0;
        whole.sections.clear();
        whole.axis_of_pair.clear();
        if (f_.rotary_dim < f_.head_dim && c_.head_dim % 2 == 0 && config_fault(whole, seq_len).empty()) {
            frequency_set wrong = frequencies(whole, seq_len);
            const std::size_t pairs = f_.inv_freq.size();
            wrong.inv_freq.resize(pairs);
            wrong.step.resize(pairs);
            wrong.rotary_dim = f_.rotary_dim;
            wrong.axis_of_pair = f_.axis_of_pair;
            wrong.axes = f_.axes;
            try_set(table_mistake::denominator_head_dim, wrong);
        }
        consider(table_mistake::fp32_angles,
                 compare(t_, float_angles(f_, t_.first, t_.rows), c_.pairing, 1, no_slack).worst);
    }

    void try_positions() {
        for (const bool brain : {true, false}) {
            if (const auto rounded = rounded_positions(f_, t_.first, t_.rows, brain)) {
                consider(table_mistake::half_positions, compare(t_, *rounded, c_.pairing, 1, no_slack).worst);
            }
        }
        constexpr std::int64_t greatest = (std::numeric_limits<std::int64_t>::max)();
        if (t_.first <= greatest - t_.rows) { // there is a position after the last
            try_shifted(t_.first + 1);
        }
        if (t_.first > -greatest) { // there is one before the first
            try_shifted(t_.first - 1);
        }
    }

    void try_shifted(std::int64_t first) {
        consider(table_mistake::shifted,
                 compare(t_, exact_numbers(f_, first, t_.rows), c_.pairing, 1, no_slack).worst);
    }

    // Float angles whose frequencies are themselves a few units off, as powf and fast kernels leave them. Far from 0 such
    // angles may be anything; then they explain an entry only as far as it is near.
    void try_loosely(const number_table& exact) {
        const double unit = 6e-8 * f_.attention_factor, near = 0.25 * f_.attention_factor;
        const auto angle = [this](std::int64_t row, std::size_t pair) {
            return std::fabs(static_cast<double>(t_.first + row) * f_.inv_freq[pair]);
        };
        consider(table_mistake::fp32_angles,
                 compare(t_, exact, c_.pairing, 1, [&](std::int64_t r, std::size_t i) {
                     return (std::min)(4 * unit * angle(r, i), near);
                 }).worst);
        if (best_ == table_mistake::unknown) {
            consider(table_mistake::recurrence,
                     compare(t_, exact, c_.pairing, 1, [&](std::int64_t r, std::size_t i) {
                         return (std::min)((static_cast<double>(i) + 4) * unit * angle(r, i), near);
                     }).worst);
        }
    }

    verification said() {
        const std::string size = "differs from the configuration by up to " + number(out_.difference, 3) +
                                 " (row " + number(out_.worst_row) + ", column " + number(out_.worst_column) +
                                 ")";
        if (out_.mistake == table_mistake::none) {
            out_.message = "The table matches the configuration: no entry is off by more than " +
                           number(out_.difference, 3) + ".";
        } else if (out_.mistake == table_mistake::unknown) {
            out_.message = "The table " + size + ", and no known mistake explains it.";
        } else {
            out_.message =
                "The table " + size + "; " + name_of(out_.mistake) + " explains it to " +
                number(out_.left_over, 3) +
                (out_.ambiguous ? std::string(", and so does ") + name_of(out_.also) : std::string()) + ".";
        }
        return std::move(out_);
    }

    const foreign_numbers& t_;
    const config& c_;
    const frequency_set& f_;
    double tolerance_;
    verification out_ = {};
    table_mistake best_ = table_mistake::unknown;
    double least_ = 0;
};

} // namespace detail

template <class T>
verification verify(const T* cos, const T* sin, std::int64_t rows, std::int64_t columns, const config& c,
                    std::int64_t seq_len, std::int64_t first) {
    const frequency_set f = frequencies(c, seq_len);
    detail::foreign_numbers t;
    t.rows = rows;
    t.columns = columns;
    t.pairs = static_cast<std::int64_t>(f.inv_freq.size());
    t.first = first;
    if (columns != t.pairs && columns != 2 * t.pairs) {
        detail::fail("a table of " + detail::number(columns) + " columns: expected " +
                     detail::number(t.pairs) + ", the pairs, or rotary_dim = " + detail::number(2 * t.pairs));
    }
    if (rows < 1 || cos == nullptr || sin == nullptr) {
        detail::fail("a table of " + detail::number(rows) + " rows: expected at least 1, of cos and sin");
    }
    detail::require(detail::check_run({first, rows}));
    detail::require(detail::check_table_size(rows, columns, sizeof(double)));
    for (std::int64_t k = 0; k < rows * columns; ++k) {
        for (const T* side : {cos, sin}) {
            const double x = detail::as_double(side[k]);
            if (!detail::finite_bits(x)) {
                verification out;
                out.worst_row = k / columns;
                out.worst_column = k % columns;
                out.message = "The table is not finite at row " + detail::number(out.worst_row) +
                              ", column " + detail::number(out.worst_column) + ".";
                return out;
            }
            (side == cos ? t.numbers.cos : t.numbers.sin).push_back(x);
        }
    }
    return detail::mistake_search(t, c, f, detail::rounding_of<T>()).run(seq_len);
}
#endif

} // namespace ROPE_ABI
} // namespace rope
