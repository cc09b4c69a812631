# Installs packages of Debian or Ubuntu where the caller may. Sourced after lib.sh.
# shellcheck shell=bash

as_root() { if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi; }

can_install() {
    command -v apt-get >/dev/null && { [[ $EUID -eq 0 ]] || command -v sudo >/dev/null; }
}

install_packages() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2 </dev/null
}
