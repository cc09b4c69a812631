-- The rows that a query gives never depend on what Okta was asked: each predicate is run against
-- the foreign table and against a local copy of it, and the two must give the same rows.
\ir include/connect.sql
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oacontractors000001');
\! okta-emulator admin POST /_emulator/orgs/acme/users '{"count": 40}'
CREATE TABLE sessions_copy AS SELECT * FROM identity_sources.sessions;
CREATE TABLE users_copy AS SELECT * FROM users.users;
CREATE TABLE apps_copy AS SELECT * FROM apps.apps;
SELECT (SELECT count(*) FROM sessions_copy) AS sessions, (SELECT count(*) FROM users_copy) AS users,
       (SELECT count(*) FROM apps_copy) AS apps;

-- Rows of one side that the other has not, and how many both have. A row counts as its text: jsonb
-- has an order, but not json.
CREATE FUNCTION differs(remote text, local text, predicate text, OUT only_remote bigint, OUT only_local bigint, OUT rows bigint)
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format($q$
    WITH r AS MATERIALIZED (SELECT t::text AS row FROM %1$s t WHERE %3$s),
         l AS MATERIALIZED (SELECT t::text AS row FROM %2$s t WHERE %3$s)
    SELECT (SELECT count(*) FROM (SELECT row FROM r EXCEPT ALL SELECT row FROM l) a),
           (SELECT count(*) FROM (SELECT row FROM l EXCEPT ALL SELECT row FROM r) b),
           (SELECT count(*) FROM r)$q$, remote, local, predicate)
  INTO only_remote, only_local, rows;
END $$;
CREATE TABLE predicates (n serial, remote text, predicate text);

