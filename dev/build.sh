#!/usr/bin/env bash
# A debug build of the whole workspace: extension, emulator and test runner.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"
# shellcheck source=dev/postgres.sh
source "$HERE/postgres.sh"

need_postgres
okta_cargo build "$@"
