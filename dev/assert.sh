#!/usr/bin/env bash
# Runs the SQL tests against a PostgreSQL with assertions, which is built from the source package of the
# distribution and kept below the target folder. An assertion that fails ends the server and the run.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=dev/lib.sh
source "$HERE/lib.sh"
# shellcheck source=dev/postgres.sh
source "$HERE/postgres.sh"

need_postgres
package="postgresql-$PG_MAJOR"
home="$TARGET/assert/$package"

# The source package comes from where the packages of this machine come from; the system's own list is
# left as it is.
fetch() {
    local apt="$home/apt"
    mkdir -p "$apt/parts" "$apt/lists/partial"
    : > "$apt/sources.list"
    sed -n 's/^deb \(.*\)/deb-src \1/p' /etc/apt/sources.list 2>/dev/null > "$apt/sources.list" || true
    for list in /etc/apt/sources.list.d/*.sources; do
        [[ ! -e $list ]] || sed 's/^Types:.*/Types: deb-src/' "$list" > "$apt/parts/$(basename "$list")"
    done
    local how=(-qq -o "Dir::Etc::sourcelist=$apt/sources.list" -o "Dir::Etc::sourceparts=$apt/parts"
        -o "Dir::State::lists=$apt/lists" -o APT::Sandbox::User=root)
    apt-get "${how[@]}" update || say "some lists could not be read"
    # A mirror may lag behind with the newest sources; any version of the major will do.
    local version
    for version in $(apt-cache "${how[@]}" showsrc "$package" | sed -n 's/^Version: //p'); do
        (cd "$home" && apt-get "${how[@]}" source --download-only "$package=$version") && return
    done
    die "no source of $package can be had"
}

# PostgreSQL makes its generated headers only in what it takes for the outermost make. What is installed
# appears all at once: a build that was interrupted is not taken for a whole one.
build() {
    local source="$home/source" stage="$home/stage"
    rm -rf "$source" "$stage" && mkdir -p "$source"
    tar -xf "$home"/*.orig.tar.* -C "$source" --strip-components=1
    local icu=() outermost=(env -u MAKELEVEL -u MAKEFLAGS -u MFLAGS make -s)
    ! grep -q -- --without-icu "$source/configure" || icu=(--without-icu)
    (cd "$source" && ./configure -q --prefix="$home/pg" --enable-cassert --enable-debug \
        --without-readline --without-zlib "${icu[@]}" CFLAGS=-O1 &&
        "${outermost[@]}" -j"$(nproc)" && "${outermost[@]}" install DESTDIR="$stage") > "$home/build.log" 2>&1 ||
        { tail -n 20 "$home/build.log" >&2; die "PostgreSQL could not be built"; }
    rm -rf "$home/pg" && mv "$stage$home/pg" "$home/pg"
    rm -rf "$source" "$stage"
}

if [[ ! -x $home/pg/bin/postgres ]]; then
    mkdir -p "$home"
    compgen -G "$home/*.orig.tar.*" >/dev/null || fetch
    say "building $package with assertions…"
    build
fi
export PG_CONFIG="$home/pg/bin/pg_config" CARGO_TARGET_DIR="$TARGET/assert/cargo"
"$HERE/build.sh"
exec "$HERE/sql_tests.sh" "$@"
