// SPDX-License-Identifier: MIT
#pragma once

namespace bench {

void add_table_peers(); // peer/<name>/table/<float_angle|double_angle>/f32/131072x64

} // namespace bench
