// layer: rotary embedding as a trainable layer in the manner of Keras. Its weights are angles, one row for each position:
// the standard angles, or random ones that are learned. train/json.hpp saves and loads it.
//
//   rope::layer layer({32, 512, "rope"});                   // embedding_dim, max_seq_length, name
//   layer.build({batch, seq, 32});                          // Glorot-uniform angles
//   layer.call(x, rope::offset(0), y);                      // y[b][s] = x[b][s], rotated by the angles of row s
//   auto g = layer.gradients(y, dy, rope::offset(0), dx);   // dx, and g.weights = dL/d(weights)
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/rotate/gradient.hpp>
#include <rope/rotate/rotate.hpp>
#include <rope/train/angles.hpp>
#include <rope/train/count_positions.hpp>
#include <rope/train/random.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {

struct layer_config {
    std::int64_t embedding_dim = 0; // if odd, the last element is copied
    std::int64_t max_seq_length = 0;
    std::string name = "rope_layer";
};

// The angles that build() starts from.
enum class angle_start : std::uint8_t { glorot_uniform, standard };

struct layer_gradient {
    std::vector<double> weights = {};   // [max_seq_length][embedding_dim / 2]
    std::vector<double> positions = {}; // of a position matrix, in its shape; else empty
};

class layer {
  public:
    static constexpr const char* class_name = "RoPELayer";

    // Throws rope::error for embedding_dim below 2, max_seq_length below 1, and weights that do not fit in memory.
    explicit layer(layer_config c) : config_(std::move(c)) {
        if (config_.embedding_dim < 2 || config_.embedding_dim > (1 << 20) || config_.max_seq_length < 1 ||
            config_.max_seq_length > (std::int64_t{1} << 40) / config_.embedding_dim) {
            detail::fail("a layer needs embedding_dim from 2 up and max_seq_length from 1 up; found " +
                         std::to_string(config_.embedding_dim) + " and " +
                         std::to_string(config_.max_seq_length));
        }
    }
    static layer from_config(const layer_config& c) { return layer(c); }
    const layer_config& config() const { return config_; }
    std::int64_t pairs() const { return config_.embedding_dim / 2; }
    bool built() const { return !weights_.empty(); }

    // Makes the weights for inputs of shape [b, s, embedding_dim]: Glorot-uniform, U(-l, l) with
    // l = sqrt(6 / (max_seq_length + embedding_dim / 2)), or position * 10000^(-2i/d). Radians. The same seed gives the
    // same weights with every compiler. Throws rope::error for another shape, and where there is no memory.
    void build(const std::vector<std::int64_t>& input_shape, angle_start start = angle_start::glorot_uniform,
               std::uint64_t seed = 0) {
        check_shape(input_shape);
        detail::allocate(weights_, static_cast<std::size_t>(config_.max_seq_length * pairs()),
                         "the weights of a layer");
        if (start == angle_start::glorot_uniform) {
            random_source random{seed};
            const double limit = std::sqrt(6.0 / static_cast<double>(config_.max_seq_length + pairs()));
            for (double& w : weights_) {
                w = next_uniform(random, limit);
            }
            return;
        }
        rope::config standard;
        standard.head_dim = 2 * pairs();
        const std::vector<double> inv_freq = frequencies(standard).inv_freq;
        for (std::size_t k = 0; k < weights_.size(); ++k) {
            weights_[k] = static_cast<double>(k / inv_freq.size()) * inv_freq[k % inv_freq.size()];
        }
    }
    // Angles in radians, [max_seq_length][embedding_dim / 2]. set_weights throws rope::error for another number of them.
    const std::vector<double>& weights() const { return weights_; }
    void set_weights(std::vector<double> weights) {
        if (static_cast<std::int64_t>(weights.size()) != config_.max_seq_length * pairs()) {
            detail::fail("layer " + config_.name + " has " +
                         std::to_string(config_.max_seq_length * pairs()) + " weights; found " +
                         std::to_string(weights.size()));
        }
        weights_ = std::move(weights);
    }

    std::vector<std::int64_t> output_shape(const std::vector<std::int64_t>& input_shape) const {
        check_shape(input_shape);
        return input_shape;
    }

    // y = x, pairs (i, i + embedding_dim / 2) rotated by the weights' row of each token's position.
    // Shapes: x and y [b, s, embedding_dim]; `where` is an offset or ids [s] or [b, s], 0 to max_seq_length - 1.
    // Aliasing: y may be x. Throws rope::error before it writes: without weights, and as rotate() does.
    // Allocates a table of max_seq_length rows.
    template <class X, class Y>
    void call(const X& x, const positions& where, Y&& y) const {
        rope::rotate(x, y, rows<Y>(), axes, where);
    }
    // The same with angles = matrix . weights. A one-hot row selects a position, other rows mix positions.
    // Shapes: matrix [s, max_seq_length] or [b, s, max_seq_length], with b and s of x or 1.
    // Throws rope::error before it writes: for a matrix of another shape or null, and as above.
    // Allocates a table with a row for each row of the matrix.
    template <class X, int N, class Y>
    void call(const X& x, const tensor_view<const double, N>& matrix, Y&& y) const {
        const mixture m = mix(matrix, as_view(x));
        rope::rotate(x, y, angle_table<element<Y>>(table_frequencies(), m.angles), axes, m.where());
    }

