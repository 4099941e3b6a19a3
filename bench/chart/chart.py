"""Turns rope_bench's JSON into tables and an SVG chart: time over the physical limit.

    chart.py --table table.md --svg chart.svg [--record RESULTS.md] rope.json [torch.json ...]

A result without a limit of its own that was measured beside the library is as far from the limit as its time is from
the library's. --record puts the tables under this processor's heading: in place of what is between its lines
`<!-- bench/run.sh: PROCESSOR -->` and `<!-- end -->`, or at the end of the file.
Needs Python 3 alone. SPDX-License-Identifier: MIT
"""
import argparse
import json
import math
import platform
import re

SHAPES = ["decode", "prefill128", "prefill2048", "long16384"]
SHAPE_TITLES = {"decode": "decode (1 token)", "prefill128": "128 tokens", "prefill2048": "2048 tokens",
                "long16384": "16384 tokens"}
TITLES = {"rope": "rope", "reference": "plain scalar loop", "eigen": "Eigen expressions",
          "eigen_native": "Eigen expressions, -march=native", "onnxruntime": "ONNX Runtime", "pytorch": "PyTorch eager",
          "ggml": "ggml"}
ORDER = list(TITLES)
PANELS = [("half_split", "f32", "float, half_split"), ("half_split", "bf16", "bfloat16, half_split")]  # one screen high
BEST_ISA = ["avx512", "avx2", "neon", "scalar"]


