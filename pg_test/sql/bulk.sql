-- The transaction is the import: rows are loaded, COMMIT starts it, ROLLBACK cancels it.
\ir include/connect.sql
ALTER FOREIGN TABLE identity_sources.bulk_upsert OPTIONS (ADD identity_source_id '0oahr000000000000001');
ALTER FOREIGN TABLE identity_sources.bulk_delete OPTIONS (ADD identity_source_id '0oahr000000000000001');
CREATE TABLE employees (no text, login text, email text, first text, last text, badge int, on_call boolean, joined date);
INSERT INTO employees SELECT n::text, 'u' || n || '@acme.example', 'u' || n || '@acme.example', 'First', 'Last', n, n % 2 = 0, date '2020-01-01' + n
  FROM generate_series(1, 450) n;
EXPLAIN (COSTS OFF) INSERT INTO identity_sources.bulk_upsert (external_id, user_name) SELECT no, login FROM employees;
BEGIN;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name, email, first_name, last_name)
  SELECT no, login, email, first, last FROM employees;
INSERT INTO identity_sources.bulk_delete (external_id) VALUES ('9001'), ('9002');
COMMIT;
\! okta-emulator requests
SELECT id, status FROM identity_sources.sessions;
\! okta-emulator requests >/dev/null
-- the cool-down: refused, and told until when
ALTER SERVER okta OPTIONS (ADD max_wait '0');
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('1', 'one');
\! okta-emulator requests
\! okta-emulator admin POST /_emulator/clock '{"advance_seconds": 400}' >/dev/null
SELECT okta_fdw_wait_for_import('identity_sources.sessions', 'aps000000000000011d7');
SELECT okta_fdw_wait_for_import('identity_sources.sessions', 'aps000000000000991d7');
\! okta-emulator requests >/dev/null
-- ====
-- ROLLBACK cancels; an error too
-- ====
BEGIN;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('1', 'one');
ROLLBACK;
\! okta-emulator requests
BEGIN;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('1', 'one');
SELECT 1 / 0;
COMMIT;
\! okta-emulator requests
-- a statement by itself is a transaction too; nothing loaded, nothing opened
INSERT INTO identity_sources.bulk_upsert (external_id) SELECT no FROM employees WHERE false;
\! okta-emulator requests --count
-- ====
-- A session that is there already is adopted, if it is still empty
-- ====
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001') RETURNING id;
BEGIN;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('1', 'one');
ROLLBACK;
\! okta-emulator requests
-- ====
-- Savepoints: what was not sent is taken back
-- ====
BEGIN;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('1', 'one');
SAVEPOINT s;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('2', 'two');
ROLLBACK TO s;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('3', 'three');
COMMIT;
\! okta-emulator requests --bodies
\! okta-emulator admin POST /_emulator/clock '{"advance_seconds": 400}' >/dev/null
-- what was sent is not
BEGIN;
SAVEPOINT s;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) SELECT no, login FROM employees;
ROLLBACK TO s;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('1', 'one');
ROLLBACK TO s;
COMMIT;
SELECT id, status FROM identity_sources.sessions;
-- only rows of a savepoint that was rolled back: nothing to import
BEGIN;
SAVEPOINT s;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('1', 'one');
ROLLBACK TO s;
\! okta-emulator requests >/dev/null
COMMIT;
\! okta-emulator requests
PREPARE TRANSACTION 'x';
BEGIN;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('1', 'one');
PREPARE TRANSACTION 'x';
\! okta-emulator requests >/dev/null
-- ====
-- With a session of one's own: nothing is opened, started or cancelled
-- ====
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001') RETURNING id AS own \gset
BEGIN;
INSERT INTO identity_sources.bulk_upsert (session_id, external_id, user_name) VALUES (:'own', '7', 'seven');
INSERT INTO identity_sources.bulk_groups_upsert (identity_source_id, session_id, external_id, display_name) VALUES ('0oahr000000000000001', :'own', 'g', 'G');
INSERT INTO identity_sources.bulk_groups_delete (identity_source_id, session_id, external_id) VALUES ('0oahr000000000000001', :'own', 'old');
INSERT INTO identity_sources.bulk_group_memberships_upsert (identity_source_id, session_id, group_external_id, member_external_id)
  VALUES ('0oahr000000000000001', :'own', 'g', '7'), ('0oahr000000000000001', :'own', 'h', '7'), ('0oahr000000000000001', :'own', 'g', '8');
