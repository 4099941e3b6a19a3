// predict: what a hypothesis makes of the samples, element by element, and how far it is from what was found.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/hypothesis.hpp>
#include <rope/support/linkage.hpp>

#include <algorithm>
#include <cstdint>

#if ROPE_DEFINITIONS
#include <rope/numbers/wide.hpp>
#include <rope/table/cos_sin_table.hpp>

#include <cmath>
#include <vector>
#endif

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// How samples and a prediction differ; may be summed over parts of a tensor.
struct prediction_error {
    double greatest = 0;   // |y - predicted|
    double greatest_y = 0; // |y|
    double squares = 0, total = 0;
    double ratio =
        0; // the greatest |y - predicted| over what rounding of the result and of float steps allows
    double loose_ratio = 0;  // over what allows one rounding of x to the arrays' type as well
    double narrow_ratio = 0; // over a few roundings of the table's and the products' type
    std::int64_t elements = 0;
    std::int64_t off = 0; // elements whose ratio is above 1
    std::int64_t tokens = 0;
    std::int64_t worst_token = 0,
                 worst_element = 0; // where `greatest` is, where parts follow each other along tokens

    double relative() const { return greatest_y > 0 ? greatest / greatest_y : greatest; }
    double misfit() const { return total > 0 ? std::sqrt(squares / total) : std::sqrt(squares); }
    void add(const prediction_error& e) {
        if (e.greatest > greatest) {
            worst_token = tokens + e.worst_token;
            worst_element = e.worst_element;
        }
        tokens += e.tokens;
        greatest = (std::max)(greatest, e.greatest);
        greatest_y = (std::max)(greatest_y, e.greatest_y);
        squares += e.squares;
        total += e.total;
        ratio = (std::max)(ratio, e.ratio);
        loose_ratio = (std::max)(loose_ratio, e.loose_ratio);
        narrow_ratio = (std::max)(narrow_ratio, e.narrow_ratio);
        elements += e.elements;
        off += e.off;
    }
};

// Positions that are not below 2^63 in magnitude give an infinite error.
prediction_error predict(const vector_samples& v, const hypothesis& h);

#if ROPE_DEFINITIONS

// cos and sin, [token][pair], with the hypothesis' amplitude, signs and rounding.
struct predicted_rows {
    std::vector<double> cos = {}, sin = {};
};

inline bool predict_rows(const vector_samples& v, const hypothesis& h, predicted_rows& out) {
    frequency_set f = h.frequencies;
    f.attention_factor = h.amplitude;
    f.amplitude = to_q64_192(wide(h.amplitude));
    const auto fill = [&](const auto& t) {
        out.cos.assign(t.cos.begin(), t.cos.end());
        out.sin.assign(t.sin.begin(), t.sin.end());
    };
    const auto listed = [&](const auto* list) {
        if (h.numerics == rope::numerics::exact) {
            fill(cos_sin_table<double>(f, list, v.tokens, v.axes));
        } else {
            fill(cos_sin_table<float>(f, list, v.tokens, v.axes, h.numerics));
        }
    };
    if (h.move.kind == move_kind::none && !v.exact.empty()) {
        listed(v.exact.data());
    } else {
        const std::vector<double> p = moved_positions(v, h.move);
        for (const double x : p) {
            if (!(std::fabs(x) < 0x1p62)) {
                return false;
            }
        }
        listed(p.data());
    }
    const double sign = h.reversed ? -1 : 1;
    for (std::size_t k = 0; k < out.cos.size(); ++k) {
        const double c = out.cos[k], s = sign * out.sin[k];
        const int q = h.quarter;
        double a = q == 0 ? c : q == 1 ? -s : q == 2 ? -c : s;
        double b = q == 0 ? s : q == 1 ? c : q == 2 ? -s : -c;
        if (h.table_type) {
            a = rounded_to(*h.table_type, a);
            b = rounded_to(*h.table_type, b);
        }
        out.cos[k] = a;
        out.sin[k] = b;
    }
    return true;
}

// The comparison of one element. `size` is |x0 c| + |x1 s|, `angle` that of the pair.
class element_check {
  public:
    element_check(const vector_samples& v, const hypothesis& h, prediction_error& e)
        : h_(h), e_(e), type_(v.type) {
        const bool wide_type = type_ == dtype::f64;
        float_steps_ = (v.table ? 2 : 6) * unit_of(wide_type ? dtype::f64 : dtype::f32);
        storage_ = wide_type || type_ == dtype::f32 ? 0 : unit_of(type_);
        double narrow = 0;
        for (const auto& t : {h.table_type, h.input_type, h.product_type, h.result_type}) {
            narrow = t ? (std::max)(narrow, unit_of(*t)) : narrow;
        }
        narrow_ = 6 * narrow + 2 * unit_of(type_);
    }

