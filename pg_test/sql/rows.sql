-- A source's users, groups and memberships, row by row.
\ir include/connect.sql
ALTER FOREIGN TABLE identity_sources.users OPTIONS (ADD identity_source_id '0oahr000000000000001');
ALTER FOREIGN TABLE identity_sources.groups OPTIONS (ADD identity_source_id '0oahr000000000000001');
ALTER FOREIGN TABLE identity_sources.group_memberships OPTIONS (ADD identity_source_id '0oahr000000000000001');
SELECT "table", keys, verbs FROM okta_fdw_tables() WHERE service = 'identity_sources';
-- ====
-- users
-- ====
SELECT * FROM identity_sources.users;
\echo :LAST_ERROR_SQLSTATE
INSERT INTO identity_sources.users (external_id, user_name, email, first_name, profile)
  VALUES ('e1', 'ann@acme.example', 'ann@acme.example', 'Ann', '{"costCenter": 7, "firstName": "other"}') RETURNING external_id, user_name, first_name, profile;
\! okta-emulator requests --bodies
SELECT external_id, identity_source_id, user_name, email, first_name, last_name, subdomain, id LIKE '0u%' AS has_id FROM identity_sources.users WHERE external_id = 'e1';
\! okta-emulator requests
SELECT external_id FROM identity_sources.users WHERE external_id IN ('e1', 'e2');
UPDATE identity_sources.users SET last_name = 'Lee', first_name = NULL WHERE external_id = 'e1' RETURNING external_id, first_name, last_name;
\! okta-emulator requests --bodies
UPDATE identity_sources.users SET external_id = 'e2' WHERE external_id = 'e1';
UPDATE identity_sources.users SET id = 'x' WHERE external_id = 'e1';
UPDATE identity_sources.users SET email = 'x' WHERE external_id = 'e1';
INSERT INTO identity_sources.users (external_id, user_name) VALUES ('e2', 'x');
INSERT INTO identity_sources.users (id, external_id) VALUES ('x', 'e2');
INSERT INTO identity_sources.users (external_id) VALUES ('e2') ON CONFLICT DO NOTHING;
\! okta-emulator requests >/dev/null
DELETE FROM identity_sources.users WHERE external_id = 'e1';
\echo :ROW_COUNT
\! okta-emulator requests
DELETE FROM identity_sources.users WHERE external_id = 'e1';
\echo :ROW_COUNT
-- the source is not named: each is asked
ALTER FOREIGN TABLE identity_sources.users OPTIONS (DROP identity_source_id);
\! okta-emulator requests >/dev/null
SELECT external_id FROM identity_sources.users WHERE external_id = 'e1';
\! okta-emulator requests --sort
-- ====
-- groups, by either name
-- ====
INSERT INTO identity_sources.groups (external_id, display_name) VALUES ('g1', 'One') RETURNING external_id, display_name, description, profile;
SELECT id AS gid FROM identity_sources.groups WHERE external_id = 'g1' \gset
SELECT external_id, display_name FROM identity_sources.groups WHERE id = :'gid';
SELECT external_id FROM identity_sources.groups WHERE id = 'g1';
EXPLAIN (COSTS OFF) SELECT external_id FROM identity_sources.groups WHERE id = 'g1';
UPDATE identity_sources.groups SET description = 'The first' WHERE id = :'gid' RETURNING external_id, display_name, description;
\! okta-emulator requests --bodies >/dev/null
SELECT * FROM identity_sources.groups WHERE display_name = 'One';
-- ====
-- memberships: listed page by page, added and removed one by one
-- ====
SELECT * FROM identity_sources.group_memberships;
INSERT INTO identity_sources.users (identity_source_id, external_id, user_name, email) SELECT '0oahr000000000000001', 'm' || n, 'm' || n || '@acme.example', 'm' || n || '@acme.example' FROM generate_series(1, 3) n;
INSERT INTO identity_sources.group_memberships (group_external_id, member_external_id) VALUES ('g1', 'm1'), ('g1', 'm2'), ('g1', 'm3') RETURNING *;
\! okta-emulator requests >/dev/null
ALTER FOREIGN TABLE identity_sources.group_memberships OPTIONS (ADD page_size '2');
SELECT * FROM identity_sources.group_memberships WHERE group_external_id = 'g1';
SELECT count(*) FROM identity_sources.group_memberships WHERE group_external_id = 'g1';
\! okta-emulator requests
SELECT * FROM identity_sources.group_memberships WHERE group_external_id = 'nosuch';
DELETE FROM identity_sources.group_memberships WHERE group_external_id = 'g1' AND member_external_id = 'm2' RETURNING member_external_id;
SELECT member_external_id FROM identity_sources.group_memberships WHERE group_external_id = 'g1';
CREATE TABLE teams (g text); INSERT INTO teams VALUES ('g1'), ('nosuch'); ANALYZE teams;
EXPLAIN (COSTS OFF) SELECT t.g, m.member_external_id FROM teams t LEFT JOIN identity_sources.group_memberships m ON m.group_external_id = t.g;
SELECT t.g, m.member_external_id FROM teams t LEFT JOIN identity_sources.group_memberships m ON m.group_external_id = t.g ORDER BY 1, 2;
INSERT INTO identity_sources.group_memberships (group_external_id) VALUES ('g1');
DELETE FROM identity_sources.groups WHERE external_id = 'g1';
SELECT external_id FROM identity_sources.groups WHERE external_id = 'g1';
-- the full key of a membership: nothing is read; sources are listed once, however many keys there are
INSERT INTO identity_sources.groups (identity_source_id, external_id, display_name) VALUES ('0oahr000000000000001', 'g2', 'Two');
INSERT INTO identity_sources.group_memberships (group_external_id, member_external_id) VALUES ('g2', 'm1');
\! okta-emulator requests >/dev/null
DELETE FROM identity_sources.group_memberships WHERE group_external_id = 'g2' AND member_external_id IN ('m1', 'm9');
\! okta-emulator requests --sort
SELECT external_id FROM identity_sources.users WHERE external_id IN ('m1', 'm2') ORDER BY 1;
SELECT t.m, u.user_name FROM (VALUES ('m1'), ('m2'), ('m1')) AS t (m), LATERAL (SELECT user_name FROM identity_sources.users u WHERE u.external_id = t.m OFFSET 0) u;
\! okta-emulator requests --sort
-- a key as an option of the table is its value where a query gives none
CREATE FOREIGN TABLE one (id text, external_id text, display_name text) SERVER okta
  OPTIONS (resource 'identity_sources.groups', identity_source_id '0oahr000000000000001', external_id 'g2');
