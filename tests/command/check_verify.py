# rope verify: tables of every form, with mistakes planted by numpy, for ten real models: each mistake is named, right tables
# match in the form that they have. usage: check_verify.py PATH_OF_ROPE [--all] [--only N]
# SPDX-License-Identifier: MIT
import planted
from planted import GROUP, Rotation
from support import *

ALL = "--all" in sys.argv
ONLY = int(sys.argv[sys.argv.index("--only") + 1]) if "--only" in sys.argv else None
folder = Folder()
slowest = 0.0
# The mistakes of planted.py that a table can show; a table has no heads, batches or products.
NAMES = ("reverse base unscaled unscaled_with_amplitude twice factor original truncate long_list dynamic_length added_scaling shifted "
         "reversed_positions scaled_positions past_the_end denominator section_order swapped_axes no_amplitude amplitude_squared "
         "swapped cos_negated sin_negated half_table bfloat16_table float_angles recurrence").split()
MISTAKES = [m for m in planted.MISTAKES if m.__name__ in NAMES]
FORMS = {"halves": lambda c, s: (c, s), "duplicated": lambda c, s: (np.tile(c, 2), np.tile(s, 2)),
         "interleaved_duplicates": lambda c, s: (np.repeat(c, 2, -1), np.repeat(s, 2, -1)),
         "cos_then_sin": lambda c, s: (np.concatenate([c, s], -1),), "sin_then_cos": lambda c, s: (np.concatenate([s, c], -1),),
         "duplicated_cos_then_sin": lambda c, s: (np.concatenate([c, c, s, s], -1),), "complex_pairs": lambda c, s: (np.stack([c, s], -1),),
         "matrices": lambda c, s: (np.stack([c, -s, s, c], -1).reshape(*c.shape, 2, 2),), "transposed": lambda c, s: (c.T.copy(), s.T.copy())}


def stored(a, dtype):
    if dtype == "bf16":
        return to_bf16(a)
    return a.astype({"f32": np.float32, "f16": np.float16, "f64": np.float64}[dtype])


def verify(recipe, form, c, s, positions, dtype, *more):
    """(exit status, the JSON) of one call"""
    global slowest
    paths = [folder.array(stored(a, dtype)) for a in FORMS[form](c, s)]
    listed = positions if len(positions) > 1 else positions[0]
    where = folder.array(listed.astype(np.int64))
    begin = seconds()
    arrays = ["--table", paths[0]] if len(paths) == 1 else ["--cos", paths[0], "--sin", paths[1]]
    status, out, err = rope("verify", recipe.path, *recipe.options, *arrays, "--positions", where, "--json", *more,
                            *(["--dtype", "bf16"] if dtype == "bf16" else []))
    slowest = max(slowest, seconds() - begin)
    for path in (*paths, where):
        os.remove(path)
    if status not in (0, 1) or not out:
        raise SystemExit(f"verify: status {status}: {err}")
    return status, json.loads(out)


def table(recipe, mistakes, dtype, seed):
    """cos and sin, positions, and what may be named; None where the mistakes cannot be made or do not show."""
    rng = np.random.default_rng(seed)
    fine = {m.__name__ for m in mistakes} & {"float_angles", "recurrence"}
    r = Rotation(recipe, rng, 1, int(rng.choice([12, 40, 100])), 1, 3000 if fine else int(rng.choice([0, 5, 40, 300, 1000])), dtype)
    right = Rotation.__new__(Rotation)
    right.__dict__.update(r.__dict__)
    right.recipe = r.recipe.copy()
    expected = []
    for mistake in mistakes:
        what = mistake(r, rng)
        if what is None or mistake.__name__ == "half_table" and dtype != "f32":
            return None
        expected.append(what)
    flat = lambda t: [t_[0, :, 0] for t_ in t]
    (c, s), (a, b) = flat(r.table_of()), flat(right.table_of())
    unit = {"f32": 2.0**-24, "f16": 2.0**-11, "bf16": 2.0**-8}[dtype]
    if max(np.abs(c - a).max(), np.abs(s - b).max()) < 8 * unit:
        return None
    return c, s, r.positions[:, 0], expected


def named(expected, explanation):
    found = [e["what"] for e in explanation]
    return len(found) == len(expected) and any(all(f in e for f, e in zip(order, expected)) for order in (found, found[::-1]))


# ---- mistakes ---------------------------------------------------------------------------------------------------------------
cases, seed = [], 0
rng = np.random.default_rng(21)
recipes = planted.models()
forms = [f for f in FORMS if f not in ("duplicated", "interleaved_duplicates")]
while len(cases) < 100:
    for mistake in MISTAKES:
        for attempt in range(12):
            seed += 1
            recipe = recipes[int(rng.integers(len(recipes)))]
            dtype = str(rng.choice(["f32", "f32", "f16", "bf16"]))
            mistakes = [mistake]
            if len(cases) >= 80: # two at once
                other = MISTAKES[int(rng.integers(len(MISTAKES)))]
                if other is mistake or GROUP[mistake] & GROUP[other] or "scaled_positions" in (mistake.__name__, other.__name__):
                    continue
                mistakes.append(other)
            # Each value twice, in the order of the model's pairing.
            form = str(rng.choice(forms + ["duplicated" if recipe.pairing == "half_split" else "interleaved_duplicates"]))
            case = table(recipe, mistakes, dtype, seed)
            if case:
                cases.append((mistakes, recipe, dtype, form, case))
                break
        if len(cases) == 100:
            break

