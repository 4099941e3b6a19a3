// per_head_tables: tables of frequencies of each head's own, over any number of position axes: angle = the sum over axes of
// frequency times position. Learned two-dimensional embeddings are of this kind (KataGo, RoPE-ViT). rotate_per_head in
// rotate/grouped.hpp rotates by them.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/check_rows.hpp>
#include <rope/entries/entry_128.hpp>
#include <rope/entries/entry_256.hpp>
#include <rope/entries/phase.hpp>
#include <rope/model/axis_map.hpp>
#include <rope/model/evaluate.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/model/parameters.hpp>
#include <rope/model/words.hpp>
#include <rope/table/check_table.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// freq[(head * pairs + pair) * axes + axis], in radians per unit of position. With fewer heads here than in the tensor,
// neighbouring heads share: head h of H reads head h * heads / H (query heads and their key-value head).
struct head_frequencies {
    std::int64_t head_dim = 0;
    std::int64_t rotary_dim = 0; // 0: head_dim
    std::int64_t rotary_offset = 0;
    rope::pairing pairing = pairing::half_split;
    std::int64_t heads = 0;
    std::int64_t axes = 1;
    std::vector<double> freq = {};
    double attention_factor = 1;
};

namespace detail {

inline status check_head_frequencies(const head_frequencies& f, std::int64_t d) {
    config shape;
    shape.head_dim = f.head_dim;
    shape.rotary_dim = f.rotary_dim;
    shape.rotary_offset = f.rotary_offset;
    std::string fault = shape_fault(shape);
    if (!fault.empty()) {
        return {std::move(fault)};
    }
    if (f.heads < 1 || f.axes < 1 || f.heads > 65536 || f.axes > greatest_axes) {
        return {"heads = " + number(f.heads) + ", axes = " + number(f.axes) +
                ": expected at least 1 of each, at most " + number(greatest_axes) + " axes"};
    }
    if (static_cast<std::int64_t>(f.freq.size()) != f.heads * f.axes * (d / 2)) {
        return {"freq has " + std::to_string(f.freq.size()) +
                " entries: expected heads x pairs x axes = " + number(f.heads * f.axes * (d / 2))};
    }
    for (std::size_t k = 0; k < f.freq.size(); ++k) {
        if (!obeys(f.freq[k], frequency_range)) {
            return {"freq[" + std::to_string(k) + "] = " + number(f.freq[k]) + ": expected " +
                    frequency_range.words};
        }
    }
    return obeys(f.attention_factor, amplitude_range)
               ? status{}
               : status{broken_rule("attention_factor", f.attention_factor, amplitude_range)};
}

// One entry: the phases of the axes added up, and rounded once.
template <class T>
void sum_entry(const wide* turns, const numbers::q64_192* steps, const double* position, std::int64_t axes,
               std::int64_t axis_stride, const wide& amplitude, const fixed_amplitude& fixed, T& cosine,
               T& sine) {
    phase sum = {{0, 0, 0}};
    for (std::int64_t a = 0; a < axes; ++a) {
        advance(sum, phase_at(steps[a], position[a * axis_stride]));
    }
    if (!is_zero(sum) && entry_128(unit_complex_at(sum), fixed, cosine, sine)) {
        return;
    }
    wide exact;
    for (std::int64_t a = 0; a < axes; ++a) {
        exact += turns[a] * wide(position[a * axis_stride]);
    }
    const sine_cosine long_way = entry_256(wide(1), exact, amplitude);
    cosine = rounded<T>(long_way.cosine);
    sine = rounded<T>(long_way.sine);
}

} // namespace detail

// A table for each head of `f`, a row for each of `count` tokens; positions[a * count + token] is a token's position on
// axis a. Entries are of the real angle, rounded once. Not ok, before anything is computed, for frequencies or positions that
// cannot be, and where there is no memory.
template <class T>
result<std::vector<table<T>>> try_per_head_tables(const head_frequencies& f, const double* positions,
                                                  std::int64_t count) {
    result<std::vector<table<T>>> made;
    status& why = made.why;
    const std::int64_t d = f.rotary_dim == 0 ? f.head_dim : f.rotary_dim, pairs = d / 2;
    why = detail::check_head_frequencies(f, d);
    if (why.ok()) {
        why = detail::check_table_size(count, pairs, sizeof(T)); // before a list of so many is read
    }
    if (why.ok()) {
        why = detail::check_list(positions, count, f.axes);
    }
    if (!why.ok()) {
        return made;
    }
    const wide turn = wide(2) * pi<wide>(), amplitude = wide(f.attention_factor);
    const detail::fixed_amplitude fixed = detail::fixed_amplitude_of(amplitude);
    std::vector<table<T>>& out = made.value;
    for (std::int64_t h = 0; h < f.heads; ++h) {
        table<T> t;
        if (why = detail::try_allocate_table(t, count, pairs); !why.ok()) {
            out.clear();
            return made;
        }
        t.external = true;
        t.frequencies.head_dim = f.head_dim;
        t.frequencies.rotary_dim = d;
        t.frequencies.rotary_offset = f.rotary_offset;
        t.frequencies.pairing = f.pairing;
        t.frequencies.attention_factor = f.attention_factor;
        t.frequencies.amplitude = to_q64_192(amplitude);
        // Rows are tokens: what turns them is in the entries alone.
        t.frequencies.axis_of_pair.assign(static_cast<std::size_t>(pairs), 0);
        t.frequencies.inv_freq.assign(static_cast<std::size_t>(pairs), 0);
        t.frequencies.step.assign(static_cast<std::size_t>(pairs), numbers::q64_192{{0, 0, 0, 0}});
        for (std::int64_t i = 0; i < pairs; ++i) {
            std::vector<wide> turns;
            std::vector<numbers::q64_192> steps;
            for (std::int64_t a = 0; a < f.axes; ++a) {
                const wide each = wide(f.freq[static_cast<std::size_t>((h * pairs + i) * f.axes + a)]) / turn;
                turns.push_back(each);
                steps.push_back(to_q64_192(each));
            }
            for (std::int64_t r = 0; r < count; ++r) {
                const auto at = static_cast<std::size_t>(r * pairs + i);
                detail::sum_entry(turns.data(), steps.data(), positions + r, f.axes, count, amplitude, fixed,
                                  t.cos[at], t.sin[at]);
            }
        }
        out.push_back(std::move(t));
    }
    return made;
}

// The same; throws rope::error instead.
template <class T>
std::vector<table<T>> per_head_tables(const head_frequencies& f, const double* positions,
                                      std::int64_t count) {
    return detail::value_or_throw(try_per_head_tables<T>(f, positions, count));
}

} // namespace ROPE_ABI
} // namespace rope
