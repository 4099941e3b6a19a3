// The families of rope_bench. Each function registers one, with the names that this machine can run.
// SPDX-License-Identifier: MIT
#pragma once

namespace bench {

void add_rotations(); // rotate/...
void add_limits();    // limit/...
void add_tables();    // table/...

} // namespace bench
