// Catch2, whichever of 2.13 and 3.x is installed. Tests include this and nothing of Catch2 themselves.
//
// Where exceptions are switched off (the noexcept preset) an assertion that something throws cannot be made:
// the program ends instead. There those assertions are compiled and not run.
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
#define ROPE_TEST_NOT_RUN(...)                                                                               \
    do {                                                                                                     \
        if (false) {                                                                                         \
            static_cast<void>(__VA_ARGS__);                                                                  \
        }                                                                                                    \
    } while (false)
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
#define REQUIRE_THROWS(...) ROPE_TEST_NOT_RUN(__VA_ARGS__)
#define REQUIRE_THROWS_AS(expression, type) ROPE_TEST_NOT_RUN(expression)
#define REQUIRE_THROWS_WITH(expression, matcher) ROPE_TEST_NOT_RUN(expression)
#define REQUIRE_THROWS_MATCHES(expression, type, matcher) ROPE_TEST_NOT_RUN(expression)
#define CHECK_THROWS(...) ROPE_TEST_NOT_RUN(__VA_ARGS__)
#define CHECK_THROWS_AS(expression, type) ROPE_TEST_NOT_RUN(expression)
#define CHECK_THROWS_WITH(expression, matcher) ROPE_TEST_NOT_RUN(expression)
#define CHECK_THROWS_MATCHES(expression, type, matcher) ROPE_TEST_NOT_RUN(expression)
#endif
