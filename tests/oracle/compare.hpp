// compare: a frequency set of the library against the 400-bit numbers of mpfr_recipes.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include "oracle/mpfr_recipes.hpp"
#include "support/catch.hpp"

#include <rope/model/frequencies.hpp>

#include <cmath>
#include <cstddef>

namespace oracle {

inline big from_fixed(const rope::numbers::q64_192& q) {
    big sum = static_cast<double>(static_cast<std::int64_t>(q.limb[3]) >> 32) * 4294967296.0 +
              static_cast<double>(q.limb[3] & 0xffffffffu);
    big unit = 1;
    for (int k = 2; k >= 0; --k) {
        unit = unit / big(18446744073709551616.0);
        sum = sum + unit * (big(static_cast<double>(q.limb[k] >> 32)) * big(4294967296.0) +
                            big(static_cast<double>(q.limb[k] & 0xffffffffu)));
    }
    return sum;
}

inline double distance(const big& a, const big& b) {
    return std::fabs((a - b).to_double());
}

// Frequencies: the nearest doubles, so better than 1e-12 relative; the fixed-point forms to 2^-185.
inline void require_same(const rope::frequency_set& f, const answer& expected) {
    REQUIRE(f.inv_freq.size() == expected.inv_freq.size());
    REQUIRE(f.step.size() == expected.inv_freq.size());
    REQUIRE(f.axis_of_pair.size() == expected.inv_freq.size());
    const double fine = std::ldexp(1.0, -185);
    for (std::size_t i = 0; i < f.inv_freq.size(); ++i) {
        INFO("pair " << i);
        const big& w = expected.inv_freq[i];
        CHECK(f.inv_freq[i] == w.to_double());
        CHECK(distance(from_fixed(f.step[i]), w / (big(2) * big::pi())) < fine);
    }
    CHECK(f.attention_factor == expected.attention_factor.to_double());
    CHECK(distance(from_fixed(f.amplitude), expected.attention_factor) < fine);
    CHECK(f.softmax_scale_multiplier == expected.softmax_multiplier.to_double());
}

} // namespace oracle
