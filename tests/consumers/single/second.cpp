// See first.cpp.
// SPDX-License-Identifier: MIT
#include ROPE_ONE_FILE

std::uint64_t hash_of_second(std::uint64_t hash);
std::uint64_t hash_of_second(std::uint64_t hash) {
    rope::force_isa(rope::isa::scalar); // one per program
    rope::config config;
    config.head_dim = 128;
    const auto table = rope::cos_sin_table<rope::bfloat16>(rope::frequencies(config), {1000000, 50});
    for (const rope::bfloat16 entry : table.cos) {
        hash = (hash ^ entry.bits) * 1099511628211u;
    }
    return hash;
}
