# setup.sh: finds what a build needs and installs what is missing, through the system's package manager.
# Sourced by demo.sh and test.sh:   . cmake/setup.sh; rope_setup compiler cmake ninja ...
# Asks nothing. When everything is there it touches no package manager and no network. Where it cannot install, it
# prints the line to type and ends with status 1.
# SPDX-License-Identifier: MIT
# shellcheck shell=sh

rope_say() { printf '%s\n' "rope: $*"; }

# Is this header where the compiler looks? (Homebrew's and other prefixes come with CMAKE_PREFIX_PATH or CPATH.)
rope_has_header() {
    for rope_dir in /usr/include /usr/include/eigen3 /usr/local/include /usr/local/include/eigen3 \
        /opt/homebrew/include /opt/homebrew/include/eigen3; do
        [ -e "$rope_dir/$1" ] && return 0
    done
    printf '#include <%s>\n' "$1" | ${CXX:-c++} -std=c++17 -x c++ -E - > /dev/null 2>&1
}

rope_has_program() { command -v "$1" > /dev/null 2>&1; }

# Is the thing there? The names are this file's own.
rope_has() {
    case $1 in
    compiler) rope_has_program "${CXX:-c++}" ;;
    cmake) rope_has_program cmake ;;
    ninja) rope_has_program ninja || rope_has_program ninja-build ;;
    eigen) rope_has_header Eigen/Core ;;
    json) rope_has_header nlohmann/json.hpp ;;
    cli11) rope_has_header CLI/CLI.hpp ;;
    catch2) rope_has_header catch2/catch.hpp || rope_has_header catch2/catch_all.hpp ;;
    benchmark) rope_has_header benchmark/benchmark.h ;;
    mpfr) rope_has_header mpfr.h ;;
    numpy) /usr/bin/python3 -c 'import numpy' > /dev/null 2>&1 || python3 -c 'import numpy' > /dev/null 2>&1 ;;
    clang) rope_has_program clang++ ;;
    aarch64) rope_has_program aarch64-linux-gnu-g++ ;;
    qemu) rope_has_program qemu-aarch64 ;;
    *) return 1 ;;
    esac
}

# The package that brings the thing, for a package manager.
rope_package() {
    case $1:$2 in
    apt:compiler) echo g++ ;;
    apt:ninja) echo ninja-build ;;
    apt:eigen) echo libeigen3-dev ;;
    apt:json) echo nlohmann-json3-dev ;;
    apt:cli11) echo libcli11-dev ;;
    apt:benchmark) echo libbenchmark-dev ;;
    apt:mpfr) echo libmpfr-dev ;;
    apt:numpy) echo python3-numpy ;;
    apt:aarch64) echo g++-aarch64-linux-gnu ;;
    apt:qemu) echo qemu-user ;;

    brew:compiler) echo llvm ;;
    brew:json) echo nlohmann-json ;;
    brew:benchmark) echo google-benchmark ;;

    dnf:compiler) echo gcc-c++ ;;
    dnf:ninja) echo ninja-build ;;
    dnf:eigen) echo eigen3-devel ;;
    dnf:json) echo json-devel ;;
    dnf:cli11) echo cli11-devel ;;
    dnf:catch2) echo catch-devel ;;
    dnf:benchmark) echo google-benchmark-devel ;;
    dnf:mpfr) echo mpfr-devel ;;
    dnf:numpy) echo python3-numpy ;;
    dnf:aarch64) echo gcc-c++-aarch64-linux-gnu ;;
    dnf:qemu) echo qemu-user ;;

    pacman:compiler) echo gcc ;;
    pacman:json) echo nlohmann-json ;;
    pacman:catch2) echo catch2 ;;
    pacman:numpy) echo python-numpy ;;
    pacman:aarch64) echo aarch64-linux-gnu-gcc ;;
    pacman:qemu) echo qemu-user ;;

    *) echo "$2" ;; # the same word
    esac
}

# Runs a command as root: as it is, or with sudo when that asks nothing.
rope_as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

# rope_setup THING...: returns when all are there, else ends the script with status 1.
rope_setup() {
    rope_missing=
    for rope_thing in "$@"; do
        rope_has "$rope_thing" || rope_missing="$rope_missing $rope_thing"
    done
    [ -z "$rope_missing" ] && return 0

    rope_manager=
    for rope_candidate in apt-get dnf pacman brew; do
        if rope_has_program "$rope_candidate"; then
            rope_manager=$rope_candidate
            break
        fi
    done
    rope_packages=
    for rope_thing in $rope_missing; do
        rope_packages="$rope_packages $(rope_package "${rope_manager%-get}" "$rope_thing")"
    done
    rope_packages=${rope_packages# }
    case $rope_manager in
    apt-get) rope_line="apt-get install -y --no-install-recommends $rope_packages" ;;
    dnf) rope_line="dnf install -y $rope_packages" ;;
    pacman) rope_line="pacman -S --needed --noconfirm $rope_packages" ;;
    brew) rope_line="brew install $rope_packages" ;;
    *)
        rope_say "missing:$rope_missing; no package manager that this script knows (apt, dnf, pacman, brew) was found" >&2
        rope_say "install them by hand, then run this again" >&2
        exit 1
        ;;
    esac

    rope_may=yes
    if [ "$rope_manager" != brew ] && [ "$(id -u)" != 0 ]; then
        sudo -n true > /dev/null 2>&1 || rope_may=no
    fi
    if [ "$rope_may" = no ]; then
        rope_say "missing:$rope_missing; this needs root. Type this, then run the script again:" >&2
        printf '    sudo %s\n' "$rope_line" >&2
        exit 1
    fi

    rope_say "missing:$rope_missing"
    rope_say "installing with: $rope_line"
    # shellcheck disable=SC2086 # a list of words
    case $rope_manager in
    apt-get)
        # The lists may be missing or old; without a network the install below says what is wrong.
        rope_as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q > /dev/null 2>&1 || true
        rope_as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
            -o DPkg::Lock::Timeout=300 $rope_packages < /dev/null
        ;;
    dnf) rope_as_root dnf install -y $rope_packages < /dev/null ;;
    pacman) rope_as_root pacman -S --needed --noconfirm $rope_packages < /dev/null ;;
    brew) HOMEBREW_NO_AUTO_UPDATE=1 brew install $rope_packages < /dev/null ;;
    esac || {
        rope_say "that did not work. Type this, then run the script again:" >&2
        if [ "$rope_manager" = brew ]; then
            printf '    %s\n' "$rope_line" >&2
        else
            printf '    sudo %s\n' "$rope_line" >&2
        fi
        exit 1
    }
    for rope_thing in $rope_missing; do
        rope_has "$rope_thing" || {
            rope_say "$rope_thing is still missing after the installation" >&2
            exit 1
        }
    done
}
