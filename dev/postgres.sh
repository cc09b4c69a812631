# Which PostgreSQL is built for, and the cargo flags that go with it: the same ones for every command,
# so that cargo builds each crate once. Sourced after lib.sh; sets PG_CONFIG and PG_MAJOR.
# It installs nothing: that is setup.sh.
# shellcheck shell=bash

PG_OLDEST=14
PG_NEWEST=18

# pg_major PG_CONFIG: "PostgreSQL 15.4 (Debian …)" and "PostgreSQL 18beta1" both count.
pg_major() { "$1" --version 2>/dev/null | sed -nE '1s/^PostgreSQL ([0-9]+).*$/\1/p'; }

pg_supported() { [[ $1 =~ ^[0-9]+$ ]] && ((PG_OLDEST <= $1 && $1 <= PG_NEWEST)); }

# pg_lacks PG_CONFIG: says what keeps this PostgreSQL from being used; nothing if it is complete.
# The pg_config of libpq-dev names a folder of server headers that need not be there.
pg_lacks() {
    local major bindir
    major="$(pg_major "$1")" || true
    bindir="$("$1" --bindir 2>/dev/null)" || true
    if ! pg_supported "$major"; then
        echo "version ${major:-unknown} is not one of $PG_OLDEST to $PG_NEWEST"
    elif [[ ! -x $bindir/postgres || ! -x $bindir/initdb ]]; then
        echo "no server in $bindir"
    elif [[ ! -f $("$1" --includedir-server)/postgres.h ]]; then
        echo "no server headers in $("$1" --includedir-server)"
    fi
}

# Every pg_config of this machine in the usual places, newest PostgreSQL first.
pg_configs() {
    compgen -G '/usr/lib/postgresql/*/bin/pg_config' | sort -rV || true
    compgen -G '/usr/pgsql-*/bin/pg_config' | sort -rV || true
    command -v pg_config || true
}

# Debian's /usr/bin/pg_config is a script that asks another one; take the one beside the server.
pg_resolve() {
    local beside
    beside="$("$1" --bindir 2>/dev/null)/pg_config"
    if [[ -x $beside ]]; then echo "$beside"; else command -v "$1"; fi
}

# Sets PG_CONFIG and PG_MAJOR, or fails without a word when no complete PostgreSQL is installed.
# A PG_CONFIG of the caller's is used, or the script ends.
find_postgres() {
    local candidate lack
    if [[ -n ${PG_CONFIG:-} ]]; then
        command -v "$PG_CONFIG" >/dev/null || die "PG_CONFIG=$PG_CONFIG is not a program"
        lack="$(pg_lacks "$PG_CONFIG")"
        [[ -z $lack ]] || die "PG_CONFIG=$PG_CONFIG cannot be used: $lack"
        use_postgres "$PG_CONFIG"
        return
    fi
    while read -r candidate; do
        if [[ -z $(pg_lacks "$candidate") ]]; then
            use_postgres "$candidate"
            return
        fi
    done < <(pg_configs)
    return 1
}

use_postgres() {
    PG_CONFIG="$(pg_resolve "$1")"
    PG_MAJOR="$(pg_major "$PG_CONFIG")"
    export PG_CONFIG PG_MAJOR
}

need_postgres() {
    find_postgres || die "no PostgreSQL $PG_OLDEST to $PG_NEWEST with server headers found: run 'make setup', or name one with PG_CONFIG=…"
}

# okta_cargo SUBCOMMAND ARGUMENTS…
okta_cargo() {
    local subcommand="$1"
    shift
    (cd "$REPO" && PGRX_PG_CONFIG_PATH="$PG_CONFIG" cargo "$subcommand" --workspace \
        --no-default-features --features "pg$PG_MAJOR" "$@")
}
