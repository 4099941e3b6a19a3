# The interface for C from Python through ctypes: every function of rope.h is in the shared library; a rotation agrees with its
# formula; refusals are codes with a sentence. Arguments: shared library, include directory.
import ctypes
import math
import re
import struct
import sys
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_int64, c_size_t, c_void_p

library, include = sys.argv[1:3]
rope = ctypes.CDLL(library)

with open(include + "/rope/rope.h", encoding="ascii") as file:
    header = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
names = set(re.findall(r"^[a-z_0-9 ]*[ *](rope_[a-z_]+)\(", header, flags=re.M))
assert len(names) > 20, names
for name in names:
    assert hasattr(rope, name), name + " is not in the library"


class Tensor(ctypes.Structure):
    _fields_ = [("data", c_void_p), ("dtype", c_int), ("rank", c_int), ("extent", c_int64 * 16), ("stride", c_int64 * 16)]


class Positions(ctypes.Structure):
    _fields_ = [("ids", c_void_p), ("type", c_int), ("counting", c_int), ("offset", c_int64), ("rank", c_int),
                ("extent", c_int64 * 5), ("stride", c_int64 * 5), ("axes", c_char_p)]


rope.rope_last_error.restype = c_char_p
rope.rope_version.restype = c_char_p
rope.rope_offset.restype = Positions
rope.rope_offset.argtypes = [c_int64]
rope.rope_tensor_of.restype = Tensor
rope.rope_tensor_of.argtypes = [c_void_p, c_int, c_int, POINTER(c_int64), POINTER(c_int64)]
rope.rope_rotate.argtypes = [c_void_p, POINTER(Tensor), POINTER(Tensor), c_char_p, Positions, c_void_p]
rope.rope_config_plain.argtypes = [c_int64, c_int64, c_double, c_int, POINTER(c_void_p)]
rope.rope_table_make.argtypes = [c_void_p, c_int64, c_int64, c_int64, c_int, POINTER(c_void_p)]
rope.rope_config_explain.argtypes = [c_void_p, c_int64, c_char_p, c_size_t, c_void_p]
rope.rope_table_free.argtypes = [c_void_p]
rope.rope_config_free.argtypes = [c_void_p]

assert re.fullmatch(rb"\d+\.\d+\.\d+", rope.rope_version())
config, table = c_void_p(), c_void_p()
assert rope.rope_config_plain(8, 0, 10000.0, 1, byref(config)) == 0, rope.rope_last_error()
text = ctypes.create_string_buffer(4096)
assert rope.rope_config_explain(config, 0, text, len(text), None) == 0 and text.value
assert rope.rope_table_make(config, 0, 0, 100, 0, byref(table)) == 0, rope.rope_last_error()

tokens, dim = 5, 8
before = [math.sin(1.7 * k) for k in range(tokens * dim)]
data = (ctypes.c_float * len(before))(*before)
tensor = rope.rope_tensor_of(ctypes.cast(data, c_void_p), 0, 2, (c_int64 * 2)(tokens, dim), None)
assert rope.rope_rotate(table, byref(tensor), None, b"s d", rope.rope_offset(90), None) == 0, rope.rope_last_error()
for t in range(tokens):
    for i in range(dim // 2):
        angle = (90 + t) * 10000.0 ** (-2 * i / dim)
        a, b = before[t * dim + 2 * i], before[t * dim + 2 * i + 1]
        expected = a * math.cos(angle) - b * math.sin(angle), a * math.sin(angle) + b * math.cos(angle)
        for k in range(2):
            assert abs(data[t * dim + 2 * i + k] - expected[k]) < 1e-6, (t, i, k)

kept = bytes(data)
assert rope.rope_rotate(table, byref(tensor), None, b"s d", rope.rope_offset(96), None) == 7
assert b"the table has the positions 0 to 99" in rope.rope_last_error(), rope.rope_last_error()
assert bytes(data) == kept and struct.calcsize("f") == 4
rope.rope_table_free(table)
rope.rope_config_free(config)
print("ctypes:", len(names), "functions; rotated", tokens, "tokens")
