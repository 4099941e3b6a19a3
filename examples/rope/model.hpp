// model: a configuration as the command line asks for it.
// SPDX-License-Identifier: MIT
#pragma once

#include "options.hpp"

#include <rope/read/reading.hpp>

namespace cli {

// Reads r.config (a path, or - for standard input) and applies --layer, --layer-type, --strict, --pairing.
rope::reading read_model(const request& r);

// The same for a command that computes: a layer that does not rotate is an error, and so are numerics that
// this build does not have.
rope::config read_rotating_model(const request& r);

// --isa, before anything is computed: an unavailable one is an error that lists those available.
void force_isa(const request& r);

} // namespace cli
