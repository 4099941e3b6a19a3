// The rotation as its definition says it, element by element through index arithmetic: what the library's
// loops are held against, to the bit. Takes the table's entries as they are.
#pragma once

#include <rope/core.hpp>

#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

namespace test {

// Calls f(index) for every index of a shape, in C order.
template <class F>
void for_each_index(const std::vector<std::int64_t>& extent, F&& f) {
    std::vector<std::int64_t> index(extent.size(), 0);
    for (const std::int64_t e : extent) {
        if (e == 0) {
            return;
        }
    }
    for (;;) {
        f(static_cast<const std::vector<std::int64_t>&>(index));
        std::size_t k = extent.size();
        while (k > 0 && ++index[k - 1] == extent[k - 1]) {
            index[--k] = 0;
        }
        if (k == 0) {
            return;
        }
    }
}

template <class T, int N>
T& element(const rope::tensor_view<T, N>& v, const std::vector<std::int64_t>& index) {
    T* at = v.data;
    for (int k = 0; k < v.rank; ++k) {
        at += index[static_cast<std::size_t>(k)] * v.stride[k];
    }
    return *at;
}

// Elements of a pair within a head of the given pairing.
inline std::pair<std::int64_t, std::int64_t> pair_elements(const rope::frequency_set& f, rope::pairing p,
                                                           std::int64_t i) {
    return p == rope::pairing::half_split
               ? std::pair{f.rotary_offset + i, f.rotary_offset + i + f.rotary_dim / 2}
               : std::pair{f.rotary_offset + 2 * i, f.rotary_offset + 2 * i + 1};
}

// out = rotated in; `row` gives the table's row for an index and a pair. Real tensors, out of place.
template <class T, int N, int M, class Row>
void naive_rotate(const rope::tensor_view<const T, N>& in, const rope::tensor_view<T, M>& out, int d,
                  const rope::table<T>& table, Row&& row, bool conjugate = false,
                  std::optional<rope::pairing> out_pairing = {}) {
    const rope::frequency_set& f = table.frequencies;
    const std::int64_t pairs = f.rotary_dim / 2;
    std::vector<std::int64_t> extent(in.extent, in.extent + in.rank);
    extent[static_cast<std::size_t>(d)] = 1;
    for_each_index(extent, [&](std::vector<std::int64_t> index) {
        const auto at = [&](auto& view, std::int64_t j) -> auto& {
            index[static_cast<std::size_t>(d)] = j;
            return element(view, index);
        };
        for (std::int64_t j = 0; j < f.head_dim; ++j) {
            if (j < f.rotary_offset || j >= f.rotary_offset + f.rotary_dim) {
                at(out, j) = at(in, j);
            }
        }
        for (std::int64_t i = 0; i < pairs; ++i) {
            const auto entry = static_cast<std::size_t>(row(index, i) * pairs + i);
            const T c = table.cos[entry], s = conjugate ? -table.sin[entry] : table.sin[entry];
            const auto [a, b] = pair_elements(f, f.pairing, i);
            const auto [y, z] = pair_elements(f, out_pairing.value_or(f.pairing), i);
            const T x0 = at(in, a), x1 = at(in, b);
            const volatile T first = x1 * s, second = x1 * c; // rounded on their own
            at(out, y) = std::fma(x0, c, -first);
            at(out, z) = std::fma(x0, s, second);
        }
    });
}

} // namespace test