def read(paths):
    """{(who, pairing, dtype, place, shape): result}, the other families by name, and the context of all files."""
    found, others, context = {}, {}, {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        context = {**data["context"], **context}
        for b in data["benchmarks"]:
            parts = b["name"].split("/")
            if b.get("error_occurred") or "time_ns" not in b:
                continue
            if parts[0] == "rotate" and len(parts) == 6:
                who = "reference" if parts[5] == "reference" else "rope"
                key = (who, *parts[1:5])
                rank = BEST_ISA.index(parts[5]) if who == "rope" else 0
                if key not in found or rank < found[key]["rank"]:
                    found[key] = {**b, "rank": rank}
            elif parts[0] == "peer" and len(parts) == 6:
                found[(parts[1], *parts[2:6])] = b
            elif parts[0] in ("columns", "threads"):
                others["/".join(parts)] = b
    for (who, *what), b in found.items():
        ours = found.get(("rope", *what), {})
        if "limit_ratio" not in b and "times_rope" in b and "limit_ratio" in ours:
            b["limit_ratio"] = b["times_rope"] * ours["limit_ratio"]
    return found, others, context


def rows_of(found, pairing, dtype, shape):
    """(who, place, result) in the order of the legend; the plain loop only in place."""
    rows = []
    for who in ORDER:
        for place in ("in", "out"):
            b = found.get((who, pairing, dtype, place, shape))
            if b and "limit_ratio" in b and not (who == "reference" and place == "out"):
                rows.append((who, place, b))
    return rows


def number(x):
    return f"{x:.2f}" if x < 9.95 else f"{x:.1f}" if x < 99.5 else f"{x:.0f}"


def machine():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return re.search(r"model name\s*:\s*(.*)", file.read()).group(1)
    except (OSError, AttributeError):
        return platform.processor() or platform.machine()


def caption(context):
    versions = ", ".join(f"{TITLES[k]} {context[k]}" for k in ("onnxruntime", "pytorch", "ggml") if k in context)
    text = f"{machine()}, one thread, {context.get('date', '')[:10]}, rope {context.get('rope_version', '')}"
    return text + (", " + versions if versions else "")


DTYPES = {"f32": "float", "f16": "half", "bf16": "bfloat16"}
PLACES = {"in": "in place", "out": "out of place"}


def markdown(head, rows):
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def rows_by_shape(found, names, cell):
    """A row for each of `names` ((who, pairing, dtype, place)) that has a cell, in the order of the shapes."""
    rows = []
    for who, pairing, dtype, place in names:
        cells = [cell(found.get((who, pairing, dtype, place, s)) or {}) for s in SHAPES]
        if any(cells):
            title = f"{DTYPES[dtype]}, {pairing}, {PLACES[place]}"
            rows.append([title if who == "rope" else f"{TITLES[who]}: {title}", *cells])
    return rows


def table(found, others, context):
    names = [(p, d, place) for d in DTYPES for p in ("half_split", "interleaved") for place in PLACES]

    def ratio_and_time(b):
        return f"{number(b['limit_ratio'])} ({number(b['ns_per_token'])} ns)" if "limit_ratio" in b else ""

    def times(b):
        return number(b["times_rope"]) if "times_rope" in b else ""

    for (who, *what), b in found.items():
        ours = found.get(("rope", *what), {})
        if who == "reference" and "limit_ratio" in ours:
            b["times_rope"] = b["limit_ratio"] / ours["limit_ratio"]
    shapes = [SHAPE_TITLES[s] for s in SHAPES]
    lines = [f"Time over that of the limit, and per token; {caption(context)}:", ""]
    lines += markdown(["rope", *shapes], rows_by_shape(found, [("rope", *n) for n in names], ratio_and_time))
    lines += ["Others, on the same buffers in turn: how many times the library's time they take (the plain loop: by their limits):", ""]
    lines += markdown(["", *shapes], rows_by_shape(found, [(w, *n) for w in ORDER[1:] for n in names], times))
    rows = []
    for pairing in ("half_split", "interleaved"):
        cells = []
        for shape in ("rows16", "rows128", "rows2048", "rows16384"):
            found_here = [b for n, b in others.items() if n.startswith(f"columns/{pairing}/f32/in/{shape}/")]
            cells.append(number(found_here[0]["limit_ratio"]) if found_here else "")
        rows.append([f"float, {pairing}", *cells])
    if any(any(row[1:]) for row in rows):
        lines += markdown(["column-major `MatrixXf(tokens, 32 * 128)`", "16 tokens", "128", "2048", "16384"], rows)
    rows = []
    for name, title in (("std_thread", "`rope::thread_team`"), ("openmp", "OpenMP"), ("eigen_pool", "`Eigen::ThreadPool`")):
        cells = [others.get(f"threads/{name}/f32/{s}/2", {}).get("speedup") for s in ("decode", "2MiB", "8MiB", "32MiB")]
        if any(cells):
            rows.append([title, *(number(c) if c else "" for c in cells)])
    if rows:
        lines += markdown(["two threads, times as fast as one", "decode", "2 MiB", "8 MiB", "32 MiB"], rows)
    return "\n".join(lines).rstrip() + "\n"


COLOURS = {"rope": "#0f8a5f", "reference": "#8d8d8d", "eigen": "#b07cc6", "eigen_native": "#8650a5",
           "onnxruntime": "#c9792b", "pytorch": "#d1495b", "ggml": "#3d7ea6"}
STYLE = """<style>
  text { font: 12px system-ui, sans-serif; fill: #24292f } .soft { fill: #57606a } .head { font-size: 14px; font-weight: 600 }
  .value { font-size: 10px } .grid { stroke: #d0d7de } .limit { stroke: #24292f }
  .page { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .soft { fill: #9da7b1 } .grid { stroke: #30363d } .limit { stroke: #e6edf3 } .page { fill: #0d1117 }
  }
</style>"""


def chart(found, context):
    """Horizontal bars on a logarithmic axis: the length is the time over the limit of the same place."""
    left, width, bar, gap, right = 250, 450, 13, 5, 100
    panels = [p for p in PANELS if any(rows_of(found, p[0], p[1], s) for s in SHAPES)]
    worst = max([b["limit_ratio"] for b in found.values() if "limit_ratio" in b], default=10)
    decades = max(1, math.ceil(math.log10(worst) * 3) / 3)

    def x_of(ratio):
        return left + width * max(0.0, math.log10(max(ratio, 1.0))) / decades

    body, y = [], 58
    for pairing, dtype, title in panels:
        body.append(f'<text class="head" x="16" y="{y}">{title}</text>')
        y += 12
        top = y
        for shape in SHAPES:
            rows = rows_of(found, pairing, dtype, shape)
            if not rows:
                continue
            body.append(f'<text class="soft" x="16" y="{y + 12}">{SHAPE_TITLES[shape]}</text>')
            for who, place, b in rows:
                ratio = b["limit_ratio"]
                label = TITLES[who].replace(", -march=native", " native") + (", out" if place == "out" else "")
                body.append(f'<text class="soft value" x="{left - 8}" y="{y + 10}" text-anchor="end">{label}</text>')
                body.append(f'<rect x="{left}" y="{y + 1}" width="{max(2.0, x_of(ratio) - left):.1f}" height="{bar - 2}" '
                            f'rx="2" fill="{COLOURS[who]}"/>')
                body.append(f'<text class="value" x="{max(2.0, x_of(ratio) - left) + left + 5:.1f}" y="{y + 10}">'
                            f'{number(ratio)} <tspan class="soft">{number(b["ns_per_token"])} ns</tspan></text>')
                y += bar
            y += gap
        for k in range(0, int(decades) + 1):
            for m in (1, 2, 5):
                x = x_of(m * 10 ** k)
                if x > left + width + 1:
                    continue
                kind = "limit" if m * 10 ** k == 1 else "grid"
                body.insert(0, f'<line class="{kind}" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{y}"/>')
                body.append(f'<text class="soft value" x="{x:.1f}" y="{y + 12}" text-anchor="middle">{m * 10 ** k}</text>')
        y += 40
    body.append(f'<text class="soft value" x="16" y="{y - 8}">{caption(context)}; in place unless "out"</text>')
    head = (f'<text class="head" x="16" y="24">Time over the limit: 1 is the speed of memory '
            f'(logarithmic), and ns per token</text>')
    total = left + width + right
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="{y + 8}" viewBox="0 0 {total} {y + 8}" '
            f'role="img" aria-label="Time over the physical limit, per implementation and shape">\n{STYLE}\n'
            f'<rect class="page" width="{total}" height="{y + 8}"/>\n{head}\n'
            + "\n".join(body) + "\n</svg>\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", required=True)
    parser.add_argument("--svg", required=True)
    parser.add_argument("results", nargs="+")
    parser.add_argument("--record")
    arguments = parser.parse_args()
    found, others, context = read(arguments.results)
    if not found:
        parser.error("no results of the families rotate and peer in these files")
    with open(arguments.table, "w", encoding="utf-8") as file:
        file.write(table(found, others, context))
    with open(arguments.svg, "w", encoding="utf-8") as file:
        file.write(chart(found, context))
    if arguments.record:
        with open(arguments.record, encoding="utf-8") as file:
            text = file.read()
        with open(arguments.record, "w", encoding="utf-8") as file:
            file.write(recorded(text, machine(), table(found, others, context)))


def recorded(text, processor, tables):
    begin, end = f"<!-- bench/run.sh: {processor} -->\n", "<!-- end -->"
    if begin not in text:
        return f"{text.rstrip()}\n\n## {processor}\n\n{begin}{tables}{end}\n"
    before, rest = text.split(begin, 1)
    return before + begin + tables + end + rest.split(end, 1)[1]


if __name__ == "__main__":
    main()
