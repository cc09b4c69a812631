-- IMPORT FOREIGN SCHEMA of all of Okta into one schema, and the names that tables and columns have then.
\ir include/connect.sql
CREATE SCHEMA okta;
IMPORT FOREIGN SCHEMA okta FROM SERVER okta INTO okta;
\! okta-emulator requests --count
SELECT count(*) = (SELECT count(*) FROM okta_fdw_tables()) AS every_table
FROM information_schema.foreign_tables WHERE foreign_table_schema = 'okta';
SELECT foreign_table_name FROM information_schema.foreign_tables
WHERE foreign_table_schema = 'okta' AND foreign_table_name ~ '^(users|groups|apps|identity_sources|sessions|zones)$|^(identity_sources|zones)_|^apps_(connections|grants)'
ORDER BY 1;
\d okta.zones_network_zones
SELECT count(*) FROM okta.users;
SELECT id, status FROM okta.identity_sources_sessions ORDER BY id;
\! okta-emulator requests --count

-- ====
-- LIMIT TO and EXCEPT go by these names
-- ====
CREATE SCHEMA chosen;
IMPORT FOREIGN SCHEMA okta LIMIT TO (users, apps_applications, identity_sources_sessions) FROM SERVER okta INTO chosen;
IMPORT FOREIGN SCHEMA apps LIMIT TO (applications, csrs) FROM SERVER okta INTO chosen;
SELECT ftrelid::regclass, ftoptions FROM pg_foreign_table WHERE ftrelid::regclass::text LIKE 'chosen.%' ORDER BY 1;
CREATE SCHEMA named_twice;
IMPORT FOREIGN SCHEMA apps LIMIT TO (apps, applications) FROM SERVER okta INTO named_twice;
SELECT count(*) FROM named_twice.apps JOIN named_twice.applications USING (id);
CREATE SCHEMA rest;
IMPORT FOREIGN SCHEMA okta EXCEPT (users, apps_applications) FROM SERVER okta INTO rest;
SELECT count(*) FILTER (WHERE foreign_table_name IN ('users', 'apps', 'apps_applications')) AS excepted, count(*) > 100 AS others
FROM information_schema.foreign_tables WHERE foreign_table_schema = 'rest';
-- what is not there is no error to PostgreSQL
IMPORT FOREIGN SCHEMA okta LIMIT TO (factors, users_factor, applications) FROM SERVER okta INTO rest;
IMPORT FOREIGN SCHEMA apps EXCEPT (app) FROM SERVER okta INTO chosen OPTIONS (user_id 'x');

-- ====
-- Services are found whatever their case and underscores
-- ====
CREATE SCHEMA servers;
IMPORT FOREIGN SCHEMA authorization_servers LIMIT TO (scopes, policies) FROM SERVER okta INTO servers;
IMPORT FOREIGN SCHEMA "AuthorizationServers" LIMIT TO (claims) FROM SERVER okta INTO servers;
SELECT foreign_table_name FROM information_schema.foreign_tables WHERE foreign_table_schema = 'servers' ORDER BY 1;
CREATE FOREIGN TABLE by_hand (id text, name text) SERVER okta OPTIONS (resource 'authorization_servers.claims');
CREATE FOREIGN TABLE applications (id text, label text) SERVER okta OPTIONS (resource 'apps.applications');
SELECT count(*) FROM applications;
\set VERBOSITY verbose
IMPORT FOREIGN SCHEMA "user" FROM SERVER okta INTO rest;
IMPORT FOREIGN SCHEMA "something else" FROM SERVER okta INTO rest;
IMPORT FOREIGN SCHEMA sessions_of_users FROM SERVER okta INTO rest;
IMPORT FOREIGN SCHEMA "Org""; DROP TABLE x" FROM SERVER okta INTO rest;
CREATE FOREIGN TABLE wrong (id text) SERVER okta OPTIONS (resource 'users.factor');
CREATE FOREIGN TABLE wrong (id text) SERVER okta OPTIONS (resource 'factors');
CREATE FOREIGN TABLE wrong (id text) SERVER okta OPTIONS (resource 'okta.users');
CREATE FOREIGN TABLE wrong (id text) SERVER okta OPTIONS (resource '');
CREATE FOREIGN TABLE wrong (id text) SERVER okta OPTIONS (resource 'nothing like any');
\set VERBOSITY default

