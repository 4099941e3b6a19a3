// tensor_samples: two tensors read as tokens and heads, whole or in part.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/diagnose/samples.hpp>
#include <rope/support/linkage.hpp>
#include <rope/tensor/axes.hpp>
#include <rope/tensor/token_positions.hpp>
#include <rope/tensor/untyped_view.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#if ROPE_DEFINITIONS
namespace rope {
inline namespace ROPE_ABI {
namespace detail {

inline double number_at(const untyped_view& v, std::int64_t at) {
    switch (v.type) {
    case dtype::f64:
        return static_cast<const double*>(v.data)[at];
    case dtype::f32:
        return static_cast<double>(static_cast<const float*>(v.data)[at]);
    case dtype::f16:
        return static_cast<double>(to_float(static_cast<const half*>(v.data)[at]));
    case dtype::bf16:
        return static_cast<double>(to_float(static_cast<const bfloat16*>(v.data)[at]));
    }
    return 0;
}

// Tensors before and after, whose axes are those of tokens, those of heads, and "d". Checked before; refers to everything
// that it is made of.
class tensor_samples {
  public:
    tensor_samples(const untyped_view& before, const untyped_view& after, const axis_names& names,
                   const token_axes& own, const token_positions& positions, std::int64_t model_axes)
        : x_(before), y_(after), names_(names), own_(own), positions_(positions), model_axes_(model_axes) {
        for (int k = 0; k < names.count(); ++k) {
            if (k != names.embedding()) {
                const bool token = own.depends[k] || names.name(k) == "s" || names.name(k) == "b";
                (token ? token_axes_ : head_axes_).push_back(k);
            }
        }
    }

    // The same tensors with positions that count along one axis.
    tensor_samples along(int axis) const {
        tensor_samples out = *this;
        out.counted_ = axis;
        out.head_axes_.clear();
        for (int k = 0; k < names_.count(); ++k) {
            if (k != names_.embedding() && k != axis) {
                out.head_axes_.push_back(k);
            }
        }
        out.token_axes_ = {axis};
        return out;
    }

    bool table = false; // the tensor after holds cos and sin, that before (1, 0)

    std::int64_t tokens() const { return count(token_axes_); }
    std::int64_t heads() const { return count(head_axes_); }
    std::int64_t dim() const { return x_.extent[names_.embedding()] * x_.reals(); }
    const std::vector<int>& head_axes() const { return head_axes_; }

    // Tokens that stand for all, at most `most` of them: neighbours in twos, so that small steps are among them.
    static std::vector<std::int64_t> chosen(std::int64_t all, std::int64_t most, bool in_twos) {
        std::vector<std::int64_t> out;
        if (all <= most) {
            for (std::int64_t k = 0; k < all; ++k) {
                out.push_back(k);
            }
            return out;
        }
        const std::int64_t each = in_twos ? 2 : 1, groups = most / each;
        for (std::int64_t g = 0; g < groups; ++g) {
            const auto at =
                static_cast<std::int64_t>(static_cast<double>(all - each) * static_cast<double>(g) /
                                          static_cast<double>(groups > 1 ? groups - 1 : 1));
            for (std::int64_t k = 0; k < each; ++k) {
                if (out.empty() || at + k > out.back()) {
                    out.push_back(at + k);
                }
            }
        }
        return out;
    }

    vector_samples read(const std::vector<std::int64_t>& tokens,
                        const std::vector<std::int64_t>& heads) const {
        vector_samples v;
        v.table = table;
        v.type = precision_of(y_.type) < precision_of(x_.type) ? y_.type : x_.type;
        v.tokens = static_cast<std::int64_t>(tokens.size());
        v.heads = static_cast<std::int64_t>(heads.size());
        v.dim = dim();
        v.axes = model_axes_;
        const int s = names_.sequence(), d = names_.embedding();
        v.sequence_extent = s >= 0 ? x_.extent[s] : 1;
        const std::size_t all = index_of(v.axes * v.tokens);
        v.position.resize(all);
        v.first_position.resize(all);
        v.mirrored.resize(all);
        const bool whole = counted_ >= 0 || positions_.reals == nullptr;
        v.exact.resize(whole ? all : 0);
        std::vector<std::int64_t> index(index_of(max_rank));
        for (std::int64_t t = 0; t < v.tokens; ++t) {
            std::fill(index.begin(), index.end(), 0);
            locate(tokens[index_of(t)], token_axes_, index);
            put_positions(v, t, index);
            for (const std::int64_t head : heads) {
                locate(head, head_axes_, index);
                const std::int64_t from = at(x_, index), to = at(y_, index);
                for (std::int64_t j = 0; j < v.dim; ++j) {
                    v.x.push_back(number_at(x_, element(x_, from, j, d)));
                    v.y.push_back(number_at(y_, element(y_, to, j, d)));
                }
            }
        }
        return v;
    }

  private:
    std::int64_t count(const std::vector<int>& axes) const {
        std::int64_t n = 1;
        for (const int k : axes) {
            n *= x_.extent[k];
        }
        return n;
    }
    void locate(std::int64_t number, const std::vector<int>& axes, std::vector<std::int64_t>& index) const {
        for (std::size_t k = axes.size(); k-- > 0;) {
            index[static_cast<std::size_t>(axes[k])] = number % x_.extent[axes[k]];
            number /= x_.extent[axes[k]];
        }
    }
    std::int64_t at(const untyped_view& v, const std::vector<std::int64_t>& index) const {
        std::int64_t offset = 0;
        for (int k = 0; k < v.rank; ++k) {
            offset += k == names_.embedding() ? 0 : index[static_cast<std::size_t>(k)] * v.stride[k];
        }
        return offset;
    }
    static std::int64_t element(const untyped_view& v, std::int64_t offset, std::int64_t j, int d) {
        return v.complex_pairs ? 2 * (offset + j / 2 * v.stride[d]) + j % 2 : offset + j * v.stride[d];
    }
    void put_positions(vector_samples& v, std::int64_t t, std::vector<std::int64_t>& index) const {
        const int s = names_.sequence();
        const std::int64_t here = s >= 0 ? index[static_cast<std::size_t>(s)] : 0;
        std::int64_t batch = 0;
        for (const int k : token_axes_) {
            batch = k == s ? batch : batch * x_.extent[k] + index[static_cast<std::size_t>(k)];
        }
        v.sequence.push_back(here);
        v.batch.push_back(batch);
        for (std::int64_t a = 0; a < v.axes; ++a) {
            const std::size_t place = index_of(a * v.tokens + t);
            v.position[place] = position(index, a);
            if (!v.exact.empty()) {
                v.exact[place] = integer(index, a);
            }
            if (s >= 0) {
                std::int64_t& along = index[static_cast<std::size_t>(s)];
                along = 0;
                v.first_position[place] = position(index, a);
                along = x_.extent[s] - 1 - here;
                v.mirrored[place] = position(index, a);
                along = here;
            } else {
                v.first_position[place] = v.mirrored[place] = v.position[place];
            }
        }
    }
    std::int64_t number_of(const std::vector<std::int64_t>& index, std::int64_t axis) const {
        std::int64_t n = own_.position_axes > 1 ? axis * own_.count : 0;
        for (int k = 0; k < names_.count(); ++k) {
            n += own_.depends[k] ? index[static_cast<std::size_t>(k)] * own_.number_step[k] : 0;
        }
        return n;
    }
    std::int64_t integer(const std::vector<std::int64_t>& index, std::int64_t axis) const {
        return counted_ >= 0 ? index[static_cast<std::size_t>(counted_)]
                             : positions_.integers[number_of(index, axis)];
    }
    double position(const std::vector<std::int64_t>& index, std::int64_t axis) const {
        return counted_ >= 0 || positions_.reals == nullptr ? static_cast<double>(integer(index, axis))
                                                            : positions_.reals[number_of(index, axis)];
    }

    const untyped_view& x_;
    const untyped_view& y_;
    const axis_names& names_;
    const token_axes& own_;
    const token_positions& positions_;
    std::int64_t model_axes_;
    int counted_ = -1;
    std::vector<int> token_axes_ = {}, head_axes_ = {};
};

// Calls f(samples) for every part of the tensors, about 2^17 elements each.
template <class F>
bool for_each_part(const tensor_samples& all, F&& f) {
    constexpr std::int64_t most = std::int64_t{1} << 17;
    const std::int64_t heads_at_once = (std::max)(std::int64_t{1}, (std::min)(all.heads(), most / all.dim()));
    const std::int64_t tokens_at_once =
        (std::max)(std::int64_t{1}, (std::min)(all.tokens(), most / (all.dim() * heads_at_once)));
    const auto run = [](std::int64_t from, std::int64_t to) {
        std::vector<std::int64_t> list;
        for (; from < to; ++from) {
            list.push_back(from);
        }
        return list;
    };
    for (std::int64_t t = 0; t < all.tokens(); t += tokens_at_once) {
        for (std::int64_t h = 0; h < all.heads(); h += heads_at_once) {
            if (!f(all.read(run(t, (std::min)(all.tokens(), t + tokens_at_once)),
                            run(h, (std::min)(all.heads(), h + heads_at_once))))) {
                return false;
            }
        }
    }
    return true;
}

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
#endif
