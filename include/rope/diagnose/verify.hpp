// verify: does somebody's table of cos and sin match a configuration, and if not, what explains it?
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/diagnosis.hpp>
#include <rope/diagnose/table_forms.hpp>
#include <rope/model/config.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>
#include <rope/tensor/positions.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#if ROPE_DEFINITIONS
#include <rope/diagnose/conclude.hpp>
#include <rope/diagnose/placed_tokens.hpp>
#include <rope/diagnose/tensor_samples.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/model/words.hpp>
#include <rope/numbers/float_mode.hpp>
#include <rope/table/check_table.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>
#endif

namespace rope {
inline namespace ROPE_ABI {

struct verify_options {
    std::int64_t seq_len = 0;                // for recipes that depend on it; 0: the greatest position + 1
    std::optional<table_format> format = {}; // the form of the arrays; nothing: it is found
};

struct verification {
    diagnosis verdict = {};                     // what was found; `best.error` is what is left under it
    table_format format = table_format::halves; // the form that the arrays were read in
    double difference = 0;       // the greatest |entry - exact|; where the table has other pairs, 2
    double units = 0;            // the same, in units in the last place of T just below the amplitude
    std::int64_t worst_row = 0;  // where `difference` is: a row of the table
    std::int64_t worst_pair = 0; // and a pair
    std::string message = {};    // one sentence
};

namespace detail {

// The work behind verify, without element types.
ROPE_COLD status verify_arrays(const foreign_arrays& t, const config& c, const positions& where,
                               const verify_options& options, verification& out);

} // namespace detail

// Compares a table of cos and sin with what `c` says,
//
//   cos[row][pair] = m cos(w[pair] p[row])    sin[row][pair] = m sin(w[pair] p[row])
//
// in one of the forms of rope::table_format, and finds what differs: the things that diagnose knows, one or two at a time.
//
// Shapes: first and second, [rows][columns] in C order; second is null where the form has one array. Found by itself, a
// form with the configuration's number of pairs comes first, and of several that can be read the one that is explained by
// the fewest differences. A full-width table (each value twice) in the order of the other pairing differs in its pairing.
// A table that has another number of pairs differs in rotary_dim. cos_then_sin and sin_then_cos cannot be told apart
// but by matching: name the form to have a swap found.
// Positions: of the rows, as those of an axis "s"; 0, 1, 2, ... where none are given.
// Types: float, double, half or bfloat16. A table matches where no entry is off by more than half a unit of its type and two
// units of float (of double in double); angles rounded to float, and in double tables to double, are a difference.
// At most 64 rows are searched; matching, and the error of the explanation, is checked on all. Beyond positions of about 2^46
// only a match is recognised: the search is in doubles.
// Reads only; the result owns everything. Throws rope::error for null or empty arrays, sizes that no form has, elements that
// are not finite, positions that do not fit the rows, and a configuration without frequencies.
// Takes up to a few seconds where the table does not match; allocates a copy of the table and some 10 MiB.
template <class T>
verification verify(const T* first, const T* second, std::int64_t rows, std::int64_t columns, const config& c,
                    const positions& where = {}, const verify_options& options = {}) {
    verification out;
    detail::require(
        detail::verify_arrays({first, second, dtype_of<T>::value, rows, columns}, c, where, options, out));
    return out;
}

// The same, with a status instead of an exception.
template <class T>
result<verification> try_verify(const T* first, const T* second, std::int64_t rows, std::int64_t columns,
                                const config& c, const positions& where = {},
                                const verify_options& options = {}) {
    result<verification> out;
    out.why = detail::verify_arrays({first, second, dtype_of<T>::value, rows, columns}, c, where, options,
                                    out.value);
    return out;
}

#if ROPE_DEFINITIONS
namespace detail {

inline status check_foreign(const foreign_arrays& t, const verify_options& options) {
    if (t.first == nullptr) {
        return {"the table is null; expected cos, or the one array of its form", errc::no_memory};
    }
    if (t.rows < 1 || t.columns < 1) {
        return {sentence({"a table of ", t.rows, " rows and ", t.columns,
                          " columns: expected at least 1 of each"}),
                errc::table};
    }
    status s = check_table_size(t.rows, t.columns, sizeof(double));
    if (s.ok() && options.format && *options.format > table_format::transposed) {
        s = {sentence({"table format number ", static_cast<int>(*options.format),
                       ": expected one of the nine, 0 to 8"}),
             errc::table};
    }
    if (s.ok() && options.format) {
        s = check_arrays(*options.format, t.first, t.second);
    }
    untyped_view all;
    all.type = t.type;
    for (const void* side : {t.first, t.second}) {
        all.data = side;
        for (std::int64_t k = 0; s.ok() && side != nullptr && k < t.rows * t.columns; ++k) {
            if (!finite_bits(number_at(all, k))) {
                s = {sentence({"the table is not finite at row ", k / t.columns, ", column ", k % t.columns}),
                     errc::table};
            }
        }
    }
    return s;
}

// One reading of the arrays, compared and searched.
class table_check {
  public:
    table_check(const foreign_arrays& t, const config& c, const positions& where,
                const verify_options& options)
        : t_(t), c_(c), where_(where), options_(options), names_("s d") {
        c_.pairing = pairing::half_split; // as read_rows puts the pairs
    }

    // False where the rows cannot be read in this form.
    bool read(const table_reading& as, pairing order, status& why) {
        as_ = as;
        given_.clear();
        if (const format_conflict conflict = read_rows(t_, as, memory_); conflict.found) {
            refuse(why, errc::table,
                   {"the table is not of the form ", name_of(as.format), ": row ", conflict.row, ", element ",
                    conflict.element, " differs from the other ", conflict.sine ? "sin" : "cos", " of pair ",
                    conflict.pair});
            return false;
        }
        const bool halves = as.format == table_format::duplicated;
        if ((halves || as.format == table_format::interleaved_duplicates) && !options_.format &&
            as.pairs > 1 && halves != (order == pairing::half_split)) {
            given_ = {{aspect::pairs, halves ? "interleaved" : "half_split",
                       halves ? "half_split (the values, then again)" : "interleaved (each value twice)"}};
        }
        return true;
    }

    status run(verification& out) {
        placed_tokens tokens;
        tokens.seq_len = options_.seq_len;
        tokens.frequencies = frequencies(c_, options_.seq_len);
        extent_[0] = as_.rows;
        extent_[1] = 2 * as_.pairs;
        status why;
        if (!place_tokens(where_, names_, extent_, 2, c_, tokens, why)) {
            return why;
        }
        frequency_set& f = tokens.frequencies;
        f.rotary_offset = 0;
        std::vector<double> one(index_of(2 * as_.pairs), 0);
        std::fill_n(one.begin(), as_.pairs, 1.0);
        const std::int64_t still[2] = {0, 1}, step[2] = {extent_[1], 1};
        const untyped_view before = viewed(one.data(), still, dtype::f64),
                           after = viewed(memory_.data(), step, t_.type);
        tensor_samples all(before, after, names_, tokens.axes, tokens.positions, f.axes);
        all.table = true;
        search_options by;
        by.seq_len = tokens.seq_len;
        by.given = given_;
        out.format = as_.format;
        const prediction_error own = diagnose_samples(all, names_, c_, f, by, out.verdict);
        out.difference = own.greatest;
        out.units =
            own.greatest / (2 * half_unit(t_.type, std::nextafter(std::fabs(f.attention_factor), 0.0)));
        out.worst_row = own.worst_token;
        out.worst_pair = own.worst_element % as_.pairs;
        return {};
    }

  private:
    untyped_view viewed(const void* data, const std::int64_t* stride, dtype type) const {
        untyped_view v;
        v.data = data;
        v.extent = extent_;
        v.stride = stride;
        v.rank = 2;
        v.type = type;
        return v;
    }

    const foreign_arrays& t_;
    config c_;
    const positions& where_;
    const verify_options& options_;
    axis_names names_;
    std::int64_t extent_[2] = {};
    table_reading as_ = {};
    std::vector<unsigned char> memory_ = {};
    std::vector<rotation_difference> given_ = {};
};

inline std::string verification_text(const verification& v) {
    if (v.verdict.matches) {
        return sentence({"The table matches the configuration: no entry is off by more than ",
                         number(v.difference, 3), "."});
    }
    std::string text =
        sentence({"The table, ", name_of(v.format), ", differs from the configuration: its entries by up to ",
                  number(v.difference, 3), " (row ", v.worst_row, ", pair ", v.worst_pair, ")"});
    if (v.verdict.unexplained) {
        return text + ", and nothing that is known explains it.";
    }
    for (const rotation_difference& d : v.verdict.best.differences) {
        text += std::string("; ") + name_of(d.what) + ": expected " + d.expected + ", found " + d.found;
    }
    return text + ". That explains it to " + number(v.verdict.best.error, 3) + ".";
}

// The better explanation: a match, then the fewest differences.
inline std::size_t rank_of(const verification& v) {
    return v.verdict.matches       ? 0
           : v.verdict.unexplained ? 99 - v.verdict.rotation
                                   : v.verdict.best.differences.size();
}

ROPE_API status verify_arrays(const foreign_arrays& t, const config& c, const positions& where,
                              const verify_options& options, verification& out) {
    const default_float_mode mode;
    out = {};
    status why = check_foreign(t, options);
    std::string fault = why.ok() ? config_fault(c, options.seq_len) : std::string();
    if (!fault.empty()) {
        why = {std::move(fault)};
    }
    if (!why.ok()) {
        return why;
    }
    const std::int64_t pairs = static_cast<std::int64_t>(frequencies(c, options.seq_len).inv_freq.size());
    const std::vector<table_reading> readings = readings_of(t, pairs, c.pairing, options.format);
    if (readings.empty()) {
        return {sentence({"a table of ", t.columns, " columns is of no form that is known; expected ", pairs,
                          " pairs in one"}),
                errc::table};
    }
    table_check check(t, c, where, options);
    status unread, refused;
    bool done = false, own = false;
    for (const table_reading& as : readings) {
        if (own && !as.own) {
            break; // it has the right number of pairs
        }
        if (!check.read(as, c.pairing, unread)) {
            continue;
        }
        verification attempt;
        const status s = check.run(attempt);
        if (!s.ok()) {
            refused = refused.ok() ? s : refused;
            continue;
        }
        own = own || as.own;
        if (!done || rank_of(attempt) < rank_of(out)) {
            out = std::move(attempt);
        }
        done = true;
        if (out.verdict.matches) {
            break;
        }
    }
    if (!done) {
        return refused.ok() ? unread : refused;
    }
    out.message = verification_text(out);
    return {};
}

} // namespace detail
#endif

} // namespace ROPE_ABI
} // namespace rope
