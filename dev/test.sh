#!/usr/bin/env bash
# Everything that must hold before a change is good: format, lints, unit tests, SQL tests, and that no
# fault of a dependency is known, where that can be found out.
# It does not stop at the first failure. Its last line counts what passed and failed in all of them.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"
# shellcheck source=dev/postgres.sh
source "$HERE/postgres.sh"

ADVISORIES=https://github.com/RustSec/advisory-db
passed=0
failed=0

headline() { printf '\n== %s\n' "$1"; }

# step TITLE COMMAND…: one check, which passes or fails as a whole.
step() {
    headline "$1"
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        return 1
    fi
}

# suite TITLE COMMAND…: a test runner; its own summaries say how many passed. One that fails without
# counting a failure (it did not compile, it crashed) is a failure itself.
suite() {
    local output ok=yes counts
    headline "$1"
    shift
    output="$(mktemp)"
    "$@" 2>&1 | tee "$output" || ok=no
    counts="$(sed -nE 's/^test result: .* ([0-9]+) passed; ([0-9]+) failed;.*/\1 \2/p' "$output" |
        awk '{ p += $1; f += $2 } END { print p + 0, f + 0 }')"
    rm -f "$output"
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
    if [[ $ok == no && ${counts#* } == 0 ]]; then
        failed=$((failed + 1))
    fi
}

cd "$REPO"
need_postgres
say "PostgreSQL $PG_MAJOR: $PG_CONFIG"
step "format" cargo fmt --all -- --check || true
if step "build" okta_cargo build; then
    suite "unit tests" okta_cargo test --no-fail-fast
    suite "SQL tests" "$HERE/sql_tests.sh"
else
    say "The tests were not run: the build failed."
fi
step "layers" perl dev/layers.pl || true
step "names" perl dev/names.pl || true
step "clippy" okta_cargo clippy --all-targets -- -D warnings || true
# An advisory may come without a change here: it counts where it can be had.
if GIT_TERMINAL_PROMPT=0 timeout 10 git ls-remote -q "$ADVISORIES" HEAD >/dev/null 2>&1; then
    step "dependencies" "$HERE/deny.sh" || true
else
    say "The dependencies were not checked: $ADVISORIES cannot be reached. See 'make deny'."
fi

printf '\n%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
