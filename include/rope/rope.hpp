// Front door: rotary position embedding, with Eigen. <rope/core.hpp> is the same without Eigen and depends on nothing;
// <rope/json.hpp> reads a model's config.json; <rope/reference.hpp> is the readable scalar version of everything.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/core.hpp>
#include <rope/eigen.hpp>
#include <rope/eigen_tensor.hpp>
