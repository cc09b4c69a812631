-- Reading identity_sources.sessions: which requests a query makes, and which rows it gives.
\ir include/connect.sql
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oacontractors000001');
\! okta-emulator requests

-- ====
-- By key
-- ====
SELECT * FROM identity_sources.sessions
WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';
\! okta-emulator requests
-- not found
SELECT * FROM identity_sources.sessions
WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000991d7';
\! okta-emulator requests
SELECT identity_source_id, id, status FROM identity_sources.sessions
WHERE identity_source_id = '0oahr000000000000001'
  AND id IN ('aps000000000000011d7', 'aps000000000000991d7', 'aps000000000000011d7');
\! okta-emulator requests --sort
-- what cannot be an id
SELECT id FROM identity_sources.sessions
WHERE identity_source_id = '0oahr000000000000001' AND id = '../users';
SELECT id FROM identity_sources.sessions WHERE identity_source_id = '' AND id = '';
\! okta-emulator requests

-- ====
-- By source
-- ====
SELECT id, status FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001';
\! okta-emulator requests
SELECT id, status FROM identity_sources.sessions WHERE 'aps000000000000021d7' = id;
\! okta-emulator requests --sort
SELECT identity_source_id, id FROM identity_sources.sessions
WHERE identity_source_id IN ('0oahr000000000000001', '0oacontractors000001') ORDER BY id;
\! okta-emulator requests --sort
SELECT identity_source_id, id FROM identity_sources.sessions
WHERE identity_source_id = ANY (ARRAY['0oahr000000000000001', NULL, '0oahr000000000000001']);
\! okta-emulator requests --sort
-- a source that there is not
SELECT id FROM identity_sources.sessions WHERE identity_source_id = '0oanosuchsource00001';
\! okta-emulator requests

-- ====
-- Every source
-- ====
SELECT identity_source_id, id, status, subdomain FROM identity_sources.sessions ORDER BY id;
\! okta-emulator requests --sort
SELECT id FROM identity_sources.sessions WHERE status = 'CREATED' AND created > '2026-01-05 09:00:01Z' ORDER BY id;
\! okta-emulator requests --sort

-- ====
-- No request at all
-- ====
SELECT id FROM identity_sources.sessions WHERE id = 'a' AND id = 'b';
SELECT id FROM identity_sources.sessions WHERE identity_source_id = NULL;
SELECT id FROM identity_sources.sessions WHERE identity_source_id = ANY ('{}'::text[]);
SELECT id FROM identity_sources.sessions WHERE subdomain = 'acme' AND subdomain = 'globex';
SELECT id FROM identity_sources.sessions WHERE false;
SELECT id FROM identity_sources.sessions LIMIT 0;
\! okta-emulator requests --count

-- ====
-- The org
-- ====
SELECT count(*) FROM identity_sources.sessions WHERE subdomain = 'acme';
\! okta-emulator requests --sort --orgs
-- its token is another one
SELECT count(*) FROM identity_sources.sessions WHERE subdomain = 'globex';
\! okta-emulator requests --sort --orgs
-- refused before a request is made
SELECT count(*) FROM identity_sources.sessions WHERE subdomain = 'acme.evil.example/';
SELECT count(*) FROM identity_sources.sessions WHERE subdomain = 'ACME';
SELECT count(*) FROM identity_sources.sessions WHERE subdomain = 'acme-admin';
ALTER SERVER okta OPTIONS (ADD subdomains 'acme, initech');
SELECT count(*) FROM identity_sources.sessions WHERE subdomain = 'globex';
SELECT count(*) FROM identity_sources.sessions WHERE subdomain = 'acme' OR subdomain = 'globex';
ALTER SERVER okta OPTIONS (DROP subdomain);
SELECT count(*) FROM identity_sources.sessions;
\! okta-emulator requests --sort --orgs
SELECT count(*) FROM identity_sources.sessions WHERE subdomain = 'acme';
\! okta-emulator requests --sort --orgs

-- ====
-- What is listed and what is got: Okta lists active sessions only
-- ====
ALTER SERVER okta OPTIONS (ADD subdomain 'acme');
DELETE FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';
SELECT id, status FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001';
SELECT id, status FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';
