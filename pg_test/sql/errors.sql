-- Errors: what they say, their SQLSTATE, and that the connection goes on.
\ir include/connect.sql

-- ====
-- Credentials
-- ====
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET api_token '00wrong-token');
SELECT count(*) FROM identity_sources.sessions;
\echo :LAST_ERROR_SQLSTATE
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (DROP api_token, ADD access_token 'acme-access-users-only');
SELECT count(*) FROM users.users;
-- a scope is missing
SELECT count(*) FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001';
\echo :LAST_ERROR_SQLSTATE
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (DROP access_token);
SELECT count(*) FROM users.users;
\echo :LAST_ERROR_SQLSTATE
DROP USER MAPPING FOR CURRENT_USER SERVER okta;
SELECT count(*) FROM users.users;
\echo :LAST_ERROR_SQLSTATE
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token '00acme-token');
SELECT count(*) FROM users.users;

-- ====
-- Okta can't be reached
-- ====
CREATE SERVER nobody FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url 'http://127.0.0.1:1/orgs/{subdomain}', subdomain 'acme', max_retries '0');
CREATE USER MAPPING FOR CURRENT_USER SERVER nobody OPTIONS (api_token '00acme-token');
CREATE FOREIGN TABLE unreachable (id text) SERVER nobody OPTIONS (resource 'users.users');
SELECT * FROM unreachable;
\echo :LAST_ERROR_SQLSTATE
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oanosuchsource00001');
\echo :LAST_ERROR_SQLSTATE
-- an org that there is not
SELECT count(*) FROM users.users WHERE subdomain = 'initech';
\echo :LAST_ERROR_SQLSTATE

-- ====
-- The wrong state
-- ====
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
\echo :LAST_ERROR_SQLSTATE
UPDATE identity_sources.sessions SET status = 'TRIGGERED' WHERE identity_source_id = '0oahr000000000000001';
\echo :LAST_ERROR_SQLSTATE

-- ====
-- Requests that can't be made
-- ====
SELECT * FROM users.users WHERE subdomain = 'a/b';
\echo :LAST_ERROR_SQLSTATE
INSERT INTO identity_sources.sessions (id) VALUES ('x');
\echo :LAST_ERROR_SQLSTATE
UPDATE identity_sources.sessions SET status = 'CLOSED';
\echo :LAST_ERROR_SQLSTATE

-- ====
-- Values that the column can't hold
-- ====
CREATE FOREIGN TABLE narrow (id text, badge smallint OPTIONS (field 'profile.department')) SERVER okta OPTIONS (resource 'users.users');
SELECT * FROM narrow;
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM users.users;