    // j: the element of the vector.
    void operator()(std::int64_t t, std::int64_t j, double y, double predicted, double size, double angle) {
        const double off = std::fabs(y - predicted);
        const double magnitude = (std::max)(std::fabs(y), std::fabs(predicted));
        double room = half_unit(type_, magnitude) + float_steps_ * size;
        room += h_.amplitude_doubt * size;
        if (h_.loose_angles) {
            const double unit = unit_of(h_.numerics == rope::numerics::exact ? dtype::f64 : dtype::f32);
            room += (std::min)(8 * unit * (std::fabs(angle) + 0.5), 0.25) * size;
        }
        if (off > e_.greatest) {
            e_.greatest = off;
            e_.worst_token = t;
            e_.worst_element = j;
        }
        e_.greatest_y = (std::max)(e_.greatest_y, std::fabs(y));
        e_.squares += off * off;
        e_.total += y * y;
        ++e_.elements;
        const double ratio = off / room;
        e_.off += ratio > 1;
        e_.ratio = (std::max)(e_.ratio, ratio);
        e_.loose_ratio = (std::max)(e_.loose_ratio, off / (room + 1.01 * storage_ * size));
        e_.narrow_ratio = (std::max)(e_.narrow_ratio, off / (room + narrow_ * size));
    }

  private:
    const hypothesis& h_;
    prediction_error& e_;
    dtype type_;
    double float_steps_ = 0, storage_ = 0, narrow_ = 0;
};

ROPE_API prediction_error predict(const vector_samples& v, const hypothesis& h) {
    prediction_error e;
    predicted_rows rows;
    if (!predict_rows(v, h, rows)) {
        e.greatest = e.ratio = e.loose_ratio = e.narrow_ratio = e.squares = e.total = 1e300;
        return e;
    }
    e.tokens = v.tokens;
    element_check check(v, h, e);
    const bool bounded = h.loose_angles || v.table; // the angle's error counts where cos or sin is small too
    const std::vector<double> positions = h.loose_angles ? moved_positions(v, h.move) : std::vector<double>();
    const auto product = [&](double a, double b) {
        return h.product_type ? rounded_to(*h.product_type, a * b) : a * b;
    };
    const auto result = [&](double a) { return h.result_type ? rounded_to(*h.result_type, a) : a; };
    const auto input = [&](double a) { return h.input_type ? rounded_to(*h.input_type, a) : a; };
    const pair_layout& l = h.layout;
    for (std::int64_t t = 0; t < v.tokens; ++t) {
        for (std::int64_t k = 0; k < v.heads; ++k) {
            const double* x = v.x.data() + (t * v.heads + k) * v.dim;
            const double* y = v.y.data() + (t * v.heads + k) * v.dim;
            for (std::int64_t j = 0; j < v.dim; ++j) {
                if (j < l.offset || j >= l.offset + l.rotary_dim) {
                    check(t, j, y[j], result(input(x[j])), 0, 0);
                }
            }
            for (std::int64_t i = 0; i < l.pairs(); ++i) {
                const std::size_t at = index_of(t * l.pairs() + i), pair = index_of(i);
                const double x0 = input(x[l.first(l.in, i)]), x1 = input(x[l.second(l.in, i)]);
                const double c = rows.cos[at], s = rows.sin[at];
                double angle = 0;
                if (h.loose_angles) {
                    angle = h.frequencies.inv_freq[pair] *
                            positions[index_of(h.frequencies.axis_of_pair[pair] * v.tokens + t)];
                    angle *= h.numerics == rope::numerics::ggml ? 1 + 0.25 * static_cast<double>(i) : 1;
                }
                const double bound = std::fabs(h.amplitude) * (std::fabs(x0) + std::fabs(x1));
                const std::int64_t first = l.first(l.out, i), second = l.second(l.out, i);
                check(t, first, y[first], result(product(x0, c) - product(x1, s)),
                      bounded ? bound : std::fabs(x0 * c) + std::fabs(x1 * s), angle);
                check(t, second, y[second], result(product(x0, s) + product(x1, c)),
                      bounded ? bound : std::fabs(x0 * s) + std::fabs(x1 * c), angle);
            }
        }
    }
    return e;
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
