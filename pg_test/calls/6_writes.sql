-- Writes

-- least 1: Okta answers a POST with the new row
-- before: DELETE FROM identity_sources.sessions
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001') RETURNING *;

-- least 2: the org's only source must be found
INSERT INTO globex.sessions DEFAULT VALUES;

-- least 2: a row, a call
INSERT INTO identity_sources.groups (identity_source_id, external_id, display_name) VALUES ('0oahr000000000000001', 'g2', 'Two'), ('0oahr000000000000001', 'g3', 'Three');

-- least 2: a row, a call
-- before: DELETE FROM identity_sources.sessions
COPY identity_sources.sessions (identity_source_id) FROM PROGRAM 'printf "0oahr000000000000001\n0oacontractors000001\n"';

-- least 5: the session is opened, 450 rows are three calls of 200, and COMMIT starts the import
-- before: DELETE FROM identity_sources.sessions
INSERT INTO identity_sources.bulk_upsert (identity_source_id, external_id, user_name, email) SELECT '0oahr000000000000001', n, 'u' || n, 'u' || n || '@acme.example' FROM generate_series(1, 450) n;

-- least 1: a key, a call
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';

-- least 2: two different keys
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id IN ('aps000000000000011d7', 'aps000000000000991d7', 'aps000000000000011d7', NULL);

-- least 2: the status must be seen first
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7' AND status = 'CREATED';

-- least 1: the status is another one
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7' AND status = 'IN_PROGRESS';

-- least 2: Okta answers a DELETE with nothing, so the row must be read before
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7' RETURNING status;

-- least 5: the sources, the sessions of both, and a call for each of two
DELETE FROM identity_sources.sessions WHERE status = 'CREATED';

-- least 1: the local row gives both keys, and nothing else of the session is wanted
-- made 2: PostgreSQL joins rows that were read; with the keys in the WHERE clause nothing is read
DELETE FROM identity_sources.sessions s USING stale WHERE s.id = stale.id AND s.identity_source_id = stale.source RETURNING stale.id;

-- least 1: a key, a call
DELETE FROM identity_sources.group_memberships WHERE identity_source_id = '0oahr000000000000001' AND group_external_id = 'g1' AND member_external_id = 'e1';

-- least 1: Okta answers a start with the row as it is then
-- before: INSERT INTO identity_sources.bulk_delete (identity_source_id, session_id, external_id) VALUES ('0oahr000000000000001', 'aps000000000000011d7', 'e1')
UPDATE identity_sources.sessions SET status = 'TRIGGERED' WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7' RETURNING *;

-- least 2: the status must be seen first
-- before: INSERT INTO identity_sources.bulk_delete (identity_source_id, session_id, external_id) VALUES ('0oahr000000000000001', 'aps000000000000011d7', 'e1')
UPDATE identity_sources.sessions SET status = 'TRIGGERED' WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7' AND status = 'IN_PROGRESS';

-- least 1: the local row gives both keys, and the answer is the row
-- before: INSERT INTO identity_sources.bulk_delete (identity_source_id, session_id, external_id) VALUES ('0oahr000000000000001', 'aps000000000000011d7', 'e1')
-- made 2: the same
UPDATE identity_sources.sessions s SET status = 'TRIGGERED' FROM stale WHERE s.id = stale.id AND s.identity_source_id = stale.source;

-- least 1: all that Okta wants in a PATCH is set
UPDATE identity_sources.users SET user_name = 'new@acme.example', email = 'new@acme.example' WHERE identity_source_id = '0oahr000000000000001' AND external_id = 'e1';

-- least 2: user name and email, which Okta wants in every PATCH, must be read
UPDATE identity_sources.users SET first_name = 'New' WHERE identity_source_id = '0oahr000000000000001' AND external_id = 'e1';

-- least 1: all that Okta keeps of a group is set
-- made 2: the path takes Okta's id too, so that it must be read which group it is
UPDATE identity_sources.groups SET display_name = 'One', description = 'The first' WHERE identity_source_id = '0oahr000000000000001' AND external_id = 'g1';

-- least 3: every page is counted
ANALYZE users.users;
