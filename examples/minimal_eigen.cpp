// Rotary embedding on Eigen's types, as they are: a row-major tensor of a batch, a column-major matrix, a
// block of it, and complex numbers as interleaved pairs. Nothing is copied.
#include <rope/rope.hpp>

#include <unsupported/Eigen/CXX11/Tensor>

#include <cstdio>

int main() {
    rope::config config;
    config.head_dim = 64;
    const auto table = rope::cos_sin_table<float>(rope::frequencies(config), 2048);

    Eigen::Tensor<float, 4, Eigen::RowMajor> q(2, 10, 4, 64); // batch, sequence, heads, dim
    q.setConstant(1.0f);
    rope::rotate(q, table, "b s h d");

    Eigen::MatrixXf k = Eigen::MatrixXf::Ones(64, 10); // a column for each token
    rope::rotate(k, table, "d s");
    std::printf("largest difference of tensor and matrix: %g\n",
                static_cast<double>(std::abs(q(1, 9, 3, 5) - k(5, 9))));

    Eigen::MatrixXf more = Eigen::MatrixXf::Ones(64, 12);
    rope::rotate(more.leftCols(10), table, "d s");
    rope::rotate(more.rightCols(2), table, "d s", rope::offset(10)); // two more tokens

    config.pairing = rope::pairing::interleaved;
    const auto interleaved = rope::cos_sin_table<float>(rope::frequencies(config), 2048);
    Eigen::MatrixXcf z = Eigen::MatrixXcf::Ones(32, 10); // pair i of token s is the complex number z(i, s)
    rope::rotate(z, interleaved, "d s");
    std::printf("z(0, 1) = %.6f + %.6f i, e^i = 0.540302 + 0.841471 i\n", static_cast<double>(z(0, 1).real()),
                static_cast<double>(z(0, 1).imag()));
}
