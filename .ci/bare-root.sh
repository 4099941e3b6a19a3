#!/usr/bin/env bash
# The README's commands on a bare machine: a minimal root of this host's own Debian release, made by debootstrap, with
# g++, cmake, git, ca-certificates and what they need. In one copy of it a clean clone of HEAD runs every command of the
# README in its order; in another copy `sh cmake/test.sh` is the first. A second run of demo.sh and of test.sh must work
# where every package manager fails and no network is there.
#     .ci/bare-root.sh      status 0: all of it worked; 77: it did not run, and why; else: it failed
# Installs debootstrap where it is missing. Everything else is in a temporary folder (in TMPDIR), which is removed at the
# end; mounts are private to each command.
# SPDX-License-Identifier: MIT
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
tree=$PWD

did_not_run() {
    printf 'bare root: did not run: %s\n' "$*"
    exit 77
}
[ "$(id -u)" = 0 ] || did_not_run "it needs root"
(. cmake/setup.sh && rope_setup debootstrap git unshare) || did_not_run "debootstrap, git or unshare is not there"
command -v apt-get > /dev/null || did_not_run "the host has no apt-get, so no package sources to use"
unshare --mount --pid --net --fork true 2> /dev/null || did_not_run "this root cannot make namespaces"
[ -e .git ] || did_not_run "this is not a git checkout"

# What the host's own package sources say of its release: URI, trust keys.
release=$(. /etc/os-release && printf %s "${VERSION_CODENAME:-}")
mirror=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v release="$release" '$1 == release && $2 == "main" { print $3; exit }')
[ -n "$mirror" ] || did_not_run "the host's package sources do not name its release, ${release:-unknown}"

work=$(mktemp -d "${TMPDIR:-/tmp}/rope-bare-root.XXXXXX") || exit 1
trap 'setsid --wait rm -rf --one-file-system "$work"' EXIT # of its own group: it goes on when this script is killed
trap 'exit 143' HUP INT TERM

# One room's tests, of those that build fastest. Another stage runs all of them.
room=reference
failures=0
TIMEFORMAT='--- %0R s; processor: %0U s user, %0S s system'

# in_root ROOT COMMAND [UNSHARE-OPTION]: runs it in ROOT's clone with an empty environment. When it ends, or is killed, its
# processes and its mounts end, too.
in_root() {
    unshare ${3:-} --mount --pid --fork --kill-child --mount-proc --root="$1" --wd=/root/rope \
        env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
        ${no_proxy:+no_proxy="$no_proxy"} sh -c "$2"
}

# check ROOT COMMAND [UNSHARE-OPTION]: shows it, runs it, times it, remembers whether it worked.
check() {
    printf '\n--- %s: %s%s\n' "${1##*/}" "$2" "${3:+ (again, offline)}"
    time in_root "$@" || {
        printf -- '--- FAILED (%s): %s\n' "${1##*/}" "$2"
        failures=$((failures + 1))
    }
}

# check_again ROOT COMMAND: once more, offline, and with package managers that fail and record that they were called.
check_again() {
    local root=$1 name calls=$1/root/package-manager-calls
    : > "$calls"
    for name in apt apt-get dpkg; do
        mv "$root/usr/bin/$name" "$root/usr/bin/$name.real"
        printf '#!/bin/sh\necho "%s $*" >> /root/package-manager-calls\nexit 1\n' $name > "$root/usr/bin/$name"
        chmod +x "$root/usr/bin/$name"
    done
    check "$root" "$2" --net
    for name in apt apt-get dpkg; do
        mv "$root/usr/bin/$name.real" "$root/usr/bin/$name"
    done
    if [ -s "$calls" ]; then
        printf -- '--- FAILED (%s): the second run of %s called a package manager:\n' "${root##*/}" "$2"
        cat "$calls"
        failures=$((failures + 1))
    fi
}

# The commands that README.md names, in its order, each once: the lines of its sh blocks, and code spans that begin with
# sh, cmake, ctest or build/.
readme_commands() {
    awk '
        function take(command) {
            sub(/[ \t]+#.*$/, "", command)
            if (command ~ /[^ \t]/ && !seen[command]++) print command
        }
        function spans(text,   part, n, i) {
            n = split(text, part, "`")
            for (i = 2; i < n; i += 2) if (part[i] ~ /^(sh|cmake|ctest) |^build\//) take(part[i])
        }
        /^```/ { if (!block) { spans(text); text = "" } block = block ? "" : $0; next }
        block == "```sh" { take($0) }
        !block { text = text " " $0 }
        END { spans(text) }' README.md
}

make_base() {
    unshare --mount debootstrap --variant=minbase "$release" "$work/base" "$mirror" || return
    cp -a /etc/apt/{sources.list,sources.list.d,trusted.gpg.d,keyrings} "$work/base/etc/apt/" 2> /dev/null
    [ -e /etc/apt/sources.list ] || rm -f "$work/base/etc/apt/sources.list"
    mkdir -p "$work/base/usr/share/keyrings"
    cp -a /usr/share/keyrings/. "$work/base/usr/share/keyrings/"
    cp -L /etc/hosts /etc/resolv.conf "$work/base/etc/"
    # How the host reaches its mirror, and how old its lists may be.
    apt-config dump | grep -E '^Acquire::(http|https|Check-|Retries)' > "$work/base/etc/apt/apt.conf.d/00host"
    echo force-unsafe-io > "$work/base/etc/dpkg/dpkg.cfg.d/00host" # it is thrown away
    git clone -q --no-hardlinks "$tree" "$work/base/root/rope" || return
    in_root "$work/base" 'export DEBIAN_FRONTEND=noninteractive
        apt-get update -q && apt-get install -q -y --no-install-recommends g++ cmake git ca-certificates && apt-get clean'
}

printf -- '--- a minimal root: %s from %s\n' "$release" "$mirror"
time make_base > "$work/base.log" 2>&1 || {
    tail -n 30 "$work/base.log"
    echo "--- FAILED: no minimal root could be made"
    exit 1
}
[ -z "$(git status --porcelain)" ] || echo "--- the clone is of HEAD; what is not committed is not in it"
cp -a "$work/base" "$work/readme"
mv "$work/base" "$work/tests"

readme_commands > "$work/commands"
while IFS= read -r command <&3; do
    case $command in
    "sh cmake/demo.sh")
        check "$work/readme" "$command"
        check_again "$work/readme" "$command"
        ;;
    "sh cmake/test.sh") check "$work/readme" "$command $room" ;;
    *) check "$work/readme" "$command" ;;
    esac
done 3< "$work/commands"
rm -rf --one-file-system "$work/readme"

check "$work/tests" "sh cmake/test.sh $room"
check_again "$work/tests" "sh cmake/test.sh $room"

[ "$failures" = 0 ]
