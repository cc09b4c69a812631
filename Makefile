# The commands of okta_fdw. What they do stands in dev/*.sh.
#
#   make demo       see it work: a throwaway PostgreSQL, an emulated Okta, a guided tour
#   make psql       a shell on the demo's database
#   make stop       end the demo
#   make test       everything that must hold before a change is good
#   make test-sql   the SQL tests alone; T=name picks those whose name holds it
#   make test-all   the SQL tests on PostgreSQL 16 and 18, too, which come from PyPI; MAJORS=16 picks
#   make accept     take what the SQL tests print as what they should; T=name picks those whose name holds it
#   make soak       the trials of reliability, at length: 10,000 statements, 100,000 users
#   make new-table PATH=/api/v1/zones  the TOML of a new table, drafted from Okta's specification
#   make check      format and lints
#   make check-pg   type-check for every PostgreSQL from 14 to 18
#   make test-assert  the SQL tests on a PostgreSQL with assertions, built from source once
#   make spec       the catalogue beside Okta's specification; NEWER=management-minimal.yaml compares with that
#   make sdk-test   the calls of Okta's official SDKs against the emulator; they come from PyPI and npm
#   make fuzz       libFuzzer on what reads Okta's answers and makes requests; SECONDS=300 for each target
#   make deny       licences, sources and known faults of the dependencies
#   make bench      how long statements take when Okta takes 50 ms to answer
#   make build      a debug build
#   make install    the release build into a PostgreSQL: PG_CONFIG=/path/to/pg_config
#   make setup      install what is missing here (the others do it by themselves)
#   make help       this list
#
# PG_CONFIG=… chooses the PostgreSQL to build for; without it the newest complete one is taken.

T ?=
SECONDS ?= 300
NEWER ?=

.PHONY: help setup build install demo psql stop test test-sql test-all test-assert accept soak bench new-table check check-pg spec sdk-test deny fuzz

help:
	@sed -n 's/^# \{0,1\}//p' Makefile

setup:
	@dev/setup.sh

build: setup
	@dev/build.sh

install: setup
	@dev/install.sh

demo: setup
	@dev/demo.sh play

psql: setup
	@dev/demo.sh shell

stop:
	@dev/demo.sh stop

test: setup
	@dev/test.sh

test-sql: build
	@dev/sql_tests.sh $(T)

test-all: setup
	@dev/test_all.sh $(T)

accept: build
	@UPDATE=1 dev/sql_tests.sh $(T)

bench: build
	@bench/run.sh

soak: build
	@SOAK=$${SOAK:-10000} dev/sql_tests.sh reliability

# PATH is the table's here: the shell gets one of its own.
new-table:
	@PATH="$$HOME/.cargo/bin:/usr/local/bin:/usr/bin:/bin" dev/new_table.sh '$(PATH)'

check: setup
	@dev/check.sh

check-pg:
	@dev/check_pg.sh

test-assert: setup
	@dev/assert.sh $(T)

spec:
	@dev/spec.sh $(NEWER)

sdk-test:
	@dev/sdk_test.sh

fuzz: setup
	@dev/fuzz.sh $(SECONDS)

deny:
	@dev/deny.sh
