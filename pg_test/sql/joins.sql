-- Foreign tables among local ones: joins, LATERAL, the inside of a nested loop, set operations.
\ir include/connect.sql
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oacontractors000001');
CREATE TABLE feeds (name text, source text, session text);
INSERT INTO feeds VALUES
  ('hr', '0oahr000000000000001', 'aps000000000000011d7'),
  ('hr again', '0oahr000000000000001', 'aps000000000000011d7'),
  ('contractors', '0oacontractors000001', 'aps000000000000021d7'),
  ('gone', '0oahr000000000000001', 'aps000000000000991d7'),
  ('nothing', NULL, NULL);
ANALYZE feeds;
\! okta-emulator requests --count

-- ====
-- A join on the key, however it is carried out
-- ====
SELECT f.name, s.id, s.status FROM feeds f
JOIN identity_sources.sessions s ON s.identity_source_id = f.source AND s.id = f.session ORDER BY f.name;
SELECT f.name, s.id, s.status FROM feeds f
LEFT JOIN identity_sources.sessions s ON s.identity_source_id = f.source AND s.id = f.session ORDER BY f.name;
SELECT f.name FROM feeds f
WHERE NOT EXISTS (SELECT FROM identity_sources.sessions s WHERE s.id = f.session AND s.identity_source_id = f.source)
ORDER BY f.name;
\! okta-emulator requests >/dev/null

-- ====
-- On the inside of a nested loop
-- ====
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_material = off;
SELECT f.name, s.id, s.status FROM feeds f
JOIN identity_sources.sessions s ON s.identity_source_id = f.source AND s.id = f.session ORDER BY f.name;
SELECT f.name, s.id FROM feeds f
LEFT JOIN identity_sources.sessions s ON s.identity_source_id = f.source ORDER BY f.name, s.id;
SELECT f.name, count(s.id) FROM feeds f LEFT JOIN identity_sources.sessions s ON true GROUP BY f.name ORDER BY f.name;
RESET ALL;
\! okta-emulator requests >/dev/null

-- ====
-- LATERAL and correlated subqueries
-- ====
SELECT f.name, s.id FROM feeds f
CROSS JOIN LATERAL (SELECT id FROM identity_sources.sessions WHERE identity_source_id = f.source LIMIT 1) s
ORDER BY f.name;
SELECT f.name, (SELECT status FROM identity_sources.sessions s WHERE s.identity_source_id = f.source AND s.id = f.session)
FROM feeds f ORDER BY f.name;

-- ====
-- With one another, and with themselves
-- ====
SELECT a.label, s.id, s.status FROM apps.apps a
JOIN identity_sources.sessions s ON s.identity_source_id = a.id ORDER BY a.label;
SELECT x.id, y.id FROM identity_sources.sessions x JOIN identity_sources.sessions y ON x.id < y.id;
SELECT id FROM identity_sources.sessions UNION ALL SELECT id FROM apps.apps WHERE name = 'bookmark' ORDER BY id;
SELECT status, count(*), min(created) FROM identity_sources.sessions GROUP BY status HAVING count(*) > 1;
WITH s AS MATERIALIZED (SELECT * FROM identity_sources.sessions) SELECT count(*) FROM s a, s b;

-- ====
-- A query inside a function, called row by row
-- ====
CREATE FUNCTION status_of(source text, session text) RETURNS text LANGUAGE sql AS
  $$ SELECT status FROM identity_sources.sessions WHERE identity_source_id = source AND id = session $$;
SELECT name, status_of(source, session) FROM feeds ORDER BY name;
CREATE FUNCTION counted() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE r record; n integer := 0;
BEGIN
  FOR r IN SELECT id FROM users.users LOOP
    n := n + 1;
    EXIT WHEN n = 5;
  END LOOP;
  RETURN n;
END $$;
SELECT counted(), counted();

-- ====
-- A join asks once for what it wants again, however early it stopped and whatever else it compares
-- ====
CREATE TABLE visits (number int, login text, at timestamptz);
INSERT INTO visits SELECT n, (ARRAY['ada.lovelace@acme.example', 'alan.turing@acme.example'])[1 + n % 2], '2026-01-01'::timestamptz + n * interval '1 day' FROM generate_series(1, 6) n;
CREATE TABLE badges (id text, at timestamptz);
INSERT INTO badges SELECT '00uacme0000000000001', '2026-01-01'::timestamptz + n * interval '1 day' FROM generate_series(1, 5) n;
ANALYZE visits, badges;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_memoize = off;
SET enable_material = off;
\! okta-emulator requests >/dev/null
SELECT count(*) FROM badges b JOIN users.users u ON u.id = b.id AND u.password_changed < b.at;
\! okta-emulator requests
SELECT number FROM visits v WHERE EXISTS (SELECT FROM users.users u WHERE u.login = v.login) ORDER BY number;
\! okta-emulator requests
SELECT number FROM visits v WHERE NOT EXISTS (SELECT FROM users.users u WHERE u.login = v.login);
\! okta-emulator requests
SELECT number, (SELECT u.id FROM users.users u WHERE u.login = v.login LIMIT 1) FROM visits v ORDER BY number;
\! okta-emulator requests
RESET ALL;
