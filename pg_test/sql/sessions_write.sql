-- Writing identity_sources.sessions: open, start, cancel, and what is refused.
\ir include/connect.sql

-- ====
-- INSERT opens a session
-- ====
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001')
RETURNING *;
\! okta-emulator requests
-- one active session a source
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
\! okta-emulator requests
-- a source that there is not
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oanosuchsource00001');
-- several sources, none named
INSERT INTO identity_sources.sessions DEFAULT VALUES;
\! okta-emulator requests
-- what Okta generates cannot be given
INSERT INTO identity_sources.sessions (id, identity_source_id) VALUES ('x', '0oacontractors000001');
INSERT INTO identity_sources.sessions (status, identity_source_id) VALUES ('CREATED', '0oacontractors000001');
INSERT INTO identity_sources.sessions (identity_source_id, subdomain) VALUES ('0oacontractors000001', 'a/b');
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001') ON CONFLICT (id) DO NOTHING;
\! okta-emulator requests --count
-- from a query, with a local table waiting for what comes back
CREATE TABLE opened (id text, identity_source_id text, created timestamptz);
WITH new AS (
  INSERT INTO identity_sources.sessions (subdomain, identity_source_id)
  SELECT 'acme', s FROM (VALUES ('0oacontractors000001')) AS v (s)
  RETURNING id, identity_source_id, created)
INSERT INTO opened SELECT * FROM new RETURNING *;
\! okta-emulator requests

-- ====
-- UPDATE to TRIGGERED starts the import
-- ====
-- an empty one cannot be started
UPDATE identity_sources.sessions SET status = 'TRIGGERED'
WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7' RETURNING id, status;
\! okta-emulator requests
UPDATE identity_sources.sessions SET status = 'COMPLETED' WHERE identity_source_id = '0oahr000000000000001';
UPDATE identity_sources.sessions SET import_type = 'FULL' WHERE identity_source_id = '0oahr000000000000001';
UPDATE identity_sources.sessions SET identity_source_id = 'x';
\! okta-emulator requests --count

-- ====
-- DELETE cancels
-- ====
-- the key is known: one request and no read
DELETE FROM identity_sources.sessions
WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';
\! okta-emulator requests
-- not found: no row
DELETE FROM identity_sources.sessions
WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000991d7';
\! okta-emulator requests
-- otherwise what is to go is read first
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oacontractors000001' AND status = 'CREATED'
RETURNING id, status;
\! okta-emulator requests
DELETE FROM identity_sources.sessions WHERE status = 'COMPLETED';
\! okta-emulator requests --sort

-- ====
-- A write stays done when its transaction is rolled back
-- ====
BEGIN;
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001') RETURNING id;
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oacontractors000001') RETURNING id;
ROLLBACK;
BEGIN;
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001';
SAVEPOINT s;
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001') RETURNING id;
ROLLBACK TO s;
COMMIT;
BEGIN;
SELECT count(*) FROM identity_sources.sessions;
ROLLBACK;
BEGIN;
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oacontractors000001';
COMMIT;

-- ====
-- A server or a table can be kept from writing
-- ====
ALTER FOREIGN TABLE identity_sources.sessions OPTIONS (ADD updatable 'false');
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
DELETE FROM identity_sources.sessions;
UPDATE identity_sources.sessions SET status = 'TRIGGERED';
INSERT INTO users.users (login) VALUES ('new@acme.example');
DELETE FROM users.users;
TRUNCATE identity_sources.sessions;
