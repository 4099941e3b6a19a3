// Whole tensors [batch, token, head, element] for plans, made as the jobs of cases.hpp: dimensions 2 to 320, both
// pairings and their change, slices within a head, memory in token, head or feature order, rows counted or listed. The
// oracle rotates each batch by a job whose strides are worked out here.
// SPDX-License-Identifier: MIT
#pragma once

#include "kernels/cases.hpp"

#include <rope/rotate/plan.hpp>

#include <array>

namespace kernel_cases {

template <class In, class Out>
struct plan_case {
    using compute = rope::compute_type<In>;
    using oracle_job = decltype(rotation_case<In, Out>::job);
    std::array<std::int64_t, 4> extent{}, stride{}; // b, s, h, d
    std::int64_t dim, before;
    rope::pairing from, to;
    bool in_place, conjugate;
    std::vector<In> in;
    std::vector<Out> out; // empty in place
    std::vector<compute> cos, sin;
    std::vector<std::int64_t> ids; // empty: counted

    plan_case(random_bits& random, rope::pairing from_pairing, rope::pairing to_pairing,
              std::int64_t rotary_dim)
        : dim(rotary_dim), before(random.below(3)), from(from_pairing), to(to_pairing) {
        extent = {1 + random.below(2), 1 + random.below(9), 1 + random.below(4),
                  before + dim + random.below(3)};
        in_place = std::is_same_v<In, Out> && random.below(2) == 0;
        conjugate = random.below(2) == 0;
        constexpr int orders[3][4] = {{0, 1, 2, 3}, {0, 2, 1, 3}, {3, 0, 2, 1}}; // outermost first
        const int* const order = orders[random.below(3)];
        std::int64_t size = 1 + random.below(2); // of an element: every one, or every other
        for (int k = 4; k-- > 0;) {
            const auto axis = static_cast<std::size_t>(order[k]);
            stride[axis] = size;
            size = size * extent[axis] + (k > 0 && random.below(2) == 0 ? random.below(3) : 0);
        }
        const auto kind = static_cast<values>(random.below(3));
        for (std::int64_t i = 0; i < size; ++i) {
            in.push_back(make_value<In>(random, kind));
        }
        for (std::int64_t i = 0; i < size && !in_place; ++i) {
            out.push_back(make_value<Out>(random, values::ordinary));
        }
        const std::int64_t rows = extent[1] + 2;
        for (std::int64_t i = 0; i < rows * (dim / 2); ++i) {
            cos.push_back(make_value<compute>(random, values::ordinary));
            sin.push_back(make_value<compute>(random, values::ordinary));
        }
        for (std::int64_t t = random.below(2) * extent[1]; t-- > 0;) {
            ids.push_back(random.below(rows));
        }
    }

    // The job of one batch, for the oracle.
    oracle_job job(std::int64_t batch) {
        oracle_job j{};
        j.in = in.data() + batch * stride[0];
        j.out = in_place ? static_cast<void*>(in.data() + batch * stride[0])
                         : static_cast<void*>(out.data() + batch * stride[0]);
        const auto lattice = [&](rope::pairing p) {
            const std::int64_t s = stride[3];
            const bool zipped = p == rope::pairing::interleaved;
            return rope::kernels::row_layout{
                stride[1], stride[2], before * s, zipped ? 2 * s : s, zipped ? s : dim / 2 * s, 2 * s, s};
        };
        j.from = lattice(from);
        j.to = lattice(to);
        j.tokens = extent[1];
        j.heads = extent[2];
        j.pairs = dim / 2;
        j.cos = cos.data();
        j.sin = sin.data();
        j.row_stride = dim / 2;
        j.rows = ids.empty() ? nullptr : ids.data();
        j.rows_step = 1;
        j.conjugate = conjugate;
        j.in_place = in_place;
        if (!in_place) {
            j.copied[0] = {0, before};
            j.copied[1] = {before + dim, extent[3]};
        }
        return j;
    }

    // The same for the library: a table that holds these cos and sin, and a plan for it.
    rope::table<compute> table() const {
        const auto pairs = static_cast<std::size_t>(dim / 2);
        rope::table<compute> t;
        t.frequencies.head_dim = extent[3];
        t.frequencies.rotary_dim = dim;
        t.frequencies.rotary_offset = before;
        t.frequencies.pairing = from;
        t.frequencies.axis_of_pair.resize(pairs);
        t.frequencies.inv_freq.resize(pairs);
        t.frequencies.step.resize(pairs);
        t.rows = extent[1] + 2;
        t.cos = cos;
        t.sin = sin;
        return t;
    }
    rope::rotation_plan<In, Out> plan(const rope::table<compute>& t) {
        const rope::extent_list extents = {extent[0], extent[1], extent[2], extent[3]},
                                strides = {stride[0], stride[1], stride[2], stride[3]};
        rope::rotate_options options;
        options.direction = conjugate ? rope::direction::adjoint : rope::direction::forward;
        options.out_pairing = to;
        const rope::positions where = ids.empty() ? rope::positions{} : rope::ids(ids);
        const auto x = rope::view(in.data(), extents, strides);
        if constexpr (std::is_same_v<In, Out>) {
            if (in_place) {
                return rope::plan(t, x, "b s h d", where, options);
            }
        }
        return rope::plan(t, x, rope::view(out.data(), extents, strides), "b s h d", where, options);
    }
    Out* result() {
        if constexpr (std::is_same_v<In, Out>) {
            if (in_place) {
                return in.data();
            }
        }
        return out.data();
    }
};

// Runs `rotate(plan_case)` on every tensor of the two storage types; the hash of all that is in memory then.
template <class In, class Out, class Rotate>
std::uint64_t plan_hash(Rotate&& rotate) {
    random_bits random{sizeof(In) * 53 + sizeof(Out) + (std::is_same_v<In, rope::half> ? 1013u : 0u) +
                       (std::is_same_v<Out, rope::half> ? 2011u : 0u)};
    digest d;
    constexpr rope::pairing both[] = {rope::pairing::half_split, rope::pairing::interleaved};
    for (const rope::pairing from : both) {
        for (const rope::pairing to : both) {
            for (const std::int64_t dim :
                 {2, 4, 6, 10, 16, 30, 34, 64, 66, 80, 96, 128, 130, 192, 256, 320}) {
                plan_case<In, Out> one(random, from, to, dim);
                rotate(one);
                for (const In& x : one.in) {
                    d.add(x);
                }
                for (const Out& y : one.out) {
                    d.add(y);
                }
            }
        }
    }
    return d.hash;
}

} // namespace kernel_cases
