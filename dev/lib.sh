# What the scripts of this folder share: where things are, and how they speak.
# Sourced, never run. It starts nothing and changes nothing.
# shellcheck shell=bash

REPO="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
TARGET="${CARGO_TARGET_DIR:-$REPO/target}"
[[ $TARGET == /* ]] || TARGET="$REPO/$TARGET"
umask 022

# With backtraces the text of an error would depend on who ran the script.
unset RUST_BACKTRACE RUST_LIB_BACKTRACE

say() { printf '%s\n' "$*" >&2; }
die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# is_ours DIR: a directory of this user's, and no link that somebody else could have put there.
is_ours() { [[ -d $1 && ! -L $1 && -O $1 ]]; }

# The folder of all that these scripts run: one for each user, where the server's user can go.
# TMPDIR is not used when it is odd, or too long for the path of a Unix socket.
private_base() {
    local temporary="${TMPDIR:-/tmp}"
    temporary="${temporary%/}"
    if [[ ! $temporary =~ ^/[A-Za-z0-9/._-]{1,50}$ ]] || ! reachable "$temporary"; then
        temporary=/tmp
    fi
    printf '%s/okta_fdw-%s\n' "$(cd "$temporary" && pwd -P)" "$EUID"
}

# The user whom clusters run as: PostgreSQL refuses to run as root.
server_user() {
    if [[ $EUID -ne 0 ]]; then
        id -un
    elif id postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

# as_server COMMAND…: as the server's user, from a folder that it may read, in English, and without
# the caller's HTTP proxies: the Okta of demo and tests is on this machine.
as_server() {
    local how=(env -u http_proxy -u https_proxy -u all_proxy
        -u HTTP_PROXY -u HTTPS_PROXY -u ALL_PROXY LC_ALL=C HOME=/)
    [[ $EUID -ne 0 ]] || how=(runuser -u "$(server_user)" -- "${how[@]}")
    (cd / && "${how[@]}" "$@")
}

reachable() { as_server test -x "$1" 2>/dev/null; }
