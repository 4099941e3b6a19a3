// One token is rotated without a plan where that is possible: the same bits as by a plan, and whatever is refused is refused
// with the plan's sentence, nothing written.
#include "support/catch.hpp"

#include <rope/core.hpp>
#include <rope/numbers/half.hpp>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace {

using rope::detail::rotation_functions_of;

constexpr std::int64_t least = (std::numeric_limits<std::int64_t>::min)();
constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
constexpr std::size_t room = 2048;

template <class T>
std::vector<T> numbers() {
    std::vector<T> x(room);
    for (std::size_t i = 0; i < room; ++i) {
        x[i] = rope::detail::narrow<T>(
            static_cast<rope::compute_type<T>>(static_cast<int>(i * 37 % 101) - 50) / 8);
    }
    return x;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    return std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

// A tensor of 16 axes at most in a buffer of its own.
struct shape {
    const char* axes;
    std::vector<std::int64_t> extents;
    std::vector<std::int64_t> strides = {}; // empty: C order
    bool null = false;
    bool quick_at = false, quick_offset = false; // whether at(3) and offset(3) need no plan
};

template <class T>
auto view_in(std::vector<T>& memory, const shape& s) {
    T* const data = s.null ? nullptr : memory.data() + room / 2; // strides may be negative
    return s.strides.empty() ? rope::view(data, s.extents) : rope::view(data, s.extents, s.strides);
}

// Rotates by both ways and compares; true where the way without a plan was taken.
template <class T, class Rows>
bool compare(const shape& s, const Rows& rows, const rope::positions& where,
             const rope::rotate_options& options = {}) {
    using stored = rope::detail::stored_rows_of<Rows, rope::compute_type<T>>;
    const auto& functions = rotation_functions_of<T, T>();
    const rope::axis_names names(std::string_view(s.axes));
    const std::vector<T> before = numbers<T>();
    std::vector<T> quick = before, planned = before;
    const auto a = view_in(quick, s), b = view_in(planned, s);
    const bool taken =
        rope::detail::rotate_one_token({stored::of(rows), a, names, where, options, functions});
    const rope::status why = rope::detail::rotate_now(
        {rope::row_source_of<Rows>::of(rows), b, b, names, where, options, functions});
    INFO(s.axes << ": " << why.message);
    CHECK(same_bits(quick, taken ? planned : before));
    CHECK((why.ok() || !taken));
    CHECK((why.ok() || same_bits(planned, before)));
    if constexpr (std::is_same_v<T, float>) {
        std::vector<T> called = before;
        const rope::status said = rope::try_rotate(view_in(called, s), rows, names, where, options);
        CHECK(said.code == why.code);
        CHECK(said.message == why.message);
        CHECK(same_bits(called, planned));
    }
    return taken;
}

rope::config config_of(rope::pairing p, std::int64_t offset = 0) {
    rope::config c;
    c.head_dim = 16;
    c.rotary_dim = offset != 0 ? 8 : 16;
    c.rotary_offset = offset;
    c.pairing = p;
    return c;
}

const std::vector<shape>& one_token_shapes() {
    static const std::vector<shape> list = {
        {"s h d", {1, 4, 16}},
        {"s h d", {1, 4, 16}, {999, 16, 1}},
        {"s h d", {1, 1, 16}},
        {"s d", {1, 16}},
        {"b s h d", {3, 1, 2, 16}},
        {"b h s d", {3, 2, 1, 16}, {32, 16, -7, 1}},
        {"layer b s h d", {2, 2, 1, 3, 16}},
    };
    return list;
}

const std::vector<shape>& other_shapes() {
    static const std::vector<shape> list = {
        {"s h d", {2, 4, 16}, {}, false, true},
        {"s h d", {0, 4, 16}},
        {"s h d", {1, 0, 16}},
        {"s h d", {1, -1, 16}},
        {"s h d", {1, 4, 15}},
        {"s h d", {1, 4, 16}, {64, 17, 1}},
        {"s h d", {1, 4, 16}, {64, -16, 1}},
        {"s h d", {1, 4, 16}, {64, 0, 1}},
        {"s h d", {1, 4, 16}, {64, 16, 2}},
        {"s h d", {1, 4, 16}, {64, 1, 4}},
        {"s h d", {1, most, 16}},
        {"s h d", {1, 4, 16}, {}, true},
        {"s h d", {1, 64}},
        {"s h", {1, 16}},
        {"h d", {1, 16}, {}, false, true},
        {"d h s", {16, 4, 1}},
        {"s s d", {1, 1, 16}},
        {"s-h d", {1, 16}},
        {"", {}},
        {"a b c e f g h i j k l m n o s d",
         {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 16},
         {},
         false,
         true,
         true},
        {"a b c e f g h i j k l m n o p s d", {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 16}},
    };
    return list;
}

template <class T>
void compare_type() {
    for (const rope::pairing p : {rope::pairing::half_split, rope::pairing::interleaved}) {
        for (const std::int64_t offset : {0, 5}) {
            const auto table =
                rope::cos_sin_table<rope::compute_type<T>>(rope::frequencies(config_of(p, offset)), 16);
            REQUIRE(compare<T>(other_shapes()[0], table, {}) == false); // an instruction set is chosen
            for (const shape& s : one_token_shapes()) {
                CHECK(compare<T>(s, table, rope::offset(0)));
                CHECK(compare<T>(s, table, rope::offset(15)));
                CHECK(compare<T>(s, table, rope::at(7)));
                rope::rotate_options options;
                options.out_pairing = p;
                options.direction = rope::direction::adjoint;
                CHECK(compare<T>(s, table, rope::offset(9), options));
                options.direction = rope::direction::inverse;
                CHECK_FALSE(compare<T>(s, table, rope::offset(9), options));
                options = {};
                options.out_pairing =
                    p == rope::pairing::half_split ? rope::pairing::interleaved : rope::pairing::half_split;
                CHECK_FALSE(compare<T>(s, table, rope::offset(9), options));
                for (const std::int64_t past : {least, least + 1, std::int64_t{-1}, std::int64_t{16}, most}) {
                    CHECK_FALSE(compare<T>(s, table, rope::offset(past)));
                    CHECK_FALSE(compare<T>(s, table, rope::at(past)));
                }
            }
            for (const shape& s : other_shapes()) {
                for (const std::int64_t past : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{16}, most}) {
                    compare<T>(s, table, rope::offset(past));
                    compare<T>(s, table, rope::at(past));
                }
            }
        }
    }
}

} // namespace

