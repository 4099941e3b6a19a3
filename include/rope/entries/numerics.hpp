// numerics: how the angles of a table are computed.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace rope {

// exact: the real angle. hf_fp32, ggml: in the float steps of transformers and of ggml; see float_numerics.hpp.
enum class numerics : std::uint8_t { exact, hf_fp32, ggml };

} // namespace rope
