// frequency_layer: rotary embedding with learned frequencies, per pair, per head, over one or several position axes
// (RoPE-ViT's mixed form, KataGo's per key-value head). The angle of pair i in head h of a token at position p is
//   angle = sum over a of weights[h][i][a] * p[a]
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/gradient.hpp>
#include <rope/rotate/rotate.hpp>
#include <rope/train/angles.hpp>
#include <rope/train/count_positions.hpp>
#include <rope/train/random.hpp>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

struct frequency_layer_config {
    std::int64_t head_dim = 0;
    std::int64_t rotary_dim = 0; // 0: head_dim
    std::int64_t heads = 1;      // sets of frequencies; a tensor's heads share them in equal groups, 1: all
    std::int64_t axes = 1;       // of the positions
    double base = 10000;
    rope::pairing pairing = pairing::half_split;
    std::string name = "frequency_layer";
};

// The weights that build() starts from.
// standard: pair i reads axis i mod axes at base^(-2 (i / axes) axes / d); with one axis, the plain frequencies.
// mixed: two axes; in each head, the first half of the pairs points in a random direction of the plane, the second half at
//        a right angle to it (RoPE-ViT, Heo et al. 2024, arXiv:2403.13298).
enum class frequency_start : std::uint8_t { standard, mixed };

struct frequency_layer_gradient {
    std::vector<double> weights = {};   // [head][pair][axis]
    std::vector<double> positions = {}; // [axis][token]
};

// Positions of tokens, [axis][token], the extents of the token axes, and their names in the tensor. Refers to `data`.
//   {p, {batch, seq}, "b s"}
struct token_places {
    const double* data = nullptr;
    std::vector<std::int64_t> extents = {}; // of the tokens
    std::string axes = "s";
};

class frequency_layer {
  public:
    static constexpr const char* class_name = "LearnedFrequencyRoPE";

    // Throws rope::error for sizes that frequencies() refuses, heads outside 1 .. 2^20 and axes outside 1 .. 8.
    explicit frequency_layer(frequency_layer_config c) : config_(std::move(c)) {
        config_.rotary_dim = config_.rotary_dim == 0 ? config_.head_dim : config_.rotary_dim;
        angle_frequencies(config_.head_dim, config_.rotary_dim,
                          config_.pairing); // throws for impossible sizes
        if (config_.heads < 1 || config_.axes < 1 || config_.heads > (1 << 20) || config_.axes > 8) {
            detail::fail("a layer of learned frequencies needs heads from 1 up and 1 to 8 axes; found " +
                         std::to_string(config_.heads) + " and " + std::to_string(config_.axes));
        }
    }
    static frequency_layer from_config(const frequency_layer_config& c) { return frequency_layer(c); }
    const frequency_layer_config& config() const { return config_; }
    std::int64_t pairs() const { return config_.rotary_dim / 2; }
    bool built() const { return !weights_.empty(); }

    // Makes the weights. The same seed gives the same weights with every compiler.
    // Throws rope::error for mixed frequencies of other than 2 axes, and where there is no memory.
    void build(frequency_start start = frequency_start::standard, std::uint64_t seed = 0) {
        const std::int64_t axes = config_.axes, mixed = start == frequency_start::mixed ? 2 : axes;
        if (mixed != axes) {
            detail::fail("mixed frequencies are over 2 axes; found " + std::to_string(axes));
        }
        random_source random{seed};
        weights_.clear();
        detail::allocate(weights_, static_cast<std::size_t>(config_.heads * pairs() * axes),
                         "the weights of a layer");
        for (std::int64_t h = 0; h < config_.heads; ++h) {
            const double turn = next_unit(random) * 6.283185307179586;
            for (std::int64_t i = 0; i < pairs(); ++i) {
                const bool mix = start == frequency_start::mixed, second = mix && i >= (pairs() + 1) / 2;
                const std::int64_t k = mix ? i - (second ? (pairs() + 1) / 2 : 0) : i / axes;
                const auto step = static_cast<double>(2 * axes * k);
                const double size = std::pow(config_.base, -step / static_cast<double>(config_.rotary_dim));
                double* const w = weights_.data() + (h * pairs() + i) * axes;
                if (mix) {
                    const double direction = turn + (second ? 1.5707963267948966 : 0);
                    w[0] = size * std::cos(direction);
                    w[1] = size * std::sin(direction);
                } else {
                    w[i % axes] = size;
                }
            }
        }
    }
    // Radians per unit of position, [head][pair][axis]. set_weights throws rope::error for another number of them.
    const std::vector<double>& weights() const { return weights_; }
    void set_weights(std::vector<double> weights) {
        if (static_cast<std::int64_t>(weights.size()) != config_.heads * pairs() * config_.axes) {
            detail::fail("layer " + config_.name + " has " +
                         std::to_string(config_.heads * pairs() * config_.axes) + " weights; found " +
                         std::to_string(weights.size()));
        }
        weights_ = std::move(weights);
    }

