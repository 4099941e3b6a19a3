// The types that engines hold their data in: ids of every kind, a plain integer, lists and multidimensional spans, 16-bit
// floats. Each call gives the bits of the same call with a view and int64 ids.
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/numbers/half.hpp>

#include <array>
#include <cstring>
#include <limits>
#include <string>
#include <vector>
#if __cplusplus >= 202002L && __has_include(<span>)
#include <span>
#endif
#if __has_include(<version>)
#include <version>
#endif
#if defined(__cpp_lib_mdspan)
#include <mdspan>
#endif

namespace {

constexpr std::int64_t tokens = 11, heads = 2, dim = 16;

const rope::table<float>& table() {
    static const auto t = [] {
        rope::config config;
        config.head_dim = dim;
        return rope::cos_sin_table<float>(rope::frequencies(config), 128);
    }();
    return t;
}

std::vector<float> data() {
    std::vector<float> x(tokens * heads * dim);
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = 0.25f + static_cast<float>(k % 37);
    }
    return x;
}

std::vector<float> rotated(const rope::positions& where) {
    auto x = data();
    rope::rotate(rope::view(x.data(), {tokens, heads, dim}), table(), "s h d", where);
    return x;
}

template <class T>
void check_bits(const std::vector<T>& a, const std::vector<T>& b) {
    REQUIRE(a.size() == b.size());
    CHECK(std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

template <class Id>
void check_ids() {
    std::vector<std::int64_t> wide;
    std::vector<Id> ids;
    for (std::int64_t t = 0; t < tokens; ++t) {
        wide.push_back(t * 29 % 127);
        ids.push_back(static_cast<Id>(t * 29 % 127));
    }
    const auto expected = rotated(rope::ids(wide));
    check_bits(rotated(rope::ids(ids)), expected);
    check_bits(rotated(ids), expected); // a list as it is
    check_bits(rotated(rope::ids(ids.data(), {tokens})), expected);
    const auto listed = rope::cos_sin_table<float>(table().frequencies, ids);
    check_bits(listed.cos, rope::cos_sin_table<float>(table().frequencies, wide.data(), tokens).cos);
    const std::array<Id, 1> one = {Id{77}};
    auto x = data(), y = data();
    rope::rotate(rope::view(x.data(), {1, heads, dim}), table(), "s h d", one);
    rope::rotate(rope::view(y.data(), {1, heads, dim}), table(), "s h d", rope::offset(77));
    check_bits(x, y);
}

// What std::mdspan looks like.
template <class T>
struct span_of_three {
    T* pointer;
    std::array<std::size_t, 3> extents, strides;
    static constexpr std::size_t rank() noexcept { return 3; }
    std::size_t extent(std::size_t k) const noexcept { return extents[k]; }
    std::size_t stride(std::size_t k) const noexcept { return strides[k]; }
    std::size_t size() const noexcept { return extents[0] * extents[1] * extents[2]; }
    T* data_handle() const noexcept { return pointer; }
};

} // namespace

TEST_CASE("ids of every integer type, float and double", "[types]") {
    check_ids<std::int8_t>();
    check_ids<std::uint8_t>();
    check_ids<std::int16_t>();
    check_ids<std::uint16_t>();
    check_ids<std::int32_t>();
    check_ids<std::uint32_t>();
    check_ids<std::int64_t>();
    check_ids<std::uint64_t>();
    check_ids<long>();
    check_ids<unsigned long long>();
    check_ids<float>();
    check_ids<double>();
    // fractions of float are those of double
    std::vector<float> halves(tokens, 2.5f);
    std::vector<double> same(tokens, 2.5);
    check_bits(rotated(halves), rotated(same));
    // strides of narrow ids
    const std::uint16_t apart[] = {5, 0, 6, 0, 7, 0, 8, 0, 9, 0, 10, 0, 11, 0, 12, 0, 13, 0, 14, 0, 15};
    check_bits(rotated(rope::ids(apart, {tokens}, {2})), rotated(rope::offset(5)));
    // a start of each sequence
    const std::vector<std::uint8_t> starts = {3, 40};
    auto x = data(), y = data();
    rope::rotate(rope::view(x.data(), {2, 5, heads, dim}), table(), "b s h d", rope::offsets(starts));
    rope::rotate(rope::view(y.data(), {5, heads, dim}), table(), "s h d", 3);
    rope::rotate(rope::view(y.data() + 5 * heads * dim, {5, heads, dim}), table(), "s h d", 40);
    check_bits(x, y);
}

TEST_CASE("ids that are no positions are refused by their token", "[types]") {
    auto x = data();
    const auto before = x;
    const auto refusal = [&](const rope::positions& where) {
        const rope::status s =
            rope::try_rotate(rope::view(x.data(), {tokens, heads, dim}), table().frequencies, "s h d", where);
        CHECK_FALSE(s.ok());
        return s.message;
    };
    std::vector<std::uint64_t> large(tokens, 1);
    large[4] = (std::uint64_t{1} << 63) + 3;
    CHECK(refusal(large) == "the position of token 4 is not below 2^63 in magnitude");
    std::vector<float> wild(tokens, 1.0f);
    wild[6] = std::numeric_limits<float>::infinity();
    CHECK(refusal(wild).find("the position of token 6 is") == 0);
    CHECK(refusal((std::numeric_limits<std::uint64_t>::max)()).find("not below 2^63") != std::string::npos);
    CHECK(refusal((std::numeric_limits<std::int64_t>::min)()).find("not below 2^63") != std::string::npos);
    CHECK(refusal((std::numeric_limits<std::int64_t>::max)()).find("not below 2^63") != std::string::npos);
    check_bits(x, before);
    large[4] = (std::uint64_t{1} << 63);
    CHECK_THROWS_AS(rope::cos_sin_table<float>(table().frequencies, large), rope::error);
    const std::uint16_t* const none = nullptr;
    CHECK_THROWS_AS(rope::cos_sin_table<float>(table().frequencies, none, 3), rope::error);
    CHECK_THROWS_AS(rope::cos_sin_table<float>(table().frequencies, wild, 2), rope::error);
}

TEST_CASE("a plain integer as position", "[types]") {
    check_bits(rotated(7), rotated(rope::offset(7)));
    check_bits(rotated(0), rotated({}));
    check_bits(rotated(std::size_t{9}), rotated(rope::offset(9)));
    auto x = data(), y = data();
    const auto token = [](std::vector<float>& v) { return rope::view(v.data(), {heads, dim}); };
    rope::rotate(token(x), table(), "h d", 7); // no axis s: one position for all
    rope::rotate(token(y), table(), "h d", rope::at(7));
    check_bits(x, y);
    const auto plan = rope::plan(table(), token(x), "h d", 0);
    rope::run(plan, x.data(), rope::offset(11));
    rope::run(rope::plan(table(), token(y), "h d", rope::at(11)), y.data());
    check_bits(x, y);
    rope::rotate_query_key(token(x), rope::view(x.data() + heads * dim, {heads, dim}), table(), "h d", 2);
    rope::rotate(rope::view(y.data(), {2, heads, dim}), table(), "b h d", 2);
    check_bits(x, y);
}

TEST_CASE("lists and multidimensional spans as tensors", "[types]") {
    const auto expected = rotated({});
    auto x = data();
    rope::rotate(rope::view(x, {tokens, heads, dim}), table(), "s h d");
    check_bits(x, expected);
    x = data();
    const std::vector<int> extents = {tokens, heads, dim};
    const std::array<std::size_t, 3> strides = {heads * dim, dim, 1};
    rope::rotate(rope::view(x.data(), extents, strides), table(), "s h d");
    check_bits(x, expected);

    x = data();
    span_of_three<float> m = {x.data(), {tokens, heads, dim}, {heads * dim, dim, 1}};
    rope::rotate(m, table(), "s h d");
    check_bits(x, expected);
    const span_of_three<const float> read_only = {
        expected.data(), {heads, tokens, dim}, {dim, heads * dim, 1}};
    std::vector<float> back(x.size());
    rope::unrotate(read_only, rope::view(back, {heads, tokens, dim}, {dim, heads * dim, 1}), table(),
                   "h s d");
    auto inverse = expected;
    rope::unrotate(rope::view(inverse, {tokens, heads, dim}), table(), "s h d");
    check_bits(back, inverse);

    std::array<float, dim> head = {};
    head.fill(0.5f);
    std::vector<float> same(head.begin(), head.end());
    rope::rotate(head, table(), "d", 3); // a list is a tensor of one axis
    rope::rotate(rope::view(same.data(), {dim}), table(), "d", rope::at(3));
    CHECK(std::memcmp(head.data(), same.data(), sizeof head) == 0);

    // ids in a span of two axes
    const std::vector<std::uint16_t> ids = {4, 5, 6, 7, 8, 30, 31, 32, 33, 34};
    struct {
        const std::uint16_t* pointer;
        static constexpr std::size_t rank() noexcept { return 2; }
        std::size_t extent(std::size_t k) const noexcept { return k == 0 ? 2 : 5; }
        std::size_t stride(std::size_t k) const noexcept { return k == 0 ? 5 : 1; }
        const std::uint16_t* data_handle() const noexcept { return pointer; }
    } of_batch = {ids.data()};
    x = data();
    auto y = data();
    rope::rotate(rope::view(x, {2, 5, heads, dim}), table(), "b s h d", rope::ids(of_batch));
    const std::vector<int> starts = {4, 30};
    rope::rotate(rope::view(y, {2, 5, heads, dim}), table(), "b s h d", rope::offsets(starts));
    check_bits(x, y);
#if defined(__cpp_lib_span)
    x = data();
    const std::vector<std::uint16_t> fives(tokens, 5);
    rope::rotate(rope::view(std::span<float>(x), {tokens, heads, dim}), table(), "s h d",
                 rope::ids(std::span<const std::uint16_t>(fives)));
    check_bits(x, rotated(fives));
    head.fill(0.5f);
    rope::rotate(std::span<float>(head), table(), "d", 3);
    CHECK(std::memcmp(head.data(), same.data(), sizeof head) == 0);
#endif
#if defined(__cpp_lib_mdspan)
    x = data();
    rope::rotate(std::mdspan(x.data(), tokens, heads, dim), table(), "s h d");
    check_bits(x, expected);
#endif
}

TEST_CASE("a view that reaches beyond its list is refused", "[types]") {
    auto x = data();
    const auto before = x;
    const auto refusal = [&](const auto& v) { return rope::try_rotate(v, table(), "s h d").message; };
    const char* const beyond = "the tensor reaches beyond the list in memory that it is a view of";
    CHECK(refusal(rope::view(x, {tokens + 1, heads, dim})) == beyond);
    CHECK(refusal(rope::view(x, {tokens, heads, dim}, {heads * dim, dim + 1, 1})) == beyond);
    CHECK(refusal(rope::view(x, {tokens, heads, dim}, {-heads * dim, dim, 1})) == beyond);
    constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
    CHECK(refusal(rope::view(x, {most, heads, dim})) == beyond);
    CHECK(refusal(rope::view(x, {tokens, heads, dim}, {-most - 1, most, 1})) == beyond);
    CHECK(refusal(rope::view(x, {-1, heads, dim})).find("extent -1") != std::string::npos);
    CHECK(rope::try_rotate(rope::view(x, {0, heads, dim}), table(), "s h d").ok());
    check_bits(x, before);
}

TEST_CASE("16-bit floats by other names", "[types]") {
    std::vector<rope::half> h(heads * dim);
    std::vector<std::uint16_t> words(h.size());
    for (std::size_t k = 0; k < h.size(); ++k) {
        h[k].bits = static_cast<std::uint16_t>(0x3c00 + 7 * k);
        words[k] = h[k].bits;
    }
    const auto again = words;
    auto b = h;
    rope::rotate(rope::view(h.data(), {heads, dim}), table(), "h d", 5);
    rope::rotate(rope::view(rope::as_half(words.data()), {heads, dim}), table(), "h d", 5);
    CHECK(std::memcmp(words.data(), h.data(), 2 * h.size()) == 0);
    words = again;
    rope::rotate(rope::view(reinterpret_cast<rope::bfloat16*>(b.data()), {heads, dim}), table(), "h d", 5);
    rope::rotate(rope::view(rope::as_bfloat16(words.data()), {heads, dim}), table(), "h d", 5);
    CHECK(std::memcmp(words.data(), b.data(), 2 * b.size()) == 0);
    words = again;
    const std::vector<std::uint16_t>& read_only = words;
    std::vector<float> wide(h.size());
    rope::rotate(rope::view(rope::as_half(read_only.data()), {heads, dim}), rope::view(wide, {heads, dim}),
                 table(), "h d", 5);
    CHECK(rope::detail::narrow<rope::half>(wide[1]).bits == h[1].bits);
#if defined(ROPE_HAS_FLOAT16)
    std::vector<_Float16> f(h.size());
    std::memcpy(f.data(), again.data(), 2 * f.size());
    rope::rotate(rope::view(f, {heads, dim}), table(), "h d", 5);
    CHECK(std::memcmp(f.data(), h.data(), 2 * f.size()) == 0);
    std::memcpy(f.data(), again.data(), 2 * f.size());
    std::vector<_Float16> one(dim / 2, static_cast<_Float16>(1)), zero(dim / 2, static_cast<_Float16>(0));
    const auto before = f;
    rope::rotate(rope::view(f.data(), {heads, dim}),
                 rope::rows(zero.data(), one.data(), 1, dim / 2, rope::pairing::half_split), "h d", 0);
    CHECK(f[dim / 2] == before[0]); // a quarter turn
    CHECK(f[0] == -before[dim / 2]);
#endif
#if defined(ROPE_HAS_BF16)
    static_assert(std::is_same_v<rope::storage_type<__bf16>::type, rope::bfloat16>);
    static_assert(std::is_same_v<rope::storage_type<const __bf16>::type, const rope::bfloat16>);
#endif
}
