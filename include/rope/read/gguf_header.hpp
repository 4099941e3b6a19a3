// gguf_header: what a .gguf file's header holds.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/metadata.hpp>
#include <rope/support/abi.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

// What comes before the data of the tensors. Left out of `values`, though checked: lists of strings, lists of lists, and
// strings and lists of more than 65536 bytes or numbers (vocabularies, templates).
struct gguf_header {
    std::int64_t version = 0;
    bool big_endian = false;
    metadata values = {};
    // Those of rope_freqs.weight, rope_factors_long.weight and rope_factors_short.weight that the file has: divisors of the
    // frequencies, which are not read. Empty where the file ends before its list of tensors.
    std::vector<std::string> frequency_tensors = {};
};

} // namespace ROPE_ABI
} // namespace rope
