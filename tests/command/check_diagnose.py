# rope diagnose: mistakes planted by numpy into the rotations of ten real models are named, right ones match, what is no
# rotation is said to be none. usage: check_diagnose.py PATH_OF_ROPE [--all] [--only N]; every eighth of the
# mistakes and every third of the models without a rotation, or all of them
# SPDX-License-Identifier: MIT
import planted
from planted import MISTAKES, FINE, GROUP, Rotation
from support import *

ALL = "--all" in sys.argv
ONLY = int(sys.argv[sys.argv.index("--only") + 1]) if "--only" in sys.argv else None
folder = Folder()
slowest = 0.0


def diagnose(recipe, x, y, positions, dtype):
    """(exit status, the JSON) of one call"""
    global slowest
    before, after = folder.array(x), folder.array(y)
    listed = positions if len(positions) > 1 else positions[0]
    where = folder.array(listed.astype(np.int64))
    begin = seconds()
    status, out, err = rope("diagnose", recipe.path, *recipe.options, "--before", before, "--after", after, "--axes", "b s h d",
                            "--positions", where, "--position-axes", "axis b s" if len(positions) > 1 else "b s", "--json",
                            *(["--dtype", "bf16"] if dtype == "bf16" else []))
    slowest = max(slowest, seconds() - begin)
    for path in (before, after, where):
        os.remove(path)
    if status not in (0, 1) or not out:
        raise SystemExit(f"diagnose: status {status}: {err}")
    return status, json.loads(out)


def shape_for(rng, mistakes):
    tokens = int(rng.choice([1, 2, 4, 8, 16, 64]))
    batch = int(rng.choice([1, 1, 2]))
    heads = int(rng.choice([1, 2, 4]))
    start = int(rng.choice([1, 5, 40, 300, 1000]))
    names = {m.__name__ for m in mistakes}
    if names & {"restarted"}:
        batch = 2
    if names & {"head_positions"}:
        heads = 4
    if names & {"reversed_positions", "swapped_axes", "past_the_end", "section_order"}:
        tokens = max(tokens, 8)
    if names & {"float_angles", "recurrence"}:
        start = 3000
    if names & {"unscaled", "twice", "factor", "original", "truncate"}:
        start = max(start, 40) # near 0 no recipe differs from another
    return batch, tokens, heads, start


def plant(recipe, mistakes, dtype, noise, seed):
    """A rotation with these mistakes, or None where they cannot be made or do not show."""
    rng = np.random.default_rng(seed)
    batch, tokens, heads, start = shape_for(rng, mistakes)
    r = Rotation(recipe, rng, batch, tokens, heads, start, dtype)
    right = Rotation.__new__(Rotation)
    right.__dict__.update(r.__dict__)
    right.recipe = r.recipe.copy()
    expected = []
    for mistake in mistakes:
        what = mistake(r, rng)
        if what is None:
            return None
        expected.append(what)
    x, y = r.run(noise, rng)
    same = right.run(False, rng)[1]
    value = lambda a: from_bf16(a).astype(np.float64) if dtype == "bf16" else a.astype(np.float64)
    off = np.abs(value(y) - value(same)).max() / np.abs(value(y)).max()
    unit = {"f32": 2.0**-24, "f16": 2.0**-11, "bf16": 2.0**-8}[dtype]
    if off < (2.0**-6 if noise or dtype != "f32" else 8 * unit) and not any(m in FINE for m in mistakes):
        return None # too near the right one to be asked for
    if any(m in FINE for m in mistakes) and off < 4 * unit / (4 if dtype != "f32" else 1):
        return None
    return r, x, y, expected, f"{tokens} tokens, {batch} x {heads}, from {start}"


def named(expected, explanation):
    """Whether what was found is what was planted, each thing once."""
    found = [e["what"] for e in explanation]
    if len(found) != len(expected):
        return False
    return any(all(f in e for f, e in zip(order, expected)) for order in ([found, found[::-1]]))


# ---- mistakes -----------------------------------------------------------------------------------------------------------
cases, seed = [], 0
rng = np.random.default_rng(20)
recipes = planted.models()
rounds = 0
while len(cases) < 160 and rounds < 60:
    rounds += 1
    for mistake in MISTAKES:
        for attempt in range(12):
            seed += 1
            recipe = recipes[int(rng.integers(len(recipes)))]
            dtype = str(rng.choice(["f32", "f16", "bf16"]))
            noise = mistake not in FINE and rng.random() < 0.4
            case = plant(recipe, [mistake], dtype, noise, seed)
            if case:
                cases.append(([mistake], recipe, dtype, noise, case))
                break
        if len(cases) == 160:
            break
