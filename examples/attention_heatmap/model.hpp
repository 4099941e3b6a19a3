// The model: multi-head self-attention over one sentence, trained to reproduce its input. The forward and backward passes
// are written by hand in Eigen; the rotation and its adjoint are the library's.
// SPDX-License-Identifier: MIT
#pragma once

#include "text.hpp"

#include <rope/rope.hpp>
#include <rope/train.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <optional>
#include <vector>

namespace heatmap {

template <class Real>
using matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// rope: queries and keys rotated by the standard angles. none: no positions at all. learned: rotated by
// angles that start from the standard ones and are trained with the rest (rope::layer).
enum class position_kind { rope, none, learned };

constexpr int width = 32;
constexpr int heads = 4;
constexpr int head_dim = width / heads;
constexpr double dropout = 0.1;

// Adam (Kingma and Ba 2015), step 1e-3, decays 0.9 and 0.999.
template <class Real>
struct adam {
    std::vector<Real> mean, square;
    void step(std::vector<Real>& values, const std::vector<Real>& gradient, int count);
};

// Real: float; double for checking it.
template <class Real>
class basic_model {
  public:
    basic_model(const corpus& text, position_kind positions, std::uint64_t seed);

    // One epoch: the mean-squared error over all words of all sentences with dropout, and, when `learn`, one step.
    double epoch(bool learn);

    // The loss, with dropout drawn from a source, and its gradient by values() and by the angles.
    double differentiate(rope::random_source& dropped);
    std::vector<Real>& values() { return values_; }
    const std::vector<Real>& gradient() const { return gradient_; }
    std::optional<rope::layer>& angles() { return angles_; } // when learned
    const std::vector<double>& angle_gradient() const { return angle_gradient_; }

    // The attention weights of a sentence, a matrix [query][key] for each head, without dropout.
    std::vector<matrix<Real>> attention(const sentence& s) const;

  private:
    enum part { query, key, value, output, parts };
    struct trace { // what the way back needs of the way there
        matrix<Real> x, q, k, v, mixed, y;
        std::vector<matrix<Real>> weights, kept; // per head: softmax, and its mask by dropout
    };
    using row_map = Eigen::Map<Eigen::Matrix<Real, 1, Eigen::Dynamic>>;

    Eigen::Map<matrix<Real>> embedding(std::vector<Real>& all) const;
    Eigen::Map<matrix<Real>> linear(std::vector<Real>& all, part p) const;
    row_map bias(std::vector<Real>& all, part p) const;

    void rotate(matrix<Real>& m) const;
    trace forward(const sentence& s, rope::random_source* dropped) const;
    void backward(const sentence& s, trace& t, Real scale);

    const corpus& text_;
    position_kind positions_;
    rope::random_source random_;
    rope::table<Real> table_;
    std::optional<rope::layer> angles_;
    mutable std::vector<Real> values_; // linear layers, then embeddings
    std::vector<Real> gradient_;
    std::vector<double> angle_gradient_;
    adam<Real> adam_;
    adam<double> angle_adam_;
    int steps_ = 0;
};

using model = basic_model<float>;

} // namespace heatmap
