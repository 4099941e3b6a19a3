// How far the tables of float steps are from the real cos and sin, by octaves of positions; and a chart of it.
// SPDX-License-Identifier: MIT
#pragma once

#include "chart.hpp"

#include <rope/entries/float_numerics.hpp>
#include <rope/model/frequency_set.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace charts {

struct way {
    rope::numerics numerics;
    const char *name, *colour;
};
inline constexpr std::array<way, 3> ways = {{{rope::numerics::ggml, "ggml", "#d1793b"},
                                             {rope::numerics::hf_fp32, "hf_fp32", "#4a8abe"},
                                             {rope::numerics::exact, "exact", "#4f9d69"}}};

// Of each way the largest |entry - real value| in each octave of positions, of cos and sin of all pairs. The real values
// are those of exact tables of doubles.
std::vector<std::vector<double>> differences(const rope::frequency_set& frequencies, std::int64_t positions);

// Those over the octaves, beside half a unit in the last place of float, half and bfloat16.
chart drift_chart(const std::string& title, const std::vector<std::vector<double>>& worst);

// 512, 4k, 1M: a power of two as a tick.
std::string power_of_two(int k);

} // namespace charts
