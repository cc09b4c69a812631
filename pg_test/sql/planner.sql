-- The plans that make the fewest calls: values from other relations, lists of keys, order, limits.
\ir include/connect.sql
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oacontractors000001');
CREATE TABLE badges (user_id text, login text, badge int);
INSERT INTO badges VALUES
  ('00uacme0000000000003', 'grace.hopper@acme.example', 3),
  ('00uacme0000000000001', 'ada.lovelace@acme.example', 1),
  ('00uacme0000000000003', 'grace.hopper@acme.example', 33),
  (NULL, NULL, 0);
ANALYZE badges;
\! okta-emulator requests >/dev/null

-- ====
-- A small local table becomes gets, each key once
-- ====
ALTER FOREIGN TABLE users.users OPTIONS (ADD estimated_rows '5000');
EXPLAIN (COSTS OFF) SELECT b.badge, u.login FROM badges b JOIN users.users u ON u.id = b.user_id;
SELECT b.badge, u.login FROM badges b JOIN users.users u ON u.id = b.user_id ORDER BY badge;
\! okta-emulator requests --sort
SELECT b.badge, u.login FROM badges b LEFT JOIN users.users u ON u.id = b.user_id ORDER BY badge;
\! okta-emulator requests --sort
-- without Memoize the scan itself remembers
SET enable_memoize = off;
SELECT count(*) FROM badges b JOIN users.users u ON u.id = b.user_id;
\! okta-emulator requests --sort
SELECT b.badge FROM badges b WHERE EXISTS (SELECT FROM users.users u WHERE u.id = b.user_id OFFSET 0) ORDER BY badge;
\! okta-emulator requests --sort
RESET enable_memoize;
-- a filter of Okta's can take the value too
EXPLAIN (COSTS OFF) SELECT b.badge, u.id FROM badges b JOIN users.users u ON u.login = b.login WHERE b.badge = 1;
SELECT b.badge, u.id FROM badges b JOIN users.users u ON u.login = b.login WHERE b.badge = 1;
\! okta-emulator requests
-- a large one becomes a single list
CREATE TABLE many AS SELECT '00uacme' || lpad(n::text, 13, '0') AS user_id FROM generate_series(1, 1000) n;
ANALYZE many;
EXPLAIN (COSTS OFF) SELECT count(*) FROM many m JOIN users.users u ON u.id = m.user_id;
SELECT count(*) FROM many m JOIN users.users u ON u.id = m.user_id;
\! okta-emulator requests
-- keys from two relations
CREATE TABLE feeds (source text); INSERT INTO feeds VALUES ('0oahr000000000000001'); ANALYZE feeds;
CREATE TABLE opened (session text); INSERT INTO opened VALUES ('aps000000000000011d7'); ANALYZE opened;
EXPLAIN (COSTS OFF) SELECT s.status FROM feeds f, opened o, identity_sources.sessions s
  WHERE s.identity_source_id = f.source AND s.id = o.session;
SELECT s.status FROM feeds f, opened o, identity_sources.sessions s
  WHERE s.identity_source_id = f.source AND s.id = o.session;
\! okta-emulator requests
-- equivalences: the key is known because the other column is
SELECT s.status FROM feeds f JOIN identity_sources.sessions s ON s.identity_source_id = f.source
  WHERE f.source = '0oahr000000000000001';
\! okta-emulator requests

-- ====
-- Lists of keys
-- ====
SELECT count(*) FROM users.users WHERE id = ANY (ARRAY(SELECT user_id FROM badges));
\! okta-emulator requests --sort
SELECT count(*) FROM users.users WHERE id = '00uacme0000000000001' OR id = '00uacme0000000000002';
\! okta-emulator requests --sort
PREPARE either (text, text) AS SELECT login FROM users.users WHERE id = $1 OR id = $2 OR id = '00uacme0000000000003' ORDER BY 1;
SET plan_cache_mode = force_generic_plan;
EXECUTE either ('00uacme0000000000001', '00uacme0000000000001');
\! okta-emulator requests --sort
EXECUTE either (NULL, '00uacme0000000000002');
\! okta-emulator requests --sort
PREPARE anyof (text[]) AS SELECT login FROM users.users WHERE id = ANY ($1) ORDER BY 1;
EXECUTE anyof ('{00uacme0000000000001,00uacme0000000000002,NULL,00uacme0000000000001}');
\! okta-emulator requests --sort
EXECUTE anyof (NULL);
EXECUTE anyof ('{}');
\! okta-emulator requests --count
RESET plan_cache_mode;

-- ====
-- Order: by points in time that every user has, never by text
-- ====
EXPLAIN (COSTS OFF) SELECT id FROM users.users ORDER BY created;
EXPLAIN (COSTS OFF) SELECT id FROM users.users WHERE status = 'ACTIVE' ORDER BY last_updated DESC;
EXPLAIN (COSTS OFF) SELECT id FROM users.users ORDER BY login;
EXPLAIN (COSTS OFF) SELECT id FROM users.users ORDER BY last_login;
EXPLAIN (COSTS OFF) SELECT id FROM users.users WHERE subdomain IN ('acme', 'globex') ORDER BY created;
\! okta-emulator admin POST /_emulator/orgs/acme/users '{"count": 500}'
CREATE TABLE users_copy AS SELECT * FROM users.users;
\! okta-emulator requests >/dev/null
SELECT array_agg(created) = (SELECT array_agg(created ORDER BY created DESC) FROM users_copy) AS sorted
  FROM (SELECT created FROM users.users ORDER BY created DESC) t;
\! okta-emulator requests
SELECT id, created FROM users.users ORDER BY created DESC LIMIT 3;
\! okta-emulator requests

-- ====
-- Limits: no page that is not needed
-- ====
SELECT count(*) FROM (SELECT id FROM users.users LIMIT 200) t;
\! okta-emulator requests
SELECT count(*) FROM (SELECT id FROM users.users OFFSET 10 LIMIT 195) t;
\! okta-emulator requests
SELECT EXISTS (SELECT FROM users.users);
\! okta-emulator requests
SELECT EXISTS (SELECT FROM identity_sources.sessions);
\! okta-emulator requests --count
SELECT id FROM identity_sources.sessions LIMIT 1;
\! okta-emulator requests --count
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM users.users;
MOVE 99 IN c;
\! okta-emulator requests --count
CLOSE c;
COMMIT;
-- what is filtered here needs more than the limit
SELECT count(*) FROM (SELECT id FROM users.users WHERE last_login IS NULL LIMIT 5) t;
\! okta-emulator requests

-- ====
-- WITH TIES stops after any number of rows, so it asks for whole pages
-- ====
\! okta-emulator requests >/dev/null
SELECT count(*) FROM (SELECT id FROM users.users ORDER BY created FETCH FIRST 2 ROWS WITH TIES) few;
EXPLAIN (COSTS OFF) SELECT id FROM users.users ORDER BY created FETCH FIRST 2 ROWS WITH TIES;
EXPLAIN (COSTS OFF) SELECT id FROM users.users ORDER BY created FETCH FIRST 2 ROWS ONLY;
EXPLAIN (COSTS OFF) SELECT id, generate_series(1, 0) FROM users.users LIMIT 2;
\! okta-emulator requests