-- ====
-- sessions
-- ====
INSERT INTO predicates (remote, predicate) VALUES
  ('identity_sources.sessions', 'true'),
  ('identity_sources.sessions', $$id = 'aps000000000000011d7'$$),
  ('identity_sources.sessions', $$id <> 'aps000000000000011d7'$$),
  ('identity_sources.sessions', $$id IN ('aps000000000000011d7', 'aps000000000000021d7', 'x')$$),
  ('identity_sources.sessions', $$id NOT IN ('aps000000000000011d7')$$),
  ('identity_sources.sessions', $$id = ANY (ARRAY['aps000000000000011d7', NULL])$$),
  ('identity_sources.sessions', $$id = ALL (ARRAY['aps000000000000011d7', 'aps000000000000021d7'])$$),
  ('identity_sources.sessions', $$id > 'aps000000000000011d7'$$),
  ('identity_sources.sessions', $$id LIKE 'aps%21d7'$$),
  ('identity_sources.sessions', $$id IS NULL$$),
  ('identity_sources.sessions', $$id = NULL$$),
  ('identity_sources.sessions', $$identity_source_id = '0oahr000000000000001'$$),
  ('identity_sources.sessions', $$identity_source_id = '0OAHR000000000000001'$$),
  ('identity_sources.sessions', $$identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7'$$),
  ('identity_sources.sessions', $$identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000021d7'$$),
  ('identity_sources.sessions', $$identity_source_id = '0oahr000000000000001' OR id = 'aps000000000000021d7'$$),
  ('identity_sources.sessions', $$identity_source_id IN ('0oahr000000000000001', '0oacontractors000001') AND id IN ('aps000000000000021d7')$$),
  ('identity_sources.sessions', $$identity_source_id || '' = '0oahr000000000000001'$$),
  ('identity_sources.sessions', $$NOT identity_source_id = '0oahr000000000000001'$$),
  ('identity_sources.sessions', $$status = 'CREATED'$$),
  ('identity_sources.sessions', $$status = 'created'$$),
  ('identity_sources.sessions', $$status IN ('CREATED', 'TRIGGERED') AND import_type = 'INCREMENTAL'$$),
  ('identity_sources.sessions', $$created > '2026-01-05 09:00:01Z'$$),
  ('identity_sources.sessions', $$created = last_updated$$),
  ('identity_sources.sessions', $$subdomain = 'acme'$$),
  ('identity_sources.sessions', $$subdomain = 'acme' AND id = 'aps000000000000011d7'$$),
  ('identity_sources.sessions', $$subdomain = 'acme' AND subdomain = 'globex'$$);

-- ====
-- users
-- ====
INSERT INTO predicates (remote, predicate) VALUES
  ('users.users', 'true'),
  ('users.users', $$id = '00uacme0000000000003'$$),
  ('users.users', $$id IN ('00uacme0000000000003', '00uacme0000000000004', '00unosuchuser0000001')$$),
  ('users.users', $$id = 'ada.lovelace@acme.example'$$),
  ('users.users', $$id = '00uacme0000000000003' AND status = 'ACTIVE'$$),
  ('users.users', $$status = 'ACTIVE'$$),
  ('users.users', $$status = 'active'$$),
  ('users.users', $$status <> 'ACTIVE'$$),
  ('users.users', $$status IN ('SUSPENDED', 'STAGED')$$),
  ('users.users', $$status IN ('DEPROVISIONED', 'STAGED')$$),
  ('users.users', $$login = 'ada.lovelace@acme.example'$$),
  ('users.users', $$login = 'Ada.Lovelace@acme.example'$$),
  ('users.users', $$login = 'o''brien"x@acme.example'$$),
  ('users.users', $$lower(login) = 'ada.byron@acme.example'$$),
  ('users.users', $$email LIKE 'a%'$$),
  ('users.users', $$first_name = 'Ada'$$),
  ('users.users', $$first_name = 'Zoë' AND last_name = 'Núñez-Østergård'$$),
  ('users.users', $$first_name IS NULL$$),
  ('users.users', $$first_name IS NOT NULL$$),
  ('users.users', $$first_name > 'M'$$),
  ('users.users', $$coalesce(first_name, '') < 'M'$$),
  ('users.users', $$last_name = 'O''Brien "X"'$$),
  ('users.users', $$last_name ~ '^[A-L]'$$),
  ('users.users', $$created > '2025-01-05Z' AND created < '2026-01-05Z'$$),
  ('users.users', $$last_login IS NULL$$),
  ('users.users', $$profile ->> 'department' = 'Engineering'$$),
  ('users.users', $$profile @> '{"costCenter": "CC-100"}'$$),
  ('users.users', $$status = 'ACTIVE' AND (first_name = 'Ada' OR last_name = 'Hopper')$$),
  ('users.users', $$login LIKE 'ada.%'$$),
  ('users.users', $$login LIKE 'Ada.%'$$),
  ('users.users', $$login LIKE 'ada.lovelace@acme.example'$$),
  ('users.users', $$login LIKE '%@acme.example'$$),
  ('users.users', $$login NOT LIKE 'ada.%'$$),
  ('users.users', $$login ILIKE 'ADA.%'$$),
  ('users.users', $$last_name ILIKE 'o''brien%'$$),
  ('users.users', $$first_name ILIKE 'KAT%' OR first_name ILIKE 'zOË%'$$),
  ('users.users', $$first_name ILIKE ANY ('{nik%,"MARY"}')$$),
  ('users.users', $$login LIKE 'ada\.love_ace%'$$),
  ('users.users', $$login LIKE 'ada!.%' ESCAPE '!'$$),
  ('users.users', $$login LIKE ANY ('{ada.%,grace%,NULL}')$$),
  ('users.users', $$login LIKE ALL ('{ada.%,%lovelace%}')$$),
  ('users.users', $$last_name LIKE 'O''Brien "%'$$),
  ('users.users', $$first_name LIKE 'Zo%' OR last_name LIKE 'N_%'$$),
  ('users.users', $$'ada.lovelace@acme.example' LIKE login || '%'$$),
  ('users.users', $$login LIKE first_name || '%'$$),
  ('users.users', $$login = 'ada.lovelace@acme.example' OR email = 'alan.turing@acme.example'$$),
  ('users.users', $$login = 'ada.lovelace@acme.example' OR email IS NULL$$),
  ('users.users', $$login = 'ada.lovelace@acme.example' OR last_login > '2026-01-01'$$),
  ('users.users', $$login = NULL OR email = 'alan.turing@acme.example'$$),
  ('users.users', $$first_name = U&'\+01F980' OR last_name = 'Hopper'$$),
  ('users.users', $$status = 'STAGED' OR created > '2026-01-01'$$),
  ('users.users', $$status IN ('STAGED', 'SUSPENDED') OR first_name IN ('Ada', 'Grace') OR id = '00uacme0000000000004'$$),
  ('users.users', $$(status = 'STAGED' AND first_name = 'Ada') OR last_name = 'Hopper'$$),
  ('users.users', $$NOT (status = 'ACTIVE' OR last_name = 'Hopper')$$);

-- ====
-- apps
-- ====
INSERT INTO predicates (remote, predicate) VALUES
  ('apps.apps', 'true'),
  ('apps.apps', $$id = '0oawiki0000000000001'$$),
  ('apps.apps', $$name = 'custom_identity_source'$$),
  ('apps.apps', $$name = 'CUSTOM_IDENTITY_SOURCE'$$),
  ('apps.apps', $$name IN ('bookmark', 'oidc_client')$$),
  ('apps.apps', $$status = 'ACTIVE'$$),
  ('apps.apps', $$status = 'INACTIVE' AND name = 'template_saml_2_0'$$),
  ('apps.apps', $$label > 'H'$$),
  ('apps.apps', $$id = '0oawiki0000000000001' AND name = 'oidc_client'$$);

SELECT n, predicate, rows, CASE WHEN only_remote + only_local = 0 THEN 'same' ELSE 'DIFFERENT' END AS verdict
FROM predicates, differs(remote, split_part(remote, '.', 2) || '_copy', predicate) ORDER BY n;
