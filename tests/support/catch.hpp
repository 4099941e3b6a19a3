// Catch2, whichever of 2.13 and 3.x is installed. Tests include this and nothing of Catch2 themselves.
//
// Where exceptions are switched off (the noexcept preset) a refused call ends the program. There the assertions that
// something throws make the call in a child process, and are that the error handler got a sentence (and which) before the
// program ended. Where there is no fork they are compiled and not run.
// SPDX-License-Identifier: MIT
#pragma once

#include "support/once.hpp"

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#if !defined(__cpp_exceptions) && !defined(CATCH_CONFIG_DISABLE_EXCEPTIONS)
#define CATCH_CONFIG_DISABLE_EXCEPTIONS
#endif
#include <catch2/catch.hpp>
#if defined(__clang__) // for TEMPLATE_TEST_CASE of 2.13, since Clang 19
#pragma clang diagnostic ignored "-Wc++20-extensions"
#endif
#endif

#if !defined(__cpp_exceptions)
#undef REQUIRE_THROWS
#undef REQUIRE_THROWS_AS
#undef REQUIRE_THROWS_WITH
#undef REQUIRE_THROWS_MATCHES
#undef CHECK_THROWS
#undef CHECK_THROWS_AS
#undef CHECK_THROWS_WITH
#undef CHECK_THROWS_MATCHES
#undef REQUIRE_NOTHROW
#undef CHECK_NOTHROW
// What would throw ends the program.
#define ROPE_TEST_GOES_WELL(...)                                                                             \
    do {                                                                                                     \
        static_cast<void>(__VA_ARGS__);                                                                      \
        SUCCEED();                                                                                           \
    } while (false)
#define REQUIRE_NOTHROW(...) ROPE_TEST_GOES_WELL(__VA_ARGS__)
#define CHECK_NOTHROW(...) ROPE_TEST_GOES_WELL(__VA_ARGS__)
#if defined(__unix__) || defined(__APPLE__)
#include "support/refusal.hpp"
namespace test {
inline auto sentence_matcher(const std::string& sentence) {
    return Catch::Equals(sentence);
}
template <class Matcher, class = std::enable_if_t<!std::is_convertible_v<Matcher, std::string>>>
const Matcher& sentence_matcher(const Matcher& matcher) {
    return matcher;
}
} // namespace test
// `check` is made with the sentence of the refused call.
#define ROPE_TEST_REFUSED(check, expression)                                                                 \
    do {                                                                                                     \
        const test::trial rope_trial;                                                                        \
        if (rope_trial.in_child()) {                                                                         \
            static_cast<void>(expression);                                                                   \
            rope_trial.returned();                                                                           \
        }                                                                                                    \
        INFO(#expression);                                                                                   \
        check;                                                                                               \
    } while (false)
#define REQUIRE_THROWS(...) ROPE_TEST_REFUSED(REQUIRE(rope_trial.refused()), (__VA_ARGS__))
#define REQUIRE_THROWS_AS(expression, type) ROPE_TEST_REFUSED(REQUIRE(rope_trial.refused()), expression)
#define REQUIRE_THROWS_WITH(expression, matcher)                                                             \
    ROPE_TEST_REFUSED(REQUIRE_THAT(rope_trial.sentence(), test::sentence_matcher(matcher)), expression)
#define CHECK_THROWS(...) ROPE_TEST_REFUSED(CHECK(rope_trial.refused()), (__VA_ARGS__))
#define CHECK_THROWS_AS(expression, type) ROPE_TEST_REFUSED(CHECK(rope_trial.refused()), expression)
#define CHECK_THROWS_WITH(expression, matcher)                                                               \
    ROPE_TEST_REFUSED(CHECK_THAT(rope_trial.sentence(), test::sentence_matcher(matcher)), expression)
#else
#define ROPE_TEST_NOT_RUN(...)                                                                               \
    do {                                                                                                     \
        if (false) {                                                                                         \
            static_cast<void>(__VA_ARGS__);                                                                  \
        }                                                                                                    \
    } while (false)
#define REQUIRE_THROWS(...) ROPE_TEST_NOT_RUN(__VA_ARGS__)
#define REQUIRE_THROWS_AS(expression, type) ROPE_TEST_NOT_RUN(expression)
#define REQUIRE_THROWS_WITH(expression, matcher) ROPE_TEST_NOT_RUN(expression)
#define CHECK_THROWS(...) ROPE_TEST_NOT_RUN(__VA_ARGS__)
#define CHECK_THROWS_AS(expression, type) ROPE_TEST_NOT_RUN(expression)
#define CHECK_THROWS_WITH(expression, matcher) ROPE_TEST_NOT_RUN(expression)
#endif
#endif
