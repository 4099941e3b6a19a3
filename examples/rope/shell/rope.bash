# Completion of the command rope for bash: the subcommand, its options, their values, and files. Source it, or install it as
# share/bash-completion/completions/rope.
# SPDX-License-Identifier: MIT

_rope() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        words='inspect models table rotate diagnose verify plot isa --help --version'
    else
        case $before in
        --pairing | --out-pairing) words='half_split interleaved' ;;
        --numerics) words='exact hf_fp32 ggml' ;;
        --isa) words='scalar avx2 avx512 neon' ;;
        --dtype) words='f32 f64 f16 bf16' ;;
        --kind) words='wavelengths decay angles error compare' ;;
        --form) words='halves duplicated interleaved_duplicates cos_then_sin sin_then_cos duplicated_cos_then_sin complex_pairs matrices transposed' ;;
        *)
            if [[ $word == -* ]]; then
                local shared='--seq-len --layer-type --layer --part --pairing --numerics --isa --threads --strict --help'
                case ${COMP_WORDS[1]} in
                inspect) words="$shared --json --native" ;;
                models) words='--json --help' ;;
                table) words="$shared --positions --cos --sin --dtype" ;;
                rotate) words="$shared --in --axes --out --positions --position-axes --adjoint --undo --out-pairing --dtype" ;;
                diagnose) words="$shared --before --after --axes --positions --position-axes --dtype --json" ;;
                verify) words="$shared --cos --sin --table --form --positions --dtype --json" ;;
                plot) words="$shared --out --kind" ;;
                isa) words='--isa --help' ;;
                esac
            fi
            ;;
        esac
    fi
    if [ -n "$words" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -o filenames -F _rope rope