right = asked = silent = 0
for number, (mistakes, recipe, dtype, form, (c, s, positions, expected)) in enumerate(cases):
    if ONLY is not None and number != ONLY or not ALL and ONLY is None and number % 3 != 0:
        continue
    asked += 1
    # Either order of cos and sin in one array is a form: a swap shows where the form is named.
    ambiguous = form in ("cos_then_sin", "sin_then_cos")
    status, seen = verify(recipe, form, c, s, positions, dtype, *(["--form", form] if ambiguous else []))
    good = named(expected, seen["explanation"]) and seen["form"] == form
    right += good
    silent += status == 0
    if not good or ONLY is not None:
        print(f"  case {number}: {' + '.join(m.__name__ for m in mistakes)} on {recipe.name}, {dtype}, {form}, {len(c)} rows from "
              f"{positions[0][0]:g}: found {[(e['what'], e['found'], e['error']) for e in seen['explanation']]} as {seen['form']}"
              f"{' MATCHES' if seen['matches'] else ''}{' unexplained' if seen['unexplained'] else ''} "
              f"as configured {seen['error_as_configured']:.2g}")
print(f"{right} of {asked} mistakes named first, slowest {slowest:.1f} s")
if ONLY is None:
    check(right >= 0.95 * asked, "named first", right, asked)
    check(silent == 0, "a mistake matched in silence", silent)
    check(slowest < 10, "ten seconds", slowest)

# ---- right tables match, in the form that they have -------------------------------------------------------------------------
for number, recipe in enumerate(recipes if ONLY is None else []):
    for k, form in enumerate(FORMS):
        dtype = ("f32", "f16", "bf16")[(number + k) % 3]
        r = Rotation(recipe, np.random.default_rng(number), 1, 50, 1, int(rng.choice([0, 700])), dtype)
        c, s = (t[0, :, 0] for t in r.table_of())
        status, seen = verify(recipe, form, c, s, r.positions[:, 0], dtype)
        swapped = form == ("interleaved_duplicates" if recipe.pairing == "half_split" else "duplicated")
        check(seen["form"] == form and seen["error_in_units"] < 1.1, "the form", recipe.name, form, seen["form"], seen["error_in_units"])
        if swapped: # each value twice, in the other pairing's order
            check(status == 1 and named([{"pairing"}], seen["explanation"]), "the other pairing", recipe.name, seen["explanation"])
            status, seen = verify(recipe, form, c, s, r.positions[:, 0], dtype, "--form", form)
        check(status == 0 and seen["matches"], "matches", recipe.name, form, dtype, seen["explanation"])

# ---- what is no table, and words ----------------------------------------------------------------------------------------------
if ONLY is None:
    llama = recipes[1]
    r = Rotation(llama, rng, 1, 40, 1, 0, "f32")
    c, s = (t[0, :, 0] for t in r.table_of())
    status, seen = verify(llama, "halves", rng.standard_normal(c.shape), s, r.positions[:, 0], "f32")
    check(status == 1 and seen["unexplained"] and not seen["rotation"], "no table", seen)
    cos, sin = folder.array(c.astype(np.float32)), folder.array(s.astype(np.float32))
    status, out, err = rope("verify", llama.path, "--cos", cos, "--sin", sin)
    check(status == 0 and out.startswith("matches: a table of the form halves, the largest error 0.") and not err, "words", out, err)
    for shape in ((1, 40, 64), (40, 1, 1, 64)): # axes of 1, as broadcasting leaves them
        again = [folder.array(t.astype(np.float32).reshape(shape)) for t in (c, s)]
        status, out, err = rope("verify", llama.path, "--cos", again[0], "--sin", again[1])
        check(status == 0, "axes of 1", shape, out, err)
    for order in "CF": # freqs_cis, as Meta's code makes it
        pairs = folder.array(np.array(c + 1j * s, np.complex64, order=order))
        status, out, err = rope("verify", llama.path, "--table", pairs)
        check(status == 0 and "form complex_pairs" in out, "complex64", order, status, out, err)
    status, out, err = rope("verify", llama.path, "--cos", pairs, "--sin", pairs)
    check(status == 1 and "expected real ones" in err, "complex cos", status, out, err)
    double = [folder.array(t) for t in (c, s)]
    status, out, err = rope("verify", llama.path, "--cos", double[0], "--sin", double[1])
    check(status == 1 and "numerics: expected exact angles, found angles in double" in out, "double", out, err)
    status, out, err = rope("verify", llama.path, "--cos", cos, "--sin", sin, "--positions", "1:41")
    check(status == 1 and "shifted by -1" in out and "row" in out, "words", out)
    wide = [folder.array(np.tile(t, 4).astype(np.float32)) for t in (c, s)]
    bad = {"expected the same shape": ("--cos", cos, "--sin", folder.array(s[1:].astype(np.float32))),
           "expected the same type": ("--cos", cos, "--sin", folder.array(s)),
           "uint16 with --dtype bf16": ("--cos", folder.array(c.astype(np.int32)), "--sin", sin),
           "expected float32": ("--cos", cos + "x", "--sin", sin),
           "positions": ("--cos", cos, "--sin", sin, "--positions", "41"),
           "array": ("--cos", cos, "--sin", sin, "--form", "matrices"),
           "not finite": ("--cos", folder.array(np.full((40, 64), np.nan, np.float32)), "--sin", sin)}
    for sentence, arguments in bad.items():
        status, out, err = rope("verify", llama.path, *arguments)
        check(status == 1 and not out and err.startswith("rope: ") and err.count("\n") == 1, sentence, status, out, err)
        check(sentence in err or sentence == "expected float32", sentence, err)
    for arguments in ((), ("--cos", cos), ("--sin", sin), ("--cos", cos, "--sin", sin, "--table", cos), ("--table", cos, "--form", "none")):
        status, out, err = rope("verify", llama.path, *arguments)
        check(status == 2 and not out and "Usage" in err, "the command line", arguments, status)
finish()
