-- Several roles load one import: each row travels with the credential of the role that wrote it.
\ir include/connect.sql
CREATE ROLE bulk_roles_a;
CREATE ROLE bulk_roles_b;
CREATE ROLE bulk_roles_c;
CREATE ROLE bulk_roles_wrong;
GRANT USAGE ON SCHEMA identity_sources TO bulk_roles_a, bulk_roles_b, bulk_roles_c, bulk_roles_wrong;
GRANT INSERT ON ALL TABLES IN SCHEMA identity_sources TO bulk_roles_a, bulk_roles_b, bulk_roles_c, bulk_roles_wrong;
CREATE USER MAPPING FOR bulk_roles_a SERVER okta OPTIONS (api_token '00acme-token');
CREATE USER MAPPING FOR bulk_roles_b SERVER okta OPTIONS (access_token 'acme-access-all');
CREATE USER MAPPING FOR bulk_roles_c SERVER okta OPTIONS (api_token '00acme-token');
CREATE USER MAPPING FOR bulk_roles_wrong SERVER okta OPTIONS (api_token '00wrong');
CREATE SCHEMA hr;
GRANT USAGE ON SCHEMA hr TO bulk_roles_a, bulk_roles_b, bulk_roles_c, bulk_roles_wrong;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO hr OPTIONS (identity_source_id '0oahr000000000000001');
GRANT INSERT ON ALL TABLES IN SCHEMA hr TO bulk_roles_a, bulk_roles_b, bulk_roles_c, bulk_roles_wrong;
\! okta-emulator admin POST /_emulator/orgs/acme/settings '{"cooldown_seconds": 0}' >/dev/null
-- ====
-- The row of the wrong credential is refused, whatever waits before it
-- ====
BEGIN;
SET LOCAL ROLE bulk_roles_a;
INSERT INTO hr.bulk_upsert (external_id, user_name) VALUES ('1', 'one');
INSERT INTO hr.bulk_delete (external_id) VALUES ('9');
SET LOCAL ROLE bulk_roles_wrong;
INSERT INTO hr.bulk_delete (external_id) VALUES ('1');
COMMIT;
\! okta-emulator requests --bodies
BEGIN;
SET LOCAL ROLE bulk_roles_a;
INSERT INTO hr.bulk_groups_delete (external_id) VALUES ('g');
INSERT INTO hr.bulk_groups_upsert (external_id, display_name) VALUES ('h', 'H');
SET LOCAL ROLE bulk_roles_b;
INSERT INTO hr.bulk_groups_upsert (external_id, display_name) VALUES ('i', 'I');
SET LOCAL ROLE bulk_roles_wrong;
INSERT INTO hr.bulk_groups_upsert (external_id, display_name) VALUES ('g', 'G');
COMMIT;
\! okta-emulator requests --bodies
BEGIN;
SET LOCAL ROLE bulk_roles_a;
INSERT INTO hr.bulk_group_memberships_upsert (group_external_id, member_external_id) VALUES ('g', '1');
INSERT INTO hr.bulk_group_memberships_delete (group_external_id, member_external_id) VALUES ('g', '2');
SET LOCAL ROLE bulk_roles_wrong;
INSERT INTO hr.bulk_group_memberships_delete (group_external_id, member_external_id) VALUES ('g', '1');
COMMIT;
\! okta-emulator requests --bodies
-- ====
-- Three roles take turns: a call for each role and table, as no row waits for another
-- ====
BEGIN;
SET LOCAL ROLE bulk_roles_a;
INSERT INTO hr.bulk_upsert (external_id, user_name) VALUES ('1', 'a');
SET LOCAL ROLE bulk_roles_b;
INSERT INTO hr.bulk_upsert (external_id, user_name) VALUES ('2', 'b');
SET LOCAL ROLE bulk_roles_c;
INSERT INTO hr.bulk_upsert (external_id, user_name) VALUES ('3', 'c');
SET LOCAL ROLE bulk_roles_a;
INSERT INTO hr.bulk_upsert (external_id, user_name) VALUES ('4', 'a');
SET LOCAL ROLE bulk_roles_b;
INSERT INTO hr.bulk_upsert (external_id, user_name) VALUES ('5', 'b');
INSERT INTO hr.bulk_group_memberships_upsert (group_external_id, member_external_id) VALUES ('g', '1');
INSERT INTO hr.bulk_group_memberships_delete (group_external_id, member_external_id) VALUES ('g', '2');
INSERT INTO hr.bulk_group_memberships_upsert (group_external_id, member_external_id) VALUES ('g', '3');
COMMIT;
\! okta-emulator requests --bodies
-- ====
-- Rows about the same user keep their order, across roles and tables
-- ====
BEGIN;
SET LOCAL ROLE bulk_roles_a;
INSERT INTO hr.bulk_upsert (external_id, user_name) VALUES ('1', 'a'), ('2', 'a');
SET LOCAL ROLE bulk_roles_b;
INSERT INTO hr.bulk_delete (external_id) VALUES ('3'), ('1');
SET LOCAL ROLE bulk_roles_c;
INSERT INTO hr.bulk_upsert (external_id, user_name) VALUES ('1', 'c'), ('2', 'c');
SET LOCAL ROLE bulk_roles_a;
INSERT INTO hr.bulk_upsert (external_id, user_name) VALUES ('1', 'last');
COMMIT;
\! okta-emulator requests --bodies
-- a session of one's own, which each role names
INSERT INTO hr.sessions DEFAULT VALUES RETURNING id AS own \gset
BEGIN;
SET LOCAL ROLE bulk_roles_b;
INSERT INTO hr.bulk_upsert (session_id, external_id, user_name) VALUES (:'own', '7', 'b');
SET LOCAL ROLE bulk_roles_wrong;
INSERT INTO hr.bulk_upsert (session_id, external_id, user_name) VALUES (:'own', '8', 'wrong');
COMMIT;
\! okta-emulator requests --bodies
DROP SCHEMA hr CASCADE;
DROP OWNED BY bulk_roles_a, bulk_roles_b, bulk_roles_c, bulk_roles_wrong;
DROP ROLE bulk_roles_a, bulk_roles_b, bulk_roles_c, bulk_roles_wrong;
-- ====
-- The lock of a source is the same for every build of the library on the server
-- ====
BEGIN;
INSERT INTO identity_sources.bulk_upsert (identity_source_id, external_id, user_name) VALUES ('0oacontractors000001', 'lock', 'lock');
SELECT count(*) FROM pg_locks
 WHERE locktype = 'advisory' AND objsubid = 15 AND pid = pg_backend_pid()
   AND (classid::bigint << 32) | objid::bigint = hashtextextended('okta_fdw ' || :'okta_url' || '/orgs/acme 0oacontractors000001' COLLATE "C", 0);
ROLLBACK;
