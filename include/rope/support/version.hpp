// The one version number. CMake reads it from here.
// SPDX-License-Identifier: MIT
#pragma once

#define ROPE_VERSION_MAJOR 0
#define ROPE_VERSION_MINOR 1
#define ROPE_VERSION_PATCH 0
#define ROPE_VERSION_STRING "0.1.0"
