#!/usr/bin/env bash
# Puts the release build into the PostgreSQL that PG_CONFIG names (below DESTDIR, if set).
# The build runs as the caller; only the copying asks for root, and only where it must.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"
# shellcheck source=dev/postgres.sh
source "$HERE/postgres.sh"

need_postgres
library="${DESTDIR:-}$("$PG_CONFIG" --pkglibdir)"
extension="${DESTDIR:-}$("$PG_CONFIG" --sharedir)/extension"

(cd "$REPO" && PGRX_PG_CONFIG_PATH="$PG_CONFIG" cargo build --release --package okta_fdw \
    --no-default-features --features "pg$PG_MAJOR")

elevate=()
if [[ -z ${DESTDIR:-} && ! -w $library ]]; then
    command -v sudo >/dev/null || die "$library is not writable: run this as root"
    elevate=(sudo)
fi
"${elevate[@]}" install -d "$library" "$extension"
"${elevate[@]}" install -m 755 "$TARGET/release/libokta_fdw.so" "$library/okta_fdw.so"
"${elevate[@]}" install -m 644 "$REPO/okta_fdw.control" "$REPO"/sql/okta_fdw--*.sql "$extension/"
say "Installed for PostgreSQL $PG_MAJOR: $library/okta_fdw.so and $extension/okta_fdw*"
say "In a database: CREATE EXTENSION okta_fdw;"
