#!/usr/bin/env bash
# Format and lints, as strictly as `make test` sees them.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"
# shellcheck source=dev/postgres.sh
source "$HERE/postgres.sh"

need_postgres
cd "$REPO"
cargo fmt --all -- --check
okta_cargo clippy --all-targets -- -D warnings
perl dev/layers.pl
perl dev/names.pl
