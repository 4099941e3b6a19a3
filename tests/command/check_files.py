# Files of other kinds, at inconvenient moments: pipes in and out, long names, signals while the command writes, and what
# it prints of hostile text.
# usage: check_files.py PATH_OF_ROPE
# SPDX-License-Identifier: MIT
import resource
import signal
import threading
import time

from support import *

folder = Folder()
out_folder = Folder()
good = folder.config({"head_dim": 128, "pairing": "half_split"})
x = folder.array(np.ones((2, 3, 2, 128), np.float32))
ROTATE = ("rotate", good, "--in", x, "--axes", "b s h d", "--out")


def start(*arguments, **how):
    return subprocess.Popen([ROPE, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)


def left():
    return sorted(os.listdir(out_folder.path))


def clean():
    for name in left():
        os.remove(out_folder / name)


# -- standard output as a place, whatever it is
table = must("table", good, "--positions", "10", "--cos", out_folder / "cos.npy", "--sin", out_folder / "sin.npy")
cos = open(out_folder / "cos.npy", "rb").read()
for name in ("/dev/stdout", "/dev/fd/1"):
    if os.path.exists(name):
        process = start("table", good, "--positions", "10", "--cos", name, "--sin", out_folder / "s.npy")
        out, err = process.communicate(timeout=60)
        check(process.returncode == 0 and out == cos, "a pipe as", name, process.returncode, len(out), err)
process = start("table", good, "--positions", "10", "--cos", "/dev/stdout", "--sin", "/dev/fd/1")
out, err = process.communicate(timeout=60)
check(process.returncode == 1 and b"same place" in err and out == b"", "one pipe for two outputs", err)
process = start(*ROTATE, "/dev/stderr")
out, err = process.communicate(timeout=60)
check(process.returncode == 0 and err.startswith(b"\x93NUMPY"), "a pipe as /dev/stderr", err[:80])
link = folder / "dangling.npy"
os.symlink(folder / "nowhere.npy", link)
status, out, err = rope(*ROTATE, link)
check(status == 1 and "symbolic link to nowhere" in err, "a symbolic link to nowhere", err)
clean()

# -- a pipe as input is refused at once, also when no one writes to it
pipe = folder / "pipe.npy"
os.mkfifo(pipe)
for arguments in (("rotate", good, "--in", pipe, "--axes", "b s h d", "--out", out_folder / "y.npy"),
                  (*ROTATE, out_folder / "y.npy", "--positions", pipe)):
    process = start(*arguments)
    try:
        out, err = process.communicate(timeout=20)
        check(process.returncode == 1 and b"not a regular file" in err, "a pipe as input", err)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        check(False, "a pipe as input: waits")

# -- names as long as a directory takes them
for length in (248, 249, 255):
    path = out_folder / ("n" * (length - 4) + ".npy")
    for again in (False, True):
        status, out, err = rope(*ROTATE, path)
        check(status == 0 and np.load(path).shape == (2, 3, 2, 128), "a name of", length, again, err)
check(len(left()) == 3, "long names leave nothing else", left())
clean()

# -- a signal while the command waits for the reader of a pipe: its temporary files go, what was there stays
for which in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    for there in (False, True):
        sin = out_folder / "sin.npy"
        if there:
            with open(sin, "w") as file:
                file.write("was here")
        process = start("table", good, "--positions", "1000", "--cos", pipe, "--sin", sin)
        until = time.time() + 30
        while time.time() < until and len(left()) < 1 + there and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.2)
        check(len(left()) == 1 + there, which, "has a temporary file", left())
        process.send_signal(which)
        process.communicate(timeout=30)
        check(process.returncode == -which, which, "ends it", process.returncode)
        check(left() == (["sin.npy"] if there else []), which, "leaves nothing", left())
        check(not there or open(sin).read() == "was here", which, "keeps what was there")
        clean()

# -- a reader that goes away, and a limit on the size of files
process = start("table", good, "--positions", "20000", "--cos", pipe, "--sin", out_folder / "sin.npy")
with open(pipe, "rb") as reader:
    reader.read(10)
process.communicate(timeout=60)
check(process.returncode == -signal.SIGPIPE, "SIGPIPE", process.returncode)
check(left() == [], "SIGPIPE leaves nothing", left())
process = start("table", good, "--positions", "20000", "--cos", out_folder / "cos.npy", "--sin", out_folder / "sin.npy",
                preexec_fn=lambda: (resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)),
                                    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))))
process.communicate(timeout=60)
check(process.returncode in (-signal.SIGXFSZ, 1), "SIGXFSZ", process.returncode)
check(left() == [], "SIGXFSZ leaves nothing", left())
process = start("table", good, "--positions", "1000", "--cos", pipe, "--sin", out_folder / "sin.npy",
                preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
time.sleep(0.5)
process.send_signal(signal.SIGHUP)
time.sleep(0.2)
check(process.poll() is None, "nohup stays nohup", process.returncode)
with open(pipe, "rb") as reader:
    data = reader.read()
process.communicate(timeout=60)
check(process.returncode == 0 and left() == ["sin.npy"], "and finishes", process.returncode, left())
clean()

# -- hostile text
def quiet(text, *what):
    hidden = [c for c in text if ord(c) < 32 and c != "\n" or 0x7f <= ord(c) < 0xa0 or c in "\u202e\u2066\u2028"]
    check(not hidden, "control characters reach the terminal", *what, text[:200])


evil = "\u202e\u009b31m\u2066\x1b]0;x\x07"
status, out, err = rope("inspect", folder.config({"head_dim": 128, "pairing": "half_split", evil: 1}), "--strict")
check(status == 1 and "202e" in err, "an evil key", err)
quiet(err, "key")
status, out, err = rope("inspect", folder.config({"head_dim": 128, "pairing": "half_split", evil: 1}))
check(status == 0 and "202e" in out, "an evil key, noted", out[:300])
quiet(out, "note")
status, out, err = rope("inspect", folder.config({"head_dim": 128, "pairing": evil}))
check(status == 1, "an evil pairing", err)
quiet(err, "pairing")
for arguments in (("wobble" + evil,), ("inspect", good, "--wobble" + evil), ("inspect", good, "--pairing", "x" + evil)):
    status, out, err = rope(*arguments)
    check(status == 2 and "Usage:" in err, "an evil argument", err[:200])
    quiet(err, "argument")
    check(err.splitlines()[0].startswith("rope: ") and not err.splitlines()[0].startswith("rope: \n"), "first line", err[:99])
os.rename(good, folder / ("e" + evil.replace("/", "") + ".json"))
good = folder / ("e" + evil + ".json")
status, out, err = rope("inspect", good)
check(status == 0, "an evil file name", err)
quiet(out, "file name")

# -- long text
long = "k" * 100000
for status_expected, arguments in (
        (1, ("inspect", folder.config({"head_dim": 128, "pairing": "half_split", long: 1}), "--strict")),
        (1, ("inspect", folder / ("d/" * 2000 + "absent"))),
        (1, ("rotate", good, "--in", x, "--axes", "a " * 50000, "--out", out_folder / "y.npy")),
        (1, (*("rotate", good), *ROTATE[2:], out_folder / "y.npy", "--positions", "1," * 50000 + "x")),
        (1, (*("rotate", good), *ROTATE[2:], out_folder / "y.npy", "--isa", long))):
    status, out, err = rope(*arguments)
    check(status == status_expected and len(err) < 2000 and err.endswith("\n"), "long text", status, len(err), err[:100])
status, out, err = rope("inspect", good, "--pairing", long)
check(status == 2 and len(err.splitlines()[0]) < 2000, "a long argument", len(err))

finish()
