// explain: the derived numbers in its sentences.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/model/explain.hpp>

#include <string>

namespace {

bool says(const rope::config& c, const char* part, std::int64_t seq_len = 0) {
    for (const std::string& sentence : rope::explain(c, seq_len)) {
        if (sentence.find(part) != std::string::npos) {
            return true;
        }
        INFO(sentence);
    }
    return false;
}

} // namespace

TEST_CASE("explain names the pairs that a recipe keeps, blends and divides", "[explain]") {
    rope::config c;
    c.head_dim = 128;
    c.base = 5e5;
    c.original_max_position = 8192;
    c.scaling = rope::llama3_scaling{8, 1, 4};
    CHECK(says(
        c, "pairs 0 to 28 turn more than 4 times and are kept, pairs 29 to 34 are blended, pairs 35 to 63"));
    CHECK(says(c, "factor = 8, low_freq_factor = 1, high_freq_factor = 4"));
    CHECK(says(c, "64 pairs, half_split (elements i and i + 64)"));
    c.scaling = rope::llama3_scaling{16, 1, 1};
    CHECK(says(c, "none are blended"));

    c = {};
    c.head_dim = 64;
    c.pairing = rope::pairing::interleaved;
    c.original_max_position = 4096;
    c.latent_attention = true;
    rope::yarn_scaling y;
    y.factor = 40;
    y.mscale = y.mscale_all_dim = 1.0;
    c.scaling = y;
    CHECK(says(c, "from low = 10 to high = 23: pairs 0 to 10 kept, pairs 11 to 22 blended, pairs 23 to 31 "
                  "divided by 40"));
    CHECK(says(c, "The softmax scale is multiplied by 1.87385420709262"));
    CHECK(says(c, "interleaved (elements 2i and 2i + 1)"));
}

TEST_CASE("explain tells what depends on the length", "[explain]") {
    rope::config c;
    c.head_dim = 128;
    c.max_position = 2048;
    c.scaling = rope::dynamic_scaling{10};
    CHECK(says(c, "nothing changes", 2048));
    CHECK(says(c, "the base becomes ", 16384));
    rope::longrope_scaling l;
    l.short_factor.assign(64, 1);
    l.long_factor.assign(64, 2);
    l.factor = 4;
    c.scaling = l;
    CHECK(says(c, "short_factor.", 2048));
    CHECK(says(c, "long_factor for all of it", 2049));
    c.scaling = rope::no_rotation{};
    CHECK(says(c, "no rotary embedding"));
}

TEST_CASE("explain counts the pairs of each position axis", "[explain]") {
    rope::config c;
    c.head_dim = 128;
    c.sections = {16, 24, 24};
    CHECK(says(c, "16 pairs read axis 0, 24 pairs read axis 1, 24 pairs read axis 2"));
    c.rotary_dim = 64;
    c.sections = {};
    c.rotary_offset = 32;
    CHECK(says(c, "64 rotate from element 32"));
}
