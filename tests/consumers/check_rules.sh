# The rules of the house that a script can see. Argument: source tree.
# SPDX-License-Identifier: MIT
set -eu
cd "$1"
LC_ALL=C
export LC_ALL
broken=$(mktemp)
trap 'rm -f "$broken"' EXIT

# What grep found (on standard input) breaks the rule that the argument names.
none() {
    found=$(cat)
    if [ -n "$found" ]; then
        printf 'not allowed: %s\n%s\n' "$1" "$found" | tee -a "$broken"
    fi
}

headers=$(find include -name '*.hpp' -o -name '*.inc' | sort)
sources=$(find include bench examples tests \( -name '*.hpp' -o -name '*.inc' -o -name '*.cpp' \) | sort)

grep -nE '#include <(iostream|thread|mutex|condition_variable|future)>' $headers |
    grep -v '^include/rope/adapt/' | none "the library prints nothing and, outside adapt/, knows no threads"
grep -nE '(std::(cout|cerr|clog)|[^a-z_:](printf|fprintf|puts|putchar) *\()' $headers | none "the library prints nothing"
grep -nE '(^|[^a-z_"/ ]) *throw [A-Za-z_:]+[({]' $headers | grep -v '^include/rope/support/error.hpp:' |
    none "only support/error.hpp throws"
grep -nE '^ *# *define +[A-Za-z_0-9]+' $headers | grep -vE '# *define +ROPE_' | none "macros start with ROPE_"
grep -nE 'using namespace std' $headers | none "using namespace in a header"
grep -n '[^[:print:][:space:]]' $sources | none "sources are ASCII"
grep -nE 'TODO|FIXME' $sources | none "unfinished business is not left in the source"
for file in $headers; do
    grep -q 'SPDX-License-Identifier:' "$file" || echo "$file"
done | none "a file without its licence line"
for file in $sources; do
    lines=$(wc -l < "$file")
    [ "$lines" -le 700 ] || echo "$file: $lines lines"
done | none "more than 700 lines in a file"

# What a header switches on it switches off again.
count() { grep -cE "$1" "$2" || true; }
for file in $headers; do
    push=$(count '# *pragma .*push' "$file")
    pop=$(count '# *pragma .*pop' "$file")
    [ "$push" = "$pop" ] || echo "$file: $push push, $pop pop"
done | none "a pragma that is not undone"
for file in $headers; do
    count '# *pragma .*(ignored|target|optimize|STDC)' "$file" | grep -q '^0$' && continue
    count '# *pragma .*push' "$file" | grep -q '^0$' && echo "$file"
done | none "a pragma without push and pop around it"

# Includes go downwards only. Each room, and the rooms that it may include.
may() {
    room=$1
    shift
    allowed=$(printf '%s|' "$room" "$@")
    [ -d "include/rope/$room" ] || return 0
    grep -rnoE '#include <rope/[a-z_]+/' "include/rope/$room" | grep -vE "<rope/(${allowed%|})/" |
        none "$room/ includes what is above or beside it"
    grep -rnE '#include <rope/[a-z_]+\.hpp>' "include/rope/$room" | none "$room/ includes a front door"
}
may support
may numbers support
may model numbers support
may kernels numbers support
may families model numbers support
may read families model numbers support
may tensor numbers support
may entries model kernels numbers support
may table entries model kernels numbers support
may exchange table entries model kernels numbers support
may rotate exchange table entries tensor model kernels numbers support
may cache rotate exchange table entries tensor model kernels numbers support
may diagnose rotate exchange table entries tensor model kernels numbers support
may adapt rotate exchange table entries tensor model kernels numbers support
may c diagnose read families exchange rotate table entries tensor model kernels numbers support
may train adapt rotate exchange table entries tensor model kernels numbers support

# The one version number.
dotted=$(sed -n 's/.*VERSION_STRING "\(.*\)".*/\1/p' include/rope/support/version.hpp)
parts=$(sed -n 's/.*VERSION_\(MAJOR\|MINOR\|PATCH\) \([0-9]*\).*/\2/p' include/rope/support/version.hpp | paste -sd. -)
[ "$dotted" = "$parts" ] || echo "$dotted and $parts" | none "two version numbers in version.hpp"

[ ! -s "$broken" ] || exit 1
echo "all rules are kept"
