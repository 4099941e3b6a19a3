// SPDX-License-Identifier: MIT
#include "window.hpp"

namespace streaming {
namespace {

rope::config model() {
    rope::config c;
    c.head_dim = dim;
    return c;
}

} // namespace

window::window(std::int64_t slots)
    : frequencies_(rope::frequencies(model())), origins_(slots), keys_(static_cast<std::size_t>(slots * dim)),
      values_(keys_.size()), query_(queries * dim) {}

std::int64_t window::step() {
    const std::int64_t moving = slots() - sinks;
    const bool full = tokens_ >= slots();
    newest_ = full ? sinks + (tokens_ - slots()) % moving : tokens_;
    if (full) {
        origins_.shift(sinks, moving, -1);
    }
    origins_.store(newest_, full ? slots() - 1 : tokens_);
    ++tokens_;
    for (std::int64_t j = 0; j < dim; ++j) {
        const auto at = static_cast<std::size_t>(newest_ * dim + j);
        keys_[at] = normal_(random_);
        values_[at] = normal_(random_);
    }
    for (float& x : query_) {
        x = 2 * normal_(random_); // so that some keys count more than others
    }
    return newest_;
}

std::vector<double> window::attend(const std::vector<double>& keys) const {
    std::vector<double> query(query_.begin(), query_.end()), output(query.size());
    rope::rotate(rope::view(query.data(), {queries, dim}), frequencies_, "h d",
                 rope::at(origins_.position(newest_)));
    for (std::size_t h = 0; h < query.size(); h += dim) {
        std::vector<double> weights;
        double most = -1e300, sum = 0;
        for (std::size_t s = 0; s < keys.size(); s += dim) {
            double score = 0;
            for (std::size_t j = 0; j < dim; ++j) {
                score += query[h + j] * keys[s + j];
            }
            weights.push_back(score / std::sqrt(static_cast<double>(dim)));
            most = std::max(most, weights.back());
        }
        for (std::size_t s = 0; s < weights.size(); ++s) {
            const double weight = std::exp(weights[s] - most);
            sum += weight;
            for (std::size_t j = 0; j < dim; ++j) {
                output[h + j] += weight * static_cast<double>(values_[s * dim + j]);
            }
        }
        for (std::size_t j = 0; j < dim; ++j) {
            output[h + j] /= sum;
        }
    }
    return output;
}

std::vector<double> window::attend_exactly() const {
    std::vector<double> keys(keys_.begin(), keys_.end());
    std::vector<std::int64_t> positions;
    for (std::int64_t s = 0; s < slots(); ++s) {
        positions.push_back(origins_.position(s));
    }
    rope::rotate(rope::view(keys.data(), {slots(), dim}), frequencies_, "s d", rope::ids(positions));
    return attend(keys);
}

} // namespace streaming
