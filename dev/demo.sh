#!/usr/bin/env bash
# The demo: a private PostgreSQL cluster with the extension, and an emulated Okta beside it.
#
#   demo.sh play    starts both anew and plays demo/demo.sql
#   demo.sh shell   psql on them, started and connected first where needed
#   demo.sh stop    ends both and deletes them
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"

# One demo for each copy of the repository.
CLUSTER="demo-$(printf '%s' "$REPO" | cksum | cut -d ' ' -f 1)"
STATE="$(private_base)/$CLUSTER"
EMULATOR_PID="$STATE/emulator.pid"
EMULATOR_LOG="$STATE/emulator.log"
DATABASE=okta

# After a crash the process number may be another program's.
emulator_runs() {
    local pid
    pid="$(cat "$EMULATOR_PID" 2>/dev/null)" || return 1
    [[ $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) == *okta-emulator* ]]
}

emulator_url() { grep -oEm 1 'http://127\.0\.0\.1:[0-9]+' "$EMULATOR_LOG" 2>/dev/null; }

# In a session of its own, so that Ctrl-C in psql does not reach it.
start_emulator() {
    local tries=100
    setsid "$TARGET/debug/okta-emulator" --listen 127.0.0.1:0 >"$EMULATOR_LOG" 2>&1 </dev/null &
    echo "$!" >"$EMULATOR_PID"
    until emulator_url >/dev/null; do
        tries=$((tries - 1))
        if [[ $tries -eq 0 ]] || ! kill -0 "$(cat "$EMULATOR_PID")" 2>/dev/null; then
            cat "$EMULATOR_LOG" >&2
            die "the emulator did not start"
        fi
        sleep 0.1
    done
}

stop() {
    ! emulator_runs || kill "$(cat "$EMULATOR_PID")"
    "$HERE/cluster.sh" remove "$CLUSTER"
}

start() {
    "$HERE/build.sh"
    stop
    "$HERE/cluster.sh" create "$CLUSTER"
    start_emulator
    eval "$("$HERE/cluster.sh" env "$CLUSTER")"
    "$PSQL" -Xq -d postgres -c "CREATE DATABASE $DATABASE"
    run_psql -q -f "$REPO/demo/employees.sql"
}

running() { emulator_runs && "$HERE/cluster.sh" running "$CLUSTER"; }

run_psql() {
    OKTA_EMULATOR="$(emulator_url)" PATH="$TARGET/debug:$PATH" \
        "$PSQL" -d "$DATABASE" -v okta_url="$(emulator_url)" -v ON_ERROR_STOP=1 -X "$@"
}

play() {
    start
    run_psql -f "$REPO/demo/demo.sql"
}

shell() {
    if running; then
        eval "$("$HERE/cluster.sh" env "$CLUSTER")"
    else
        start
        run_psql -q -f "$REPO/demo/connect.sql"
    fi
    say "Okta's tables: \\det *.*    What Okta was asked: \\! okta-emulator requests    Leave: \\q"
    OKTA_EMULATOR="$(emulator_url)" PATH="$TARGET/debug:$PATH" \
        "$PSQL" -d "$DATABASE" -v okta_url="$(emulator_url)"
}

case "${1:-}" in
play) play ;;
shell) shell ;;
stop) stop ;;
*) die "usage: demo.sh play|shell|stop" ;;
esac