INSERT INTO identity_sources.bulk_group_memberships_delete (identity_source_id, session_id, group_external_id, member_external_id)
  VALUES ('0oahr000000000000001', :'own', 'g', '9');
ROLLBACK;
\! okta-emulator requests --bodies
UPDATE identity_sources.sessions SET status = 'TRIGGERED' WHERE identity_source_id = '0oahr000000000000001' AND id = :'own' RETURNING status;
\! okta-emulator admin POST /_emulator/clock '{"advance_seconds": 400}' >/dev/null
\! okta-emulator requests >/dev/null
-- ====
-- What is checked before anything is sent
-- ====
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES (NULL, 'x');
INSERT INTO identity_sources.bulk_upsert (external_id) VALUES ('42');
INSERT INTO identity_sources.bulk_upsert (external_id, email) VALUES ('42', 'x');
INSERT INTO identity_sources.bulk_upsert (external_id, first_name) VALUES ('42', repeat('x', 51));
INSERT INTO identity_sources.bulk_upsert (external_id, profile) VALUES ('42', '{"tags": ["a"]}');
INSERT INTO identity_sources.bulk_upsert (external_id, profile) VALUES ('42', '[1]');
INSERT INTO identity_sources.bulk_group_memberships_upsert (identity_source_id, group_external_id) VALUES ('0oahr000000000000001', 'g');
INSERT INTO identity_sources.bulk_upsert (identity_source_id, external_id) VALUES ('', '1');
SELECT * FROM identity_sources.bulk_upsert;
DELETE FROM identity_sources.bulk_upsert;
INSERT INTO identity_sources.bulk_groups_delete (external_id) VALUES ('x');
\! okta-emulator requests --sort
-- values of other types, custom attributes, the profile under the named columns
CREATE FOREIGN TABLE load_employees (external_id text, user_name text, badge int OPTIONS (field 'profile.badge'),
  on_call boolean OPTIONS (field 'profile.onCall'), joined date OPTIONS (field 'profile.joined'), seen timestamptz OPTIONS (field 'profile.seen'), profile jsonb)
  SERVER okta OPTIONS (resource 'identity_sources.bulk_upsert', identity_source_id '0oahr000000000000001');
SET DateStyle = 'German, DMY';
BEGIN;
INSERT INTO load_employees VALUES ('1', 'one', 7, true, '2026-02-03', '2026-02-03 04:05:06+00', '{"userName": "other", "cost": 1.50, "none": null}');
\! okta-emulator requests >/dev/null
COMMIT;
RESET DateStyle;
\! okta-emulator requests --bodies
\! okta-emulator admin POST /_emulator/clock '{"advance_seconds": 400}' >/dev/null
-- COPY, RETURNING, a trigger-fed queue, and an upsert that follows a delete of the same user
COPY load_employees (external_id, user_name) FROM STDIN;
11	eleven
12	twelve
\.
\! okta-emulator requests
\! okta-emulator admin POST /_emulator/clock '{"advance_seconds": 400}' >/dev/null
CREATE FUNCTION feed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO identity_sources.bulk_delete (external_id) VALUES (OLD.no);
  ELSE
    INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES (NEW.no, NEW.login);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER feed AFTER INSERT OR UPDATE OR DELETE ON employees FOR EACH ROW EXECUTE FUNCTION feed();
BEGIN;
UPDATE employees SET login = 'new' WHERE no IN ('1', '2', '3');
DELETE FROM employees WHERE no IN ('4', '2');
INSERT INTO employees (no, login) VALUES ('4', 'again');
COMMIT;
\! okta-emulator requests --bodies
\! okta-emulator admin POST /_emulator/clock '{"advance_seconds": 400}' >/dev/null
SET okta_fdw.dry_run = on;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('1', 'one') RETURNING external_id;
RESET okta_fdw.dry_run;
\! okta-emulator requests --count
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('1', 'one') ON CONFLICT DO NOTHING;
-- a session that the transaction itself has opened and cancelled leaves nothing to warn of
BEGIN;
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('1', 'one');
ROLLBACK;
BEGIN;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name) VALUES ('1', 'one');
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001';
ROLLBACK;
