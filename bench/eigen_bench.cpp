// peer/<eigen|eigen_native>/<pairing>/f32/in/<shape>: array expressions.
// SPDX-License-Identifier: MIT
#include "benches.hpp"
#include "eigen_expressions.hpp"
#include "peers/contest.hpp"

namespace bench {
namespace {

void add_rotation(const std::string& name, rope::pairing pairing, eigen_rotation rotate) {
    for (const contest_shape& shape : contest_shapes) {
        add("peer/" + name + "/" + (pairing == rope::pairing::half_split ? "half_split" : "interleaved") +
                "/f32/in/" + shape.name,
            [=](benchmark::State& state) {
                contest<float> c(shape, pairing, true);
                const auto peer = [&] {
                    for (const auto& x : c.tensors) {
                        rotate(x.in, c.table.cos.data(), c.table.sin.data(), shape.tokens, x.heads, c.dim);
                    }
                };
                c.judge(state, peer, 1e-6);
            });
    }
}

} // namespace

void add_eigen_expressions() {
    const eigen_rotations rest = eigen_as_the_rest(), native = eigen_for_this_machine();
    add_rotation("eigen", rope::pairing::half_split, rest.half_split);
    add_rotation("eigen", rope::pairing::interleaved, rest.interleaved);
    add_rotation("eigen_native", rope::pairing::half_split, native.half_split);
    add_rotation("eigen_native", rope::pairing::interleaved, native.interleaved);
}

} // namespace bench
