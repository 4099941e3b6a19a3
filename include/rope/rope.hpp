// rope: rotary position embedding, with Eigen. The core alone, which depends on nothing, is <rope/core.hpp>;
// reading a model's config.json is <rope/json.hpp>; the readable scalar version of everything is
// <rope/reference.hpp>. SPDX-License-Identifier: MIT
#pragma once

#include <rope/core.hpp>
#include <rope/eigen.hpp>
#include <rope/eigen_tensor.hpp>