TEST_CASE("one token without a plan: the bits of the plan", "[one_token]") {
    compare_type<float>();
    compare_type<double>();
    compare_type<rope::half>();
    compare_type<rope::bfloat16>();
}

TEST_CASE("one token without a plan: tensors that it leaves to the plan", "[one_token]") {
    const auto table =
        rope::cos_sin_table<float>(rope::frequencies(config_of(rope::pairing::half_split)), 16);
    compare<float>(other_shapes()[0], table, {});
    for (const shape& s : other_shapes()) {
        INFO(s.axes);
        CHECK(compare<float>(s, table, rope::offset(3)) == s.quick_offset);
        CHECK(compare<float>(s, table, rope::at(3)) == s.quick_at);
    }
}

TEST_CASE("one token without a plan: listed positions", "[one_token]") {
    const auto table =
        rope::cos_sin_table<float>(rope::frequencies(config_of(rope::pairing::half_split)), 16);
    compare<float>(other_shapes()[0], table, {});
    for (const shape& s : one_token_shapes()) {
        for (const std::int64_t id : {least, least + 1, std::int64_t{-1}, std::int64_t{0}, std::int64_t{15},
                                      std::int64_t{16}, most}) {
            const std::vector<std::int64_t> wide = {id};
            const std::vector<std::int32_t> narrow = {static_cast<std::int32_t>(id)};
            const std::vector<double> real = {static_cast<double>(id)};
            const bool inside = id >= 0 && id < 16;
            CHECK(compare<float>(s, table, rope::ids(wide)) == inside);
            CHECK_FALSE(compare<float>(s, table, rope::ids(real)));
            CHECK_FALSE(compare<float>(s, table, rope::ids(wide.data(), {1}, "h")));
            CHECK_FALSE(compare<float>(s, table, rope::ids(wide.data(), {1, 1})));
            CHECK_FALSE(compare<float>(s, table, rope::offsets(wide)));
            if (id == narrow[0]) {
                CHECK(compare<float>(s, table, rope::ids(narrow)) == inside);
            }
        }
        CHECK_FALSE(compare<float>(s, table, rope::ids(static_cast<const std::int64_t*>(nullptr), {1})));
        CHECK_FALSE(compare<float>(s, table, rope::ids(std::vector<std::int64_t>(1, 3).data(), {0})));
    }
    for (const shape& s : other_shapes()) {
        const std::vector<std::int64_t> two = {3, 4};
        compare<float>(s, table, rope::ids(two));
        compare<float>(s, table, rope::ids(two.data(), {1}));
    }
}

