// Instruction sets: named, listed, forced, asked of the environment; never replaced in silence.
// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <rope/kernels/isa.hpp>

#include <cstdlib>
#include <string>

namespace {

// The environment and the choice as they were, whatever a test does.
struct untouched {
    std::string before;
    bool was_set;
    untouched() : was_set(std::getenv("ROPE_ISA") != nullptr) {
        if (was_set) {
            before = std::getenv("ROPE_ISA");
        }
    }
    ~untouched() {
        was_set ? setenv("ROPE_ISA", before.c_str(), 1) : unsetenv("ROPE_ISA");
        static_cast<void>(rope::try_force_isa(std::nullopt));
    }
};

std::string message_of_choice() {
    rope::isa which;
    return rope::detail::choose_isa(which).message;
}

TEST_CASE("instruction sets have names, and the names lead back", "[kernels]") {
    for (const rope::isa which : {rope::isa::scalar, rope::isa::avx2, rope::isa::avx512, rope::isa::neon}) {
        CHECK(rope::isa_from_name(rope::isa_name(which)) == which);
    }
    CHECK_FALSE(rope::isa_from_name("sse9").has_value());
    CHECK_FALSE(rope::isa_from_name("").has_value());
}

TEST_CASE("every available instruction set can be forced, and is then the active one", "[kernels]") {
    const untouched guard;
    const auto list = rope::available_isas();
    REQUIRE(!list.empty());
    CHECK(list.front() == rope::isa::scalar);
    for (const rope::isa which : list) {
        CHECK(rope::is_available(which));
        rope::force_isa(which);
        CHECK(rope::active_isa() == which);
    }
    unsetenv("ROPE_ISA");
    rope::force_isa(std::nullopt);
    CHECK(rope::active_isa() == list.back());
}

TEST_CASE("an instruction set that is not there is refused, and nothing changes", "[kernels]") {
    const untouched guard;
    rope::force_isa(rope::isa::scalar);
    const rope::isa missing = rope::is_available(rope::isa::neon) ? rope::isa::avx2 : rope::isa::neon;
    REQUIRE_FALSE(rope::is_available(missing));
    const rope::status refused = rope::try_force_isa(missing);
    CHECK_FALSE(refused.ok());
    CHECK(refused.message.find(rope::isa_name(missing)) != std::string::npos);
    CHECK(refused.message.find("scalar") != std::string::npos);
    CHECK_FALSE(rope::try_force_isa(static_cast<rope::isa>(77)).ok());
    CHECK(rope::active_isa() == rope::isa::scalar);
    CHECK_THROWS_AS(rope::force_isa(missing), rope::error);
}

TEST_CASE("ROPE_ISA names the instruction set; a bad name is an error when a kernel is chosen", "[kernels]") {
    const untouched guard;
    setenv("ROPE_ISA", "scalar", 1);
    rope::force_isa(std::nullopt);
    CHECK(rope::active_isa() == rope::isa::scalar);

    setenv("ROPE_ISA", "avx1024", 1);
    CHECK(rope::active_isa() == rope::isa::scalar); // read once
    rope::force_isa(std::nullopt);
    CHECK(message_of_choice().find("avx1024") != std::string::npos);
    CHECK(message_of_choice().find("scalar") != std::string::npos);
    CHECK_THROWS_AS(rope::active_isa(), rope::error);

    setenv("ROPE_ISA", rope::is_available(rope::isa::neon) ? "avx2" : "neon", 1);
    CHECK_FALSE(message_of_choice().empty());
    CHECK_FALSE(message_of_choice().empty()); // and remains one

    setenv("ROPE_ISA", "", 1);
    rope::force_isa(std::nullopt);
    CHECK(rope::active_isa() == rope::available_isas().back());
}

} // namespace
