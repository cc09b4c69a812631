-- The functions that tell about the wrapper.
\ir include/connect.sql
SELECT service, "table", keys, verbs, scopes FROM okta_fdw_tables()
WHERE service = 'identity_sources' AND "table" <> 'identity_sources' AND "table" !~ 'devices' ORDER BY 1, 2;
SELECT flat_name, aliases, singleton, parents, max_page, typical_calls FROM okta_fdw_tables()
WHERE flat_name IN ('users', 'users_factors', 'apps', 'authorizationservers_clients', 'org_settings', 'identity_sources_users') ORDER BY 1;
SELECT flat_name, required, states, sorted FROM okta_fdw_tables()
WHERE flat_name IN ('identity_sources_sessions', 'identity_sources_bulk_upsert', 'identity_sources_users', 'users') ORDER BY 1;
SELECT key AS "column", value AS filtered FROM okta_fdw_tables(), jsonb_each(filtered) WHERE flat_name = 'users' ORDER BY 1;
SELECT credentials, lifecycle, sku FROM okta_fdw_tables() WHERE flat_name IN ('users', 'realms') ORDER BY flat_name;
-- each name once, and nothing that cannot be used
SELECT count(*) - count(DISTINCT flat_name) AS twice, count(*) - count(DISTINCT (service, "table")) AS twice_too,
  count(*) FILTER (WHERE cardinality(verbs) = 0) AS useless FROM okta_fdw_tables();
SELECT cardinality(columns) FROM okta_fdw_tables() WHERE "table" = 'sessions';
-- What goes into a bug report
SELECT property, CASE WHEN property = 'PostgreSQL' THEN 'N' ELSE value END AS value FROM okta_fdw_diag();
SELECT property, value FROM okta_fdw_diag('okta') WHERE property NOT IN ('PostgreSQL', 'okta_fdw', 'tables');
\! okta-emulator requests
SELECT okta_fdw_diag('nowhere');
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET api_token '00wrong');
SELECT property, value FROM okta_fdw_diag('okta') WHERE property IN ('credential', 'accepted');
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (DROP api_token, ADD access_token 'acme-access-users-only');
SELECT property, value FROM okta_fdw_diag('okta') WHERE property IN ('credential', 'accepted');
DROP USER MAPPING FOR CURRENT_USER SERVER okta;
SELECT property, value FROM okta_fdw_diag('okta') WHERE property IN ('credential', 'accepted');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token '00acme-token');
-- Connections and rate limits
SELECT count(*) FROM okta_fdw_connections();
SELECT count(*) FROM users.users;
SELECT count(*) FROM apps.apps;
SELECT server, "user", idle_since <= clock_timestamp() AS idle FROM okta_fdw_connections();
SELECT server, bucket, "limit", remaining < "limit" AS used, resets_at > now() - interval '5 s' AS later FROM okta_fdw_rate_limits() ORDER BY bucket;
SELECT okta_fdw_disconnect('okta'), okta_fdw_disconnect('okta'), okta_fdw_disconnect();
SELECT count(*) FROM okta_fdw_connections();
SELECT count(*) FROM users.users;
ALTER SERVER okta OPTIONS (ADD max_retries '1');
SELECT count(*) FROM users.users;
-- What is done to other servers leaves a connection; a change of its own server or mapping closes it
CREATE SERVER other FOREIGN DATA WRAPPER okta_fdw;
CREATE USER MAPPING FOR CURRENT_USER SERVER other OPTIONS (api_token '00other-token');
DROP SERVER other CASCADE;
SELECT server FROM okta_fdw_connections();
ALTER SERVER okta OPTIONS (SET max_retries '2');
SELECT server FROM okta_fdw_connections();
SELECT count(*) FROM users.users;
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET api_token '00other-token');
SELECT server FROM okta_fdw_connections();
SELECT count(*) FROM users.users;
BEGIN;
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET api_token '00acme-token');
SELECT count(*) FROM users.users;
ROLLBACK;
SELECT count(*) FROM users.users;
DROP USER MAPPING FOR CURRENT_USER SERVER okta;
SELECT server FROM okta_fdw_connections();
-- a table that has no import sessions
CREATE TABLE local_sessions (id text);
CREATE VIEW seen_sessions AS SELECT * FROM identity_sources.sessions;
\set VERBOSITY verbose
SELECT okta_fdw_wait_for_import('local_sessions', 'aps1');
\set VERBOSITY default
SELECT okta_fdw_wait_for_import('seen_sessions', 'aps1');
SELECT okta_fdw_wait_for_import('users.users', 'aps1');
SELECT okta_fdw_wait_for_import('pg_class', 'aps1');