TEST_CASE("one token without a plan: tables that are refused, or are read otherwise", "[one_token]") {
    const auto f = rope::frequencies(config_of(rope::pairing::half_split));
    const auto table = rope::cos_sin_table<float>(f, 16);
    const shape& s = one_token_shapes()[0];
    compare<float>(other_shapes()[0], table, {});
    const auto with = [&](auto&& change) {
        rope::table<float> t = table;
        change(t);
        bool taken = false;
        for (const std::int64_t past : {least, std::int64_t{0}, std::int64_t{15}, most - 1, most}) {
            taken = compare<float>(s, t, rope::offset(past)) || taken;
        }
        return taken;
    };
    CHECK(with([](auto&) {}));
    CHECK(with([](auto& t) { t.first = most - 15; }));
    CHECK(with([](auto& t) { t.first = least; }));
    CHECK(with([](auto& t) { t.external = true; }));
    CHECK_FALSE(with([](auto& t) { t.first = most - 14; }));
    CHECK_FALSE(with([](auto& t) { t.rows = 0; }));
    CHECK_FALSE(with([](auto& t) { t.rows = -1; }));
    CHECK_FALSE(with([](auto& t) { t.rows = least; }));
    CHECK_FALSE(with([](auto& t) { t.rows = most; }));
    CHECK_FALSE(with([](auto& t) { t.rows = 17; }));
    CHECK_FALSE(with([](auto& t) { t.cos.pop_back(); }));
    CHECK_FALSE(with([](auto& t) { t.sin.clear(); }));
    CHECK_FALSE(with([](auto& t) { t.frequencies.head_dim = 8; }));
    CHECK_FALSE(with([](auto& t) { t.frequencies.head_dim = least; }));
    CHECK_FALSE(with([](auto& t) { t.frequencies.rotary_dim = 14; }));
    CHECK_FALSE(with([](auto& t) { t.frequencies.rotary_offset = 1; }));
    CHECK_FALSE(with([](auto& t) { t.frequencies.rotary_offset = -1; }));
    CHECK_FALSE(with([](auto& t) { t.frequencies.axes = 0; }));
    CHECK_FALSE(with([](auto& t) { t.frequencies.axis_of_pair.pop_back(); }));
    CHECK_FALSE(with([](auto& t) { t.frequencies.step.clear(); }));
    CHECK_FALSE(with([](auto& t) { t.listed_axes = 1; }));
    CHECK_FALSE(with([](auto& t) {
        t.listed_axes = 1;
        t.integers.assign(16, 5);
    }));

    rope::table_view<float> v = {&table.frequencies, 0, 16, table.cos.data(), table.sin.data(), 8};
    CHECK(compare<float>(s, v, rope::offset(3)));
    v.row_stride = 0; // every position reads one row
    CHECK(compare<float>(s, v, rope::offset(3)));
    v.cos = nullptr;
    CHECK_FALSE(compare<float>(s, v, rope::offset(3)));
    v = {};
    CHECK_FALSE(compare<float>(s, v, rope::offset(3)));
}

TEST_CASE("query and key of one token without a plan", "[one_token]") {
    const auto table =
        rope::cos_sin_table<float>(rope::frequencies(config_of(rope::pairing::half_split)), 16);
    const std::vector<float> before = numbers<float>();
    const auto& functions = rotation_functions_of<float, float>();
    const rope::axis_names names("s h d");
    const rope::positions where = rope::offset(5);
    for (const std::int64_t apart : {0, 16, 63, 64, 65, 128}) {
        std::vector<float> quick = before, planned = before, called = before;
        const auto query = [](std::vector<float>& x) { return rope::view(x.data() + 128, {1, 4, 16}); };
        for (const std::int64_t sign : {-1, 1}) {
            const auto key = [&](std::vector<float>& x) {
                return rope::view(x.data() + 128 + sign * apart, {1, sign < 0 ? 4 : 2, 16});
            };
            const auto stored = rope::detail::stored_rows_of<rope::table<float>, float>::of(table);
            const rope::rotate_options options;
            const bool taken =
                rope::detail::rotate_two_tokens({stored, query(quick), names, where, options, functions},
                                                {stored, key(quick), names, where, options, functions});
            const rope::row_source source = rope::row_source_of<rope::table<float>>::of(table);
            const auto q = query(planned), k = key(planned);
            const rope::status why =
                rope::detail::rotate_two_now({source, q, q, names, where, options, functions},
                                             {source, k, k, names, where, options, functions});
            const rope::status said =
                rope::try_rotate_query_key(query(called), key(called), table, names, where);
            CHECK(taken == (apart >= 64));
            CHECK(why.ok() == taken);
            CHECK(said.message == why.message);
            CHECK(same_bits(quick, planned));
            CHECK(same_bits(called, planned));
        }
    }
}
