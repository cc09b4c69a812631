-- The limits of an import: 10,000 rows in 50 calls, and not one more.
\ir include/connect.sql
ALTER FOREIGN TABLE identity_sources.bulk_upsert OPTIONS (ADD identity_source_id '0oahr000000000000001');
CREATE TABLE employees AS SELECT n::text AS no, 'u' || n || '@acme.example' AS email FROM generate_series(1, 10001) n;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name, email)
  SELECT no, email, email FROM employees WHERE no <> '10001';
-- opened, 50 times loaded, started
\! okta-emulator requests --count
\! okta-emulator admin POST /_emulator/clock '{"advance_seconds": 400}' >/dev/null
-- what Okta holds: each of them in what was loaded and in what was imported, and nobody else
\! okta-emulator admin GET /_emulator/orgs/acme/state | grep -o '"externalId":"[0-9]*"' | wc -l
\! okta-emulator admin GET /_emulator/orgs/acme/state | grep -o '"externalId":"[0-9]*"' | sort -u | wc -l
-- one row more: an error, the session is cancelled, the local transaction is rolled back
BEGIN;
CREATE TABLE marks (x int);
INSERT INTO identity_sources.bulk_upsert (external_id, user_name, email) SELECT no, email, email FROM employees;
\echo :LAST_ERROR_SQLSTATE
COMMIT;
SELECT to_regclass('marks') AS marks;
SELECT status FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000021d7';
\! okta-emulator requests >/dev/null
-- rows of several KB: a call is cut by its 200 KB
BEGIN;
INSERT INTO identity_sources.bulk_upsert (external_id, user_name, email, home_address)
  SELECT no, email, email, repeat('x', 4000) FROM employees WHERE no::int <= 100;
COMMIT;
