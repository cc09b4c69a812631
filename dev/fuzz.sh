#!/usr/bin/env bash
# Gives every target of fuzz/ to libFuzzer for as many seconds as the argument says, as many targets at
# once as there are cores. It stops at the first fault, and says where the input is and how to repeat it.
# Else its last lines count the cases of each target and the branches of code that they reached.
# What was learnt stays in fuzz/corpus: the next run starts with it.
# cargo-fuzz is taken from PATH, else built from crates.io into the target folder, which takes a minute.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"

[[ ${1:-} =~ ^[1-9][0-9]*$ ]] || die "usage: fuzz.sh SECONDS"
command -v "${CXX:-c++}" >/dev/null || die "libFuzzer is C++: install g++, or name a compiler with CXX=…"
HOST="$(rustc -vV | sed -n 's/^host: //p')"
PROGRAMS="$TARGET/fuzz/$HOST/release"
LOGS="$TARGET/fuzz/logs"

build() {
    PATH="$PATH:$TARGET/tools/bin"
    if ! command -v cargo-fuzz >/dev/null; then
        say "Building cargo-fuzz"
        cargo install cargo-fuzz --locked --root "$TARGET/tools"
    fi
    # A sanitizer would need a nightly compiler, and find little: crate okta forbids unsafe code.
    # All crates are built with counters, so they have a folder of their own.
    cargo fuzz build --sanitizer none --features libfuzzer --target "$HOST" --target-dir "$TARGET/fuzz"
}

# fuzz TARGET SECONDS
fuzz() {
    mkdir -p "fuzz/corpus/$1" "fuzz/artifacts/$1"
    exec "$PROGRAMS/$1" "fuzz/corpus/$1" "-artifact_prefix=$REPO/fuzz/artifacts/$1/" \
        "-max_total_time=$2" -timeout=10 -print_final_stats=1 >"$LOGS/$1" 2>&1
}

# at_most COUNT: waits until no more programs than that run. Ends the script at a fault.
at_most() {
    while (($(jobs -rp | wc -l) > $1)); do
        sleep 1
        stop_at_fault
    done
    stop_at_fault
}

stop_at_fault() {
    local input target
    input="$(sed -n 's/.*Test unit written to //p' "$LOGS"/* | head -n 1)"
    [[ -n $input ]] || return 0
    target="$(basename "$(dirname "$input")")"
    grep -A 3 -e 'panicked at' -e 'ERROR: libFuzzer' "$LOGS/$target" >&2
    say
    say "$target found a fault. Its input is $input"
    say "To repeat it: FUZZ_CASE=$input cargo test -p okta-fuzz --test fuzz -- ::$target"
    exit 1
}

# found PATTERN TARGET: the last that the pattern matches in the target's log.
found() { sed -nE "s/.*$1.*/\1/p" "$LOGS/$2" | tail -n 1; }

cd "$REPO"
build
mapfile -t targets < <(cargo fuzz list)
rm -rf "$LOGS"
mkdir -p "$LOGS"
say "Fuzzing ${#targets[@]} targets, $1 seconds each"
# shellcheck disable=SC2046 # a list of numbers
trap 'kill $(jobs -rp) 2>/dev/null || true' EXIT
for target in "${targets[@]}"; do
    : >"$LOGS/$target"
    at_most $(($(nproc) - 1))
    fuzz "$target" "$1" &
done
at_most 0

for target in "${targets[@]}"; do
    cases="$(found 'number_of_executed_units: ([0-9]+)' "$target")"
    [[ -n $cases ]] || die "$target did not end as it should: see $LOGS/$target"
    printf '%-22s %10s cases, %6s of %6s branches\n' "$target" "$cases" \
        "$(found ' cov: ([0-9]+)' "$target")" "$(found '\(([0-9]+) inline 8-bit' "$target")"
done
