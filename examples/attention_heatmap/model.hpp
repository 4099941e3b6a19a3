// The model: multi-head self-attention over one sentence, trained to give its own input back. Forward and
// backward by hand, in Eigen; the rotation and its adjoint are the library's. SPDX-License-Identifier: MIT
#pragma once

#include "text.hpp"

#include <rope/rope.hpp>
#include <rope/train.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <optional>
#include <vector>

namespace heatmap {

using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// rope: queries and keys rotated by the standard angles. none: no positions at all. learned: rotated by
// angles that start from the standard ones and are trained with the rest (rope::layer).
enum class position_kind { rope, none, learned };

constexpr int width = 32;
constexpr int heads = 4;
constexpr int head_dim = width / heads;
constexpr float dropout = 0.1f;

// Adam (Kingma and Ba 2015), step 1e-3, decays 0.9 and 0.999.
template <class Real>
struct adam {
    std::vector<Real> mean, square;
    void step(std::vector<Real>& values, const std::vector<Real>& gradient, int count);
};

class model {
  public:
    model(const corpus& text, position_kind positions, std::uint64_t seed);

    // One epoch: the mean-squared error over all words of all sentences with dropout, and, when `learn`, one
    // step.
    double epoch(bool learn);

    // The attention weights of a sentence, a matrix [query][key] for each head, without dropout.
    std::vector<matrix> attention(const sentence& s) const;

  private:
    enum part { query, key, value, output, parts };
    struct trace { // what the way back needs of the way there
        matrix x, q, k, v, mixed, y;
        std::vector<matrix> weights, kept; // per head: softmax, and its mask by dropout
    };

    Eigen::Map<matrix> embedding(std::vector<float>& all) const;
    Eigen::Map<matrix> linear(std::vector<float>& all, part p) const;
    Eigen::Map<Eigen::RowVectorXf> bias(std::vector<float>& all, part p) const;

    void rotate(matrix& m) const;
    trace forward(const sentence& s, rope::random_source* dropped) const;
    void backward(const sentence& s, trace& t, float scale);

    const corpus& text_;
    position_kind positions_;
    rope::random_source random_;
    rope::table<float> table_;
    std::optional<rope::layer> angles_; // when learned
    mutable std::vector<float> values_;
    std::vector<float> gradient_;
    std::vector<double> angle_gradient_;
    adam<float> adam_;
    adam<double> angle_adam_;
    int steps_ = 0;
};

} // namespace heatmap
