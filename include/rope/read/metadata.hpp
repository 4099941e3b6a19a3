// metadata: configurations that come as plain key-value pairs: GGUF files and ONNX operators. Needs no JSON: whoever has a
// GGUF or ONNX reader fills a map.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

using metadata_value =
    std::variant<std::int64_t, double, bool, std::string, std::vector<std::int64_t>, std::vector<double>>;
using metadata = std::map<std::string, metadata_value>;

} // namespace ROPE_ABI
} // namespace rope
