// Stores past the caches need a fence before another thread may read: a release store does not order them.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/entries/fill_rows.hpp>
#include <rope/model/frequencies.hpp>

#include <cstdint>
#include <vector>

namespace {

using kernels = rope::detail::table_kernels<float>;

kernels real;
int streamed_blocks = 0, unfenced_blocks = 0, fences = 0;

void product_rows(const rope::kernels::product_job& job) {
    real.product_rows(job);
    if (job.non_temporal) {
        ++streamed_blocks;
        ++unfenced_blocks;
    }
}
void store_fence() {
    real.store_fence();
    ++fences;
    unfenced_blocks = 0;
}

void fill(rope::isa which, std::int64_t rows) {
    rope::config config;
    config.head_dim = 128;
    const auto frequencies = rope::frequencies(config);
    constexpr std::int64_t pairs = 64;
    std::vector<float> memory(static_cast<std::size_t>(2 * rows * pairs + 16));
    const auto skew = reinterpret_cast<std::uintptr_t>(memory.data()) % 64 / sizeof(float);
    float* const cos = memory.data() + (skew == 0 ? 0 : 16 - skew);
    real = rope::detail::table_kernels_for<float>(which);
    kernels counted = real;
    counted.product_rows = &product_rows;
    counted.store_fence = &store_fence;
    streamed_blocks = unfenced_blocks = fences = 0;
    rope::row_positions positions;
    positions.run = {0, rows};
    rope::detail::fill_rows(counted, frequencies, positions, cos, cos + rows * pairs, pairs);
}

} // namespace

TEST_CASE("a table that is stored past the caches ends with one fence, another with none", "[kernels]") {
    for (const rope::isa which : rope::available_isas()) {
        INFO(rope::isa_name(which));
        fill(which, (rope::detail::streamed_table_bytes / 256) + 64);
        CHECK(streamed_blocks > 0);
        CHECK(unfenced_blocks == 0);
        CHECK(fences == 1);
        fill(which, 256);
        CHECK(streamed_blocks == 0);
        CHECK(fences == 0);
    }
}
