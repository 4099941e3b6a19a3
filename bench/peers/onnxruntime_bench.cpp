// peer/onnxruntime/<pairing>/<f32|f16>/out/<shape>: ONNX Runtime's RotaryEmbedding (opset 23), a session of one node
// on one thread, tables, ids and output given. The library is loaded when the environment variable
// ROPE_BENCH_ONNXRUNTIME names it; its C interface is a table of functions in an order that never changes.
// SPDX-License-Identifier: MIT
#include "../benches.hpp"
#include "contest.hpp"
#include "onnx_model.hpp"

#include <cstdlib>
#include <memory>
#include <stdexcept>

#if __has_include(<dlfcn.h>)
#include <dlfcn.h>
#endif

namespace bench {
namespace {

#if __has_include(<dlfcn.h>)

// Objects of the runtime are opaque; a status is null when all is well.
using object = void*;
using status = void*;

enum function : int { // places in the table
    get_error_message = 2,
    create_env = 3,
    create_session_from_array = 8,
    run_session = 9,
    create_session_options = 10,
    set_intra_op_num_threads = 24,
    create_tensor_with_data = 49,
    create_cpu_memory_info = 69
};

struct api_base {
    void* const* (*get_api)(std::uint32_t version);
    const char* (*version)();
};

class runtime {
  public:
    explicit runtime(const char* path) {
        void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) {
            throw std::runtime_error(dlerror());
        }
        using get_base = const api_base* (*)();
        const auto base = reinterpret_cast<get_base>(dlsym(library, "OrtGetApiBase"));
        if (base == nullptr || (functions_ = base()->get_api(1)) == nullptr) {
            throw std::runtime_error(std::string(path) + " is no ONNX Runtime");
        }
        version = base()->version();
        constexpr int warnings = 2, device_allocator = 0, default_memory = 0;
        check(call<int, const char*, object*>(create_env, warnings, "rope_bench", &env));
        check(call<object*>(create_session_options, &options));
        check(call<object, int>(set_intra_op_num_threads, options, 1));
        check(call<int, int, object*>(create_cpu_memory_info, device_allocator, default_memory, &memory));
    }

    template <class... Arguments>
    status call(function f, Arguments... arguments) const {
        return reinterpret_cast<status (*)(Arguments...)>(functions_[f])(arguments...);
    }
    void check(status s) const {
        if (s != nullptr) {
            throw std::runtime_error(
                reinterpret_cast<const char* (*)(status)>(functions_[get_error_message])(s));
        }
    }
    object tensor(void* data, std::size_t bytes, const std::vector<std::int64_t>& shape, int element) const {
        object made = nullptr;
        check(call<object, void*, std::size_t, const std::int64_t*, std::size_t, int, object*>(
            create_tensor_with_data, memory, data, bytes, shape.data(), shape.size(), element, &made));
        return made;
    }

    object env = nullptr, options = nullptr, memory = nullptr;
    std::string version;

  private:
    void* const* functions_ = nullptr;
};

// A session for one tensor, with everything that it reads and writes. Lives until the program ends.
struct one_node {
    object session = nullptr, inputs[4] = {}, output = nullptr;
};

template <class T>
void measure_runtime(benchmark::State& state, const runtime& ort, const contest_shape& shape,
                     rope::pairing pairing) {
    constexpr int element = std::is_same_v<T, float> ? 1 : 10, int64_element = 7;
    contest<T> c(shape, pairing, false);
    std::vector<T> cos, sin;
    for (std::size_t k = 0; k < c.table.cos.size(); ++k) {
        if constexpr (std::is_same_v<T, float>) {
            cos.push_back(c.table.cos[k]);
            sin.push_back(c.table.sin[k]);
        } else {
            cos.push_back(rope::to_half(c.table.cos[k]));
            sin.push_back(rope::to_half(c.table.sin[k]));
        }
    }
    std::vector<std::int64_t> ids;
    for (std::int64_t t = 0; t < shape.tokens; ++t) {
        ids.push_back(t);
    }
    std::vector<one_node> nodes;
    try {
        for (const auto& x : c.tensors) {
            one_node n;
            const std::string model =
                rotary_model(shape.tokens, x.heads, c.dim, pairing == rope::pairing::interleaved, element);
            ort.check(ort.call<object, const void*, std::size_t, object, object*>(
                create_session_from_array, ort.env, model.data(), model.size(), ort.options, &n.session));
            const std::vector<std::int64_t> extents = {1, shape.tokens, x.heads * c.dim},
                                            rows = {shape.tokens, c.dim / 2};
            const std::size_t bytes = static_cast<std::size_t>(shape.tokens * x.heads * c.dim) * sizeof(T);
            n.inputs[0] = ort.tensor(x.in, bytes, extents, element);
            n.inputs[1] = ort.tensor(cos.data(), cos.size() * sizeof(T), rows, element);
            n.inputs[2] = ort.tensor(sin.data(), sin.size() * sizeof(T), rows, element);
            n.inputs[3] =
                ort.tensor(ids.data(), ids.size() * sizeof(std::int64_t), {1, shape.tokens}, int64_element);
            n.output = ort.tensor(x.out, bytes, extents, element);
            nodes.push_back(n);
        }
        const char* const input_names[] = {"X", "cos", "sin", "ids"};
        const char* const output_names[] = {"Y"};
        const auto peer = [&] {
            for (one_node& n : nodes) {
                ort.check(ort.call<object, object, const char* const*, object*, std::size_t,
                                   const char* const*, std::size_t, object*>(
                    run_session, n.session, nullptr, input_names, n.inputs, 4, output_names, 1, &n.output));
            }
        };
        // Its half precision multiplies by tables rounded to half.
        c.judge(state, peer, std::is_same_v<T, float> ? 1e-6 : 6e-3);
    } catch (const std::exception& problem) {
        state.SkipWithError(problem.what());
    }
}

#endif

} // namespace

void add_onnxruntime() {
#if __has_include(<dlfcn.h>)
    const char* const path = std::getenv("ROPE_BENCH_ONNXRUNTIME");
    if (path == nullptr || *path == '\0') {
        return;
    }
    const auto ort = std::make_shared<runtime>(path);
    benchmark::AddCustomContext("onnxruntime", ort->version);
    for (const rope::pairing p : {rope::pairing::half_split, rope::pairing::interleaved}) {
        for (const contest_shape& s : contest_shapes) {
            const std::string pairing = p == rope::pairing::half_split ? "half_split" : "interleaved";
            add("peer/onnxruntime/" + pairing + "/f32/out/" + s.name,
                [=](benchmark::State& state) { measure_runtime<float>(state, *ort, s, p); });
            add("peer/onnxruntime/" + pairing + "/f16/out/" + s.name,
                [=](benchmark::State& state) { measure_runtime<rope::half>(state, *ort, s, p); });
        }
    }
#endif
}

} // namespace bench
