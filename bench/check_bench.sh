# rope_bench lists every name that scripts rely on, and its JSON has the counters. Argument: the program.
# SPDX-License-Identifier: MIT
set -eu
names=$("$1" --benchmark_list_tests)
isas=$(printf '%s\n' "$names" | sed -n 's|^rotate/half_split/f32/in/decode/||p')
printf 'instruction sets: %s\n' "$(printf '%s ' $isas)"
case " $(printf '%s ' $isas)" in
*" reference scalar "*) ;;
*) echo "reference and scalar are not both there" && exit 1 ;;
esac

missing=0
has() {
    printf '%s\n' "$names" | grep -qxF "$1" || {
        echo "missing: $1"
        missing=1
    }
}
for pairing in half_split interleaved; do
    for place in in out; do
        for shape in decode prefill128 prefill2048 long16384 decode_d64 prefill128_d64 prefill2048_d64 \
            long16384_d64 prefill128_d80 prefill128_d96 prefill128_d256 prefill128_p32 prefill128_mqa \
            prefill128_unaligned prefill128_ids; do
            for isa in $isas; do
                for dtype in f32 f64 f16 bf16; do
                    [ $isa = reference ] && [ $dtype != f32 ] && continue
                    has "rotate/$pairing/$dtype/$place/$shape/$isa"
                done
            done
        done
    done
done
for pairing in half_split interleaved; do
    for dtype in f32 f64 f16 bf16; do
        for shape in decode rows16 rows128 rows2048 rows16384; do
            for isa in $isas; do
                [ $isa = reference ] || has "columns/$pairing/$dtype/in/$shape/$isa"
            done
        done
    done
done
for isa in $isas; do
    for dtype in f32 f64 f16 bf16; do
        [ $isa = reference ] || has "table/exact/$dtype/131072x64/$isa"
    done
done
for isa in $isas; do
    [ $isa = reference ] && continue
    for call in rotate rotate_ids plan run run_offset; do
        has "call/$call/f32/decode32/$isa"
        has "call/$call/f32/decode8/$isa"
    done
    has "call/rotate_query_key/f32/decode32_8/$isa"
    has "cache/write/f16/prefill2048/$isa"
    has "cache/slots512/f16/$isa"
    has "cache/norm/f16/prefill128/$isa"
    has "cache/rerotate/f16/one/32768/$isa"
    has "cache/step/f16/32_8/$isa"
done
for angle in float_angle double_angle; do
    has "peer/libm/table/$angle/f32/131072x64"
done
for shape in decode prefill128 prefill2048 long16384; do
    has "gradient/parameters/half_split/f32/$shape"
    for isa in $isas; do
        [ $isa = reference ] || has "gradient/input/interleaved/f32/$shape/$isa"
    done
done
for size in decode 2MiB 8MiB 32MiB; do
    has "threads/std_thread/f32/$size/2"
done
[ $missing = 0 ]

for name in rotate/half_split/f32/in/decode/scalar rotate/interleaved/bf16/out/prefill128_mqa/scalar \
    rotate/half_split/f32/out/decode/reference limit/scale/20KiB; do
    json=$("$1" --benchmark_filter="^$name" --benchmark_format=json 2> /dev/null)
    for key in limit_ratio time_ns limit_ns bytes_per_second real_time; do
        printf '%s\n' "$json" | grep -qE "\"$key\": [0-9.]+e[+-][0-9]+" || {
            printf '%s has no %s:\n%s\n' "$name" "$key" "$json"
            exit 1
        }
    done
    case $name in
    rotate/*) printf '%s\n' "$json" | grep -q '"ns_per_token"' ;;
    esac
done
echo "all names and counters are there"
