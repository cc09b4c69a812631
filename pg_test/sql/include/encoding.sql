-- What every database that is not UTF8 is asked. :encoding is its encoding, :base the test's own database.
\set other :base _ :encoding
SELECT format('CREATE DATABASE %I ENCODING %L TEMPLATE template0 LC_COLLATE ''C'' LC_CTYPE ''C''', :'other', :'encoding') \gexec
\c :other
SET client_encoding = 'UTF8';
\ir connect.sql
\! okta-emulator requests > /dev/null
SHOW server_encoding;
SELECT first_name, last_name, length(last_name) FROM users.users WHERE login LIKE 'zoe%';
SELECT last_name FROM users.users WHERE last_name = 'Núñez';
SELECT last_name FROM users.users WHERE last_name IN ('Núñez', 'x');
EXPLAIN (COSTS OFF) SELECT last_name FROM users.users WHERE last_name = 'Núñez';
\! okta-emulator requests
BEGIN;
INSERT INTO identity_sources.users (identity_source_id, external_id, user_name, email, first_name) VALUES ('0oahr000000000000001', :'encoding', 'José', 'jose@x.example', 'José') RETURNING user_name;
ROLLBACK;
CREATE FOREIGN TABLE "tablé" (id text, "größe" text OPTIONS (field 'profile.größe')) SERVER okta OPTIONS (resource 'users.users');
SELECT id, "größe" FROM "tablé" LIMIT 1;
CREATE FOREIGN TABLE "numbér" (id text, last_name integer) SERVER okta OPTIONS (resource 'users.users');
SELECT last_name FROM "numbér" LIMIT 1;
\echo :LAST_ERROR_SQLSTATE
CREATE SERVER "naïve" FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_ürl 'x');
SELECT count(*) > 100 AS told FROM okta_fdw_tables() WHERE about <> '';
CREATE FOREIGN TABLE "vidé" (id text, "größe" text) SERVER okta OPTIONS (resource 'users.users');
SELECT okta_fdw_comment('public');
SELECT col_description(c.oid, 2) FROM pg_class c WHERE relname = 'tablé';
IMPORT FOREIGN SCHEMA "größe" FROM SERVER okta INTO public;
IMPORT FOREIGN SCHEMA users LIMIT TO ("tablé") FROM SERVER okta INTO public OPTIONS ("größe" 'é');
SELECT okta_fdw_comment('größe');
SELECT * FROM okta_fdw_diag('naïve');
-- a character that no encoding here has
\! okta-emulator admin POST /_emulator/faults '{"match": "GET /api/v1/users*", "fault": "status", "code": 200, "body": "[{\"id\":\"00u1\",\"profile\":{\"lastName\":\"\\ud83d\\ude00\"}}]"}' > /dev/null
SELECT id, last_name FROM users.users;
\echo :LAST_ERROR_SQLSTATE
\! okta-emulator admin DELETE /_emulator/faults > /dev/null
DROP USER MAPPING FOR CURRENT_USER SERVER okta;
SELECT count(*) FROM users.users;
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token '00acme-token');
\! okta-emulator requests > /dev/null
