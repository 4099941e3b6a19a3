"""PyTorch's eager expressions, one thread, timed like rope_bench's families and printed as the same JSON.

    torch_bench.py [SHAPE ...]      all shapes when none is named

Names: peer/pytorch/<pairing>/<f32|bf16>/out/<shape>. Layout [1, token, head, dim], tables given:
  half_split    x * cos + rotate_half(x) * sin, as transformers writes it
  interleaved   view_as_complex(x) * freqs_cis
There is no limit in this process; the chart divides by the limit that rope_bench measured in the same run. Where the
environment variable ROPE_BENCH_LIBRARY names the built rope_for_torch, the library rotates the same tensors in turn, and
`times_rope` is the median of the quotients.
SPDX-License-Identifier: MIT
"""
import ctypes
import json
import os
import statistics
import sys
import time

import torch

DIM = 128
SHAPES = [("decode", 1, [32, 8]), ("prefill128", 128, [32]), ("prefill2048", 2048, [32]), ("long16384", 16384, [32])]
DTYPES = [("f32", torch.float32), ("bf16", torch.bfloat16)]


def rotate_half(x):
    half = x.shape[-1] // 2
    return torch.cat((-x[..., half:], x[..., :half]), dim=-1)


def half_split(x, tables):
    cos, sin = tables
    return x * cos + rotate_half(x) * sin


def interleaved(x, tables):
    pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * tables).flatten(-2).type_as(x)


def make_tables(pairing, tokens, dtype):
    inv_freq = 10000.0 ** (-torch.arange(0, DIM, 2, dtype=torch.float64) / DIM)
    angle = torch.outer(torch.arange(tokens, dtype=torch.float64), inv_freq)
    if pairing == "interleaved":
        return torch.polar(torch.ones_like(angle), angle).to(torch.complex64)[None, :, None, :]
    both = torch.cat((angle, angle), dim=-1)[None, :, None, :]
    return both.cos().to(dtype), both.sin().to(dtype)


class Rope:
    """The library on the same memory; see rope_for_torch.cpp."""

    def __init__(self, path, pairing, dtype, tokens, tensors):
        self.library = ctypes.CDLL(path)
        self.library.rope_bench_plan.restype = ctypes.c_void_p
        self.outputs = [torch.empty_like(x) for x in tensors]
        self.plans = [ctypes.c_void_p(self.library.rope_bench_plan(
            int(dtype == torch.bfloat16), int(pairing == "interleaved"), ctypes.c_int64(tokens),
            ctypes.c_int64(x.shape[2]), ctypes.c_void_p(x.data_ptr()), ctypes.c_void_p(y.data_ptr())))
            for x, y in zip(tensors, self.outputs)]

    def run(self, times):
        for plan in self.plans:
            self.library.rope_bench_run(plan, ctypes.c_int64(times))

    def close(self):
        for plan in self.plans:
            self.library.rope_bench_free(plan)


def sample(work, runs):
    start = time.perf_counter_ns()
    work(runs)
    return (time.perf_counter_ns() - start) / runs


def runs_for(work):
    """As many as fill a sample that is long enough for the clock to be exact."""
    runs = 1
    while sample(work, runs) * runs < 200_000:
        runs *= 2
    return runs


def measure(theirs, ours):
    """Medians of both and of the quotients of the pairs, samples in turn."""
    their_runs, our_runs = runs_for(theirs), runs_for(ours) if ours else 0
    count = 3 if sample(theirs, 1) > 2e8 else 9
    times, rope, quotients = [], [], []
    for _ in range(count):
        times.append(sample(theirs, their_runs))
        if ours:
            rope.append(sample(ours, our_runs))
            quotients.append(times[-1] / rope[-1])
    result = {"time_ns": statistics.median(times)}
    if ours:
        result.update(rope_ns=statistics.median(rope), times_rope=statistics.median(quotients))
    return result


def main():
    torch.set_num_threads(1)
    library = os.environ.get("ROPE_BENCH_LIBRARY")
    results = []
    for pairing, rotate in (("half_split", half_split), ("interleaved", interleaved)):
        for dtype_name, dtype in DTYPES:
            for shape, tokens, heads in SHAPES:
                if sys.argv[1:] and shape not in sys.argv[1:]:
                    continue
                tables = make_tables(pairing, tokens, dtype)
                tensors = [torch.rand(1, tokens, h, DIM).to(dtype) for h in heads]
                name = f"peer/pytorch/{pairing}/{dtype_name}/out/{shape}"

                def work(runs):
                    for _ in range(runs):
                        for x in tensors:
                            rotate(x, tables)

                rope = Rope(library, pairing, dtype, tokens, tensors) if library else None
                if rope:
                    rope.run(1)
                    for x, y in zip(tensors, rope.outputs):
                        worst = (rotate(x, tables).float() - y.float()).abs().max().item()
                        if worst > (1e-5 if dtype == torch.float32 else 0.04):
                            sys.exit(f"{name}: the two differ by {worst}")
                measured = measure(work, rope.run if rope else None)
                if rope:
                    rope.close()
                ns = measured["time_ns"]
                results.append({"name": name, "run_type": "iteration", "iterations": 1, "real_time": ns,
                                "cpu_time": ns, "time_unit": "ns", **measured, "ns_per_token": ns / tokens})
                print(name, f"{ns:.0f} ns", f"{measured.get('times_rope', 0):.2f} times rope", file=sys.stderr)
    json.dump({"context": {"pytorch": torch.__version__}, "benchmarks": results}, sys.stdout, indent=1)


if __name__ == "__main__":
    with torch.no_grad():
        main()
