// model: a configuration as the command line asks for it.
// SPDX-License-Identifier: MIT
#pragma once

#include "options.hpp"

#include <rope/entries/float_numerics.hpp>
#include <rope/read/reading.hpp>

namespace cli {

// Reads r.config (a path, or - for standard input) and applies --part, --layer, --layer-type, --strict, --pairing.
rope::reading read_model(const request& r);

// --numerics.
rope::numerics numerics_of(const request& r);

// Throws where tables of the configuration would not be all of its rotation: xPos.
void require_rotation(const request& r, const rope::config& config);

// Throws where a model without rotary embedding does not say how wide its heads are.
void require_size(const request& r, const rope::reading& reading);

// After the work, on standard error: that the layer asked for does not rotate. Its tables are those of angle 0.
void say_if_nothing_rotates(const request& r, const rope::reading& reading);

// --isa, before anything is computed: an unavailable one is an error that lists those available.
void force_isa(const request& r);

} // namespace cli
