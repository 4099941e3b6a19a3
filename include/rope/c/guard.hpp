// guard: how a call from C ends: a code, and the sentence that rope_last_error() returns. No exception passes.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rope.h>
#include <rope/support/error.hpp>

#include <cstddef>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline constexpr std::size_t most_message = 2048;
inline thread_local char last_message[most_message] =
    ""; // without a destructor: threads may end in any order

// Copies text, cut to size - 1 bytes, and a zero.
inline void copy_text(std::string_view text, char* to, std::size_t size) noexcept {
    if (to != nullptr && size > 0) {
        const std::size_t n = text.size() < size - 1 ? text.size() : size - 1;
        std::memcpy(to, text.data(), n);
        to[n] = '\0';
    }
}

inline rope_code failed(errc code, std::string_view message) noexcept {
    copy_text(message, last_message, most_message);
    return static_cast<rope_code>(code);
}

// Runs f, which returns a status.
template <class F>
rope_code guarded(F&& f) noexcept {
#if defined(__cpp_exceptions)
    try {
        const status s = f();
        return s.ok() ? ROPE_OK : failed(s.code, s.message);
    } catch (const error& e) {
        return failed(e.code(), e.what());
    } catch (const std::bad_alloc&) {
        return failed(errc::no_memory, "there is no memory left");
    } catch (const std::exception& e) {
        return failed(errc::config, e.what());
    } catch (...) {
        return failed(errc::config, "an exception of an unknown type was thrown");
    }
#else
    const status s = f();
    return s.ok() ? ROPE_OK : failed(s.code, s.message);
#endif
}

// The pointer `what` of a function is null.
inline status null_argument(const char* what) {
    return {sentence({what, " is null"}), errc::no_memory};
}

static_assert(ROPE_OK == static_cast<int>(errc::ok) && ROPE_ERROR_ISA == static_cast<int>(errc::isa),
              "codes are those of errc");

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
