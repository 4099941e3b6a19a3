"""PyTorch's eager expressions, one thread, timed like rope_bench's families and printed as the same JSON.

    torch_bench.py [SHAPE ...]      all shapes when none is named

Names: peer/pytorch/<pairing>/<f32|bf16>/out/<shape>. Layout [1, token, head, dim], tables given:
  half_split    x * cos + rotate_half(x) * sin, as transformers writes it
  interleaved   view_as_complex(x) * freqs_cis
There is no limit in this process; the chart divides by the limit that rope_bench measured in the same run.
SPDX-License-Identifier: MIT
"""
import json
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


def samples(work, count):
    runs, taken = 1, 0.0
    while True:  # a sample is long enough for the clock to be exact
        start = time.perf_counter_ns()
        for _ in range(runs):
            work()
        taken = time.perf_counter_ns() - start
        if taken > 200_000:
            break
        runs *= 2
    if taken > 500_000_000:
        count = 3
    values = []
    for _ in range(count):
        start = time.perf_counter_ns()
        for _ in range(runs):
            work()
        values.append((time.perf_counter_ns() - start) / runs)
    return statistics.median(values)


def main():
    torch.set_num_threads(1)
    results = []
    for pairing, rotate in (("half_split", half_split), ("interleaved", interleaved)):
        for dtype_name, dtype in DTYPES:
            for shape, tokens, heads in SHAPES:
                if sys.argv[1:] and shape not in sys.argv[1:]:
                    continue
                tables = make_tables(pairing, tokens, dtype)
                tensors = [torch.rand(1, tokens, h, DIM).to(dtype) for h in heads]

                def work():
                    for x in tensors:
                        rotate(x, tables)

                ns = samples(work, 9)
                results.append({
                    "name": f"peer/pytorch/{pairing}/{dtype_name}/out/{shape}",
                    "run_type": "iteration",
                    "iterations": 1,
                    "real_time": ns,
                    "cpu_time": ns,
                    "time_unit": "ns",
                    "time_ns": ns,
                    "ns_per_token": ns / tokens,
                })
                print(results[-1]["name"], f"{ns:.0f} ns", file=sys.stderr)
    json.dump({"context": {"pytorch": torch.__version__}, "benchmarks": results}, sys.stdout, indent=1)


if __name__ == "__main__":
    with torch.no_grad():
        main()
