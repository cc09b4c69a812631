#!/usr/bin/env bash
# Installs what the build needs and this machine lacks, from Debian's or Ubuntu's own packages.
# With everything in place it changes nothing and uses no network. Rust it leaves to its owner.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"
# shellcheck source=dev/postgres.sh
source "$HERE/postgres.sh"
# shellcheck source=dev/packages.sh
source "$HERE/packages.sh"

any_file() { compgen -G "$1" >/dev/null; }

has_libclang() {
    local library header=no
    if [[ -n ${LIBCLANG_PATH:-} ]]; then
        return 0
    fi
    for library in /usr/lib/llvm-*/lib/clang/*/include /usr/lib/clang/*/include; do
        [[ ! -f $library/stddef.h ]] || header=yes
    done
    [[ $header == yes ]] || return 1
    any_file '/usr/lib/llvm-*/lib/libclang*.so*' || any_file '/usr/lib/*/libclang*.so*' || any_file '/usr/lib*/libclang*.so*'
}

# Prints the packages of the build tools that are missing.
missing_tools() {
    command -v cc >/dev/null || echo gcc libc6-dev
    command -v make >/dev/null || echo make
    command -v pkg-config >/dev/null || echo pkg-config
    has_libclang || echo clang libclang-dev
}

offered() { [[ -n $(apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *\([^( ].*\)$/\1/p') ]]; }

# The major version to complete or install: the newest installed server, else the newest one offered.
major_to_install() {
    local major
    for ((major = PG_NEWEST; major >= PG_OLDEST; major--)); do
        if [[ -x /usr/lib/postgresql/$major/bin/postgres ]] && offered "postgresql-server-dev-$major"; then
            echo "$major"
            return
        fi
    done
    for ((major = PG_NEWEST; major >= PG_OLDEST; major--)); do
        if offered "postgresql-$major" && offered "postgresql-server-dev-$major"; then
            echo "$major"
            return
        fi
    done
    die "this distribution offers no PostgreSQL $PG_OLDEST to $PG_NEWEST"
}

main() {
    command -v cargo >/dev/null || die "Rust is missing: install it from https://rustup.rs, then run this again"
    local tools major need_pg=no
    tools="$(missing_tools | tr '\n' ' ')"
    find_postgres || need_pg=yes
    if [[ -z $tools && $need_pg == no ]]; then
        return
    fi

    if ! can_install; then
        [[ $need_pg == no ]] || tools+="PostgreSQL ($PG_OLDEST to $PG_NEWEST) and its server headers"
        die "missing here, and to be installed by root: $tools"
    fi
    say "Reading the package lists"
    as_root apt-get update -qq >&2 </dev/null
    if [[ $need_pg == yes ]]; then
        major="$(major_to_install)"
        tools+="postgresql-$major postgresql-server-dev-$major"
    fi
    say "Installing: $tools"
    # shellcheck disable=SC2086 # a list of words
    install_packages $tools
    need_postgres
}

main
