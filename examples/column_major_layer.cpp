// An attention layer in Eigen's own storage order: MatrixXf(seq, heads * dim), one row per token, columns contiguous.
// The rotation works on it as it lies; nothing is copied or transposed.
// SPDX-License-Identifier: MIT
#include <rope/eigen.hpp>

#include <Eigen/Dense>

#include <cmath>
#include <cstdio>

using Eigen::MatrixXf;

// Causal softmax attention of one head; q and k are rotated.
static MatrixXf attend(const Eigen::Ref<const MatrixXf>& q, const Eigen::Ref<const MatrixXf>& k,
                       const Eigen::Ref<const MatrixXf>& v) {
    MatrixXf scores = q * k.transpose() / std::sqrt(static_cast<float>(q.cols()));
    for (Eigen::Index t = 0; t < scores.rows(); ++t) {
        scores.row(t).tail(scores.cols() - t - 1).setConstant(-1e30f);
        scores.row(t) = (scores.row(t).array() - scores.row(t).maxCoeff()).exp();
        scores.row(t) /= scores.row(t).sum();
    }
    return scores * v;
}

int main() {
    constexpr int seq = 64, heads = 4, dim = 32, width = heads * dim;
    rope::config config;
    config.head_dim = dim;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 1024);

    std::srand(1);
    const MatrixXf x = MatrixXf::Random(seq, width);
    const MatrixXf wq = MatrixXf::Random(width, width) / 8, wk = MatrixXf::Random(width, width) / 8;
    MatrixXf q = x * wq, k = x * wk, out(seq, width);
    for (int h = 0; h < heads; ++h) { // a head is a block of columns
        rope::rotate(q.middleCols(h * dim, dim), table, "s d");
        rope::rotate(k.middleCols(h * dim, dim), table, "s d");
        out.middleCols(h * dim, dim) =
            attend(q.middleCols(h * dim, dim), k.middleCols(h * dim, dim), x.middleCols(h * dim, dim));
    }

    // All heads at once are the same numbers: the columns of a head follow each other.
    MatrixXf all = x * wq;
    rope::rotate(rope::view(all.data(), {seq, heads, dim}, {1, seq * dim, seq}), table, "s h d");
    std::printf("%d tokens, %d heads of %d; head by head and all at once %s; |out| = %.4f\n", seq, heads, dim,
                all == q ? "agree to the bit" : "DIFFER", static_cast<double>(out.norm()));
    return all == q ? 0 : 1;
}
