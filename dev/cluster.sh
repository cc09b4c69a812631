#!/usr/bin/env bash
# Private PostgreSQL clusters: `make demo` and `make test` run on one each, of their own.
#
# PostgreSQL finds its libraries and its extension folder relative to its binary, so a copy of its
# folders is a whole installation, and the extension is installed there. Neither the system's
# folders nor any other cluster is touched; a cluster listens on a socket in a folder of its own
# and on no port.
#
#   cluster.sh create NAME   a fresh cluster with the built extension, started
#   cluster.sh running NAME  succeeds when it runs
#   cluster.sh remove NAME   stops it and deletes all of it
#   cluster.sh env NAME      prints shell lines that point psql and others to it
#   cluster.sh sweep         removes what test runs left that were killed
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"
# shellcheck source=dev/postgres.sh
source "$HERE/postgres.sh"

BASE="$(private_base)"

server_pid() { head -n 1 "$DATA/postmaster.pid" 2>/dev/null || true; }

# A process number alone proves nothing: after a crash it may be another server's. A postmaster's
# working directory is its data directory.
is_running() {
    local pid
    pid="$(server_pid)"
    [[ -n $pid && $(readlink "/proc/$pid/cwd" 2>/dev/null) == "$DATA" ]]
}

make_base() {
    mkdir -m 755 "$BASE" 2>/dev/null || true
    is_ours "$BASE" || die "$BASE is in the way: not a directory of yours"
}

# Under the same paths as the original, so that the way from the binary to the rest is the same.
# Left behind: bitcode for the JIT compiler, build files and manuals.
copy_postgres() {
    local folder program
    mkdir -p "$BIN"
    for program in initdb pg_ctl postgres; do
        cp "$("$PG_CONFIG" --bindir)/$program" "$BIN/"
    done
    for folder in --pkglibdir --sharedir; do
        folder="$("$PG_CONFIG" "$folder")"
        mkdir -p "$PGROOT$folder"
        tar -C "$folder" -c --exclude=./bitcode --exclude=./pgxs --exclude='./llvmjit*' --exclude=./man . |
            tar -C "$PGROOT$folder" -x --no-same-owner
    done
}

# Where the programs find their libraries. Some look relative to where they are, for instance those of
# Python wheels, and the copies would not find them.
libraries() {
    printf '%s' "$("$PG_CONFIG" --libdir)"
    ldd "$("$PG_CONFIG" --bindir)/initdb" | sed -nE 's|.* => (/.*)/libpq[^/]* \(.*|:\1|p'
}

install_extension() {
    local share
    share="$PGROOT$("$PG_CONFIG" --sharedir)/extension"
    install -m 755 "$TARGET/debug/libokta_fdw.so" "$PGROOT$("$PG_CONFIG" --pkglibdir)/okta_fdw.so"
    install -m 644 "$REPO/okta_fdw.control" "$REPO"/sql/okta_fdw--*.sql "$share/"
}

configure() {
    cat >>"$1" <<CONF
listen_addresses = ''
unix_socket_directories = '$RUN'
max_connections = 300
# Tests prepare transactions.
max_prepared_transactions = 10
shared_buffers = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] %d '
CONF
}

create() {
    need_postgres
    BIN="$PGROOT$("$PG_CONFIG" --bindir)"
    LIBRARIES="$(libraries)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    make_base
    remove
    mkdir -m 755 "$HOME_DIR"
    mkdir -m 700 "$RUN" "$DATA"
    copy_postgres
    install_extension
    touch "$SERVER_LOG"
    [[ $EUID -ne 0 ]] || chown "$(server_user)" "$DATA" "$RUN" "$SERVER_LOG"
    as_server env "LD_LIBRARY_PATH=$LIBRARIES" "$BIN/initdb" -D "$DATA" -U postgres -A trust -E UTF8 --locale=C \
        --no-sync --no-instructions >"$LOG" </dev/null || die "initdb failed"
    configure "$DATA/postgresql.conf"
    start
}

start() {
    # With backtraces asked for, every test shows that none reaches a client.
    as_server env RUST_BACKTRACE=1 "LD_LIBRARY_PATH=$LIBRARIES" "$BIN/pg_ctl" -s -w -t 120 -D "$DATA" -l "$SERVER_LOG" start </dev/null || {
        tail -n 20 "$SERVER_LOG" >&2
        die "the server did not start"
    }
}

# What a cluster holds is thrown away, so it need not shut down in order.
remove() {
    local tries=50
    if is_running; then
        kill -QUIT "$(server_pid)" || true
    fi
    while is_running; do
        tries=$((tries - 1))
        [[ $tries -gt 0 ]] || kill -KILL "$(server_pid)" || true
        sleep 0.1
    done
    rm -rf "$HOME_DIR"
}

# Runs of the tests are named test-PID, after the process that owns them.
sweep() {
    local left
    is_ours "$BASE" || return 0
    for left in "$BASE"/test-*; do
        if [[ -d $left ]] && ! kill -0 "${left##*-}" 2>/dev/null; then
            name "$(basename "$left")"
            remove
        fi
    done
}

print_env() {
    need_postgres
    cat <<ENV
export PGHOST='$RUN' PGPORT=5432 PGUSER=postgres PSQL='$("$PG_CONFIG" --bindir)/psql' CLUSTER_HOME='$HOME_DIR'
unset PGHOSTADDR PGDATABASE PGOPTIONS PGPASSWORD PGSERVICE PGSSLMODE PGAPPNAME
ENV
}

# Sets the paths of the cluster NAME.
name() {
    [[ $1 =~ ^[a-z0-9-]+$ ]] || die "bad cluster name: $1"
    HOME_DIR="$BASE/$1"
    PGROOT="$HOME_DIR/pg"
    DATA="$HOME_DIR/data"
    RUN="$HOME_DIR/run"
    LOG="$HOME_DIR/initdb.log"
    SERVER_LOG="$HOME_DIR/server.log"
}

[[ $# -lt 2 ]] || name "$2"
case "${1:-} $#" in
'create 2') create ;;
'running 2') is_running ;;
'remove 2') remove ;;
'env 2') print_env ;;
'sweep 1') sweep ;;
*) die "usage: cluster.sh create|running|remove|env NAME, or cluster.sh sweep" ;;
esac
