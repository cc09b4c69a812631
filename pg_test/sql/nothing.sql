-- What can have no answer costs no call: contradictions, impossible keys, LIMIT 0.
\ir include/connect.sql
CREATE TABLE keys (k text);
INSERT INTO keys VALUES (''), ('..'), ('a/../b'), (E'a\r\nHost: evil.example'), (E'a\tb'), (repeat('a', 5000)), (NULL);
-- ====
-- Contradictions make no request, whether the columns choose a path or not
-- ====
SELECT id FROM identity_sources.sessions WHERE id IN ('a', 'b') AND id = 'c';
SELECT id FROM identity_sources.sessions WHERE identity_source_id = 'a' AND identity_source_id = 'b';
SELECT id FROM identity_sources.sessions WHERE status = 'CREATED' AND status IN ('ERROR', 'CLOSED');
SELECT id FROM identity_sources.sessions WHERE status = 'CREATED' AND (status = 'ERROR' OR status LIKE 'CL%');
SELECT id FROM users.users WHERE subdomain = 'acme' AND subdomain = 'globex';
SELECT id FROM users.users WHERE status = 'ACTIVE' AND status = 'STAGED';
SELECT id FROM users.users WHERE login LIKE 'ada%' AND login LIKE 'grace%';
SELECT id FROM users.users WHERE created > '2026-02-01' AND created < '2026-01-01';
SELECT id FROM users.users WHERE created >= '2026-02-01' AND created < '2026-02-01';
SELECT id FROM users.users WHERE created = '2026-01-01' AND created > '2026-02-01';
SELECT id FROM users.users WHERE first_name = 'Ada' AND first_name IS NULL AND id = NULL;
SELECT id FROM users.users WHERE id = ANY ('{}') OR id = ANY (ARRAY[NULL]);
PREPARE several(text[], text) AS SELECT id FROM identity_sources.sessions WHERE id = ANY ($1) AND id = $2;
SET plan_cache_mode = force_generic_plan;
EXECUTE several('{a,b}', 'c');
EXECUTE several('{a,b}', NULL);
RESET plan_cache_mode;
EXPLAIN (COSTS OFF) SELECT id FROM identity_sources.sessions WHERE id IN ('a', 'b') AND id = 'c';
\! okta-emulator requests
-- ====
-- A key that no object can have is no row
-- ====
SELECT id FROM users.users WHERE id IN ('', '.', '..', 'a/../b', '../apps', E'a\rb', E'a\tb', E'\x01');
SELECT u.id FROM keys JOIN users.users u ON u.id = k;
SELECT external_id FROM identity_sources.users WHERE identity_source_id = '0oahr000000000000001' AND external_id = '..';
SELECT k, g.id FROM keys LEFT JOIN identity_sources.groups g ON g.external_id = k AND g.identity_source_id = '0oahr000000000000001' WHERE k LIKE 'a_b';
DELETE FROM identity_sources.users WHERE identity_source_id = '0oahr000000000000001' AND external_id = 'a/../b';
UPDATE identity_sources.users SET email = 'new@acme.example', user_name = 'new' WHERE identity_source_id = '0oahr000000000000001' AND external_id = E'a\tb';
\! okta-emulator requests
-- ====
-- To write one is an error before any request
-- ====
\set VERBOSITY verbose
\set SHOW_CONTEXT never
INSERT INTO identity_sources.users (identity_source_id, external_id, user_name, email) VALUES ('0oahr000000000000001', 'a/../b', 'one', 'one@acme.example');
\set VERBOSITY default
INSERT INTO identity_sources.users (identity_source_id, external_id, user_name, email) VALUES ('..', '1', 'one', 'one@acme.example');
INSERT INTO identity_sources.groups (identity_source_id, external_id, display_name) VALUES ('0oahr000000000000001', E'a\tb', 'G');
INSERT INTO identity_sources.group_memberships (identity_source_id, group_external_id, member_external_id) VALUES ('0oahr000000000000001', '..', '1');
INSERT INTO identity_sources.group_memberships (identity_source_id, group_external_id, member_external_id) VALUES ('0oahr000000000000001', 'g', E'a\nb');
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('../apps');
INSERT INTO identity_sources.bulk_upsert (identity_source_id, external_id, user_name) VALUES ('0oahr000000000000001', E'a\r\nb', 'one');
INSERT INTO identity_sources.bulk_upsert (identity_source_id, external_id, user_name) VALUES ('a/..', '1', 'one');
INSERT INTO identity_sources.bulk_delete (identity_source_id, session_id, external_id) VALUES ('0oahr000000000000001', '..', '1');
INSERT INTO identity_sources.bulk_group_memberships_upsert (identity_source_id, group_external_id, member_external_id) VALUES ('0oahr000000000000001', 'g', E'a\tb');
\! okta-emulator requests
-- ====
-- What Okta cannot list is an error once a row is wanted
-- ====
SELECT * FROM identity_sources.users LIMIT 0;
SELECT external_id FROM identity_sources.bulk_upsert WHERE false;
SELECT external_id FROM identity_sources.bulk_upsert LIMIT 0;
SELECT count(*) FROM (SELECT FROM identity_sources.groups WHERE 1 = 0) nobody;
SELECT external_id FROM identity_sources.users WHERE external_id = NULL;
PREPARE first_rows(int) AS SELECT external_id FROM identity_sources.users LIMIT $1;
EXECUTE first_rows(0);
EXECUTE first_rows(1);
SELECT external_id FROM identity_sources.users;
SELECT external_id FROM identity_sources.bulk_upsert;
EXPLAIN SELECT external_id FROM identity_sources.bulk_upsert;
EXPLAIN (COSTS OFF) SELECT external_id FROM identity_sources.bulk_upsert LIMIT ALL;
EXPLAIN (COSTS OFF) SELECT external_id FROM identity_sources.bulk_upsert LIMIT 1;
EXPLAIN (COSTS OFF) SELECT external_id FROM identity_sources.bulk_upsert LIMIT 0;
EXPLAIN (COSTS OFF) SELECT external_id FROM identity_sources.users FETCH FIRST 0 ROWS ONLY;
EXPLAIN (COSTS OFF) EXECUTE first_rows(0);
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE first_rows(0);
RESET plan_cache_mode;
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT external_id FROM identity_sources.bulk_upsert LIMIT 0;
EXPLAIN (COSTS OFF) SELECT external_id FROM identity_sources.bulk_upsert WHERE false;
CREATE TABLE shape AS SELECT * FROM identity_sources.bulk_upsert WITH NO DATA;
\! okta-emulator requests
-- a dump of all tables goes on without the rows of such a table, and says so
COPY (SELECT external_id FROM identity_sources.bulk_upsert) TO STDOUT;
COPY identity_sources.bulk_upsert TO STDOUT;
CREATE FUNCTION loaded() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM identity_sources.bulk_upsert';
COPY (SELECT loaded()) TO STDOUT;
BEGIN;
DECLARE _pg_dump_cursor CURSOR FOR SELECT * FROM ONLY identity_sources.bulk_upsert;
FETCH 100 FROM _pg_dump_cursor;
ROLLBACK;
\! okta-emulator requests
