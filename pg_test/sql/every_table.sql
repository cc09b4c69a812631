\ir include/connect.sql
-- What anyone can run in the demo: SELECT * and EXPLAIN of each table that Okta can list.
SET client_min_messages = warning;
\set ECHO none
\ir ../../demo/every_table.sql