while len(cases) < 200:
    seed += 1
    pair = [MISTAKES[int(k)] for k in rng.choice(len(MISTAKES), 2, replace=False)]
    if GROUP[pair[0]] & GROUP[pair[1]]:
        continue
    if {"positions", "recipe"} <= GROUP[pair[0]] | GROUP[pair[1]] and any(m.__name__ == "scaled_positions" for m in pair):
        continue
    recipe = recipes[int(rng.integers(len(recipes)))]
    dtype = str(rng.choice(["f32", "f16", "bf16"]))
    noise = not any(m in FINE for m in pair) and rng.random() < 0.3
    case = plant(recipe, pair, dtype, noise, seed)
    if case:
        cases.append((pair, recipe, dtype, noise, case))

right = asked = silent = 0
for number, (mistakes, recipe, dtype, noise, (r, x, y, expected, shape)) in enumerate(cases):
    if ONLY is not None and number != ONLY or not ALL and ONLY is None and number % 8 != 0:
        continue
    asked += 1
    begin = seconds()
    status, seen = diagnose(recipe, x, y, r.positions, dtype)
    good = named(expected, seen["explanation"])
    right += good
    silent += status == 0
    if not good:
        print(f"  case {number}: {' + '.join(m.__name__ for m in mistakes)} on {recipe.name}, {dtype}{', noise' if noise else ''}, {shape}: "
              f"found {[(e['what'], e['found'], e['error']) for e in seen['explanation']]}"
              f"{' MATCHES' if seen['matches'] else ''}{' unexplained' if seen['unexplained'] else ''} "
              f"as configured {seen['error_as_configured']:.2g}, {seconds() - begin:.1f} s")
    if ONLY is not None:
        print(json.dumps(seen, indent=1)[:3000])
print(f"{right} of {asked} mistakes named first, slowest {slowest:.1f} s")
if ONLY is None:
    check(right >= 0.95 * asked, "named first", right, asked)
    check(silent == 0, "a mistake matched in silence", silent)
    check(slowest < 10, "ten seconds", slowest)

# ---- right ones match ---------------------------------------------------------------------------------------------------
for number, recipe in enumerate(recipes if ONLY is None else []):
    for dtype in ("f32", "f16", "bf16"):
        rng = np.random.default_rng(number)
        r = Rotation(recipe, rng, 2, int(rng.choice([1, 7, 64])), 3, int(rng.choice([0, 1, 4000])), dtype)
        x, y = r.run(False, rng)
        status, seen = diagnose(recipe, x, y, r.positions, dtype)
        check(status == 0 and seen["matches"] and not seen["explanation"], "matches", recipe.name, dtype, seen["explanation"])
        found = [(a, b) for a, b in zip(seen["inverse_frequencies_found"], r.recipe.scaled()[0]) if a is not None]
        check(all(abs(a - b) <= 0.2 * b for a, b in found), "frequencies", recipe.name, dtype, found[:4])

# ---- what is no rotation ------------------------------------------------------------------------------------------------
rng = np.random.default_rng(5)


def mixed_table(r, x):
    """The table's columns in the order of the other pairing: the halves of a pair turn by different angles."""
    c, s = r.table_of()
    d = r.recipe.rotary
    wide = lambda t: np.repeat(t, 2, axis=-1) if r.recipe.pairing == "half_split" else np.concatenate([t, t], -1)
    z, y = x[..., :d], x.copy()
    a, b = r.pairs(r.recipe.pairing)
    turned = z.copy()
    turned[..., a], turned[..., b] = -z[..., b], z[..., a]
    y[..., :d] = z * wide(c) + turned * wide(s)
    return y


for recipe in [] if ONLY is not None else recipes if ALL else recipes[::3]:
    r = Rotation(recipe, rng, 1, 12, 3, 50, "f32")
    x = r.round(r.x, "f32")
    right = r.run(False, rng)[1].astype(np.float64)
    others = {"noise": rng.standard_normal(x.shape), "a multiple": 2 * x, "a matrix": x @ rng.standard_normal((recipe.head,) * 2),
              "backwards": x[..., ::-1], "a shift of elements": np.roll(right, 1, -1), "a bias": right + 0.3,
              "the other table": mixed_table(r, x)}
    for name, y in others.items():
        status, seen = diagnose(recipe, x.astype(np.float32), np.ascontiguousarray(y).astype(np.float32), r.positions, "f32")
        check(status == 1 and seen["unexplained"] and not seen["rotation"], "no rotation:", name, recipe.name,
              [(e["what"], e["found"]) for e in seen["explanation"]], seen["rotation"])
    # A rotation by angles that nobody knows.
    r.frequencies = rng.uniform(0.01, 1, recipe.rotary // 2)
    x, y = r.run(False, rng)
    status, seen = diagnose(recipe, x, y, r.positions, "f32")
    check(status == 1 and seen["unexplained"] and seen["rotation"], "unknown angles", recipe.name, seen["explanation"])
    if r.axes == 1:
        found = seen["inverse_frequencies_found"]
        check(all(a is not None and abs(a - b) < 1e-4 for a, b in zip(found, r.frequencies)), "measured", recipe.name,
              list(zip(found, r.frequencies))[:3])
finish()
