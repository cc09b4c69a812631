#!/usr/bin/env bash
# Type-checks the extension for every major of PostgreSQL that it has a feature for, without those
# servers: pgrx ships bindings for documentation builds, which serve for that. Nothing is linked or run.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"

status=0
for major in 14 15 16 17 18; do
    if (cd "$REPO" && DOCS_RS=1 RUSTC_WRAPPER="$HERE/docs_rs_wrapper.sh" \
        CARGO_TARGET_DIR="$TARGET/check-pg" cargo check --quiet --package okta_fdw \
        --no-default-features --features "pg$major"); then
        say "PostgreSQL $major: compiles"
    else
        say "PostgreSQL $major: does not compile"
        status=1
    fi
done
exit "$status"
