-- A column that is renamed after IMPORT keeps its meaning, and an ill-declared table disturbs nobody else.
\ir include/connect.sql
CREATE SCHEMA hr;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO hr OPTIONS (identity_source_id '0oahr000000000000001');
ALTER FOREIGN TABLE users.users RENAME COLUMN login TO user_login;
ALTER FOREIGN TABLE users.users RENAME COLUMN id TO status2;
ALTER FOREIGN TABLE users.users RENAME COLUMN subdomain TO org;
SELECT org, user_login FROM users.users WHERE status2 = '00uacme0000000000001';
SELECT user_login FROM users.users WHERE user_login LIKE 'ada%' AND org = 'acme' ORDER BY created LIMIT 1;
-- two columns that change their names
ALTER FOREIGN TABLE users.users RENAME COLUMN first_name TO x;
ALTER FOREIGN TABLE users.users RENAME COLUMN last_name TO first_name;
ALTER FOREIGN TABLE users.users RENAME COLUMN x TO last_name;
SELECT first_name, last_name FROM users.users WHERE user_login LIKE 'ada%';
\! okta-emulator requests
-- keys and loads
ALTER FOREIGN TABLE hr.users RENAME COLUMN external_id TO number;
ALTER FOREIGN TABLE hr.users RENAME COLUMN identity_source_id TO source;
ALTER FOREIGN TABLE hr.users RENAME COLUMN user_name TO name;
INSERT INTO hr.users (number, name, email) VALUES ('7', 'seven', 'seven@acme.example');
UPDATE hr.users SET name = 'sieben' WHERE number = '7' RETURNING source, number, name;
DELETE FROM hr.users WHERE number = '7';
ALTER FOREIGN TABLE hr.bulk_upsert RENAME COLUMN external_id TO number;
ALTER FOREIGN TABLE hr.bulk_upsert RENAME COLUMN session_id TO session;
ALTER FOREIGN TABLE hr.bulk_upsert RENAME COLUMN identity_source_id TO source;
BEGIN;
INSERT INTO hr.bulk_upsert (number, user_name) VALUES ('7', 'seven');
COMMIT;
\! okta-emulator requests --bodies
-- ====
-- Ill-declared tables
-- ====
CREATE SERVER unusual FOREIGN DATA WRAPPER okta_fdw OPTIONS (subdomain 'acme');
CREATE FOREIGN TABLE hr.of_nothing (id text) SERVER unusual;
CREATE FOREIGN TABLE hr.unknown_column (id text, nonsense text) SERVER okta OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE hr.generated (id text, twice text GENERATED ALWAYS AS (id || id) STORED) SERVER okta OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE hr.no_columns () SERVER okta OPTIONS (resource 'identity_sources.sessions');
UPDATE pg_foreign_table SET ftoptions = '{resource=no.such}' WHERE ftrelid = 'hr.of_nothing'::regclass;
SELECT table_name, is_insertable_into FROM information_schema.tables WHERE table_schema = 'hr' ORDER BY 1;
SELECT table_name, column_name, is_updatable FROM information_schema.columns
 WHERE table_name IN ('of_nothing', 'unknown_column', 'generated', 'sessions') AND table_schema = 'hr' ORDER BY 1, 2;
SELECT table_name, is_updatable FROM information_schema.views WHERE table_schema = 'hr';
SELECT pg_relation_is_updatable('hr.unknown_column', false), pg_relation_is_updatable('hr.users', false);
SELECT * FROM hr.of_nothing;
SELECT * FROM hr.unknown_column;
