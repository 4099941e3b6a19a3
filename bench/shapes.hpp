// What is rotated: the shapes of the rotate family, all [token, head, dim].
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct shape {
    std::string name;
    std::int64_t tokens = 1;
    std::int64_t heads = 32;
    std::int64_t key_heads = 0; // a second tensor, rotated after the first
    std::int64_t dim = 128;
    std::int64_t rotary = 128;
    bool unaligned = false; // starts one float after a page boundary
    bool ids = false;       // explicit positions, not in order
};

inline std::vector<shape> all_shapes() {
    std::vector<shape> list;
    for (const std::int64_t dim : {128, 64}) {
        const std::string suffix = dim == 128 ? "" : "_d64";
        list.push_back({"decode" + suffix, 1, 32, 8, dim, dim});
        list.push_back({"prefill128" + suffix, 128, 32, 0, dim, dim});
        list.push_back({"prefill2048" + suffix, 2048, 32, 0, dim, dim});
        list.push_back({"long16384" + suffix, 16384, 32, 0, dim, dim});
    }
    list.push_back({"prefill128_d80", 128, 32, 0, 80, 80});
    list.push_back({"prefill128_d96", 128, 32, 0, 96, 96});
    list.push_back({"prefill128_d256", 128, 32, 0, 256, 256});
    list.push_back({"prefill128_p32", 128, 32, 0, 128, 32});
    list.push_back({"prefill128_mqa", 128, 1, 0, 128, 128});
    list.push_back({"prefill128_unaligned", 128, 32, 0, 128, 128, true});
    list.push_back({"prefill128_ids", 128, 32, 0, 128, 128, false, true});
    return list;
}

} // namespace bench
