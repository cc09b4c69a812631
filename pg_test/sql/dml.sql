-- Writes as PostgreSQL users write them: lists of keys, triggers, views, generated columns, locks.
\ir include/connect.sql
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oacontractors000001');
\! okta-emulator requests >/dev/null
-- ====
-- A list of keys: a call for each, and no read
-- ====
EXPLAIN (COSTS OFF) DELETE FROM identity_sources.sessions
  WHERE identity_source_id = '0oahr000000000000001' AND id IN ('aps000000000000011d7', 'aps000000000000991d7');
DELETE FROM identity_sources.sessions
  WHERE identity_source_id = '0oahr000000000000001' AND id IN ('aps000000000000011d7', 'aps000000000000991d7');
\echo :ROW_COUNT
\! okta-emulator requests --sort
PREPARE cancel (text, text[]) AS DELETE FROM identity_sources.sessions WHERE identity_source_id = $1 AND id = ANY ($2);
SET plan_cache_mode = force_generic_plan;
EXECUTE cancel ('0oacontractors000001', '{aps000000000000021d7,NULL}');
\echo :ROW_COUNT
EXECUTE cancel ('0oacontractors000001', NULL);
\! okta-emulator requests --sort
RESET plan_cache_mode;
-- a key and something else: it must be read
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
\! okta-emulator requests >/dev/null
DELETE FROM identity_sources.sessions
  WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000031d7' AND status = 'TRIGGERED';
\! okta-emulator requests
-- a join
CREATE TABLE stale (id text, source text);
INSERT INTO stale VALUES ('aps000000000000031d7', '0oahr000000000000001');
ANALYZE stale;
DELETE FROM identity_sources.sessions s USING stale WHERE s.id = stale.id AND s.identity_source_id = stale.source RETURNING s.id, stale.source;
\! okta-emulator requests
-- ====
-- Direct updates: the answer is the row
-- ====
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001') RETURNING id;
UPDATE identity_sources.sessions SET status = 'TRIGGERED' WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000991d7' RETURNING *;
\! okta-emulator requests >/dev/null
-- ====
-- Triggers, views WITH CHECK OPTION, whole rows, system columns
-- ====
CREATE TABLE log (what text, id text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO log VALUES (TG_WHEN || ' ' || TG_OP, coalesce(NEW.id, OLD.id));
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER before BEFORE INSERT OR DELETE ON identity_sources.sessions FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER after AFTER INSERT OR DELETE ON identity_sources.sessions FOR EACH ROW EXECUTE FUNCTION note();
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000041d7';
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
SELECT * FROM log;
DROP TRIGGER before ON identity_sources.sessions;
DROP TRIGGER after ON identity_sources.sessions;
CREATE VIEW hr AS SELECT id, identity_source_id, status FROM identity_sources.sessions
  WHERE identity_source_id = '0oahr000000000000001' WITH CHECK OPTION;
INSERT INTO hr (identity_source_id) VALUES ('0oacontractors000001');
SELECT * FROM hr;
DELETE FROM hr;
SELECT s FROM identity_sources.sessions s;
SELECT tableoid::regclass, id FROM identity_sources.sessions;
SELECT ctid FROM identity_sources.sessions;
SELECT id FROM identity_sources.sessions FOR UPDATE;
-- ====
-- ALTER TABLE between executions, dropped and generated columns
-- ====
CREATE FOREIGN TABLE narrow (gone text OPTIONS (field 'id'), id text, status text) SERVER okta
  OPTIONS (resource 'identity_sources.sessions', identity_source_id '0oacontractors000001');
PREPARE all_of AS SELECT * FROM narrow;
EXECUTE all_of;
ALTER FOREIGN TABLE narrow DROP COLUMN gone;
SELECT * FROM narrow;
ALTER FOREIGN TABLE narrow ADD COLUMN created timestamptz;
SELECT * FROM narrow;
ALTER FOREIGN TABLE narrow ADD COLUMN shout text GENERATED ALWAYS AS (lower(status)) STORED;
SELECT * FROM narrow;
ALTER FOREIGN TABLE narrow DROP COLUMN shout;
ALTER FOREIGN TABLE narrow OPTIONS (SET identity_source_id '0oahr000000000000001');
SELECT id FROM narrow;
-- without the key column a row cannot be named
ALTER FOREIGN TABLE narrow DROP COLUMN id;
DELETE FROM narrow WHERE status = 'CREATED';
INSERT INTO narrow DEFAULT VALUES;
INSERT INTO narrow DEFAULT VALUES ON CONFLICT DO NOTHING;
-- ====
-- ANALYZE
-- ====
ANALYZE VERBOSE users.users;
SELECT reltuples FROM pg_class WHERE oid = 'users.users'::regclass;
SELECT n_distinct, null_frac > 0 AS has_nulls FROM pg_stats WHERE schemaname = 'users' AND attname IN ('subdomain', 'first_name') ORDER BY 1;
-- ====
-- A savepoint that is rolled back
-- ====
BEGIN;
SAVEPOINT one;
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
ROLLBACK TO one;
SAVEPOINT two;
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oacontractors000001';
RELEASE two;
ROLLBACK;
DO $$ BEGIN
  INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oacontractors000001');
  RAISE EXCEPTION 'no';
EXCEPTION WHEN raise_exception THEN RAISE NOTICE 'caught';
END $$;
-- ====
-- A row that several rows of a join change is changed once, by the first of them
-- ====
\! okta-emulator admin POST /_emulator/clock '{"advance_seconds": 400}' >/dev/null
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001';
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001') RETURNING id AS twice \gset
INSERT INTO identity_sources.bulk_delete (identity_source_id, session_id, external_id) VALUES ('0oahr000000000000001', :'twice', 'e1');
CREATE TABLE reasons (id text, why text);
INSERT INTO reasons VALUES (:'twice', 'old'), (:'twice', 'empty');
\! okta-emulator requests >/dev/null
DELETE FROM identity_sources.sessions s USING reasons r WHERE s.id = r.id AND s.identity_source_id = '0oahr000000000000001' RETURNING why;
\! okta-emulator requests
-- ====
-- Two phases: a rollback by whatever session undoes nothing in Okta, so that is said at PREPARE
-- ====
BEGIN;
INSERT INTO identity_sources.groups (identity_source_id, external_id, display_name) VALUES ('0oahr000000000000001', 'prepared', 'Prepared');
PREPARE TRANSACTION 'of a row';
ROLLBACK PREPARED 'of a row';
BEGIN;
SELECT count(*) FROM apps.apps;
PREPARE TRANSACTION 'of a read';
COMMIT PREPARED 'of a read';
