#!/usr/bin/env bash
# The randomized tests of fuzz/, each for as many seconds as the argument says. `make test` runs the same
# 2,000 cases of each every time. A failure names a seed: FUZZ_SEED=… repeats that case, in all of them.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"
# shellcheck source=dev/postgres.sh
source "$HERE/postgres.sh"

[[ ${1:-} =~ ^[0-9]+$ ]] || die "usage: fuzz.sh SECONDS"
need_postgres
export FUZZ_SECONDS="$1"
okta_cargo test --test fuzz -- --nocapture