    // y = x rotated by the layer's angles.
    // Shapes: `axes` names the axes of x in index order: "d", the token axes of `where`, and "h" where config().heads > 1,
    // a multiple of it; extents of `where` are those of x, or 1. y has the shape of x.
    // Aliasing: y may be x. Positions are finite and below 2^63 in magnitude, angles too.
    // Throws rope::error before it writes: without weights, for positions that do not fit x, and as rotate() does.
    // Allocates a table with a row for each token (and head).
    template <class X, class Y>
    void call(const X& x, std::string_view axes, const token_places& where, Y&& y) const {
        const placed p = place(as_view(x), axes, where);
        rope::rotate(x, y, angle_table<element<Y>>(table_frequencies(), p.angles), axes, p.where());
    }

    // Given y = call(x, axes, where) and dy = dL/dy: writes dx = dL/dx, returns dL/d(weights) and dL/d(positions).
    // Shapes: y, dy and dx as x. Sums are in double, in a fixed order. Aliasing: dx may be dy.
    // Throws and allocates as call, and the gradients.
    template <class Y, class G, class X>
    frequency_layer_gradient gradients(const Y& y, const G& dy, std::string_view axes,
                                       const token_places& where, X&& dx) const {
        const placed p = place(as_view(y), axes, where);
        const auto table = angle_table<element<X>>(table_frequencies(), p.angles);
        const auto plan = plan_gradient(table, dy, y, axes, p.where());
        rotation_gradient g = make_gradient(plan);
        run(plan, as_view(dy).data, as_view(y).data, g);
        const std::vector<double> angle = row_gradient(plan, g); // [token][head][pair]
        frequency_layer_gradient result;
        result.weights.resize(weights_.size());
        result.positions.resize(static_cast<std::size_t>(config_.axes * p.tokens));
        each_entry(p.tokens, p.heads, [&](std::size_t entry, std::size_t weight, std::size_t position) {
            result.weights[weight] += angle[entry] * where.data[position];
            result.positions[position] += angle[entry] * weights_[weight];
        });
        adjoint(dy, dx, table, axes, p.where());
        return result;
    }

  private:
    template <class Y>
    using element =
        compute_type<std::remove_const_t<std::remove_pointer_t<decltype(as_view(std::declval<Y>()).data)>>>;

    struct placed {
        std::int64_t tokens = 1, heads = 1; // rows are [token][head]
        std::vector<double> angles = {};    // [row][pair]
        std::vector<std::int64_t> ids = {}, extents = {};
        std::string axes = {};
        positions where() const { return rope::ids(ids.data(), extents, axes); }
    };

    frequency_set table_frequencies() const {
        return angle_frequencies(config_.head_dim, config_.rotary_dim, config_.pairing);
    }

    // Calls f(index of [token][head][pair], of weights, of [axis][token]) for all terms of all angles, in
    // order.
    template <class F>
    void each_entry(std::int64_t tokens, std::int64_t heads, F&& f) const {
        for (std::int64_t t = 0; t < tokens; ++t) {
            for (std::int64_t h = 0; h < heads; ++h) {
                const std::int64_t set = h * config_.heads / heads;
                for (std::int64_t i = 0; i < pairs(); ++i) {
                    for (std::int64_t a = 0; a < config_.axes; ++a) {
                        f(static_cast<std::size_t>((t * heads + h) * pairs() + i),
                          static_cast<std::size_t>((set * pairs() + i) * config_.axes + a),
                          static_cast<std::size_t>(a * tokens + t));
                    }
                }
            }
        }
    }

    template <class View>
    placed place(const View& v, std::string_view axes, const token_places& where) const {
        if (!built()) {
            detail::fail("layer " + config_.name + " has no weights yet: build it first");
        }
        placed p;
        p.extents = where.extents;
        p.axes = where.axes;
        p.tokens =
            detail::count_positions(where.data, where.extents.data(), static_cast<int>(where.extents.size()),
                                    where.axes, axes, v, pairs());
        if (config_.heads > 1) {
            const axis_names names(axes);
            detail::require(names.why());
            const int h = names.find("h");
            if (h < 0 || h >= v.rank || v.extent[h] % config_.heads != 0) {
                detail::fail(
                    detail::sentence({"layer ", config_.name, " has frequencies for ", config_.heads,
                                      " heads: expected an axis \"h\" with a multiple of them among ",
                                      detail::quoted(axes)}),
                    errc::axes);
            }
            p.heads = v.extent[h];
            p.extents.push_back(p.heads);
            p.axes += " h";
        }
        const std::int64_t rows = detail::saturating_multiply(p.tokens, p.heads);
        detail::require(detail::check_table_size(rows, pairs(), sizeof(double)));
        detail::allocate(p.angles, static_cast<std::size_t>(rows * pairs()), "the angles of a layer");
        each_entry(p.tokens, p.heads, [&](std::size_t entry, std::size_t weight, std::size_t position) {
            p.angles[entry] += weights_[weight] * where.data[position];
        });
        for (std::int64_t row = 0; row < rows; ++row) {
            p.ids.push_back(row);
        }
        return p;
    }

    frequency_layer_config config_;
    std::vector<double> weights_;
};

} // namespace ROPE_ABI
} // namespace rope
