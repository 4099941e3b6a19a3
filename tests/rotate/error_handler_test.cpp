// What a build without exceptions promises: the handler gets the sentence, then the program ends. With exceptions the handler
// is never called.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/core.hpp>

#include <string>
#include <unistd.h>

#if !defined(__cpp_exceptions)
#include "support/refusal.hpp"
#endif

namespace {

long calls = 0;

void count(const char*) {
    ++calls;
}

rope::config odd() {
    rope::config c;
    c.head_dim = 7;
    return c;
}

} // namespace

TEST_CASE("the error handler is replaced, and the one before comes back", "[errors]") {
    const rope::error_handler before = rope::set_error_handler(&count);
    CHECK(rope::set_error_handler(nullptr) == &count);
    CHECK(rope::set_error_handler(before) == nullptr);
}

TEST_CASE("a refused call: one sentence, by an exception or to the handler", "[errors]") {
    const std::string sentence = "head_dim = 7: expected an even number, since elements rotate in pairs";
    CHECK(rope::validate(odd()).message == sentence);
    CHECK_THROWS_WITH(rope::frequencies(odd()), sentence);
#if defined(__cpp_exceptions)
    const rope::error_handler before = rope::set_error_handler(&count);
    CHECK_THROWS_AS(rope::frequencies(odd()), rope::error);
    rope::set_error_handler(before);
    CHECK(calls == 0);
#else
    const test::trial accepted; // the check itself can fail: a call that returns is not refused
    if (accepted.in_child()) {
        static_cast<void>(rope::validate(odd()));
        accepted.returned();
    }
    CHECK_FALSE(accepted.refused());
    const test::trial crashed;
    if (crashed.in_child()) {
        std::abort(); // without a sentence
    }
    CHECK_FALSE(crashed.refused());
    const test::trial refused;
    if (refused.in_child()) {
        static_cast<void>(rope::frequencies(odd()));
        refused.returned();
    }
    CHECK(refused.refused());
    CHECK(refused.sentence() == sentence);
#endif
}
