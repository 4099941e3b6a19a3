// SPDX-License-Identifier: MIT
#include "model.hpp"

#include <cmath>

namespace heatmap {
namespace {

constexpr int linear_size = width * width + width;

// N(0, 1) by Box and Muller.
double normal(rope::random_source& random) {
    const double radius = std::sqrt(-2 * std::log(1 - rope::next_unit(random)));
    return radius * std::cos(6.283185307179586 * rope::next_unit(random));
}

// The heads of queries or keys as [b s d]: what rope::layer takes.
template <class Real>
auto heads_of(matrix<Real>& m) {
    return rope::view(m.data(), {heads, m.rows(), head_dim}, {head_dim, width, 1});
}

} // namespace

template <class Real>
void adam<Real>::step(std::vector<Real>& values, const std::vector<Real>& gradient, int count) {
    mean.resize(values.size());
    square.resize(values.size());
    const auto left = [count](double decay) { return static_cast<Real>(1 - std::pow(decay, count)); };
    const Real mean_left = left(0.9), square_left = left(0.999);
    for (std::size_t k = 0; k < values.size(); ++k) {
        mean[k] += Real(0.1) * (gradient[k] - mean[k]);
        square[k] += Real(0.001) * (gradient[k] * gradient[k] - square[k]);
        values[k] -= Real(1e-3) * (mean[k] / mean_left) / (std::sqrt(square[k] / square_left) + Real(1e-8));
    }
}

template <class Real>
basic_model<Real>::basic_model(const corpus& text, position_kind positions, std::uint64_t seed)
    : text_(text), positions_(positions), random_{seed} {
    rope::config config;
    config.head_dim = head_dim;
    table_ = rope::cos_sin_table<Real>(rope::frequencies(config), static_cast<std::int64_t>(text.longest));
    if (positions == position_kind::learned) {
        const auto longest = static_cast<std::int64_t>(text.longest);
        angles_.emplace(rope::layer_config{head_dim, longest, "angles"});
        angles_->build({1, longest, head_dim}, rope::angle_start::standard);
        angle_gradient_.resize(angles_->weights().size());
    }
    values_.resize(static_cast<std::size_t>(parts * linear_size + text.vocabulary * width));
    gradient_.resize(values_.size());
    const double limit = 1 / std::sqrt(static_cast<double>(width));
    for (std::size_t k = 0; k < values_.size(); ++k) {
        values_[k] = k < parts * linear_size ? static_cast<Real>(rope::next_uniform(random_, limit))
                                             : static_cast<Real>(normal(random_));
    }
}

template <class Real>
Eigen::Map<matrix<Real>> basic_model<Real>::embedding(std::vector<Real>& all) const {
    return {all.data() + parts * linear_size, text_.vocabulary, width};
}
template <class Real>
Eigen::Map<matrix<Real>> basic_model<Real>::linear(std::vector<Real>& all, part p) const {
    return {all.data() + p * linear_size, width, width};
}
template <class Real>
typename basic_model<Real>::row_map basic_model<Real>::bias(std::vector<Real>& all, part p) const {
    return {all.data() + p * linear_size + width * width, width};
}

template <class Real>
void basic_model<Real>::rotate(matrix<Real>& m) const {
    if (positions_ == position_kind::learned) {
        angles_->call(heads_of(m), rope::offset(0), heads_of(m));
    } else if (positions_ == position_kind::rope) {
        for (int h = 0; h < heads; ++h) {
            rope::rotate(m.middleCols(h * head_dim, head_dim), table_, "s d");
        }
    }
}

template <class Real>
typename basic_model<Real>::trace basic_model<Real>::forward(const sentence& s,
                                                             rope::random_source* dropped) const {
    const auto length = static_cast<Eigen::Index>(s.words.size());
    trace t;
    t.x.resize(length, width);
    for (Eigen::Index w = 0; w < length; ++w) {
        t.x.row(w) = embedding(values_).row(s.words[static_cast<std::size_t>(w)]);
    }
    const auto through = [&](const matrix<Real>& x, part p) -> matrix<Real> {
        return (x * linear(values_, p)).rowwise() + bias(values_, p);
    };
    t.q = through(t.x, query);
    t.k = through(t.x, key);
    t.v = through(t.x, value);
    rotate(t.q);
    rotate(t.k);
    t.mixed.resize(length, width);
    const Real scale = 1 / std::sqrt(Real(head_dim));
    for (int h = 0; h < heads; ++h) {
        const auto of = [h](const matrix<Real>& m) { return m.middleCols(h * head_dim, head_dim); };
        matrix<Real> a = of(t.q) * of(t.k).transpose() * scale;
        a = (a.colwise() - a.rowwise().maxCoeff()).array().exp();
        a = a.array().colwise() / a.rowwise().sum().array();
        matrix<Real> kept = matrix<Real>::Ones(length, length);
        for (Eigen::Index k = 0; dropped != nullptr && k < kept.size(); ++k) {
            kept.data()[k] = rope::next_unit(*dropped) < dropout ? Real(0) : Real(1 / (1 - dropout));
        }
        t.mixed.middleCols(h * head_dim, head_dim) = a.cwiseProduct(kept) * of(t.v);
        t.weights.push_back(std::move(a));
        t.kept.push_back(std::move(kept));
    }
    t.y = through(t.mixed, output);
    return t;
}

// Adds the gradient of scale / 2 * |y - x|^2 with x both the input and the target.
template <class Real>
void basic_model<Real>::backward(const sentence& s, trace& t, Real scale) {
    const matrix<Real> dy = scale * (t.y - t.x);
    matrix<Real> dx = -dy;
    const auto back_through = [&](const matrix<Real>& in, const matrix<Real>& d, part p) -> matrix<Real> {
        linear(gradient_, p) += in.transpose() * d;
        bias(gradient_, p) += d.colwise().sum();
        return d * linear(values_, p).transpose();
    };
    const matrix<Real> dmixed = back_through(t.mixed, dy, output);
    matrix<Real> dq(t.q.rows(), width), dk(t.k.rows(), width), dv(t.v.rows(), width);
    const Real root = 1 / std::sqrt(Real(head_dim));
    for (int h = 0; h < heads; ++h) {
        const auto of = [h](auto& m) { return m.middleCols(h * head_dim, head_dim); };
        const auto at = static_cast<std::size_t>(h);
        const matrix<Real>& a = t.weights[at];
        of(dv) = a.cwiseProduct(t.kept[at]).transpose() * of(dmixed);
        const matrix<Real> da = (of(dmixed) * of(t.v).transpose()).cwiseProduct(t.kept[at]);
        const Eigen::Matrix<Real, Eigen::Dynamic, 1> along = da.cwiseProduct(a).rowwise().sum();
        const matrix<Real> ds = root * a.cwiseProduct(da.colwise() - along);
        of(dq) = ds * of(t.k);
        of(dk) = ds.transpose() * of(t.q);
    }
    for (matrix<Real>* m : {&dq, &dk}) {
        if (positions_ == position_kind::learned) {
            const auto g = angles_->gradients(heads_of(m == &dq ? t.q : t.k), heads_of(*m), rope::offset(0),
                                              heads_of(*m));
            for (std::size_t k = 0; k < angle_gradient_.size(); ++k) {
                angle_gradient_[k] += g.weights[k];
            }
        } else if (positions_ == position_kind::rope) {
            for (int h = 0; h < heads; ++h) {
                rope::adjoint(m->middleCols(h * head_dim, head_dim), table_, "s d");
            }
        }
    }
    dx += back_through(t.x, dq, query);
    dx += back_through(t.x, dk, key);
    dx += back_through(t.x, dv, value);
    for (Eigen::Index w = 0; w < dx.rows(); ++w) {
        embedding(gradient_).row(s.words[static_cast<std::size_t>(w)]) += dx.row(w);
    }
}

template <class Real>
double basic_model<Real>::differentiate(rope::random_source& dropped) {
    std::size_t words = 0;
    for (const sentence& s : text_.sentences) {
        words += s.words.size();
    }
    const auto elements = static_cast<double>(words * width);
    std::fill(gradient_.begin(), gradient_.end(), Real(0));
    std::fill(angle_gradient_.begin(), angle_gradient_.end(), 0.0);
    double sum = 0;
    for (const sentence& s : text_.sentences) {
        trace t = forward(s, &dropped);
        sum += static_cast<double>((t.y - t.x).squaredNorm());
        backward(s, t, static_cast<Real>(2 / elements));
    }
    return sum / elements;
}

template <class Real>
double basic_model<Real>::epoch(bool learn) {
    const double loss = differentiate(random_);
    if (learn) {
        adam_.step(values_, gradient_, ++steps_);
        if (angles_) {
            std::vector<double> angles = angles_->weights();
            angle_adam_.step(angles, angle_gradient_, steps_);
            angles_->set_weights(std::move(angles));
        }
    }
    return loss;
}

template <class Real>
std::vector<matrix<Real>> basic_model<Real>::attention(const sentence& s) const {
    return forward(s, nullptr).weights;
}

template class basic_model<float>;
template class basic_model<double>;

} // namespace heatmap
