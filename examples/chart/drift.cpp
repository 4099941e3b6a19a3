// SPDX-License-Identifier: MIT
#include "drift.hpp"

#include <rope/table/cos_sin_table.hpp>

#include <algorithm>
#include <cmath>

namespace charts {
namespace {

// All positions from 2^k to 2^(k + 1) - 1, or 4096 of them, one from each of 4096 equal parts.
std::vector<std::int64_t> octave(int k) {
    constexpr std::int64_t most = 4096;
    const std::int64_t first = std::int64_t{1} << k, count = std::min(first, most), part = first / count;
    std::vector<std::int64_t> positions;
    for (std::int64_t j = 0; j < count; ++j) {
        positions.push_back(first + j * part + (j * 40503 >> 3) % part);
    }
    return positions;
}

struct line {
    double height;
    const char* name;
};
constexpr line roundings[] = {
    {0x1p-9, "ulp/2, bfloat16"}, {0x1p-12, "ulp/2, half"}, {0x1p-25, "ulp/2, float"}};

} // namespace

std::vector<std::vector<double>> differences(const rope::frequency_set& frequencies, std::int64_t positions) {
    std::vector<std::vector<double>> worst(ways.size());
    for (int k = 0; (std::int64_t{1} << k) < positions; ++k) {
        const std::vector<std::int64_t> list = octave(k);
        const auto count = static_cast<std::int64_t>(list.size());
        const auto real = rope::cos_sin_table<double>(frequencies, list.data(), count);
        for (std::size_t w = 0; w < ways.size(); ++w) {
            const auto table =
                rope::cos_sin_table<float>(frequencies, list.data(), count, 1, ways[w].numerics);
            double most = 0;
            for (std::size_t at = 0; at < real.cos.size(); ++at) {
                most = std::max({most, std::fabs(static_cast<double>(table.cos[at]) - real.cos[at]),
                                 std::fabs(static_cast<double>(table.sin[at]) - real.sin[at])});
            }
            worst[w].push_back(most);
        }
    }
    return worst;
}

std::string power_of_two(int k) {
    return k < 10   ? std::to_string(1 << k)
           : k < 20 ? std::to_string(1 << (k - 10)) + "k"
                    : std::to_string(std::int64_t{1} << (k - 20)) + "M";
}

chart drift_chart(const std::string& title, const std::vector<std::vector<double>>& worst) {
    const auto octaves = static_cast<int>(worst.front().size());
    chart c = {title, "position", "largest difference from the real cos and sin", {}, {}, {}};
    for (int k = 0; k <= octaves; k += octaves % 3 == 0 ? 3 : 2) {
        c.x_ticks.push_back({static_cast<double>(k), power_of_two(k)});
    }
    for (int power = -8; power <= 0; ++power) {
        c.y_ticks.push_back({static_cast<double>(power), power == 0 ? "1" : "1e" + std::to_string(power)});
    }
    for (std::size_t w = 0; w < worst.size(); ++w) {
        series s = {ways[w].name, ways[w].colour, {}, {}, true, false};
        for (std::size_t k = 0; k < worst[w].size(); ++k) {
            s.x.push_back(static_cast<double>(k) + 0.5);
            s.y.push_back(std::log10(worst[w][k]));
        }
        c.lines.push_back(s);
    }
    for (const line& r : roundings) {
        const double y = std::log10(r.height);
        c.lines.push_back(
            {r.name, "#8a8a8a", {c.x_ticks.front().at, c.x_ticks.back().at}, {y, y}, false, true});
    }
    return c;
}

} // namespace charts
