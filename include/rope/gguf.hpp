// rope/gguf.hpp: the rotary embedding of a GGUF file. The front door of the GGUF part of read/; depends on nothing else.
//
//   read_gguf(path, options)              a .gguf file -> config, and what a careful reader would remark
//   reading_from_gguf(values, options)    the same from keys and values that another loader has read
//   read_gguf_header(path)                the file's version, byte order, keys and values; no tensor is read
//   try_read_gguf, try_read_gguf_header   the same with a status instead of an exception
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/read/gguf.hpp>
#include <rope/read/gguf_file.hpp>
