// Two translation units with every header in both: nothing is defined twice, and what is one per program is one.
// SPDX-License-Identifier: MIT
#include <rope/json.hpp>
#include <rope/reference.hpp>
#include <rope/rope.hpp>

rope::status force_in_second(rope::isa which);

int main() {
    if (!force_in_second(rope::isa::scalar).ok()) {
        return 1;
    }
    return rope::active_isa() == rope::isa::scalar ? 0 : 1;
}
