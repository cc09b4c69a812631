#!/usr/bin/env bash
# Checks the dependencies against deny.toml: licences, sources, what is banned, and the advisories of
# RustSec where their data can be had. What was not checked is said.
# cargo-deny is taken from PATH, else built from crates.io into the target folder, which takes minutes.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"

cd "$REPO"
PATH="$PATH:$TARGET/tools/bin"
if ! command -v cargo-deny >/dev/null; then
    say "Building cargo-deny"
    cargo install cargo-deny --locked --root "$TARGET/tools"
fi

status=0
cargo deny --workspace check licenses bans sources || status=1
if cargo deny --log-level off fetch db >/dev/null 2>&1; then
    cargo deny --workspace check advisories || status=1
elif compgen -G "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs/*/.git" >/dev/null; then
    say "The advisories could not be fetched: an older copy of them is used."
    cargo deny --workspace --offline check advisories || status=1
else
    say "SKIPPED: the advisories could not be fetched, and there is no copy of them here."
fi
exit "$status"
