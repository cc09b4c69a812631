#!/bin/sh
# A RUSTC_WRAPPER that has the one crate pgrx_pg_sys use the bindings that it ships.
case " $* " in
*" --crate-name pgrx_pg_sys "*) exec "$@" --cfg docsrs ;;
*) exec "$@" ;;
esac
