// rope, the core: what a model says -> frequencies -> tables of cos and sin -> rotated queries and keys. A table of
// contents; each header's comments are the reference of what it declares.
//
//   config       what a model says: head_dim, rotary_dim, base, pairing     model/config.hpp
//   scaling      the recipes, one struct each                               model/scaling.hpp
//   frequencies  config -> a real number per pair, attention factor         model/frequencies.hpp
//   table        frequencies -> cos[row][pair], sin[row][pair]              table/cos_sin_table.hpp
//   view         any strided memory; axes are named "b s h d" at its use    tensor/view.hpp
//   positions    offset(past), at(position), ids(pointer, extents), ...     tensor/positions.hpp
//   rotate       in place or into another tensor; adjoint, unrotate         rotate/rotate.hpp
//   row source   tables, or none: rows on the fly; which to take            table/row_source.hpp
//   plan         all checks and choices of a rotation, once                 rotate/plan.hpp
//   half         half and bfloat16, to and from float                       numbers/half.hpp
//   run          does what a plan says, in any number of parts              rotate/run.hpp
//   isa          which kernels there are, which is used, forcing one        kernels/isa.hpp
//   error        what a failed check throws; the handler without exceptions support/error.hpp
//
// Headers of their own, included where they are needed:
//
//   explain      a configuration in words                                   model/explain.hpp
//   vision       2-D and 3-D families: axis maps and grids of positions     model/vision.hpp
//   numerics     tables as transformers or ggml calculate them              entries/float_numerics.hpp
//   formats      the field's storage forms of a table, in and out           exchange/formats.hpp
//   laid over    an amplitude, a stretch, a torus over any recipe         model/laid_over.hpp
//   ggml         frequencies of ggml_rope_ext's arguments                 model/ggml_rope.hpp
//   given rows   rows of cos and sin that somebody else made              table/given_rows.hpp, exchange/rows_in_format.hpp
//   diagnose     what differs: between a tensor before and after, or in a   rope/diagnose.hpp
//   and verify   table of cos and sin
//   growing      a table that grows while others read it                    table/growing_table.hpp
//   two levels   a million positions in the memory of a thousand            table/two_level_table.hpp
//   xpos         the two tables of xPos                                     table/xpos.hpp
//   per head     tables of frequencies of each head's own                   table/per_head_tables.hpp
//   grouped      a table for each head, or for each sequence of a batch     rotate/grouped.hpp
//   gradient     derivatives by everything that a rotation is made of       rotate/gradient.hpp
//   fused        norm and rotation in one pass                              rotate/fused.hpp
//   cache        key-value caches: write, in any format                     rope/cache.hpp
//   gguf         GGUF files and keys                                        rope/gguf.hpp
//   onnx         ONNX attributes                                            read/onnx.hpp
//   executors    parts over std::thread, OpenMP, Eigen's pool               adapt/std_thread.hpp, openmp.hpp, ...
// SPDX-License-Identifier: MIT
#pragma once

#include <rope/kernels/isa.hpp>
#include <rope/model/config.hpp>
#include <rope/model/frequencies.hpp>
#include <rope/numbers/half.hpp>
#include <rope/rotate/plan.hpp>
#include <rope/rotate/rotate.hpp>
#include <rope/rotate/run.hpp>
#include <rope/support/error.hpp>
#include <rope/support/version.hpp>
#include <rope/table/cos_sin_table.hpp>
#include <rope/table/given_rows.hpp>
#include <rope/tensor/positions.hpp>
#include <rope/tensor/view.hpp>