    // Given y = call(x, where) and dy = dL/dy: writes dx = dL/dx, returns dL/d(weights), and dL/d(matrix) for a matrix.
    // Shapes: y, dy and dx as x. Sums are in double, in a fixed order. Aliasing: dx may be dy.
    // Throws and allocates as call, and the gradients.
    template <class Y, class G, class X>
    layer_gradient gradients(const Y& y, const G& dy, const positions& where, X&& dx) const {
        const auto table = rows<X>();
        const auto plan = plan_gradient(table, dy, y, axes, where);
        const rotation_gradient g = angles_of(plan, dy, y);
        layer_gradient result;
        result.weights = row_gradient(plan, g);
        adjoint(dy, dx, table, axes, where);
        return result;
    }
    template <class Y, class G, int N, class X>
    layer_gradient gradients(const Y& y, const G& dy, const tensor_view<const double, N>& matrix,
                             X&& dx) const {
        const mixture m = mix(matrix, as_view(y));
        const auto table = angle_table<element<X>>(table_frequencies(), m.angles);
        const auto plan = plan_gradient(table, dy, y, axes, m.where());
        const rotation_gradient g = angles_of(plan, dy, y);
        const std::vector<double> angle = row_gradient(plan, g); // [token][pair]
        layer_gradient result;
        result.weights.resize(weights_.size());
        result.positions.resize(m.entries.size());
        const auto p = static_cast<std::size_t>(pairs());
        const auto length = static_cast<std::size_t>(config_.max_seq_length);
        for (std::size_t t = 0; t * p < angle.size(); ++t) {
            for (std::size_t r = 0; r < length; ++r) {
                double sum = 0;
                for (std::size_t i = 0; i < p; ++i) {
                    result.weights[r * p + i] += m.entries[t * length + r] * angle[t * p + i];
                    sum += weights_[r * p + i] * angle[t * p + i];
                }
                result.positions[t * length + r] = sum;
            }
        }
        adjoint(dy, dx, table, axes, m.where());
        return result;
    }

  private:
    static constexpr const char* axes = "b s d";
    template <class Y>
    using element =
        compute_type<std::remove_const_t<std::remove_pointer_t<decltype(as_view(std::declval<Y>()).data)>>>;

    // Angles as a position matrix says them.
    struct mixture {
        std::vector<double> entries = {}; // [token][max_seq_length]
        std::vector<double> angles = {};  // [token][pair]
        std::vector<std::int64_t> ids = {};
        std::int64_t batch = 0, seq = 0; // batch 0: shared by all
        positions where() const {
            return batch == 0 ? rope::ids(ids.data(), {seq}) : rope::ids(ids.data(), {batch, seq});
        }
    };

    void check_shape(const std::vector<std::int64_t>& shape) const {
        if (shape.size() != 3 || shape[2] != config_.embedding_dim) {
            detail::fail(detail::sentence({"layer ", config_.name, " takes [b, s, ", config_.embedding_dim,
                                           "]; found ",
                                           detail::shape_text(shape.data(), static_cast<int>(shape.size()))}),
                         errc::shape);
        }
    }
    void check_built() const {
        if (!built()) {
            detail::fail("layer " + config_.name + " has no weights yet: build it first");
        }
    }
    frequency_set table_frequencies() const { return angle_frequencies(config_.embedding_dim, 2 * pairs()); }
    template <class Y>
    table<element<Y>> rows() const {
        check_built();
        return angle_table<element<Y>>(table_frequencies(), weights_);
    }
    template <class Plan, class G, class Y>
    static rotation_gradient angles_of(const Plan& plan, const G& dy, const Y& y) {
        rotation_gradient g = make_gradient(plan);
        run(plan, as_view(dy).data, as_view(y).data, g);
        return g;
    }
    template <int N, class View>
    mixture mix(const tensor_view<const double, N>& matrix, const View& x) const {
        check_built();
        if (matrix.rank < 2 || matrix.rank > 3 || matrix.extent[matrix.rank - 1] != config_.max_seq_length) {
            detail::fail(
                detail::sentence({"a position matrix has the shape [s, ", config_.max_seq_length,
                                  "] or [b, s, ", config_.max_seq_length, "]; found ",
                                  detail::shape_text(matrix.extent, matrix.rank < 0 ? 0 : matrix.rank)}),
                errc::shape);
        }
        mixture m;
        m.batch = matrix.rank == 3 ? matrix.extent[0] : 0;
        m.seq = matrix.extent[matrix.rank - 2];
        const std::int64_t tokens = detail::count_positions(matrix.data, matrix.extent, matrix.rank - 1,
                                                            matrix.rank == 3 ? "b s" : "s", axes, x,
                                                            (std::max)(config_.max_seq_length, pairs()));
        for (std::int64_t t = 0; t < tokens; ++t) {
            m.ids.push_back(t);
            const double* row = matrix.data + (matrix.rank == 3 ? t / m.seq * matrix.stride[0] : 0) +
                                t % m.seq * matrix.stride[matrix.rank - 2];
            m.angles.resize(m.angles.size() + static_cast<std::size_t>(pairs()));
            for (std::int64_t r = 0; r < config_.max_seq_length; ++r) {
                const double share = row[r * matrix.stride[matrix.rank - 1]];
                m.entries.push_back(share);
                for (std::int64_t i = 0; i < pairs(); ++i) {
                    m.angles[static_cast<std::size_t>(t * pairs() + i)] +=
                        share * weights_[static_cast<std::size_t>(r * pairs() + i)];
                }
            }
        }
        return m;
    }

    layer_config config_;
    std::vector<double> weights_;
};

} // namespace ROPE_ABI
} // namespace rope
