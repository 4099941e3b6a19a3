# The warnings that rope's own programs are built with. Private to this build: nothing here reaches a user.
# SPDX-License-Identifier: MIT
add_library(rope_warnings INTERFACE)
target_compile_options(rope_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow $<$<BOOL:${ROPE_WERROR}>:-Werror>)