SELECT * FROM one;
UPDATE users.users SET login = 'x';
-- An UPDATE that sets all that Okta wants needs no read; of a group it does: the path takes Okta's id too,
-- and what is not the row's external id must not be changed.
SELECT external_id FROM identity_sources.users WHERE identity_source_id = '0oahr000000000000001' AND external_id = 'm1';
\! okta-emulator requests >/dev/null
UPDATE identity_sources.users SET user_name = 'new', email = 'new@acme.example' WHERE identity_source_id = '0oahr000000000000001' AND external_id = 'm1' RETURNING external_id, user_name;
\! okta-emulator requests --bodies
SELECT id AS gid FROM one \gset
DELETE FROM identity_sources.groups WHERE external_id = :'gid';
\echo :ROW_COUNT
SELECT external_id FROM one;
-- ====
-- A group by Okta's own id is deleted in one call, and so is one by its external id
-- ====
INSERT INTO identity_sources.groups (identity_source_id, external_id, display_name) VALUES
  ('0oahr000000000000001', 'g3', 'Three'), ('0oahr000000000000001', 'g4', 'Four'), ('0oahr000000000000001', 'g5', 'Five');
SELECT id AS gid FROM identity_sources.groups WHERE identity_source_id = '0oahr000000000000001' AND external_id = 'g3' \gset
\! okta-emulator requests >/dev/null
EXPLAIN (COSTS OFF) DELETE FROM identity_sources.groups WHERE identity_source_id = '0oahr000000000000001' AND id = '00g000000000000021d7';
DELETE FROM identity_sources.groups WHERE identity_source_id = '0oahr000000000000001' AND id = :'gid';
DELETE FROM identity_sources.groups WHERE identity_source_id = '0oahr000000000000001' AND external_id = 'g4';
\! okta-emulator requests
-- what has the form of the other name is looked at first
DELETE FROM identity_sources.groups WHERE identity_source_id = '0oahr000000000000001' AND id = 'g5';
SELECT external_id FROM identity_sources.groups WHERE identity_source_id = '0oahr000000000000001' AND external_id = 'g5';
\! okta-emulator requests

-- ====
-- A value that is no text of the database's
-- ====
\! okta-emulator admin POST /_emulator/faults '{"match": "GET /api/v1/users*", "fault": "status", "code": 200, "body": "[{\"id\":\"00u1\",\"profile\":{\"lastName\":\"cut \\ud83d\"}}]"}' > /dev/null
SELECT id FROM users.users;
SELECT id, last_name FROM users.users;
SELECT id, profile FROM users.users;
\! okta-emulator admin DELETE /_emulator/faults > /dev/null
\! okta-emulator requests > /dev/null
-- neither does a number with leading zeroes name a group by Okta's id, nor an option of the table
INSERT INTO identity_sources.groups (identity_source_id, external_id, display_name) VALUES ('0oahr000000000000001', '00000000000000012345', 'Zeroes');
DELETE FROM identity_sources.groups WHERE identity_source_id = '0oahr000000000000001' AND id = '00000000000000012345';
SELECT id AS gid FROM identity_sources.groups WHERE identity_source_id = '0oahr000000000000001' AND external_id = '00000000000000012345' \gset
CREATE FOREIGN TABLE by_option (id text, external_id text, identity_source_id text) SERVER okta
  OPTIONS (resource 'identity_sources.groups', identity_source_id '0oahr000000000000001', external_id :'gid');
DELETE FROM by_option;
SELECT external_id FROM identity_sources.groups WHERE identity_source_id = '0oahr000000000000001' AND id = :'gid';
