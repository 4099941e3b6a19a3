// The task: find the token `back` steps back, in sequences of random tokens, with one causal attention head. The head
// points: what it answers for a place is the attention that the places holding each token get. Only the position can
// tell it where to point. Trained by hand in Eigen; rotation and adjoint are the library's.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rope.hpp>
#include <rope/train.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <vector>

namespace extrapolate {

using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr int vocabulary = 32;
constexpr int width = 32; // of embeddings and of the head
constexpr int back = 5;
constexpr int trained_length = 64;

struct score {
    double accuracy = 0; // share of places whose best token is the right one
    double loss = 0;     // mean of -log(attention on the right token)
};

class pointer {
  public:
    explicit pointer(std::uint64_t seed);

    // One step of Adam on a few sequences of trained_length; the mean loss before it.
    double train(const rope::frequency_set& frequencies);

    // On fresh sequences of any length, the same for a seed.
    score test(const rope::frequency_set& frequencies, int length, int sequences, std::uint64_t seed) const;

    // The mean attention score of keys that are 0, 1, ... steps back, before the softmax.
    std::vector<double> score_by_distance(const rope::frequency_set& frequencies, int length,
                                          std::uint64_t seed) const;

  private:
    struct trace {
        std::vector<int> tokens;
        matrix x, q, k, weights;
        std::vector<double> right; // attention on the right token, one for each place from `back` on
        int hits = 0;
    };
    std::vector<int> draw(rope::random_source& random, int length) const;
    void project(trace& t, const rope::table<float>& table) const;
    trace forward(std::vector<int> tokens, const rope::table<float>& table) const;
    void backward(trace& t, const rope::table<float>& table, float scale);

    enum part { query, key };
    Eigen::Map<matrix> embedding(std::vector<float>& all) const;
    Eigen::Map<matrix> linear(std::vector<float>& all, part p) const;
    Eigen::Map<Eigen::RowVectorXf> bias(std::vector<float>& all, part p) const;

    rope::random_source random_;
    mutable std::vector<float> values_;
    std::vector<float> gradient_, mean_, square_;
    int steps_ = 0;
};

} // namespace extrapolate
