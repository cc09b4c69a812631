-- IMPORT FOREIGN SCHEMA, and tables written by hand.
\ir include/connect.sql
\d identity_sources.sessions
\d users.users
\d apps.apps
-- Importing asks Okta for nothing.
\! okta-emulator requests --count

-- ====
-- Which tables
-- ====
CREATE SCHEMA chosen;
IMPORT FOREIGN SCHEMA users LIMIT TO (users) FROM SERVER okta INTO chosen;
CREATE SCHEMA rest;
IMPORT FOREIGN SCHEMA identity_sources EXCEPT (sessions) FROM SERVER okta INTO rest;
IMPORT FOREIGN SCHEMA users LIMIT TO (no_such_table) FROM SERVER okta INTO chosen;
IMPORT FOREIGN SCHEMA identity_source FROM SERVER okta INTO chosen;
SELECT foreign_table_name FROM information_schema.foreign_tables WHERE foreign_table_schema IN ('chosen', 'rest') ORDER BY 1;

-- ====
-- Names of columns
-- ====
CREATE SCHEMA folded;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO folded OPTIONS (column_names 'folded');
\d folded.sessions
CREATE SCHEMA camel;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO camel OPTIONS (column_names 'camelCase');
\d camel.sessions
CREATE SCHEMA bad;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO bad OPTIONS (column_names 'kebab-case');
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO bad OPTIONS (column_name 'folded');

-- ====
-- A path parameter as an option
-- ====
CREATE SCHEMA hr;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO hr
  OPTIONS (identity_source_id '0oahr000000000000001');
SELECT count(*) FROM hr.sessions;
\! okta-emulator requests
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO bad OPTIONS (source_id 'x');

-- ====
-- By hand: columns find their property by name or by option
-- ====
CREATE FOREIGN TABLE people (
  "firstName" text,
  LAST_NAME varchar(20),
  cost_center text OPTIONS (field 'profile.costCenter'),
  badge integer OPTIONS (field 'profile.badge'),
  on_call boolean OPTIONS (field 'profile.onCall'),
  skills jsonb OPTIONS (field 'profile.skills'),
  whole jsonb OPTIONS (field '$')
) SERVER okta OPTIONS (resource 'users.users');
SELECT "firstName", last_name, cost_center, badge, on_call, skills, whole ->> 'id' AS id
FROM people ORDER BY id LIMIT 3;
CREATE FOREIGN TABLE misspelt (id text, frist_name text) SERVER okta OPTIONS (resource 'users.users');
SELECT * FROM misspelt;
