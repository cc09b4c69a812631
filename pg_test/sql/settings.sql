-- The settings: budget, dry run, log, progress.
\ir include/connect.sql
\! okta-emulator admin POST /_emulator/orgs/acme/users '{"count": 500}'
-- ====
-- The most requests of a statement
-- ====
SET okta_fdw.max_requests = 2;
SELECT count(*) FROM users.users;
\echo :LAST_ERROR_SQLSTATE
\! okta-emulator requests --count
SELECT count(*) FROM (SELECT * FROM users.users LIMIT 300) t;
\! okta-emulator requests --count
-- all that a statement does counts
SELECT (SELECT count(*) FROM apps.apps), (SELECT count(*) FROM apps.apps), (SELECT count(*) FROM apps.apps WHERE name > '');
\! okta-emulator requests --count
DO $$ BEGIN FOR n IN 1..3 LOOP PERFORM * FROM apps.apps WHERE id = 'x' || n; END LOOP; END $$;
\! okta-emulator requests --count
SELECT count(*) FROM apps.apps;
RESET okta_fdw.max_requests;
\! okta-emulator requests >/dev/null
-- ====
-- A dry run: planned, checked, reported, not sent
-- ====
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
\! okta-emulator requests >/dev/null
SET okta_fdw.dry_run = on;
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oacontractors000001') RETURNING identity_source_id, id;
INSERT INTO identity_sources.sessions (status, identity_source_id) VALUES ('x', '0oacontractors000001');
UPDATE identity_sources.sessions SET status = 'TRIGGERED' WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7' RETURNING identity_source_id, id;
UPDATE identity_sources.sessions SET status = 'TRIGGERED' WHERE identity_source_id = '0oahr000000000000001';
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id IN ('aps000000000000011d7', 'aps000000000000991d7');
DELETE FROM identity_sources.sessions WHERE status = 'CREATED' RETURNING id;
\! okta-emulator requests --sort
RESET okta_fdw.dry_run;
-- ====
-- A line for each request
-- ====
SET client_min_messages = log;
SET okta_fdw.log_requests = on;
SELECT count(*) FROM apps.apps WHERE id = 'x';
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';
RESET okta_fdw.log_requests;
RESET client_min_messages;
SELECT count(*) FROM apps.apps WHERE id = 'x';
-- ====
-- What is no setting
-- ====
SET okta_fdw.nonsense = 1;
SET okta_fdw.max_requests = -1;
