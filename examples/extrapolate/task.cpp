// SPDX-License-Identifier: MIT
#include "task.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace extrapolate {
namespace {

constexpr int linear_size = width * width + width;
constexpr int batch = 4;
const float root = 1 / std::sqrt(static_cast<float>(width));

float normal(rope::random_source& random) { // Box and Muller
    const double radius = std::sqrt(-2 * std::log(1 - rope::next_unit(random)));
    return static_cast<float>(radius * std::cos(6.283185307179586 * rope::next_unit(random)));
}

} // namespace

pointer::pointer(std::uint64_t seed)
    : random_{seed}, values_(2 * linear_size + vocabulary * width), gradient_(values_.size()),
      mean_(values_.size()), square_(values_.size()) {
    for (std::size_t k = 0; k < values_.size(); ++k) {
        values_[k] = k < 2 * linear_size
                         ? static_cast<float>(rope::next_uniform(random_, static_cast<double>(root)))
                         : normal(random_);
    }
}

Eigen::Map<matrix> pointer::embedding(std::vector<float>& all) const {
    return {all.data() + 2 * linear_size, vocabulary, width};
}
Eigen::Map<matrix> pointer::linear(std::vector<float>& all, part p) const {
    return {all.data() + p * linear_size, width, width};
}
Eigen::Map<Eigen::RowVectorXf> pointer::bias(std::vector<float>& all, part p) const {
    return {all.data() + p * linear_size + width * width, width};
}

std::vector<int> pointer::draw(rope::random_source& random, int length) const {
    std::vector<int> tokens;
    for (int t = 0; t < length; ++t) {
        tokens.push_back(static_cast<int>(rope::next_unit(random) * vocabulary));
    }
    return tokens;
}

void pointer::project(trace& t, const rope::table<float>& table) const {
    const auto length = static_cast<Eigen::Index>(t.tokens.size());
    t.x.resize(length, width);
    for (Eigen::Index r = 0; r < length; ++r) {
        t.x.row(r) = embedding(values_).row(t.tokens[static_cast<std::size_t>(r)]);
    }
    t.q = (t.x * linear(values_, query)).rowwise() + bias(values_, query);
    t.k = (t.x * linear(values_, key)).rowwise() + bias(values_, key);
    rope::rotate_query_key(t.q, t.k, table, "s d");
}

pointer::trace pointer::forward(std::vector<int> tokens, const rope::table<float>& table) const {
    trace t;
    t.tokens = std::move(tokens);
    project(t, table);
    t.weights = t.q * t.k.transpose() * root;
    for (Eigen::Index r = 0; r < t.weights.rows(); ++r) {
        auto row = t.weights.row(r);
        row.tail(t.weights.cols() - r - 1).setConstant(0); // keys in the future
        auto seen = row.head(r + 1);
        seen = (seen.array() - seen.maxCoeff()).exp();
        seen /= seen.sum();
        if (r < back) {
            continue;
        }
        float on[vocabulary] = {};
        for (Eigen::Index j = 0; j <= r; ++j) {
            on[t.tokens[static_cast<std::size_t>(j)]] += row[j];
        }
        const int right = t.tokens[static_cast<std::size_t>(r - back)];
        t.right.push_back(static_cast<double>(on[right]));
        t.hits += std::max_element(on, on + vocabulary) - on == right;
    }
    return t;
}

// Adds the gradient of scale * sum of -log(right).
void pointer::backward(trace& t, const rope::table<float>& table, float scale) {
    const Eigen::Index length = t.weights.rows();
    matrix ds = matrix::Zero(length, length); // through the softmax: a (1 - [right token] / on right)
    for (Eigen::Index r = back; r < length; ++r) {
        const int right = t.tokens[static_cast<std::size_t>(r - back)];
        const auto on = static_cast<float>(std::max(t.right[static_cast<std::size_t>(r - back)], 1e-30));
        for (Eigen::Index j = 0; j <= r; ++j) {
            const bool holds = t.tokens[static_cast<std::size_t>(j)] == right;
            ds(r, j) = scale * root * t.weights(r, j) * (holds ? 1 - 1 / on : 1);
        }
    }
    matrix dq = ds * t.k, dk = ds.transpose() * t.q;
    rope::adjoint(dq, table, "s d");
    rope::adjoint(dk, table, "s d");
    matrix dx = matrix::Zero(length, width);
    for (const auto& [d, p] : {std::pair<const matrix*, part>{&dq, query}, {&dk, key}}) {
        linear(gradient_, p) += t.x.transpose() * *d;
        bias(gradient_, p) += d->colwise().sum();
        dx += *d * linear(values_, p).transpose();
    }
    for (Eigen::Index r = 0; r < length; ++r) {
        embedding(gradient_).row(t.tokens[static_cast<std::size_t>(r)]) += dx.row(r);
    }
}

double pointer::train(const rope::frequency_set& frequencies) {
    const auto table = rope::cos_sin_table<float>(frequencies, trained_length);
    std::fill(gradient_.begin(), gradient_.end(), 0.0f);
    double loss = 0;
    constexpr double places = batch * (trained_length - back);
    for (int b = 0; b < batch; ++b) {
        trace t = forward(draw(random_, trained_length), table);
        for (const double right : t.right) {
            loss -= std::log(std::max(right, 1e-30)) / places;
        }
        backward(t, table, static_cast<float>(1 / places));
    }
    ++steps_; // Adam, step 3e-3, decays 0.9 and 0.999
    const auto mean_left = static_cast<float>(1 - std::pow(0.9, steps_));
    const auto square_left = static_cast<float>(1 - std::pow(0.999, steps_));
    for (std::size_t k = 0; k < values_.size(); ++k) {
        mean_[k] += 0.1f * (gradient_[k] - mean_[k]);
        square_[k] += 0.001f * (gradient_[k] * gradient_[k] - square_[k]);
        values_[k] -= 3e-3f * (mean_[k] / mean_left) / (std::sqrt(square_[k] / square_left) + 1e-8f);
    }
    return loss;
}

score pointer::test(const rope::frequency_set& frequencies, int length, int sequences,
                    std::uint64_t seed) const {
    const auto table = rope::cos_sin_table<float>(frequencies, length);
    rope::random_source random{seed};
    score s;
    const double places = static_cast<double>(sequences) * (length - back);
    for (int b = 0; b < sequences; ++b) {
        const trace t = forward(draw(random, length), table);
        s.accuracy += t.hits / places;
        for (const double right : t.right) {
            s.loss -= std::log(std::max(right, 1e-30)) / places;
        }
    }
    return s;
}

std::vector<double> pointer::score_by_distance(const rope::frequency_set& frequencies, int length,
                                               std::uint64_t seed) const {
    const auto table = rope::cos_sin_table<float>(frequencies, length);
    rope::random_source random{seed};
    trace t;
    t.tokens = draw(random, length);
    project(t, table);
    const matrix scores = t.q * t.k.transpose() * root;
    std::vector<double> by(static_cast<std::size_t>(length));
    for (Eigen::Index d = 0; d < length; ++d) {
        by[static_cast<std::size_t>(d)] = static_cast<double>(scores.diagonal(-d).mean());
    }
    return by;
}

} // namespace extrapolate
