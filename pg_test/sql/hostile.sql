-- What a role gains that may read, and write what it likes into its queries.
\ir include/connect.sql
CREATE ROLE hostile;
GRANT USAGE ON SCHEMA users, identity_sources TO hostile;
GRANT SELECT ON users.users, identity_sources.sessions TO hostile;
CREATE USER MAPPING FOR hostile SERVER okta OPTIONS (api_token '00acme-token');
\! okta-emulator requests --count >/dev/null
CREATE SCHEMA hostile AUTHORIZATION hostile;
SET ROLE hostile;

-- Its own mapping's options stay hidden as long as it has no USAGE of the server
SELECT umoptions FROM pg_user_mappings WHERE usename = 'hostile';
SELECT umoptions FROM pg_user_mapping;
CREATE FOREIGN TABLE hostile.mine (id text) SERVER okta OPTIONS (resource 'apps.apps');
ALTER SERVER okta OPTIONS (SET org_url 'https://{subdomain}.evil.example');
ALTER FOREIGN TABLE users.users OPTIONS (SET resource 'apps.apps');
SET okta_fdw.log_requests = on;
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
DELETE FROM identity_sources.sessions;

-- A key is one segment of the path, whatever it holds
SELECT count(*) FROM users.users WHERE id = '../apps';
SELECT count(*) FROM users.users WHERE id = '..';
SELECT count(*) FROM users.users WHERE id = '.';
SELECT count(*) FROM users.users WHERE id = '';
SELECT count(*) FROM users.users WHERE id = 'a/../../apps';
SELECT count(*) FROM users.users WHERE id = '%2e%2e%2fapps';
SELECT count(*) FROM users.users WHERE id = 'a?limit=1#x';
SELECT count(*) FROM users.users WHERE id = E'a\r\nHost: evil.example';
SELECT count(*) FROM users.users WHERE id = '//evil.example/';
SELECT count(*) FROM users.users WHERE id = 'a\..\..\apps';
SELECT count(*) FROM identity_sources.sessions WHERE identity_source_id = '..' AND id = 'x';
\! okta-emulator requests
-- A value in a filter stays a value
SELECT count(*) FROM users.users WHERE last_name = 'x" or status pr or profile.lastName eq "x';
SELECT count(*) FROM users.users WHERE last_name = 'x\" or status pr or profile.lastName eq \"x';
SELECT count(*) FROM users.users WHERE last_name = 'x&limit=1&search=status+pr';
\! okta-emulator requests

-- No name of an org leaves the template's domain
SELECT count(*) FROM users.users WHERE subdomain = 'evil.example/';
SELECT count(*) FROM users.users WHERE subdomain = 'x@evil.example';
SELECT count(*) FROM users.users WHERE subdomain = 'evil.example#';
SELECT count(*) FROM users.users WHERE subdomain = '..';
SELECT count(*) FROM users.users WHERE subdomain = 'acme-admin';
\! okta-emulator requests --orgs
-- But below it any org may be named, and gets the credential, where the server has no list
SELECT count(*) FROM users.users WHERE subdomain = 'globex';
\! okta-emulator requests --orgs
RESET ROLE;
ALTER SERVER okta OPTIONS (ADD subdomains 'acme');
SET ROLE hostile;
SELECT count(*) FROM users.users WHERE subdomain = 'globex';
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM users.users WHERE subdomain IN ('acme', 'globex');
\echo :LAST_ERROR_SQLSTATE
\! okta-emulator requests --orgs
RESET ROLE;
-- Nor where org_url names one org
\set pinned :okta_url '/orgs/acme'
ALTER SERVER okta OPTIONS (SET org_url :'pinned', DROP subdomains);
SET ROLE hostile;
SELECT count(*) FROM users.users WHERE subdomain = 'globex';
SELECT count(*) FROM users.users WHERE subdomain = 'acme' AND status = 'STAGED';
\! okta-emulator requests --orgs

-- The functions that tell about the wrapper show no secret, nor what is another role's
SELECT property, value FROM okta_fdw_diag('okta') WHERE property IN ('user', 'credential', 'accepted');
RESET ROLE;
GRANT USAGE ON FOREIGN SERVER okta TO hostile;
SET ROLE hostile;
-- With USAGE of the server it sees its own mapping: PostgreSQL's rule, so that USAGE is not for readers
SELECT umoptions FROM pg_user_mappings WHERE usename = 'hostile';
SELECT umoptions FROM pg_user_mappings WHERE usename <> 'hostile';
RESET ROLE;
DROP OWNED BY hostile;
DROP ROLE hostile;
