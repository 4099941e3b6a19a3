// Eigen's types as tensors: the same bits as a plain view of the same numbers, nothing copied.
#include "support/catch.hpp"

#include <rope/rope.hpp>

#include <unsupported/Eigen/CXX11/Tensor>

#include <complex>
#include <cstring>

namespace {

constexpr int D = 10, S = 7, H = 3, B = 2;

template <class T = float>
const rope::table<T>& table(rope::pairing p = rope::pairing::half_split) {
    const auto make = [](rope::pairing q) {
        rope::config config;
        config.head_dim = D;
        config.pairing = q;
        return rope::cos_sin_table<T>(rope::frequencies(config), 32);
    };
    static const auto half = make(rope::pairing::half_split), inter = make(rope::pairing::interleaved);
    return p == rope::pairing::half_split ? half : inter;
}

// Sixty-fourths: the same in every build, -Ofast included.
float number(int b, int s, int h, int d) {
    return static_cast<float>((((b * S + s) * H + h) * D + d) * 37 % 127 - 63) / 64;
}

// Element (b, s, h, d) after rotation, by a plain row-major buffer.
std::vector<float> expected(std::int64_t past = 0) {
    std::vector<float> x;
    for (int b = 0; b < B; ++b) {
        for (int s = 0; s < S; ++s) {
            for (int h = 0; h < H; ++h) {
                for (int d = 0; d < D; ++d) {
                    x.push_back(number(b, s, h, d));
                }
            }
        }
    }
    rope::rotate(rope::view(x.data(), {B, S, H, D}), table(), "b s h d", rope::offset(past));
    return x;
}

template <class M>
void fill(M& m, bool embedding_first) { // head 0 of batch 0
    for (int s = 0; s < S; ++s) {
        for (int d = 0; d < D; ++d) {
            (embedding_first ? m(d, s) : m(s, d)) = number(0, s, 0, d);
        }
    }
}

template <class M>
bool holds(const M& m, bool embedding_first, std::int64_t past = 0) {
    const std::vector<float> all = expected(past);
    for (int s = 0; s < S; ++s) {
        for (int d = 0; d < D; ++d) {
            if ((embedding_first ? m(d, s) : m(s, d)) != all[static_cast<std::size_t>(s * H * D + d)]) {
                return false;
            }
        }
    }
    return true;
}

// A write through the library's type between a write and a read through Eigen's; opaque to the compiler at the call.
ROPE_NOINLINE std::uint16_t written_between(Eigen::half* theirs, rope::half* ours) {
    theirs->x = 1;
    ours->bits = 2;
    return theirs->x;
}
ROPE_NOINLINE std::uint16_t written_between(Eigen::bfloat16* theirs, rope::bfloat16* ours) {
    theirs->value = 1;
    ours->bits = 2;
    return theirs->value;
}

} // namespace

TEMPLATE_TEST_CASE("matrices and arrays in both storage orders, both ways round", "[eigen]", Eigen::MatrixXf,
                   (Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>), Eigen::ArrayXXf) {
    TestType by_column(D, S), by_row(S, D);
    fill(by_column, true);
    fill(by_row, false);
    rope::rotate(by_column, table(), "d s");
    rope::rotate(by_row, table(), "s d", rope::offset(0));
    CHECK(holds(by_column, true));
    CHECK(holds(by_row, false));
}

