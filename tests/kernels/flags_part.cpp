// The second translation unit of flags_test.cpp: other flags (see CMakeLists.txt), and a kernel less.
// SPDX-License-Identifier: MIT
#define ROPE_NO_AVX512
#include <rope/kernels/rotate.hpp>

#include "kernels/flags.hpp"

#define ROPE_TEST_TEXT_(x) #x
#define ROPE_TEST_TEXT(x) ROPE_TEST_TEXT_(x)

namespace other_flags {

const char* tag() {
    return ROPE_TEST_TEXT(ROPE_ABI);
}
const void* scalar_kernel() {
    return reinterpret_cast<const void*>(&rope::detail::scalar::rotate<float, float>);
}
rope::isa active() {
    return rope::active_isa();
}
rope::status choose() {
    rope::isa which;
    return rope::detail::choose_isa(which);
}
rope::status force(std::optional<rope::isa> which) {
    return rope::try_force_isa(which);
}
bool available(rope::isa which) {
    return rope::is_available(which);
}
rope::kernels::rotate_kernel float_kernel(rope::isa which) {
    return rope::detail::rotate_kernel_for<float, float>(which);
}

} // namespace other_flags
