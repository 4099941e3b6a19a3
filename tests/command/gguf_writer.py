# Headers of .gguf files, from the published description of the format: versions 2 and 3, either byte order. No tensors.
# SPDX-License-Identifier: MIT
import struct

U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)
CODES = {U8: "B", I8: "b", U16: "H", I16: "h", U32: "I", I32: "i", F32: "f", BOOL: "?", U64: "Q", I64: "q", F64: "d"}


class Typed:
    """A value with a type of one's own choice: Typed(U8, 4), Typed(ARRAY, [...], element)."""

    def __init__(self, kind, value, element=None):
        self.kind, self.value, self.element = kind, value, element


def kind_of(value):
    return BOOL if isinstance(value, bool) else U32 if isinstance(value, int) else F32 if isinstance(value, float) else STRING


def body(kind, value, order, element=None):
    if kind == STRING:
        raw = value.encode() if isinstance(value, str) else value
        return struct.pack(order + "Q", len(raw)) + raw
    if kind == ARRAY:
        element = kind_of(value[0]) if element is None else element
        return struct.pack(order + "IQ", element, len(value)) + b"".join(body(element, x, order) for x in value)
    return struct.pack(order + CODES[kind], value)


def entry(key, value, order):
    if not isinstance(value, Typed):
        value = Typed(ARRAY, value) if isinstance(value, list) else Typed(kind_of(value), value)
    return body(STRING, key, order) + struct.pack(order + "I", value.kind) + body(value.kind, value.value, order, value.element)


def header(values, version=3, big_endian=False, tensors=(), tensor_count=None, key_count=None):
    """The bytes of a file: `values` as a dictionary or a list of pairs; `tensors` are names of one-dimensional ones."""
    order = ">" if big_endian else "<"
    pairs = list(values.items()) if isinstance(values, dict) else list(values)
    count = len(tensors) if tensor_count is None else tensor_count
    out = b"GGUF" + struct.pack(order + "IQQ", version, count, len(pairs) if key_count is None else key_count)
    out += b"".join(entry(key, value, order) for key, value in pairs)
    for name in tensors:
        out += body(STRING, name, order) + struct.pack(order + "IQIQ", 1, 64, 0, 0)
    return out
