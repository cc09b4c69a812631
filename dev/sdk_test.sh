#!/usr/bin/env bash
# Has Okta's official SDKs, those of Python and Node, make their calls against the emulator.
# It needs the network once: the SDKs are installed below the target folder, from PyPI and npm.
# What an SDK does wrong itself is said and counted neither way: see emulator/sdk_test/.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"
# shellcheck source=dev/packages.sh
source "$HERE/packages.sh"

PYTHON_SDK=okta==3.4.6
NODE_SDK=@okta/okta-sdk-nodejs@8.1.0
PROGRAMS="$REPO/emulator/sdk_test"
SDKS="$TARGET/sdk_test"
passed=0
failed=0

missing_tools() {
    command -v python3 >/dev/null || echo python3
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}

install_tools() {
    local tools
    tools="$(missing_tools | tr '\n' ' ')"
    [[ -n $tools ]] || return 0
    can_install || die "missing here, and to be installed by root: $tools"
    say "Installing: $tools"
    as_root apt-get update -qq >&2 </dev/null
    # shellcheck disable=SC2086 # a list of words
    install_packages $tools
}

# installed FOLDER SDK: whether this very version was installed to its end before.
installed() { [[ $(cat "$1/installed" 2>/dev/null) == "$2" ]]; }

install_python_sdk() {
    local folder="$SDKS/python"
    ! installed "$folder" "$PYTHON_SDK" || return 0
    say "Installing $PYTHON_SDK"
    python3 -m venv --clear "$folder"
    "$folder/bin/pip" install -q --disable-pip-version-check "$PYTHON_SDK" >&2
    echo "$PYTHON_SDK" >"$folder/installed"
}

install_node_sdk() {
    local folder="$SDKS/node"
    ! installed "$folder" "$NODE_SDK" || return 0
    say "Installing $NODE_SDK"
    rm -rf "$folder"
    mkdir -p "$folder"
    echo '{ "private": true }' >"$folder/package.json"
    npm install --prefix "$folder" --no-audit --no-fund --loglevel=error "$NODE_SDK" >&2
    echo "$NODE_SDK" >"$folder/installed"
}

start_emulator() {
    local tries=100
    "$TARGET/debug/okta-emulator" --port-file "$scratch/port" >"$scratch/log" 2>&1 </dev/null &
    emulator=$!
    until [[ -s $scratch/port ]]; do
        tries=$((tries - 1))
        if [[ $tries -eq 0 ]] || ! kill -0 "$emulator" 2>/dev/null; then
            cat "$scratch/log" >&2
            die "the emulator did not start"
        fi
        sleep 0.1
    done
    OKTA_EMULATOR="http://127.0.0.1:$(<"$scratch/port")"
    export OKTA_EMULATOR
}

finish() {
    local status=$?
    [[ -z ${emulator:-} ]] || kill "$emulator" 2>/dev/null || true
    rm -rf "$scratch"
    exit "$status"
}

# calls_of COMMAND…: one SDK's calls. A program that ends before it has counted is a failure itself.
# It sees neither the caller's HTTP proxies, since the emulator is on this machine, nor the caller's
# settings of Okta, in the environment or at home.
calls_of() {
    local counts variable clean=(-u http_proxy -u https_proxy -u all_proxy
        -u HTTP_PROXY -u HTTPS_PROXY -u ALL_PROXY)
    for variable in $(compgen -e OKTA_CLIENT_); do
        clean+=(-u "$variable")
    done
    # The SDKs refuse an address without https, unless told that it is a test.
    clean+=(HOME="$scratch" OKTA_TESTING_TESTINGDISABLEHTTPSCHECK=true
        OKTA_TESTING_DISABLEHTTPSCHECK=true)
    (cd "$scratch" && env "${clean[@]}" "$@") 2>&1 | tee "$scratch/output" || true
    counts="$(sed -nE '$s/^[a-z]+: ([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$scratch/output")"
    counts="${counts:-0 1}"
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
}

install_tools
install_python_sdk
install_node_sdk
(cd "$REPO" && cargo build --package okta-emulator)
scratch="$(mktemp -d)"
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
start_emulator
calls_of "$SDKS/python/bin/python" "$PROGRAMS/python_sdk.py"
NODE_PATH="$SDKS/node/node_modules" calls_of node "$PROGRAMS/node_sdk.js"

printf '\n%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
