# The command in a shell: the examples of each --help work when pasted, colour on a terminal only, completion, manual page.
# usage: check_shell.py PATH_OF_ROPE
# SPDX-License-Identifier: MIT
import pty
import re
import shutil

from support import *

TREE = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SHELL = os.path.join(TREE, "examples", "rope", "shell")
SUBCOMMANDS = ["inspect", "models", "table", "rotate", "diagnose", "verify", "plot", "isa"]
folder = Folder()
os.symlink(os.path.join(TREE, "examples"), folder / "examples")
os.symlink(ROPE, folder / "rope")
environment = dict(os.environ, PATH=folder.path + os.pathsep + os.environ["PATH"])

# ---- examples ---------------------------------------------------------------------------------------------------------
helps = {}
for subcommand in SUBCOMMANDS:
    helps[subcommand] = must(subcommand, "--help")
    lines = [line.strip() for line in helps[subcommand].split("source tree:\n")[-1].splitlines() if line.strip()]
    check(len(lines) == 2 and all("rope " + subcommand in " ".join(lines) for _ in lines), "two examples", subcommand, lines)
    for line in lines:
        done = subprocess.run(["sh", "-c", line], cwd=folder.path, env=environment, capture_output=True, timeout=300)
        check(done.returncode == 0 and not done.stderr, "the example works", line, done.returncode, done.stderr)

# ---- colour -----------------------------------------------------------------------------------------------------------


def on_terminal(*arguments, **more):
    """What the command writes to a terminal."""
    settings = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    settings.update({"TERM": "xterm"}, **more)
    leader, follower = pty.openpty()
    process = subprocess.Popen([ROPE, *arguments], stdout=follower, stderr=follower, env=settings)
    os.close(follower)
    text = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError: # the other end is closed
            part = b""
        if not part:
            break
        text += part
    os.close(leader)
    check(process.wait() == 0, "on a terminal", arguments)
    return text.decode().replace("\r\n", "\n")


yarn = os.path.join(TREE, "examples", "configs", "qwen2.5-7b-instruct-yarn.json")
piped = must("inspect", yarn)
check("\x1b" not in piped, "no colour in a pipe")
coloured = on_terminal("inspect", yarn)
check(coloured.count("\x1b[") > 20 and coloured.count("\x1b[0m") * 2 == coloured.count("\x1b["), "colour on a terminal", coloured[:300])
check(re.sub("\x1b\\[[0-9]*m", "", coloured) == piped, "the same words")
check(on_terminal("inspect", yarn, NO_COLOR="1") == piped, "NO_COLOR")
check(on_terminal("inspect", yarn, TERM="dumb") == piped, "a dumb terminal")
check("\x1b" in on_terminal("inspect", yarn, NO_COLOR=""), "an empty NO_COLOR")
check("\x1b" not in on_terminal("inspect", yarn, "--json"), "no colour in JSON")

# ---- layers of several kinds ------------------------------------------------------------------------------------------
gemma = must("inspect", os.path.join(TREE, "examples", "configs", "gemma-3-4b.json"), "--layer", "5")
rows = [line.split("  ") for line in gemma.splitlines() if "attention" in line and "base" in line]
check(any("sliding_attention" in " ".join(r) and "base 10000," in " ".join(r) for r in rows), "sliding", gemma[:1500])
check(any("full_attention" in " ".join(r) and "base 1e+06, scaling linear" in " ".join(r) and "5, 11" in " ".join(r) for r in rows), "full", rows)

# ---- completion -------------------------------------------------------------------------------------------------------
if shutil.which("bash"):
    script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rope; printf "%s\\n" "${COMPREPLY[@]}"'

    def completed(*words):
        done = subprocess.run(["bash", "-c", script, "bash", os.path.join(SHELL, "rope.bash"), *words], cwd=folder.path, capture_output=True)
        check(done.returncode == 0 and not done.stderr, "completion", words, done.stderr)
        return done.stdout.decode().split()

    check(set(SUBCOMMANDS) <= set(completed("rope", "")), "subcommands", completed("rope", ""))
    check(completed("rope", "ve") == ["verify"], "a subcommand's beginning")
    check(completed("rope", "inspect", "exam") == ["examples"], "files", completed("rope", "inspect", "exam"))
    check(completed("rope", "plot", "x", "--kind", "d") == ["decay"], "values")
    for subcommand in SUBCOMMANDS:
        options = set(re.findall(r"(?<![\w-])--[a-z-]+", helps[subcommand].split("source tree:")[0].split("Options:")[-1]))
        listed = set(completed("rope", subcommand, "--"))
        spoken = {o for o in options if re.search(r"^ +(-h,)?" + o, helps[subcommand], re.M)}
        check(listed == spoken, "the options of", subcommand, listed ^ spoken)
    registered = subprocess.run(["bash", "-c", 'source "$1"; complete -p rope', "bash", os.path.join(SHELL, "rope.bash")], capture_output=True)
    check(b"-F _rope rope" in registered.stdout, "complete -F", registered)
    both = [set(re.findall(r"--[a-z-]+|\b[a-z_]+[0-9]*\b", open(os.path.join(SHELL, name)).read().split("SPDX")[1])) for name in ("rope.bash", "_rope")]
    for word in set(SUBCOMMANDS) | {w for w in both[0] if w.startswith("--")}:
        check(word in both[1], "zsh has the same words", word)
if shutil.which("zsh"):
    check(subprocess.run(["zsh", "-n", os.path.join(SHELL, "_rope")]).returncode == 0, "zsh reads it")

# ---- manual page ------------------------------------------------------------------------------------------------------
page = os.path.join(SHELL, "rope.1")
for subcommand in SUBCOMMANDS:
    check("B " + subcommand in open(page).read(), "the manual page has", subcommand)
check('"rope ' + must("--version").split()[1] + '"' in open(page).read(), "the manual page's version")
if shutil.which("groff"):
    done = subprocess.run(["groff", "-man", "-ww", "-z", page], capture_output=True)
    check(done.returncode == 0 and not done.stderr, "groff", done.stderr)
finish()
