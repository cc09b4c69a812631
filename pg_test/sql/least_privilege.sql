-- The set-up that docs/security.md recommends works, and what it leaves to others.
\ir include/connect.sql
\ir include/oauth.sql
DROP USER MAPPING FOR CURRENT_USER SERVER okta;
ALTER SERVER okta OPTIONS (ADD subdomains 'acme', ADD updatable 'false');
CREATE ROLE least_owner NOLOGIN;
CREATE ROLE least_reader;
CREATE USER MAPPING FOR least_owner SERVER okta OPTIONS (
  client_id '0oaservice0000000001', private_key_file :'private_key_file', key_id 'k1',
  scopes 'okta.users.read', dpop 'always');
CREATE SCHEMA people;
CREATE VIEW people.names AS SELECT id, first_name, last_name FROM users.users;
GRANT USAGE ON SCHEMA users TO least_owner;
GRANT SELECT ON users.users TO least_owner;
ALTER VIEW people.names OWNER TO least_owner;
GRANT USAGE ON SCHEMA people TO least_reader;
GRANT SELECT ON people.names TO least_reader;
\! okta-emulator requests --count >/dev/null

SET ROLE least_reader;
SELECT first_name FROM people.names WHERE id = '00uacme0000000000001';
\! okta-emulator requests
-- It has the view and nothing else: no table, no credential, no call of its own
SELECT id FROM users.users;
SELECT count(*) FROM pg_user_mappings WHERE umoptions IS NOT NULL;
SELECT property, value FROM okta_fdw_diag('okta') WHERE property IN ('credential', 'accepted');
\! okta-emulator requests
RESET ROLE;
-- A function that runs as its owner uses its owner's credential, too; one that does not, does not
CREATE FUNCTION people.first_name(key text) RETURNS text SECURITY DEFINER LANGUAGE sql
  SET search_path = pg_catalog AS 'SELECT first_name FROM users.users WHERE id = key';
ALTER FUNCTION people.first_name OWNER TO least_owner;
GRANT EXECUTE ON FUNCTION people.first_name TO least_reader;
SET ROLE least_reader;
SELECT people.first_name('00uacme0000000000002');
RESET ROLE;
ALTER FUNCTION people.first_name SECURITY INVOKER;
SET ROLE least_reader;
\set SHOW_CONTEXT never
SELECT people.first_name('00uacme0000000000002');
RESET ROLE;
-- Nor may anybody write
DELETE FROM identity_sources.sessions;
\echo :LAST_ERROR_SQLSTATE

-- okta_fdw_diag makes no call with a mapping of PUBLIC for a role without USAGE of the server
CREATE USER MAPPING FOR PUBLIC SERVER okta OPTIONS (api_token '00acme-token');
SET ROLE least_reader;
SELECT value FROM okta_fdw_diag('okta') WHERE property = 'accepted';
\echo :LAST_ERROR_SQLSTATE
\! okta-emulator requests
RESET ROLE;
GRANT USAGE ON FOREIGN SERVER okta TO least_reader;
SET ROLE least_reader;
SELECT value FROM okta_fdw_diag('okta') WHERE property = 'accepted';
\! okta-emulator requests
RESET ROLE;
DROP OWNED BY least_reader, least_owner;
DROP ROLE least_reader, least_owner;
