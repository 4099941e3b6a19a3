// The second translation unit of flags_test.cpp: other flags (see CMakeLists.txt), a kernel less, and headers alone: rope::compiled
// has other flags.
// SPDX-License-Identifier: MIT
#undef ROPE_SEPARATE_COMPILATION
#define ROPE_NO_AVX512
#include <rope/kernels/rotate_kernels.hpp>

#include "kernels/flags.hpp"

#include <cstring>
#include <optional>
#include <string>

#define ROPE_TEST_TEXT_(x) #x
#define ROPE_TEST_TEXT(x) ROPE_TEST_TEXT_(x)

namespace other_flags {

const char* tag() {
    return ROPE_TEST_TEXT(ROPE_ABI);
}
const void* scalar_kernel() {
    return reinterpret_cast<const void*>(&rope::detail::scalar::rotate<float, float>);
}
int active() {
    return static_cast<int>(rope::active_isa());
}
const char* choose() {
    static std::string sentence;
    rope::isa which;
    sentence = rope::detail::choose_isa(which).message;
    return sentence.c_str();
}
bool force(int which) {
    return rope::try_force_isa(which < 0 ? std::nullopt
                                         : std::optional<rope::isa>(static_cast<rope::isa>(which)))
        .ok();
}
bool available(int which) {
    return rope::is_available(static_cast<rope::isa>(which));
}
int rotate_floats(int which, const void* job, const void* in, void* out) {
    rope::kernels::rotate_job mine;
    std::memcpy(&mine, job, sizeof mine);
    const auto kernel = rope::detail::rotate_kernel_for<float, float>(static_cast<rope::isa>(which));
    return static_cast<int>(kernel(mine, in, out));
}

} // namespace other_flags
