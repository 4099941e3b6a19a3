// The library as one file, in two units of one program: prints the bits of a table, a rotation and a cache row, so that they can
// be compared with those of the headers.
// SPDX-License-Identifier: MIT
#include ROPE_ONE_FILE

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <vector>

std::uint64_t hash_of_second(std::uint64_t hash);

static std::uint64_t hash_of(const void* data, std::size_t size, std::uint64_t hash) {
    for (std::size_t k = 0; k < size; ++k) {
        hash = (hash ^ static_cast<const unsigned char*>(data)[k]) * 1099511628211u;
    }
    return hash;
}

int main() {
    rope::config config;
    config.head_dim = 64;
    config.scaling = rope::llama3_scaling{8, 1, 4};
    config.original_max_position = 8192;
    const rope::frequency_set frequencies = rope::frequencies(config);
    const auto table = rope::cos_sin_table<float>(frequencies, 100);
    std::vector<float> x(100 * 4 * 64);
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = static_cast<float>(k % 101) - 50.0f;
    }
    std::vector<rope::half> row(x.size());
    rope::rotate(rope::view(x, {100, 4, 64}), rope::view(row, {100, 4, 64}), table, "s h d");
    rope::rotate(rope::view(x, {100, 4, 64}), table, "s h d");
    std::uint64_t hash = hash_of(table.sin.data(), table.sin.size() * sizeof(float), 14695981039346656037u);
    hash = hash_of(x.data(), x.size() * sizeof(float), hash);
    hash = hash_of(row.data(), row.size() * sizeof(rope::half), hash);
    std::printf("%016" PRIx64 "\n", hash_of_second(hash));
    return x[257] == 5.0f || rope::active_isa() != rope::isa::scalar ? 1 : 0;
}
