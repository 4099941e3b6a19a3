// How a failed check is told: a status underneath, an exception (or a handler) on top.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>

namespace rope {

// What every failed check of the library throws. `what()` is one sentence: what was found, what was expected,
// which key or axis.
class error : public std::invalid_argument {
  public:
    using std::invalid_argument::invalid_argument;
};

// Called with the sentence where exceptions are switched off, before the program ends.
using error_handler = void (*)(const char* message);

namespace state { // one per program, whatever flags its translation units have
inline std::atomic<error_handler> current_error_handler{nullptr};
} // namespace state

inline namespace ROPE_ABI {

// The outcome of a check: empty when it passed, else the sentence.
struct status {
    std::string message;
    bool ok() const { return message.empty(); }
};

// Replaces the handler that -fno-exceptions builds call; returns the one before. The program still ends after
// it.
inline error_handler set_error_handler(error_handler handler) noexcept {
    return state::current_error_handler.exchange(handler);
}

namespace detail {

[[noreturn]] inline void fail(std::string message) {
#if defined(__cpp_exceptions)
    throw error(std::move(message));
#else
    if (error_handler handler = state::current_error_handler.load()) {
        handler(message.c_str());
    }
    std::abort();
#endif
}

inline void require(const status& s) {
    if (!s.ok()) {
        fail(s.message);
    }
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
