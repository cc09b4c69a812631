#!/usr/bin/env bash
# The catalogue beside Okta's specification, which the tests compare, too.
# With the path of a newer management-minimal.yaml: what it adds (+), removes (-) and retypes (both), and
# what the catalogue would have to change. --accept takes it into emulator/spec. This needs Python's yaml.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"

check() { (cd "$REPO" && cargo test -q -p okta_catalog_build --test specification); }

newer=''
accept=no
for argument in "$@"; do
    case "$argument" in
    --accept) accept=yes ;;
    *) newer="$argument" ;;
    esac
done
if [[ -n $newer ]]; then
    cut="$(mktemp -d)"
    trap 'rm -rf "$cut"' EXIT
    python3 "$HERE/spec_cut.py" "$newer" "$cut"
    for table in operations properties; do
        diff --unified=0 "$REPO/emulator/spec/$table.tsv" "$cut/$table.tsv" | grep -E '^[-+][^-+]' || true
    done
    if [[ $accept == yes ]]; then
        cp "$cut"/*.tsv "$REPO/emulator/spec/"
    fi
    export OKTA_SPEC="$cut"
fi
check
