// How a refusal is reported: a status (code and sentence) underneath, an exception or a handler on top.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/abi.hpp>
#include <rope/support/linkage.hpp>
#include <rope/support/platform.hpp>
#include <rope/support/sentence.hpp>

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#if ROPE_DEFINITIONS
#include <cstdlib>
#endif

namespace rope {

// What was wrong, for callers that branch. The sentence beside it is for people.
enum class errc : std::uint8_t {
    ok,
    config,    // a configuration: a key, its type, its value, a file that is none
    table,     // frequencies or rows that do not fit together, or a table of an impossible size
    axes,      // axis names
    shape,     // rank or extents
    overlap,   // memory that would be written twice, or is input and output in part
    no_memory, // a null pointer where there should be memory, or an allocation that failed
    positions, // positions of the wrong shape, without a row, or out of range
    pairing,   // a pairing, a direction or a conversion that is not possible
    isa        // an instruction set that is not available
};

// What every refused call of the library throws. what() is one sentence: what was found, what was expected, which key or
// axis. code() says the same for programs.
class error : public std::invalid_argument {
  public:
    explicit error(const std::string& sentence, errc code = errc::config)
        : std::invalid_argument(sentence), code_(code) {}
    errc code() const noexcept { return code_; }

  private:
    errc code_;
};

// Called with the sentence where exceptions are switched off, before the program ends.
using error_handler = void (*)(const char* message);

namespace state { // one per program, whatever flags its translation units have
inline std::atomic<error_handler> current_error_handler{nullptr};
} // namespace state

inline namespace ROPE_ABI {

// The outcome of a check. ok() when it passed; else a code and a sentence.
struct [[nodiscard]] status {
    std::string message;
    errc code = errc::ok;

    status() = default;
    status(std::string sentence, errc c = errc::config) // an empty sentence: nothing is wrong
        : message(std::move(sentence)), code(message.empty() ? errc::ok : c) {}
    bool ok() const noexcept { return code == errc::ok; }
};

// A value, or the reason why there is none. value is only meaningful when ok().
template <class T>
struct [[nodiscard]] result {
    T value = {};
    status why = {};

    bool ok() const noexcept { return why.ok(); }
};

// Replaces the handler that -fno-exceptions builds call; returns the one before. The program still ends after it.
inline error_handler set_error_handler(error_handler handler) noexcept {
    return state::current_error_handler.exchange(handler);
}

namespace detail {

// Throws rope::error; without exceptions calls the handler and ends the program.
[[noreturn]] ROPE_COLD ROPE_API void fail(const std::string& sentence, errc code = errc::config);

inline void require(const status& s) {
    if (ROPE_UNLIKELY(!s.ok())) {
        fail(s.message, s.code);
    }
}

// The value of a result, or what fail() does: a throwing call is this of its try_ twin.
template <class T>
T value_or_throw(result<T>&& made) {
    require(made.why);
    return std::move(made.value);
}

// Fills `why` and returns false, so that a check can end with `return refuse(...)`.
ROPE_COLD ROPE_API bool refuse(status& why, errc code, std::initializer_list<piece> pieces);

#if ROPE_DEFINITIONS
[[noreturn]] ROPE_API void fail(const std::string& sentence, errc code) {
#if defined(__cpp_exceptions)
    throw error(sentence, code);
#else
    static_cast<void>(code);
    if (error_handler handler = state::current_error_handler.load()) {
        handler(sentence.c_str());
    }
    std::abort();
#endif
}

ROPE_API bool refuse(status& why, errc code, std::initializer_list<piece> pieces) {
    why.code = code;
    why.message = sentence(pieces);
    return false;
}
#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
