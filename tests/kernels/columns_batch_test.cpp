// Column-major tensors [batch, token, head, dim], whose batch lies side by side: the bits of the row-major result, and
// the batch in the vector's lanes.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/core.hpp>

#include <cstring>
#include <optional>
#include <vector>

namespace {

constexpr std::int64_t tokens = 3, heads = 2, dim = 12;

// Where element (b, t, h, d) stands.
struct order {
    rope::extent_list strides;
    std::size_t at(std::int64_t b, std::int64_t t, std::int64_t h, std::int64_t d) const {
        return static_cast<std::size_t>(b * strides.data()[0] + t * strides.data()[1] +
                                        h * strides.data()[2] + d * strides.data()[3]);
    }
};

template <class T>
void check_batch(std::int64_t batch, rope::pairing pairing, bool ids) {
    rope::config config;
    config.head_dim = dim;
    config.pairing = pairing;
    const auto table = rope::cos_sin_table<rope::compute_type<T>>(rope::frequencies(config), 100);
    const order rows{{tokens * heads * dim, heads * dim, dim, 1}},
        columns{{1, batch, batch * tokens, batch * tokens * heads}};
    const auto count = static_cast<std::size_t>(batch * tokens * heads * dim);
    std::vector<T> a(count), b(count);
    const auto each = [&](auto&& f) {
        for (std::int64_t n = 0; n < batch; ++n) {
            for (std::int64_t t = 0; t < tokens; ++t) {
                for (std::int64_t h = 0; h < heads; ++h) {
                    for (std::int64_t d = 0; d < dim; ++d) {
                        f(a[rows.at(n, t, h, d)], b[columns.at(n, t, h, d)]);
                    }
                }
            }
        }
    };
    std::uint32_t next = 1;
    each([&](T& x, T& y) {
        next = next * 1664525 + 1013904223;
        const float value = static_cast<float>(static_cast<int>(next >> 20)) / 1024 - 2;
        if constexpr (std::is_same_v<T, double>) {
            x = y = value;
        } else {
            x = y = rope::detail::narrow<T>(value);
        }
    });
    std::vector<std::int32_t> list;
    for (std::int64_t k = 0; k < batch * tokens; ++k) {
        list.push_back(static_cast<std::int32_t>(k * 37 % 100));
    }
    const rope::positions where = ids ? rope::ids(list.data(), {batch, tokens}) : rope::positions{};
    const rope::extent_list shape = {batch, tokens, heads, dim};
    rope::run(rope::plan(table, rope::view(a.data(), shape, rows.strides), "b s h d", where), a.data());
    const auto plan = rope::plan(table, rope::view(b.data(), shape, columns.strides), "b s h d", where);
    if (batch >= 4) {
        CHECK((ids ? plan.tokens : plan.heads).in == 1);
    }
    rope::run(plan, b.data());
    bool same = true;
    each([&](const T& x, const T& y) { same = same && std::memcmp(&x, &y, sizeof(T)) == 0; });
    CHECK(same);
}

} // namespace

TEST_CASE("a batch side by side rotates to the bits of rows", "[kernels][columns]") {
    for (const rope::isa isa : rope::available_isas()) {
        rope::force_isa(isa);
        for (const std::int64_t batch : {1, 2, 3, 4, 5, 16, 37}) {
            for (const bool ids : {false, true}) {
                for (const rope::pairing p : {rope::pairing::half_split, rope::pairing::interleaved}) {
                    CAPTURE(rope::isa_name(isa), batch, ids, p == rope::pairing::half_split);
                    check_batch<float>(batch, p, ids);
                    check_batch<double>(batch, p, ids);
                    check_batch<rope::half>(batch, p, ids);
                    check_batch<rope::bfloat16>(batch, p, ids);
                }
            }
        }
    }
    rope::force_isa(std::nullopt);
}
