#!/usr/bin/env bash
# Runs the tests of pg_test on a fresh cluster of their own, which is gone afterwards however they end.
# Arguments go to the runner: names to run, --exact, --list, --accept. It builds nothing.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"

cluster="test-$$"
[[ ${UPDATE:-0} == 0 ]] || set -- --accept "$@"

finish() {
    local status=$?
    "$HERE/cluster.sh" remove "$cluster" || true
    exit "$status"
}

"$HERE/cluster.sh" sweep
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
"$HERE/cluster.sh" create "$cluster"
eval "$("$HERE/cluster.sh" env "$cluster")"
status=0
"$TARGET/debug/pg_test" "$@" || status=$?

# A backend that crashes when its client has already gone fails no test, but this does.
if grep -nE 'terminated by signal|PANIC: |TRAP: |\[0x[0-9a-f]+\]$' "$CLUSTER_HOME/server.log"; then
    say "A server process crashed: see the lines of its log above."
    status=1
fi
exit "$status"
