#!/usr/bin/env bash
# Prints the TOML of a new table, drafted from Okta's specification: new_table.sh /api/v1/zones
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"

cd "$REPO"
cargo run -q -p okta_catalog_build --example new_table -- "${1:-}"
