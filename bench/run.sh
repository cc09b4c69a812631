#!/usr/bin/env bash
# Measures what is asked at the same time, with the release build on a fresh cluster of its own.
#
#   run.sh [PAIRS [LATENCY_MS]]
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/../dev/lib.sh"
# shellcheck source=dev/postgres.sh
source "$HERE/../dev/postgres.sh"

need_postgres
(cd "$REPO" && PGRX_PG_CONFIG_PATH="$PG_CONFIG" cargo build --release --package okta_fdw \
    --package okta_bench --no-default-features --features "okta_fdw/pg$PG_MAJOR")

cluster="test-$$"
finish() {
    local status=$?
    "$REPO/dev/cluster.sh" remove "$cluster" || true
    exit "$status"
}

"$REPO/dev/cluster.sh" sweep
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
"$REPO/dev/cluster.sh" create "$cluster"
eval "$("$REPO/dev/cluster.sh" env "$cluster")"
# The cluster has the debug build; nothing has loaded it yet.
install -m 755 "$TARGET/release/libokta_fdw.so" \
    "$CLUSTER_HOME/pg$("$PG_CONFIG" --pkglibdir)/okta_fdw.so"
"$TARGET/release/okta_bench" "$@"
