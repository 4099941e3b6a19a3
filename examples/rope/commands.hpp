// commands: what the subcommands do. Each throws input_error (or rope::error) where its input is wrong.
// SPDX-License-Identifier: MIT
#pragma once

#include "options.hpp"

namespace cli {

void inspect(const request& r);
void models(const request& r);
void table(const request& r);
void rotate(const request& r);
void plot(const request& r);
void isa(const request& r);

// The exit status: 0 where it matches.
int diagnose(const request& r);
int verify(const request& r);

} // namespace cli
