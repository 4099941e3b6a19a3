# rope plot: each kind is a well-formed picture that holds what it says, and nothing is written where it fails.
# usage: check_plot.py PATH_OF_ROPE
# SPDX-License-Identifier: MIT
import re
import xml.etree.ElementTree as xml

import planted
from support import *

folder = Folder()
SVG = "{http://www.w3.org/2000/svg}"
configs = {name: os.path.join(planted.CONFIGS, name + ".json") for name in ("llama-3.1-8b", "qwen2-vl-7b", "phi-2", "gpt2", "llama-2-7b")}


def drawn(*arguments):
    """(the texts, the points of each line) of a picture"""
    path = folder.new(".svg")
    out = must("plot", *arguments, "--out", path)
    check(out == "", "nothing on standard output", arguments, out)
    root = xml.parse(path).getroot()
    width, height = (float(root.get(k)) for k in ("width", "height"))
    back = root.find(SVG + "rect") # a ground of its own, so that dark pages show it
    check(back is not None and back.get("fill") == "#fff" and float(back.get("width")) == width, "the ground", arguments)
    numbers = [float(n) for line in root.iter(SVG + "polyline") for n in re.split("[ ,]+", line.get("points").strip()) if n]
    check(all(0 <= n <= max(width, height) for n in numbers), "inside the picture", arguments)
    lines = [[tuple(map(float, p.split(","))) for p in line.get("points").split()] for line in root.iter(SVG + "polyline")]
    return [t.text for t in root.iter(SVG + "text")], lines, root


texts, lines, _ = drawn(configs["llama-3.1-8b"])
check("llama-3.1-8b" in texts and "without scaling" in texts and "context 131072" in texts, "wavelengths", texts)
check([len(l) for l in lines] == [64, 64, 2], "a point for each pair", [len(l) for l in lines])
# The picture's ordinates are the logarithms of the wavelengths that inspect prints.
waves = json.loads(must("inspect", configs["llama-3.1-8b"], "--json"))["wavelengths"]
y = np.array([p[1] for p in lines[0]])
fit = np.polyfit(np.log10(waves), y, 1)
check(np.abs(np.polyval(fit, np.log10(waves)) - y).max() < 0.02, "the ordinates", fit)
texts, lines, _ = drawn(configs["qwen2-vl-7b"])
check([len(l) for l in lines][:3] == [16, 24, 24], "the sections", [len(l) for l in lines])
texts, lines, _ = drawn(configs["phi-2"], "--kind", "decay")
check(len(lines) == 2 and len(lines[0]) > 150, "decay", [len(l) for l in lines])
check(lines[0][0][1] > 0 and lines[0][0][1] < np.mean([p[1] for p in lines[0]]), "it decays", lines[0][0])
texts, lines, root = drawn(configs["phi-2"], "--kind", "angles")
check(len(list(root.iter(SVG + "path"))) == 33, "33 colours", len(list(root.iter(SVG + "path"))))
texts, lines, _ = drawn(configs["llama-2-7b"], "--kind", "error")
check({"ggml", "hf_fp32", "exact"} <= set(texts), "error", texts)
mean = [np.mean([p[1] for p in l]) for l in lines[:3]] # ggml, hf_fp32, exact: upwards is smaller in SVG
check(mean[0] < mean[2] and mean[1] < mean[2], "exact is the smallest error", mean)
texts, lines, _ = drawn(configs["llama-2-7b"], configs["llama-3.1-8b"])
check("llama-2-7b and llama-3.1-8b" in texts and "wavelength of each pair" in texts and "score of equal queries and keys" in texts, "compare", texts)
first = open(folder.path + "/1.svg", "rb").read()
again = folder / "again.svg"
must("plot", configs["llama-3.1-8b"], "--out", again)
check(open(again, "rb").read() == first, "the same bytes again")

# Names are text, not markup.
odd = folder / "a<b>&c.json"
with open(odd, "w") as file:
    file.write('{"head_dim": 8, "pairing": "half_split"}')
check("a<b>&c" in drawn(odd)[0], "the name")
for extreme in ('{"head_dim": 2, "pairing": "half_split"}', '{"head_dim": 8, "base": 1e300, "pairing": "half_split", "max_position": 9007199254740992}',
                '{"head_dim": 8, "base": 1.0, "pairing": "half_split"}', '{"head_dim": 65536, "pairing": "half_split"}'):
    for kind in ("wavelengths", "angles") + (("decay", "error") if "65536" not in extreme else ()):
        drawn(folder.config(extreme), "--kind", kind)

# What fails leaves the place as it was.
place = folder / "kept.svg"
for arguments in ((configs["gpt2"],), (configs["phi-2"], "--kind", "compare"), (configs["phi-2"], configs["llama-2-7b"], "--kind", "angles"),
                  (folder / "none.json",), (configs["phi-2"], folder / "none.json")):
    with open(place, "w") as file:
        file.write("kept")
    status, out, err = rope("plot", *arguments, "--out", place)
    check(status == 1 and err.startswith("rope: ") and err.count("\n") == 1 and open(place).read() == "kept", "refused", arguments, status, err)
check(rope("plot", configs["phi-2"])[0] == 2, "without --out")
check(rope("plot", configs["phi-2"], "--out", place, "--kind", "pie")[0] == 2, "an unknown kind")
check(rope("plot", configs["phi-2"], "--out", "/nonexistent/where.svg")[0] == 1, "no such folder")
finish()
