-- okta_fdw_comment() says what foreign tables and their columns are.
\ir include/connect.sql
SELECT okta_fdw_comment('apps') = (SELECT count(*) FROM okta_fdw_tables() WHERE service = 'apps') AS every_table;
SELECT obj_description('apps.apps'::regclass, 'pg_class');
SELECT okta_fdw_comment('users') > 0 AS some;
\! okta-emulator requests --count
SELECT attname, col_description(attrelid, attnum) FROM pg_attribute
WHERE attrelid = 'users.users'::regclass AND attname IN ('id', 'login', 'created', 'profile', 'subdomain') ORDER BY attnum;
SELECT attname, col_description(attrelid, attnum) FROM pg_attribute
WHERE attrelid = 'users.factors'::regclass AND attname IN ('id', 'user_id') ORDER BY attnum;
SELECT col_description('apps.secrets'::regclass, attnum) FROM pg_attribute
WHERE attrelid = 'apps.secrets'::regclass AND attname = 'client_secret';

-- ====
-- Names that need quotes, properties of the org's own, other wrappers, broken tables
-- ====
CREATE SCHEMA "it's ""odd\";
CREATE FOREIGN TABLE "it's ""odd\"."a ""table""" ("the ""key" text OPTIONS (field 'id'), "default" text OPTIONS (field 'profile.it''s\here'), whole jsonb OPTIONS (field '$'))
  SERVER okta OPTIONS (resource 'users.users');
CREATE FOREIGN DATA WRAPPER other;
CREATE SERVER other FOREIGN DATA WRAPPER other;
CREATE FOREIGN TABLE "it's ""odd\".of_another (id text) SERVER other;
CREATE TABLE "it's ""odd\".plain (id text);
CREATE FOREIGN TABLE "it's ""odd\".misspelt (id text, frist_name text) SERVER okta OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE "it's ""odd\".of_nothing (id text) SERVER okta OPTIONS (resource 'users.users');
UPDATE pg_foreign_table SET ftoptions = '{resource=no.such}' WHERE ftrelid = '"it''s ""odd\".of_nothing'::regclass;
COMMENT ON FOREIGN TABLE "it's ""odd\".of_another IS 'mine';
SELECT okta_fdw_comment('it''s "odd\');
SELECT objsubid, description FROM pg_description
WHERE objoid IN (SELECT oid FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname LIKE 'it%')) ORDER BY objoid, objsubid;
-- again: the same
SELECT okta_fdw_comment('it''s "odd\');
-- nothing to comment
CREATE SCHEMA empty;
SELECT okta_fdw_comment('empty'), okta_fdw_comment(NULL);
\set VERBOSITY verbose
SELECT okta_fdw_comment('no such schema');
BEGIN READ ONLY;
SELECT okta_fdw_comment('users');
ROLLBACK;
\set VERBOSITY default

-- ====
-- Who may
-- ====
CREATE ROLE comment_reader;
GRANT USAGE ON SCHEMA users TO comment_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA users TO comment_reader;
SET ROLE comment_reader;
SELECT okta_fdw_comment('users');
SELECT okta_fdw_comment('apps');
RESET ROLE;
DROP OWNED BY comment_reader;
DROP ROLE comment_reader;
-- what is undone leaves no comment
BEGIN;
CREATE SCHEMA undone;
IMPORT FOREIGN SCHEMA zones FROM SERVER okta INTO undone;
SELECT okta_fdw_comment('undone');
ROLLBACK;
SELECT count(*) FROM pg_description WHERE description LIKE 'Network zones%';
