// Axis maps against literal transcriptions of their definitions.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/model/frequencies.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace {

using list = std::vector<std::int64_t>;

rope::frequency_set with(std::int64_t head_dim, list sections, rope::section_order order) {
    rope::config c;
    c.head_dim = head_dim;
    c.sections = std::move(sections);
    c.section_order = order;
    return rope::frequencies(c);
}

} // namespace

TEST_CASE("contiguous sections: the frequency index runs on", "[axes]") {
    const rope::frequency_set f = with(128, {16, 24, 24}, rope::section_order::contiguous);
    rope::config plain;
    plain.head_dim = 128;
    CHECK(f.inv_freq == rope::frequencies(plain).inv_freq);
    list expected; // torch.split(freqs, mrope_section), i % 3
    for (std::int64_t a = 0; a < 3; ++a) {
        expected.insert(expected.end(), a == 0 ? 16 : 24, a);
    }
    CHECK(f.axis_of_pair == expected);
    CHECK(f.axes == 3);
}

TEST_CASE("interleaved sections: Hugging Face's slices", "[axes]") {
    for (const list& sections : {list{24, 20, 20}, list{11, 11, 10}, list{16, 24, 24}, list{8, 12, 12}}) {
        const std::int64_t pairs = sections[0] + sections[1] + sections[2];
        // freqs_t[..., slice(offset, mrope_section[dim] * 3, 3)] = freqs[dim, ..., the same]
        list expected(static_cast<std::size_t>(pairs), 0);
        for (std::int64_t dim = 1; dim <= 2; ++dim) {
            for (std::int64_t k = dim; k < std::min(sections[static_cast<std::size_t>(dim)] * 3, pairs);
                 k += 3) {
                expected[static_cast<std::size_t>(k)] = dim;
            }
        }
        CHECK(with(2 * pairs, sections, rope::section_order::interleaved).axis_of_pair == expected);
    }
}

TEST_CASE("interleaved sections: ggml's rule differs in what is left over", "[axes]") {
    const list sections = {24, 20, 20, 0};
    list expected;
    for (std::int64_t sector = 0; sector < 64; ++sector) {
        if (sector % 3 == 1 && sector < 3 * sections[1]) {
            expected.push_back(1);
        } else if (sector % 3 == 2 && sector < 3 * sections[2]) {
            expected.push_back(2);
        } else if (sector % 3 == 0 && sector < 3 * sections[0]) {
            expected.push_back(0);
        } else {
            expected.push_back(3);
        }
    }
    const rope::frequency_set f = with(128, sections, rope::section_order::interleaved_ggml);
    CHECK(f.axis_of_pair == expected);
    CHECK(f.axes == 4);
    CHECK(f.axis_of_pair[61] == 3);
    CHECK(with(128, {24, 20, 20}, rope::section_order::interleaved).axis_of_pair[61] == 0);
}

TEST_CASE("ERNIE and Bailing: height and width alternate, time is last", "[axes]") {
    const rope::frequency_set f = with(128, {22, 22, 20}, rope::section_order::ernie);
    for (std::size_t i = 0; i < 64; ++i) {
        CHECK(f.axis_of_pair[i] == (i < 44 ? (i % 2 == 0 ? 1 : 2) : 0)); // axes t, h, w
    }
}

TEST_CASE("GLM: the pattern 0 1 2 is the interleaved order of 11 11 10", "[axes]") {
    list expected; // [0, 1, 2] * 10 + [0, 1]
    for (int k = 0; k < 10; ++k) {
        expected.insert(expected.end(), {0, 1, 2});
    }
    expected.insert(expected.end(), {0, 1});
    CHECK(with(64, {11, 11, 10}, rope::section_order::interleaved).axis_of_pair == expected);
}

TEST_CASE("openPangu: the rarest axis that was not last", "[axes]") {
    for (const list& sections :
         {list{24, 20, 20}, list{16, 24, 24}, list{8, 4, 4}, list{3, 1, 0}, list{10, 6}}) {
        // A literal transcription, with fractions as doubles.
        list counts = sections, placed(sections.size(), 0), sequence;
        const bool force_last = sections.size() == 3;
        counts[0] -= force_last ? 1 : 0;
        std::int64_t total = 0;
        for (const std::int64_t n : counts) {
            total += n;
        }
        std::int64_t last = -1;
        for (std::int64_t step = 0; step < total; ++step) {
            list candidates;
            for (int relaxed = 0; relaxed < 2 && candidates.empty(); ++relaxed) {
                for (std::int64_t k = 0; k < static_cast<std::int64_t>(counts.size()); ++k) {
                    const auto at = static_cast<std::size_t>(k);
                    if (placed[at] < counts[at] && (relaxed == 1 || k != last)) {
                        candidates.push_back(k);
                    }
                }
            }
            last =
                *std::min_element(candidates.begin(), candidates.end(), [&](std::int64_t a, std::int64_t b) {
                    const auto share = [&](std::int64_t k) {
                        const auto at = static_cast<std::size_t>(k);
                        return static_cast<double>(placed[at]) / static_cast<double>(counts[at]);
                    };
                    return share(a) < share(b) || (!(share(b) < share(a)) && a < b);
                });
            ++placed[static_cast<std::size_t>(last)];
            sequence.push_back(last);
        }
        if (force_last) {
            sequence.push_back(0);
        }
        const std::int64_t pairs = static_cast<std::int64_t>(sequence.size());
        CHECK(with(2 * pairs, sections, rope::section_order::pangu).axis_of_pair == sequence);
    }
}

TEST_CASE("an explicit map is taken as it is", "[axes]") {
    rope::config c;
    c.head_dim = 8;
    c.axis_of_pair = {2, 0, 5, 0};
    const rope::frequency_set f = rope::frequencies(c);
    CHECK(f.axis_of_pair == c.axis_of_pair);
    CHECK(f.axes == 6);
}
