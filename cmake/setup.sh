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
    ninja) rope_has_program ninja || rope_has_program ninja-build ;;
    eigen) rope_has_header Eigen/Core ;;
    json) rope_has_header nlohmann/json.hpp ;;
    cli11) rope_has_header CLI/CLI.hpp ;;
    catch2) rope_has_header catch2/catch.hpp || rope_has_header catch2/catch_all.hpp ;;
    benchmark) rope_has_header benchmark/benchmark.h ;;
    mpfr) rope_has_header mpfr.h ;;
    python) rope_has_program python3 ;;
    sleef) rope_has_header sleef.h ;;
    icu) rope_has_header unicode/utypes.h ;;
    cmake | debootstrap | git | unshare) rope_has_program "$1" ;;
    numpy) /usr/bin/python3 -c 'import numpy' > /dev/null 2>&1 || python3 -c 'import numpy' > /dev/null 2>&1 ;;
    clang) rope_has_program clang++ ;;
    aarch64) rope_has_program aarch64-linux-gnu-g++ ;;
    qemu) rope_has_program qemu-aarch64 ;;
    *) return 1 ;;
    esac
}

# The packages that bring the things, by package manager; "-": none is known.
rope_packages() {
    cat << 'END'
thing     apt-get               dnf                    pacman                brew
compiler  g++                   gcc-c++                gcc                   -
cmake     cmake                 cmake                  cmake                 cmake
ninja     ninja-build           ninja-build            ninja                 ninja
eigen     libeigen3-dev         eigen3-devel           eigen                 eigen
json      nlohmann-json3-dev    json-devel             nlohmann-json         nlohmann-json
cli11     libcli11-dev          cli11-devel            cli11                 cli11
catch2    catch2                catch-devel            catch2                catch2
benchmark libbenchmark-dev      google-benchmark-devel benchmark             google-benchmark
mpfr      libmpfr-dev           mpfr-devel             mpfr                  mpfr
numpy     python3-numpy         python3-numpy          python-numpy          numpy
python    python3               python3                python                python
clang     clang                 clang                  clang                 -
aarch64   g++-aarch64-linux-gnu -                      aarch64-linux-gnu-gcc -
qemu      qemu-user             qemu-user              qemu-user             -
sleef     libsleef-dev          -                      -                     -
icu       libicu-dev            -                      -                     -
debootstrap debootstrap         -                      -                     -
git       git                   -                      -                     -
unshare   util-linux            -                      -                     -
END
}

# rope_package MANAGER THING: the package's name; "-" where none is known.
rope_package() {
    rope_packages | awk -v manager="$1" -v thing="$2" '
        NR == 1 { for (i = 2; i <= NF; i++) if ($i == manager) column = i }
        NR > 1 && column && $1 == thing { name = $column }
        END { print name == "" ? "-" : name }'
}

# The first package manager of this machine that the table knows; empty where there is none.
rope_manager() {
    for rope_candidate in apt-get dnf pacman brew; do
        if rope_has_program "$rope_candidate"; then
            echo "$rope_candidate"
            return
        fi
    done
}

# rope_install_line THING: what a person types here to install it; nothing where that is not known.
rope_install_line() {
    rope_name=$(rope_package "$(rope_manager)" "$1")
    [ "$rope_name" = - ] && return
    case $(rope_manager) in
    pacman) echo "pacman -S $rope_name" ;;
    *) echo "$(rope_manager) install $rope_name" ;;
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

    rope_manager=$(rope_manager)
    rope_install=
    rope_unknown=
    for rope_thing in $rope_missing; do
        rope_name=$(rope_package "$rope_manager" "$rope_thing")
        if [ "$rope_name" = - ]; then
            rope_unknown="$rope_unknown $rope_thing"
        else
            rope_install="$rope_install $rope_name"
        fi
    done
    if [ -n "$rope_manager" ] && [ -n "$rope_unknown" ]; then
        rope_say "missing:$rope_missing; no package of $rope_manager is known for:$rope_unknown" >&2
        rope_say "install what is missing by hand, then run this again" >&2
        exit 1
    fi
    rope_install=${rope_install# }
    case $rope_manager in
    apt-get) rope_line="apt-get install -y --no-install-recommends $rope_install" ;;
    dnf) rope_line="dnf install -y $rope_install" ;;
    pacman) rope_line="pacman -S --needed --noconfirm $rope_install" ;;
    brew) rope_line="brew install $rope_install" ;;
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
            -o DPkg::Lock::Timeout=300 $rope_install < /dev/null
        ;;
    dnf) rope_as_root dnf install -y $rope_install < /dev/null ;;
    pacman) rope_as_root pacman -S --needed --noconfirm $rope_install < /dev/null ;;
    brew) HOMEBREW_NO_AUTO_UPDATE=1 brew install $rope_install < /dev/null ;;
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
