// The interface for C gives the bits of the C++ calls that it stands for, for every type, in place and apart, by plan, part and
// decoder's step.
#include "support/catch.hpp"

#if ROPE_DEFINITIONS
#include <rope/c.hpp>
#else
#include <rope/core.hpp>
#include <rope/rope.h>
#endif

#include <rope/numbers/half.hpp>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::int64_t tokens = 9, heads = 4, dim = 80;

rope_dtype type_of(float) {
    return ROPE_F32;
}
rope_dtype type_of(double) {
    return ROPE_F64;
}
rope_dtype type_of(rope::half) {
    return ROPE_F16;
}
rope_dtype type_of(rope::bfloat16) {
    return ROPE_BF16;
}

template <class T>
std::vector<T> data() {
    std::vector<T> x(tokens * heads * dim);
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = rope::detail::narrow<T>(static_cast<rope::compute_type<T>>(k % 51) - 25);
    }
    return x;
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

struct of_c {
    rope_config* config = nullptr;
    rope_table* table = nullptr;
    explicit of_c(rope_dtype type) {
        REQUIRE(rope_config_plain(dim, 64, 500000.0, ROPE_INTERLEAVED, &config) == ROPE_OK);
        REQUIRE(rope_table_make(config, 0, 0, 64, type, &table) == ROPE_OK);
    }
    of_c(const of_c&) = delete;
    of_c& operator=(const of_c&) = delete;
    ~of_c() {
        rope_table_free(table);
        rope_config_free(config);
    }
};

template <class In, class Out>
void compare() {
    using compute = rope::compute_type<In>;
    const of_c c(type_of(compute()));
    rope::config config;
    config.head_dim = dim;
    config.rotary_dim = 64;
    config.base = 500000;
    config.pairing = rope::pairing::interleaved;
    const auto table = rope::cos_sin_table<compute>(rope::frequencies(config), 64);
    auto x = data<In>(), y = x;
    const std::int64_t extents[] = {tokens, heads, dim};
    const auto tensor = [&](auto& v) { return rope_tensor_of(v.data(), type_of(v[0]), 3, extents, nullptr); };
    const auto view = [&](auto& v) { return rope::view(v.data(), {tokens, heads, dim}); };
    rope_tensor in = tensor(x);
    if constexpr (std::is_same_v<In, Out>) {
        CHECK(rope_rotate(c.table, &in, nullptr, "s h d", rope_offset(3), nullptr) == ROPE_OK);
        rope::rotate(view(y), table, "s h d", 3);
        CHECK(same(x, y));
        rope_plan* plan = nullptr;
        REQUIRE(rope_plan_make(c.table, &in, nullptr, "s h d", rope_offset(3), nullptr, &plan) == ROPE_OK);
        std::thread other([&] { rope_plan_run(plan, x.data(), x.data(), 1, 2); });
        CHECK(rope_plan_run(plan, x.data(), x.data(), 0, 2) == ROPE_OK);
        other.join();
        rope::rotate(view(y), table, "s h d", 3);
        CHECK(same(x, y));
        CHECK(rope_plan_run_at(plan, x.data(), x.data(), 40, 0, 1) == ROPE_OK);
        rope::rotate(view(y), table, "s h d", 40);
        CHECK(same(x, y));
        rope_plan_free(plan);
        rope_tensor token = rope_tensor_of(x.data(), type_of(x[0]), 2, extents + 1, nullptr);
        CHECK(rope_rotate(c.table, &token, nullptr, "h d", rope_at(5), nullptr) == ROPE_OK);
        rope::rotate(rope::view(y.data(), {heads, dim}), table, "h d", 5);
        CHECK(same(x, y));
    }
    std::vector<Out> apart(x.size()), expected(x.size());
    rope_tensor out = tensor(apart);
    rope_options options = {ROPE_ADJOINT, ROPE_HALF_SPLIT};
    CHECK(rope_rotate(c.table, &in, &out, "s h d", rope_offset(3), &options) == ROPE_OK);
    rope::rotate_options same_options;
    same_options.out_pairing = rope::pairing::half_split;
    rope::adjoint(view(y), view(expected), table, "s h d", 3, same_options);
    CHECK(same(apart, expected));
}

} // namespace

TEST_CASE("the interface for C has the bits of C++", "[c]") {
    compare<float, float>();
    compare<float, rope::half>();
    compare<float, rope::bfloat16>();
    compare<rope::half, rope::half>();
    compare<rope::half, float>();
    compare<rope::bfloat16, rope::bfloat16>();
    compare<double, double>();
}

TEST_CASE("the interface for C: what does not convert, and a sentence for each thread", "[c]") {
    const of_c c(ROPE_F32);
    auto x = data<double>();
    std::vector<float> y(x.size());
    const std::int64_t extents[] = {tokens, heads, dim};
    rope_tensor in = rope_tensor_of(x.data(), ROPE_F64, 3, extents, nullptr);
    rope_tensor out = rope_tensor_of(y.data(), ROPE_F32, 3, extents, nullptr);
    CHECK(rope_rotate(c.table, &in, &out, "s h d", rope_offset(0), nullptr) == ROPE_ERROR_SHAPE);
    const std::string mine = rope_last_error();
    CHECK(mine.find("double rotates to double") != std::string::npos);
    std::string theirs = "not called";
    std::thread([&] {
        theirs = rope_last_error();
        rope_force_isa("abacus");
    }).join();
    CHECK(theirs.empty());
    CHECK(rope_last_error() == mine);
    rope_positions where = rope_offset(0);
    where.type = ROPE_ID_F32;
    where.rank = 6;
    CHECK(rope_rotate(c.table, &in, nullptr, "s h d", where, nullptr) == ROPE_ERROR_POSITIONS);
}