-- ====
-- Reserved words and other names that need quotes
-- ====
\d servers.scopes
CREATE SCHEMA "Odd ""schema";
IMPORT FOREIGN SCHEMA users LIMIT TO (users) FROM SERVER okta INTO "Odd ""schema" OPTIONS (column_names 'camelCase');
SELECT count("lastUpdated") FROM "Odd ""schema".users;

IMPORT FOREIGN SCHEMA apps LIMIT TO (jwks) FROM SERVER okta INTO "Odd ""schema" OPTIONS (column_names 'folded');
\d "Odd ""schema".jwks

-- ====
-- Folded names are Okta's own, and StackQL's keys work
-- ====
CREATE SCHEMA folded;
IMPORT FOREIGN SCHEMA authorizationservers LIMIT TO (claims) FROM SERVER okta INTO folded OPTIONS (column_names 'folded');
\d folded.claims
IMPORT FOREIGN SCHEMA apps LIMIT TO (apps) FROM SERVER okta INTO folded OPTIONS (column_names 'folded');
\! okta-emulator requests --count
SELECT id = appid AS same, label, _links IS NOT NULL AS links FROM folded.apps WHERE appId = '0oahr000000000000001';
SELECT count(*) FROM folded.apps WHERE appId = '0oahr000000000000001' AND id <> '0oahr000000000000001';
\! okta-emulator requests
CREATE FOREIGN TABLE keys_by_hand ("appId" text, app_id text, label text) SERVER okta OPTIONS (resource 'apps.apps');
SELECT * FROM keys_by_hand WHERE app_id = '0oahr000000000000001';
\! okta-emulator requests
INSERT INTO folded.claims (claimid, name) VALUES ('x', 'y');

-- ====
-- Secrets can be left out
-- ====
CREATE SCHEMA plain;
IMPORT FOREIGN SCHEMA okta FROM SERVER okta INTO plain OPTIONS (secrets 'false');
SELECT o.table_name, o.column_name FROM information_schema.columns o
WHERE o.table_schema = 'okta' AND o.table_name LIKE 'apps%' AND NOT EXISTS (
  SELECT FROM information_schema.columns p
  WHERE p.table_schema = 'plain' AND (p.table_name, p.column_name) = (o.table_name, o.column_name));
CREATE SCHEMA bad;
IMPORT FOREIGN SCHEMA idps FROM SERVER okta INTO bad OPTIONS (secrets 'perhaps');
IMPORT FOREIGN SCHEMA idps FROM SERVER okta INTO bad OPTIONS (column_names '');
IMPORT FOREIGN SCHEMA idps FROM SERVER okta INTO bad OPTIONS (secrets 'false', secrets 'true');
IMPORT FOREIGN SCHEMA idps FROM SERVER okta INTO bad OPTIONS (custom_attributes 'false');
ALTER SERVER okta OPTIONS (ADD secrets 'false');

-- ====
-- A path parameter becomes an option of the tables that have it
-- ====
IMPORT FOREIGN SCHEMA okta LIMIT TO (users, users_factors, groups_owners) FROM SERVER okta INTO bad OPTIONS (user_id '00uacme0000000000001');
SELECT ftrelid::regclass, ftoptions FROM pg_foreign_table WHERE ftrelid::regclass::text LIKE 'bad.%' ORDER BY 1;
IMPORT FOREIGN SCHEMA okta LIMIT TO (users, groups_owners) FROM SERVER okta INTO bad OPTIONS (user_id '00uacme0000000000001');
IMPORT FOREIGN SCHEMA users FROM SERVER okta INTO bad OPTIONS (userid 'x');
IMPORT FOREIGN SCHEMA users LIMIT TO (factors) FROM SERVER okta INTO bad OPTIONS (user_id '../x');
IMPORT FOREIGN SCHEMA users LIMIT TO (factors) FROM SERVER okta INTO bad OPTIONS (user_id '');
SELECT count(*) FROM pg_foreign_table WHERE ftrelid::regclass::text LIKE 'bad.%';
