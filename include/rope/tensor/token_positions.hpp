// token_positions: which tokens a tensor has, and the position of each. Shared by rotations and gradients; knows nothing
// of tables.
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/support/checked.hpp>
#include <rope/support/error.hpp>
#include <rope/tensor/axes.hpp>
#include <rope/tensor/positions.hpp>

#include <cstdint>
#include <type_traits>
#include <vector>

namespace rope {
inline namespace ROPE_ABI {
namespace detail {

// For each axis of the tensor: whether the position depends on it, and what a step along it adds to the number of the token
// (C order over the axes that it depends on) and to the index in the ids.
struct token_axes {
    bool depends[max_rank]; // of the tensor's axes; the others are not set, as planning one token takes 20 ns
    std::int64_t number_step[max_rank];
    std::int64_t id_step[max_rank];
    std::int64_t count = 1;         // tokens
    int counted = -1;               // the axis whose index is added to the position
    std::int64_t position_axes = 1; // entries of the ids' first axis, when it is named `axis`
    std::int64_t position_axis_step = 0;
};

// Matches the axes of positions with those of a tensor of these extents. model_axes: the position axes of the frequencies.
// row_numbers: the ids name rows of a table of listed positions, so that two axes of them can only be "b s".
ROPE_API bool match_positions(const positions& p, const axis_names& names, const std::int64_t* extent,
                              std::int64_t model_axes, bool row_numbers, token_axes& t, status& why);

// The positions of all tokens, [position axis][token]: integers where all of them are, else reals. Up to 64 of them
// without allocation. Neither copied nor moved: the pointers may refer to the object itself.
struct token_positions {
    static constexpr std::int64_t on_stack = 64;

    token_positions() noexcept {} // the arrays are not initialised
    token_positions(const token_positions&) = delete;
    token_positions& operator=(const token_positions&) = delete;

    std::int64_t count = 0;           // of all axes together
    std::int64_t* integers = nullptr; // null: reals
    double* reals = nullptr;          // null: integers

    // Room for n of either kind.
    void reserve(std::int64_t n) {
        count = n;
        if (n <= on_stack) {
            integers = few_integers;
            reals = few_reals;
        } else {
            many_integers.resize(static_cast<std::size_t>(n));
            integers = many_integers.data();
        }
    }
    void reserve_reals(std::int64_t n) {
        reserve(n);
        if (n > on_stack) {
            many_reals.resize(static_cast<std::size_t>(n));
            reals = many_reals.data();
        }
    }

  private:
    std::int64_t few_integers[on_stack];
    double few_reals[on_stack];
    std::vector<std::int64_t> many_integers;
    std::vector<double> many_reals;
};

// Fills `out`. Refuses null ids, and positions that are not finite or not below 2^63 in magnitude.
ROPE_API bool gather_positions(const positions& p, const token_axes& t, const std::int64_t* extent, int rank,
                               token_positions& out, status& why);

// Calls f(token number, index in the ids, index along the counted axis) for every token, in C order.
template <class F>
void for_each_token(const token_axes& t, const std::int64_t* extent, int rank, F&& f) {
    std::int64_t index[max_rank] = {}, id = 0;
    for (std::int64_t number = 0; number < t.count; ++number) {
        f(number, id, t.counted < 0 ? 0 : index[t.counted]);
        for (int k = rank; k-- > 0;) {
            if (!t.depends[k]) {
                continue;
            }
            id += t.id_step[k];
            if (++index[k] < extent[k]) {
                break;
            }
            id -= t.id_step[k] * extent[k];
            index[k] = 0;
        }
    }
}

// Whether offset, offset + 1, ..., offset + count - 1 are all below 2^63 in magnitude; count >= 1.
inline bool is_run(std::int64_t offset, std::int64_t count) noexcept {
    return offset >= -most_int64 && (offset <= 0 || count - 1 <= most_int64 - offset);
}

#if ROPE_DEFINITIONS

ROPE_NOINLINE inline bool match_ids(const positions& p, const axis_names& names, const std::int64_t* extent,
                                    std::int64_t model_axes, bool row_numbers, token_axes& t, status& why) {
    if (p.rank < 0 || p.text_size < 0) {
        return refuse(why, errc::positions,
                      {"positions have at most 5 axes with names of 31 characters together; found more"});
    }
    const axis_names of(p.axes());
    if (!of.ok()) {
        why = of.why();
        return false;
    }
    if (of.count() != p.rank) {
        return refuse(why, errc::positions,
                      {"positions have the shape ", shape_text(p.extent, p.rank), " and the axes ",
                       quoted(p.axes()), "; one name is needed for each axis"});
    }
    if (p.rank == 2 && p.text_size == 0 && model_axes > 1 && !row_numbers) {
        return refuse(why, errc::positions,
                      {"positions have the shape ", shape_text(p.extent, p.rank),
                       " and no axis names; the frequencies have ", model_axes,
                       " position axes, so name them, as \"axis s\" or \"b s\""});
    }
    for (int k = 0; k < of.count(); ++k) {
        if (p.extent[k] < 0) {
            return refuse(why, errc::positions,
                          {"positions have extent ", p.extent[k], " along ", quoted(of.name(k)),
                           "; expected 0 or more"});
        }
        if (k == of.embedding()) {
            return refuse(
                why, errc::positions,
                {"positions must not have the embedding axis \"d\"; found the axes ", quoted(p.axes())});
        }
        if (k == 0 && of.name(k) == "axis") {
            t.position_axes = p.extent[k];
            t.position_axis_step = p.stride[k];
            if (t.position_axes != model_axes && t.position_axes != 1) {
                return refuse(why, errc::positions,
                              {"positions have ", t.position_axes,
                               " entries along \"axis\"; the frequencies have ", model_axes,
                               " position axes"});
            }
            continue;
        }
        const int axis = names.find(of.name(k));
        if (axis < 0) {
            return refuse(
                why, errc::positions,
                {"positions have the axis ", quoted(of.name(k)), ", which the tensor does not have"});
        }
        if (p.extent[k] != extent[axis] && p.extent[k] != 1) {
            return refuse(why, errc::positions,
                          {"positions have extent ", p.extent[k], " along ", quoted(of.name(k)),
                           ", where the tensor has ", extent[axis]});
        }
        if (p.extent[k] == extent[axis]) {
            t.depends[axis] = true;
            t.id_step[axis] = p.stride[k];
        }
    }
    return true;
}

ROPE_API bool match_positions(const positions& p, const axis_names& names, const std::int64_t* extent,
                              std::int64_t model_axes, bool row_numbers, token_axes& t, status& why) {
    for (int k = 0; k < names.count(); ++k) {
        t.depends[k] = false;
        t.number_step[k] = t.id_step[k] = 0;
    }
    if (p.type != position_type::none && !match_ids(p, names, extent, model_axes, row_numbers, t, why)) {
        return false;
    }
    if (p.counting) {
        t.counted = names.sequence();
        if (t.counted < 0 && p.counting_asks) {
            return refuse(why, errc::positions,
                          {"positions count along the axis \"s\", which the tensor does not have; name it, "
                           "or give ids or "
                           "rope::at(position)"});
        }
        if (t.counted >= 0) {
            t.depends[t.counted] = true;
        }
    }
    for (int k = names.count(); k-- > 0;) {
        if (t.depends[k]) {
            t.number_step[k] = t.count;
            t.count = saturating_multiply(t.count, extent[k]);
        }
    }
    if (p.type != position_type::none && p.ids == nullptr && t.count != 0 && t.position_axes != 0) {
        return refuse(why, errc::no_memory, {"positions have no memory: the pointer to the ids is null"});
    }
    return true;
}

ROPE_COLD inline bool refuse_position(status& why, std::int64_t token) {
    return refuse(why, errc::positions, {"the position of token ", token, " is not below 2^63 in magnitude"});
}

// The id at an index; least int64, which is refused, for what int64 does not hold.
template <class Id>
struct typed_ids {
    const Id* ids;
    std::int64_t operator[](std::int64_t k) const noexcept { return static_cast<std::int64_t>(ids[k]); }
};
template <class Id>
std::int64_t id_at(const void* ids, std::int64_t k) noexcept {
    const Id id = static_cast<const Id*>(ids)[k];
    const auto value = static_cast<std::int64_t>(id);
    return std::is_unsigned_v<Id> && value < 0 ? -most_int64 - 1 : value;
}
struct rare_ids { // of the types that few have, by a function, so that the loop is not compiled for each
    const void* ids;
    std::int64_t (*at)(const void*, std::int64_t) noexcept;
    std::int64_t operator[](std::int64_t k) const noexcept { return at(ids, k); }
};

template <class Ids>
bool gather_integers(Ids ids, const token_axes& t, const std::int64_t* extent, int rank, token_positions& out,
                     status& why) {
    out.reserve(t.count * t.position_axes);
    out.reals = nullptr;
    bool inside = true;
    for (std::int64_t a = 0; a < t.position_axes; ++a) {
        std::int64_t* const to = out.integers + a * t.count;
        for_each_token(t, extent, rank, [&](std::int64_t number, std::int64_t id, std::int64_t counted) {
            const std::int64_t value = ids[a * t.position_axis_step + id];
            if (inside && (value < -most_int64 || (value > 0 && counted > most_int64 - value))) {
                inside = refuse_position(why, number);
            }
            to[number] = inside ? value + counted : 0;
        });
    }
    return inside;
}

// Reals; integers after all where every one of them is whole.
inline bool gather_reals(const positions& p, const token_axes& t, const std::int64_t* extent, int rank,
                         token_positions& out, status& why) {
    const auto* const doubles = p.type == position_type::f64 ? static_cast<const double*>(p.ids) : nullptr;
    const auto* const floats = static_cast<const float*>(p.ids);
    out.reserve_reals(t.count * t.position_axes);
    bool inside = true, whole = true;
    for (std::int64_t a = 0; a < t.position_axes; ++a) {
        double* const to = out.reals + a * t.count;
        for_each_token(t, extent, rank, [&](std::int64_t number, std::int64_t id, std::int64_t counted) {
            const std::int64_t at = a * t.position_axis_step + id;
            const double position = (doubles != nullptr ? doubles[at] : static_cast<double>(floats[at])) +
                                    static_cast<double>(counted);
            if (inside && (!has_finite_bits(position) || position <= -0x1p63 || position >= 0x1p63)) {
                inside = refuse(why, errc::positions,
                                {"the position of token ", number, " is ", position,
                                 "; it must be finite and below 2^63 in magnitude"});
            }
            to[number] = position;
            whole = whole && inside && position == static_cast<double>(static_cast<std::int64_t>(position));
        });
    }
    if (inside && whole) {
        for (std::int64_t k = 0; k < out.count; ++k) {
            out.integers[k] = static_cast<std::int64_t>(out.reals[k]);
        }
        out.reals = nullptr;
    } else {
        out.integers = nullptr;
    }
    return inside;
}

ROPE_API bool gather_positions(const positions& p, const token_axes& t, const std::int64_t* extent, int rank,
                               token_positions& out, status& why) {
    rare_ids rare = {p.ids, nullptr};
    switch (p.type) {
    case position_type::i32:
        return gather_integers(typed_ids<std::int32_t>{static_cast<const std::int32_t*>(p.ids)}, t, extent,
                               rank, out, why);
    case position_type::i64:
        return gather_integers(typed_ids<std::int64_t>{static_cast<const std::int64_t*>(p.ids)}, t, extent,
                               rank, out, why);
    case position_type::f32:
    case position_type::f64:
        return gather_reals(p, t, extent, rank, out, why);
    case position_type::i8:
        rare.at = &id_at<std::int8_t>;
        break;
    case position_type::u8:
        rare.at = &id_at<std::uint8_t>;
        break;
    case position_type::i16:
        rare.at = &id_at<std::int16_t>;
        break;
    case position_type::u16:
        rare.at = &id_at<std::uint16_t>;
        break;
    case position_type::u32:
        rare.at = &id_at<std::uint32_t>;
        break;
    case position_type::u64:
        rare.at = &id_at<std::uint64_t>;
        break;
    case position_type::none:
        break;
    }
    if (rare.at != nullptr) {
        return gather_integers(rare, t, extent, rank, out, why);
    }
    if (t.count > 0 && !is_run(p.offset, t.count)) {
        return refuse_position(why, p.offset < -most_int64 ? 0 : most_int64 - p.offset + 1);
    }
    out.reserve(t.count);
    out.reals = nullptr;
    for (std::int64_t k = 0; k < t.count; ++k) {
        out.integers[k] = p.offset + k;
    }
    return true;
}

#endif

} // namespace detail
} // namespace ROPE_ABI
} // namespace rope