TEST_CASE("maps, refs, blocks, transposes and strides", "[eigen]") {
    SECTION("Map with strides") {
        std::vector<float> memory(1000, -1.0f);
        Eigen::Map<Eigen::MatrixXf, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> m(
            memory.data(), D, S, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(3 * D + 1, 3));
        fill(m, true);
        rope::rotate(m, table(), "d s");
        CHECK(holds(m, true));
        CHECK(std::count(memory.begin(), memory.end(), -1.0f) == 1000 - D * S);
    }
    SECTION("Map of one row: the embedding axis is strided by the outer stride") {
        std::vector<float> memory(D);
        for (int d = 0; d < D; ++d) {
            memory[static_cast<std::size_t>(d)] = number(0, 4, 0, d);
        }
        Eigen::Map<Eigen::MatrixXf> row(memory.data(), 1, D);
        rope::rotate(row, table(), "s d", rope::offset(4));
        const auto all = expected();
        CHECK(std::equal(memory.begin(), memory.end(), all.begin() + 4 * H * D));
    }
    SECTION("Ref, block and transpose") {
        Eigen::MatrixXf big = Eigen::MatrixXf::Constant(D + 5, S + 4, 9.0f);
        auto block = big.block(2, 3, D, S);
        fill(block, true);
        const auto by_ref = [](Eigen::Ref<Eigen::MatrixXf> m) { rope::rotate(m, table(), "d s"); };
        by_ref(big.block(2, 3, D, S));
        CHECK(holds(block, true));
        CHECK((big.array() == 9.0f).count() == big.size() - D * S);
        rope::unrotate(big.block(2, 3, D, S).transpose(), table(), "s d");
        Eigen::MatrixXf again(D, S);
        fill(again, true);
        CHECK((block - again).cwiseAbs().maxCoeff() < 1e-6f);
    }
    SECTION("columns of a longer sequence") {
        Eigen::MatrixXf all(D, S), tail(D, S);
        fill(all, true);
        tail = all;
        rope::rotate(all, table(), "d s");
        rope::rotate(tail.leftCols(2), table(), "d s");
        rope::rotate(tail.rightCols(S - 2), table(), "d s", rope::offset(2));
        CHECK(all == tail);
    }
    SECTION("vectors have one axis") {
        Eigen::VectorXf v(D);
        Eigen::RowVectorXf w(D);
        for (int d = 0; d < D; ++d) {
            v[d] = w[d] = number(0, 3, 0, d);
        }
        rope::rotate(v, table(), "d", rope::at(3));
        rope::rotate(w, table(), "d", rope::at(3));
        const auto all = expected();
        CHECK(std::equal(v.data(), v.data() + D, all.begin() + 3 * H * D));
        CHECK(v == w.transpose());
    }
    SECTION("const in, other order out") {
        Eigen::MatrixXf m(D, S);
        fill(m, true);
        const Eigen::MatrixXf in = m;
        Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> out(D, S);
        rope::rotate(in, out, table(), "d s");
        CHECK(holds(out, true));
        CHECK(in == m);
    }
}

TEMPLATE_TEST_CASE("tensors of rank 1 to 5 in both orders", "[eigen]",
                   (std::integral_constant<int, Eigen::RowMajor>),
                   (std::integral_constant<int, Eigen::ColMajor>)) {
    constexpr int order = TestType::value;
    const auto all = expected();
    const auto at = [&](int b, int s, int h, int d) {
        return all[static_cast<std::size_t>(((b * S + s) * H + h) * D + d)];
    };
    Eigen::Tensor<float, 1, order> one(D);
    Eigen::Tensor<float, 2, order> two(S, D);
    Eigen::Tensor<float, 3, order> three(D, H, S);
    Eigen::Tensor<float, 4, order> four(B, S, H, D);
    Eigen::Tensor<float, 5, order> five(B, 1, H, D, S);
    for (int s = 0; s < S; ++s) {
        for (int d = 0; d < D; ++d) {
            one(d) = number(0, 5, 0, d);
            two(s, d) = number(0, s, 0, d);
            for (int h = 0; h < H; ++h) {
                three(d, h, s) = number(0, s, h, d);
                for (int b = 0; b < B; ++b) {
                    four(b, s, h, d) = five(b, 0, h, d, s) = number(b, s, h, d);
                }
            }
        }
    }
    const float* const kept = four.data();
    rope::rotate(one, table(), "d", rope::at(5));
    rope::rotate(two, table(), "s d");
    rope::rotate(three, table(), "d h s");
    rope::rotate(four, table(), "b s h d");
    Eigen::TensorMap<Eigen::Tensor<float, 5, order>> mapped(five.data(), B, 1, H, D, S);
    rope::rotate(mapped, table(), "b one h d s");
    CHECK(four.data() == kept);
    bool good = true;
    for (int s = 0; s < S; ++s) {
        for (int d = 0; d < D; ++d) {
            good = good && one(d) == at(0, 5, 0, d) && two(s, d) == at(0, s, 0, d);
            for (int h = 0; h < H; ++h) {
                good = good && three(d, h, s) == at(0, s, h, d);
                for (int b = 0; b < B; ++b) {
                    good =
                        good && four(b, s, h, d) == at(b, s, h, d) && five(b, 0, h, d, s) == at(b, s, h, d);
                }
            }
        }
    }
    CHECK(good);
}

