// numerics: how the angles of a table are computed.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <cstdint>

namespace rope {
inline namespace ROPE_ABI {

// exact: the real angle. hf_fp32, ggml: in the float steps of transformers and of ggml; see float_numerics.hpp.
enum class numerics : std::uint8_t { exact, hf_fp32, ggml };

} // namespace ROPE_ABI
} // namespace rope
