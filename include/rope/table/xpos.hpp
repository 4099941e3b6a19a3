// xpos: the two tables of an xPos embedding, for queries and for keys.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/entries/row_positions.hpp>
#include <rope/model/config.hpp>
#include <rope/support/error.hpp>
#include <rope/support/linkage.hpp>
#include <rope/support/platform.hpp>
#include <rope/table/table.hpp>

#if ROPE_DEFINITIONS
#include <rope/model/frequencies.hpp>
#include <rope/numbers/half.hpp>
#include <rope/table/check_table.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#endif

namespace rope {
inline namespace ROPE_ABI {

// With power(p) = (p - center) / scale_base and zeta[i] = (2i + 0.4 d) / (1.4 d): the query table's entries are
// zeta^power times cos and sin, the key table's zeta^-power times them. So q.k depends on the distance of the positions
// alone, and decays with it. Queries are undone by the adjoint of the key table, keys by that of the query table
// (unrotate does not know the decay).
template <class T>
struct xpos_tables {
    table<T> query, key;
};

// Tables for the positions of `run` (Sun et al. 2022, arXiv:2212.10554). The centre is the configuration's and not half of
// some sequence, so that cached keys stay right. The decay is rounded to double once, and the product with a double entry
// once more: float, half and bfloat16 entries are within 0.51 units in the last place, double within 2. Throws where `c` is
// not of scaling type xpos, and as cos_sin_table does.
template <class T = float>
result<xpos_tables<T>> try_xpos_cos_sin_tables(const config& c, range run);
template <class T = float>
xpos_tables<T> xpos_cos_sin_tables(const config& c, range run) {
    return detail::value_or_throw(try_xpos_cos_sin_tables<T>(c, run));
}

#if ROPE_DEFINITIONS
template <class T>
ROPE_COLD result<xpos_tables<T>> try_xpos_cos_sin_tables(const config& c, range run) {
    result<xpos_tables<T>> made;
    const auto* s = std::get_if<xpos_scaling>(&c.scaling);
    if (s == nullptr) {
        made.why = {"tables of xPos for another scaling type: expected xpos"};
        return made;
    }
    result<frequency_set> without_decay = try_frequencies(c);
    if (!without_decay.ok()) {
        made.why = std::move(without_decay.why);
        return made;
    }
    result<table<double>> of_doubles = try_cos_sin_table<double>(without_decay.value, run);
    if (!of_doubles.ok()) {
        made.why = std::move(of_doubles.why);
        return made;
    }
    const table<double>& plain = of_doubles.value;
    const auto pairs = static_cast<std::int64_t>(plain.frequencies.inv_freq.size());
    xpos_tables<T>& out = made.value;
    for (table<T>* each : {&out.query, &out.key}) {
        if (made.why = detail::try_allocate_table(*each, plain.rows, pairs); !made.ok()) {
            return made;
        }
        each->frequencies = plain.frequencies;
        each->first = plain.first;
        each->external = true; // the decay is in the entries alone
    }
    const wide base = wide(s->scale_base), d = wide(2 * pairs);
    for (std::int64_t i = 0; i < pairs; ++i) {
        const wide zeta = (wide(2 * i) + d * wide(2) / wide(5)) / (d * wide(7) / wide(5));
        const wide step = exp(log(zeta) / base);
        wide decay = exp(log(zeta) * (wide(run.first) - wide(s->center)) / base);
        for (std::int64_t r = 0; r < plain.rows; ++r) {
            const std::size_t at = static_cast<std::size_t>(r * pairs + i);
            const double query = to_double(decay), key = to_double(wide(1) / decay);
            if (!is_finite(query) || !is_finite(key) || query > 1e30 || key > 1e30) {
                made.value = {};
                made.why = {
                    detail::sentence({"xPos at position ", run.first + r, " multiplies by ",
                                      detail::number(key, 3),
                                      ": expected positions nearer to the centre, or a larger scale_base"}),
                    errc::positions};
                return made;
            }
            out.query.cos[at] = detail::narrow<T>(query * plain.cos[at]);
            out.query.sin[at] = detail::narrow<T>(query * plain.sin[at]);
            out.key.cos[at] = detail::narrow<T>(key * plain.cos[at]);
            out.key.sin[at] = detail::narrow<T>(key * plain.sin[at]);
            decay = decay * step;
        }
    }
    return made;
}
#endif

} // namespace ROPE_ABI
} // namespace rope
