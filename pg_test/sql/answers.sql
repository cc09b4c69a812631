-- Answers of Okta that mean something else than they seem to: states, missing parents, lists that break off.
\ir include/connect.sql
CREATE SCHEMA hr;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO hr OPTIONS (identity_source_id '0oahr000000000000001');
CREATE SCHEMA typo;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO typo OPTIONS (identity_source_id '0oatypo');
\set VERBOSITY verbose
\set SHOW_CONTEXT never
-- ====
-- A state, whatever its HTTP status, and a feature that the org does not have
-- ====
\! okta-emulator admin POST /_emulator/faults '{"match": "DELETE /api/v1/*", "fault": "status", "code": 403, "nth": 1, "body": "{\"errorCode\":\"E0000056\",\"errorSummary\":\"Delete application forbidden.\"}"}' > /dev/null
DELETE FROM hr.users WHERE external_id = '1';
\! okta-emulator admin DELETE /_emulator/faults > /dev/null
\! okta-emulator admin POST /_emulator/faults '{"match": "POST /api/v1/*", "fault": "status", "code": 423, "nth": 1, "body": "{\"errorCode\":\"E0000239\",\"errorSummary\":\"Policy priorities are being reconciled. Please try again later.\"}"}' > /dev/null
INSERT INTO hr.groups (external_id, display_name) VALUES ('g', 'G');
\! okta-emulator admin DELETE /_emulator/faults > /dev/null
\! okta-emulator requests > /dev/null
\! okta-emulator admin POST /_emulator/faults '{"match": "GET /api/v1/apps*", "fault": "status", "code": 401, "body": "{\"errorCode\":\"E0000015\",\"errorSummary\":\"You do not have permission to access the feature you are requesting\"}"}' > /dev/null
SELECT count(*) FROM apps.apps;
\! okta-emulator requests
\! okta-emulator admin DELETE /_emulator/faults > /dev/null
-- ====
-- What an option names must exist; what a query names need not
-- ====
SELECT * FROM typo.sessions;
SELECT id FROM typo.sessions WHERE id = 'aps1';
SELECT external_id FROM typo.users WHERE external_id = '1';
SELECT count(*) FROM typo.group_memberships WHERE group_external_id = 'g';
SELECT count(*) FROM hr.group_memberships WHERE group_external_id = 'no such group';
SELECT count(*) FROM hr.users WHERE external_id = 'no such user';
SELECT count(*) FROM identity_sources.sessions WHERE identity_source_id = '0oatypo';
-- ====
-- Only the first answer of a list may say that there is no such parent
-- ====
INSERT INTO hr.groups (external_id, display_name) VALUES ('pages', 'Pages');
INSERT INTO hr.users (external_id, user_name, email) SELECT 'm' || n, 'm' || n, 'm' || n || '@acme.example' FROM generate_series(1, 5) n;
INSERT INTO hr.group_memberships (group_external_id, member_external_id) SELECT 'pages', 'm' || n FROM generate_series(1, 5) n;
ALTER FOREIGN TABLE hr.group_memberships OPTIONS (ADD page_size '2');
\! okta-emulator admin POST /_emulator/faults '{"match": "GET /api/v1/*/membership", "fault": "status", "code": 404, "nth": 2, "body": "{\"errorCode\":\"E0000007\",\"errorSummary\":\"Not found: Resource not found: pages (IdentitySourceGroup)\"}"}' > /dev/null
\! okta-emulator requests > /dev/null
SELECT count(*) FROM hr.group_memberships WHERE group_external_id = 'pages';
\! okta-emulator requests
\! okta-emulator admin DELETE /_emulator/faults > /dev/null
SELECT count(*) FROM hr.group_memberships WHERE group_external_id = 'pages';
-- ====
-- A byte order mark is no part of JSON
-- ====
\! okta-emulator admin POST /_emulator/faults '{"match": "GET /api/v1/users*", "fault": "status", "code": 200, "body": "\ufeff[{\"id\":\"00u1\"}]"}' > /dev/null
SELECT id FROM users.users;
\! okta-emulator admin DELETE /_emulator/faults > /dev/null
-- ====
-- ANALYZE passes by a table that is not to be read
-- ====
\set VERBOSITY default
CREATE TABLE people (id text, subdomain text) PARTITION BY LIST (subdomain);
CREATE TABLE people_here PARTITION OF people FOR VALUES IN ('here');
INSERT INTO people VALUES ('1', 'here');
CREATE FOREIGN TABLE people_acme PARTITION OF people FOR VALUES IN ('acme') SERVER okta OPTIONS (resource 'users.users', analyze 'false');
\! okta-emulator requests > /dev/null
ANALYZE people;
ANALYZE people_acme;
\! okta-emulator requests
ALTER FOREIGN TABLE people_acme OPTIONS (DROP analyze);
ALTER SERVER okta OPTIONS (ADD analyze 'off');
ANALYZE people;
\! okta-emulator requests
ALTER FOREIGN TABLE people_acme OPTIONS (ADD analyze 'on');
ANALYZE people;
\! okta-emulator requests
ALTER FOREIGN TABLE people_acme OPTIONS (SET analyze 'perhaps');
