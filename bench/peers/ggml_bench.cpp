// peer/ggml/<pairing>/<f32|f16>/out/<shape>: ggml's rope_ext on its CPU backend, a graph of one node for each tensor on
// one thread, planned before; positions and output given. It makes its angles anew in every call. Compiled when
// find_package(ggml) finds one.
// SPDX-License-Identifier: MIT
#include "../benches.hpp"
#include "contest.hpp"

#include <ggml-cpu.h>
#include <ggml.h>

#include <memory>

namespace bench {
namespace {

struct free_context {
    void operator()(ggml_context* c) const { ggml_free(c); }
};

template <class T>
void measure_ggml(benchmark::State& state, const contest_shape& shape, rope::pairing pairing) {
    constexpr ggml_type element = std::is_same_v<T, float> ? GGML_TYPE_F32 : GGML_TYPE_F16;
    const int mode = pairing == rope::pairing::half_split ? GGML_ROPE_TYPE_NEOX : 0;
    contest<T> c(shape, pairing, false);
    constexpr std::size_t nodes = 16;
    const std::unique_ptr<ggml_context, free_context> context(
        ggml_init({nodes * ggml_tensor_overhead() + ggml_graph_overhead(), nullptr, true}));
    if (context == nullptr) {
        return state.SkipWithError("ggml_init failed");
    }
    std::vector<std::int32_t> ids;
    for (std::int64_t t = 0; t < shape.tokens; ++t) {
        ids.push_back(static_cast<std::int32_t>(t));
    }
    ggml_tensor* const positions = ggml_new_tensor_1d(context.get(), GGML_TYPE_I32, shape.tokens);
    positions->data = ids.data();
    ggml_cgraph* const graph = ggml_new_graph(context.get());
    for (const auto& x : c.tensors) {
        ggml_tensor* const in = ggml_new_tensor_4d(context.get(), element, c.dim, x.heads, shape.tokens, 1);
        in->data = x.in;
        ggml_tensor* const out = ggml_rope_ext(context.get(), in, positions, nullptr, static_cast<int>(c.dim),
                                               mode, 0, 10000.0f, 1.0f, 0.0f, 1.0f, 32.0f, 1.0f);
        out->data = x.out;
        ggml_build_forward_expand(graph, out);
    }
    ggml_cplan plan = ggml_graph_plan(graph, 1, nullptr);
    std::vector<std::uint8_t> work(plan.work_size);
    plan.work_data = work.data();
    if (ggml_graph_compute(graph, &plan) != GGML_STATUS_SUCCESS) {
        return state.SkipWithError("ggml_graph_compute failed");
    }
    // Its angles are float products; half rounds once more.
    const double tolerance =
        1e-5 + 1e-6 * static_cast<double>(shape.tokens) + (std::is_same_v<T, float> ? 0 : 6e-3);
    c.judge(
        state, [&] { ggml_graph_compute(graph, &plan); }, tolerance);
}

} // namespace

void add_ggml() {
    for (const rope::pairing p : {rope::pairing::half_split, rope::pairing::interleaved}) {
        for (const contest_shape& s : contest_shapes) {
            const std::string pairing = p == rope::pairing::half_split ? "half_split" : "interleaved";
            add("peer/ggml/" + pairing + "/f32/out/" + s.name,
                [=](benchmark::State& state) { measure_ggml<float>(state, s, p); });
            add("peer/ggml/" + pairing + "/f16/out/" + s.name,
                [=](benchmark::State& state) { measure_ggml<rope::half>(state, s, p); });
        }
    }
}

} // namespace bench
