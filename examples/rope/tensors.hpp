// tensors: what the subcommands that read a tensor ask of it.
// SPDX-License-Identifier: MIT
#pragma once

#include "layout.hpp"
#include "options.hpp"
#include "positions.hpp"

#include <rope/model/config.hpp>
#include <rope/numbers/scalars.hpp>

#include <string>
#include <vector>

namespace cli {

// The type of the elements of the file `path`; --dtype must agree, and bfloat16 must be asked for.
rope::dtype dtype_of_file(const request& r, const std::string& path, element type);

// --axes, as many as the tensor of the file `path` has.
std::vector<std::string> axes_of_tensor(const request& r, const std::string& path, const array& x);

// --positions, or 0, 1, 2, ... along s.
position_array positions_of(const request& r, const rope::config& config,
                            const std::vector<std::string>& axes, const array& x);

} // namespace cli
