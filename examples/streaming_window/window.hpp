// A small attention whose window slides: sinks that stay, behind them the newest tokens, in a ring of slots. Its keys are kept
// three ways, in a cache of T each.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/cache.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <type_traits>
#include <vector>

namespace streaming {

constexpr std::int64_t dim = 64, sinks = 4, queries = 8; // heads of the query for the one of the keys

// Keys of one head in a format; int8 with a scale for each row.
template <class T>
class key_cache {
  public:
    explicit key_cache(std::int64_t slots)
        : data_(static_cast<std::size_t>(slots * dim)), scales_(static_cast<std::size_t>(slots)),
          slots_(slots) {}
    rope::cache_view<T> view() {
        const auto keys = rope::dense_cache(data_.data(), slots_, 1, dim);
        if constexpr (std::is_same_v<T, std::int8_t>) {
            return rope::with_scales(keys, scales_.data());
        } else {
            return keys;
        }
    }

  private:
    std::vector<T> data_;
    std::vector<float> scales_;
    std::int64_t slots_;
};

// What all formats share: the tokens in the window, their keys and values in float, and the positions of their slots.
class window {
  public:
    explicit window(std::int64_t slots);

    std::int64_t slots() const { return origins_.slots(); }
    std::int64_t arrived() const { return tokens_; } // a slot each, until the window is full
    const rope::frequency_set& frequencies() const { return frequencies_; }
    const rope::key_origins& origins() const { return origins_; }
    const float* key(std::int64_t slot) const { return keys_.data() + slot * dim; }

    // The next token: everybody behind the sinks moves down by one once the window is full; returns the slot that it takes.
    std::int64_t step();

    // The output of an attention of the newest token to these keys, [slot][dim], in double: [query][dim].
    std::vector<double> attend(const std::vector<double>& keys) const;
    // With keys rotated in double.
    std::vector<double> attend_exactly() const;

  private:
    std::mt19937 random_{12345};
    std::normal_distribution<float> normal_;
    rope::frequency_set frequencies_;
    rope::key_origins origins_;
    std::int64_t tokens_ = 0, newest_ = 0;
    std::vector<float> keys_, values_, query_;
};

// The three ways to keep the keys of a window.
template <class T>
class kept_keys {
  public:
    explicit kept_keys(const window& w)
        : originals_(w.slots()), stepwise_(w.slots()), work_(w.slots()), float_keys_(w.slots()),
          by_one_(rope::plan_rerotation(w.frequencies(), stepwise_.view(),
                                        rope::slots_from(sinks, w.slots() - sinks), rope::at(-1))) {}

    // After a step of the window, in which a token took `slot`. `full`: others have moved.
    void store(const window& w, std::int64_t slot, bool full) {
        if (full) {
            rope::run(by_one_); // what engines do
        }
        const auto key = rope::view(w.key(slot), {1, 1, dim});
        const auto where = rope::offset(w.origins().position(slot));
        for (key_cache<T>* cache : {&originals_, &stepwise_}) {
            rope::run(rope::plan_cache_write(w.frequencies(), key, cache->view(), "s h d", where,
                                             rope::slots_from(slot)));
        }
    }

    // Relative errors of the attention's output: from the origin, stepwise, prefilled again.
    struct errors {
        double origin, stepwise, prefill;
    };
    errors measure(const window& w) {
        const std::vector<double> exact = w.attend_exactly();
        const auto all = rope::slots_from(0, w.slots());
        const auto deltas = w.origins().deltas(0, w.slots());
        errors e = {};
        e.stepwise = error_of(w, stepwise_, exact);
        rope::rerotate(w.frequencies(), originals_.view(), all, work_.view(), all, rope::ids(deltas));
        e.origin = error_of(w, work_, exact);
        std::vector<std::int64_t> positions;
        for (std::int64_t s = 0; s < w.slots(); ++s) {
            positions.push_back(w.origins().position(s));
        }
        rope::run(rope::plan_cache_write(w.frequencies(), rope::view(w.key(0), {w.slots(), 1, dim}),
                                         work_.view(), "s h d", rope::ids(positions), rope::slots_from(0)));
        e.prefill = error_of(w, work_, exact);
        return e;
    }

  private:
    double error_of(const window& w, key_cache<T>& keys, const std::vector<double>& exact) {
        const auto all = rope::slots_from(0, w.slots());
        std::vector<double> wide;
        if constexpr (std::is_same_v<T, float>) {
            const float* const from = keys.view().data;
            wide.assign(from, from + w.slots() * dim);
        } else { // rotated by nothing, as floats
            rope::rerotate(w.frequencies(), keys.view(), all, float_keys_.view(), all, rope::at(0));
            const float* const from = float_keys_.view().data;
            wide.assign(from, from + w.slots() * dim);
        }
        const std::vector<double> output = w.attend(wide);
        double error = 0, size = 0;
        for (std::size_t j = 0; j < output.size(); ++j) {
            error += (output[j] - exact[j]) * (output[j] - exact[j]);
            size += exact[j] * exact[j];
        }
        return std::sqrt(error / size);
    }

    key_cache<T> originals_, stepwise_, work_;
    key_cache<float> float_keys_;
    rope::rerotation_plan<T, T> by_one_;
};

} // namespace streaming
