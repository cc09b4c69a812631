-- Credentials of every kind through SQL: what works, what is refused, and that no message shows a secret.
\ir include/connect.sql
\ir include/oauth.sql
DROP USER MAPPING FOR CURRENT_USER SERVER okta;
\! okta-emulator requests --count >/dev/null

-- A service app: one token, asked for once and used by each call of the session
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (
  client_id '0oaservice0000000001', private_key :'private_key', key_id 'k1', scopes 'okta.users.read, okta.identitySources.manage');
SELECT login FROM users.users WHERE id = '00uacme0000000000001';
SELECT login FROM users.users WHERE id = '00uacme0000000000002';
SELECT count(*) FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001';
\! okta-emulator requests
SELECT property, value FROM okta_fdw_diag('okta') WHERE property IN ('credential', 'accepted');
\! okta-emulator requests

-- What it has no scope for
SELECT id FROM apps.apps;
\echo :LAST_ERROR_SQLSTATE
-- A scope that the app was not granted
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET scopes 'okta.apps.read');
SELECT id FROM apps.apps;
\echo :LAST_ERROR_SQLSTATE
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET scopes 'okta.users.read');
-- An app that does not exist, and a key id that the app does not have
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET client_id '0oanobody');
SELECT id FROM users.users;
\echo :LAST_ERROR_SQLSTATE
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET client_id '0oaservice0000000001', SET key_id 'k2');
SELECT id FROM users.users;
\echo :LAST_ERROR_SQLSTATE
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET key_id 'k1');
\! okta-emulator requests --count >/dev/null

-- Proofs of possession: always, and never
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (ADD dpop 'always');
SELECT login FROM users.users WHERE id = '00uacme0000000000001';
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET dpop 'never');
SELECT login FROM users.users WHERE id = '00uacme0000000000001';
\! okta-emulator requests
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET dpop 'sometimes');
DROP USER MAPPING FOR CURRENT_USER SERVER okta;

-- Secrets in files of the server's
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token_file :'api_token_file');
SELECT login FROM users.users WHERE id = '00uacme0000000000001';
DROP USER MAPPING FOR CURRENT_USER SERVER okta;
-- One that is replaced is read again as soon as Okta has refused the old one
\set rotated :home '/oauth/rotated'
\! echo 00acme-revoked >"$CLUSTER_HOME/oauth/rotated" && chmod a+r "$CLUSTER_HOME/oauth/rotated"
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token_file :'rotated');
SELECT login FROM users.users WHERE id = '00uacme0000000000001';
\echo :LAST_ERROR_SQLSTATE
\! echo 00acme-token >"$CLUSTER_HOME/oauth/rotated"
SELECT login FROM users.users WHERE id = '00uacme0000000000001';
DROP USER MAPPING FOR CURRENT_USER SERVER okta;
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (
  client_id '0oaservice0000000001', private_key_file :'private_key_file', key_id 'k1', scopes 'okta.users.read');
SELECT login FROM users.users WHERE id = '00uacme0000000000001';
\! okta-emulator requests
-- One that is missing, and one that is no key: told when it is read, without what it holds
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET private_key_file :'no_file');
SELECT id FROM users.users;
\echo :LAST_ERROR_SQLSTATE
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET private_key_file :'api_token_file');
SELECT id FROM users.users;
\echo :LAST_ERROR_SQLSTATE
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET private_key_file :'private_key_file');
ALTER SERVER okta OPTIONS (ADD ca_file :'no_file');
SELECT id FROM users.users;
\echo :LAST_ERROR_SQLSTATE
ALTER SERVER okta OPTIONS (SET ca_file :'api_token_file');
SELECT id FROM users.users;
\echo :LAST_ERROR_SQLSTATE
ALTER SERVER okta OPTIONS (DROP ca_file);
DROP USER MAPPING FOR CURRENT_USER SERVER okta;
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token_file 'api_token');
\! okta-emulator requests

-- Halves of a credential, and two at once
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (client_id '0oa1', scopes 'okta.users.read');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (client_id '0oa1', private_key :'private_key');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (private_key :'private_key');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (dpop 'always');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token '00a', key_id 'k1');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token '00a', api_token_file '/a');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (
  access_token 'a', client_id '0oa1', private_key :'private_key', scopes 'okta.users.read');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (
  client_id '0oa1', private_key :'private_key', private_key_file '/a', scopes 'okta.users.read');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (client_id '0oa1', private_key :'private_key', scopes ' ,');
-- Keys that are none
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (client_id '0oa1', private_key 'hunter2', scopes 'okta.users.read');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (client_id '0oa1', private_key '{"kty":"EC","d":"hunter2"}', scopes 'okta.users.read');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (client_id '0oa1', private_key '-----BEGIN PRIVATE KEY-----
aHVudGVyMg==
-----END PRIVATE KEY-----', scopes 'okta.users.read');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token E'00hunter2\nHost: evil.example');

-- Files are a superuser's to name: any other role could have the server read what it may not
CREATE ROLE credentials_user;
GRANT USAGE ON FOREIGN DATA WRAPPER okta_fdw TO credentials_user;
GRANT USAGE ON FOREIGN SERVER okta TO credentials_user;
SET ROLE credentials_user;
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token_file :'api_token_file');
\echo :LAST_ERROR_SQLSTATE
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (client_id '0oa1', private_key_file :'private_key_file', scopes 'okta.users.read');
\echo :LAST_ERROR_SQLSTATE
CREATE SERVER own FOREIGN DATA WRAPPER okta_fdw OPTIONS (subdomain 'acme', ca_file :'no_file');
\echo :LAST_ERROR_SQLSTATE
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token '00a');
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (DROP api_token, ADD api_token_file :'api_token_file');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
DROP OWNED BY credentials_user;
DROP ROLE credentials_user;
\! okta-emulator requests
-- ====
-- A proxy's user and password are the role's, and no credential of Okta's
-- ====
ALTER SERVER okta OPTIONS (ADD proxy_user 'x');
ALTER SERVER okta OPTIONS (ADD proxy 'http://user:hunter2@proxy.example:3128');
CREATE SERVER behind_proxy FOREIGN DATA WRAPPER okta_fdw OPTIONS (subdomain 'acme', proxy 'http://127.0.0.1:1');
CREATE USER MAPPING FOR CURRENT_USER SERVER behind_proxy OPTIONS (proxy_password 'hunter2');
CREATE USER MAPPING FOR CURRENT_USER SERVER behind_proxy OPTIONS (proxy_user 'a:b', proxy_password 'hunter2');
CREATE USER MAPPING FOR CURRENT_USER SERVER behind_proxy OPTIONS (proxy_user 'proxy', proxy_password E'hunter2\n');
CREATE USER MAPPING FOR CURRENT_USER SERVER behind_proxy OPTIONS (proxy_user 'proxy', proxy_password 'hunter2');
CREATE FOREIGN TABLE behind_proxy (id text) SERVER behind_proxy OPTIONS (resource 'apps.apps');
SELECT * FROM behind_proxy;
ALTER USER MAPPING FOR CURRENT_USER SERVER behind_proxy OPTIONS (ADD api_token '00acme-token');
ALTER SERVER behind_proxy OPTIONS (ADD max_retries '0');
SELECT * FROM behind_proxy;
SELECT value FROM okta_fdw_diag('behind_proxy') WHERE value LIKE '%hunter2%';
DROP SERVER behind_proxy CASCADE;