TEMPLATE_TEST_CASE("complex scalars are interleaved pairs", "[eigen]", float, double) {
    const auto& t = table<TestType>(rope::pairing::interleaved);
    using complex = std::complex<TestType>;
    Eigen::Matrix<complex, Eigen::Dynamic, Eigen::Dynamic> by_column(D / 2, S), by_row(S, D / 2);
    Eigen::Tensor<complex, 3, Eigen::RowMajor> tensor(S, 1, D / 2);
    std::vector<TestType> plain;
    for (int s = 0; s < S; ++s) {
        for (int i = 0; i < D / 2; ++i) {
            const complex z(static_cast<TestType>(number(0, s, 0, 2 * i)),
                            static_cast<TestType>(number(0, s, 0, 2 * i + 1)));
            by_column(i, s) = by_row(s, i) = tensor(s, 0, i) = z;
            plain.push_back(z.real());
            plain.push_back(z.imag());
        }
    }
    rope::rotate(rope::view(plain.data(), {S, D}), t, "s d");
    rope::rotate(by_column, t, "d s");
    rope::rotate(by_row, t, "s d");
    rope::rotate(tensor, t, "s h d");
    for (int s = 0; s < S; ++s) {
        for (int i = 0; i < D / 2; ++i) {
            const auto k = static_cast<std::size_t>(s * D + 2 * i);
            const complex z(plain[k], plain[k + 1]);
            REQUIRE(by_column(i, s) == z);
            REQUIRE(by_row(s, i) == z);
            REQUIRE(tensor(s, 0, i) == z);
        }
    }
    // complex in, real interleaved out
    std::vector<TestType> real(static_cast<std::size_t>(S * D));
    rope::unrotate(by_row, rope::view(real.data(), {S, D}), t, "s d");
    CHECK(std::abs(real[D] - static_cast<TestType>(number(0, 1, 0, 0))) < TestType(1e-6));
}

TEST_CASE("Eigen's half and bfloat16 are the library's", "[eigen]") {
    Eigen::Matrix<Eigen::half, Eigen::Dynamic, Eigen::Dynamic> h(D, S);
    Eigen::Matrix<Eigen::bfloat16, Eigen::Dynamic, Eigen::Dynamic> b(D, S);
    Eigen::MatrixXf f(D, S), wide(D, S);
    fill(f, true);
    h = f.cast<Eigen::half>();
    b = f.cast<Eigen::bfloat16>();
    wide = h.cast<float>();
    rope::rotate(h, table(), "d s");
    rope::rotate(wide, table(), "d s");
    CHECK((wide.cast<Eigen::half>().cast<float>() - h.cast<float>()).cwiseAbs().maxCoeff() == 0.0f);
    wide = b.cast<float>();
    rope::rotate(b, table(), "d s");
    rope::rotate(wide, table(), "d s");
    CHECK((wide.cast<Eigen::bfloat16>().cast<float>() - b.cast<float>()).cwiseAbs().maxCoeff() == 0.0f);
    // float in, half out
    rope::rotate(f, h, table(), "d s");
    CHECK(std::abs(static_cast<float>(h(0, 1)) -
                   (std::cos(1.0f) * number(0, 1, 0, 0) - std::sin(1.0f) * number(0, 1, 0, D / 2))) < 1e-3f);
}

TEST_CASE("Eigen's half and bfloat16 in a view of a pointer, a list and rows that are handed in", "[eigen]") {
    std::vector<Eigen::half> x(16), y;
    for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = Eigen::half(static_cast<float>(k));
    }
    y = x;
    const std::vector<Eigen::bfloat16> cos(4, Eigen::bfloat16(0.0f)), sin(4, Eigen::bfloat16(1.0f));
    const auto quarter = rope::rows(cos.data(), sin.data(), 1, 4, rope::pairing::half_split);
    rope::rotate(rope::view(x.data(), {2, 8}), quarter, "h d", 0);
    rope::rotate(rope::view(y, {2, 8}), quarter, "h d", 0);
    for (std::size_t k = 0; k < x.size(); ++k) {
        CHECK(x[k] == y[k]);
        CHECK(static_cast<float>(x[k]) ==
              (k % 8 < 4 ? -static_cast<float>(k + 4) : static_cast<float>(k - 4)));
    }
}

TEST_CASE("Eigen's half and bfloat16 are the library's: the compiler knows that they may be one memory",
          "[eigen]") {
    Eigen::half h;
    Eigen::bfloat16 b;
    CHECK(written_between(&h, rope::as_half(&h)) == 2);
    CHECK(written_between(&b, rope::as_bfloat16(&b)) == 2);
}
