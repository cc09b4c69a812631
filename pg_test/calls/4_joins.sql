-- Joins and subqueries

-- least 1: the two different ids of four local rows in one expression
-- made 2: a nested loop hands over one row at a time; = ANY (ARRAY(SELECT …)) takes them together
SELECT b.badge, u.login FROM badges b JOIN users.users u ON u.id = b.user_id;

-- least 1: one local row is left, and gives one login to filter by
SELECT b.badge, u.id FROM badges b JOIN users.users u ON u.login = b.login WHERE b.badge = 1;

-- least 3: 1000 local rows are fifty expressions; all users are three pages
SELECT count(*) FROM many m JOIN users.users u ON u.id = m.user_id;

-- least 3: three different pairs of keys in five local rows, a get each
SELECT f.name, s.status FROM feeds f JOIN identity_sources.sessions s ON s.identity_source_id = f.source AND s.id = f.session;

-- least 3: the same from a nested loop that asks again for keys that come again
-- before: SET enable_memoize = off
-- before: SET enable_hashjoin = off
-- before: SET enable_mergejoin = off
SELECT f.name, s.status FROM feeds f LEFT JOIN identity_sources.sessions s ON s.identity_source_id = f.source AND s.id = f.session;

-- least 3: the same pairs
SELECT f.name FROM feeds f WHERE NOT EXISTS (SELECT FROM identity_sources.sessions s WHERE s.id = f.session AND s.identity_source_id = f.source);

-- least 3: the same pairs
SELECT f.name, (SELECT status FROM identity_sources.sessions s WHERE s.identity_source_id = f.source AND s.id = f.session) FROM feeds f;

-- least 2: two different sources in five local rows, a list each
SELECT f.name, s.id FROM feeds f, LATERAL (SELECT id FROM identity_sources.sessions WHERE identity_source_id = f.source LIMIT 1) s;

-- least 1: the one source is known through the other column
SELECT f.name, s.id FROM feeds f JOIN identity_sources.sessions s ON s.identity_source_id = f.source WHERE f.source = '0oacontractors000001';

-- least 1: a key from each of two local tables
SELECT s.status FROM stale t, feeds f, identity_sources.sessions s WHERE s.identity_source_id = f.source AND s.id = t.id AND f.name = 'hr';

-- least 3: the sources and the sessions of both, once for all local rows
-- before: SET enable_material = off
SELECT f.name, count(s.id) FROM feeds f LEFT JOIN identity_sources.sessions s ON true GROUP BY f.name;

-- least 3: the list of apps gives the sources, and each of the two is a list
SELECT a.label, s.status FROM apps.apps a JOIN identity_sources.sessions s ON s.identity_source_id = a.id WHERE a.name = 'custom_identity_source';

-- least 3: one reading serves both sides
-- made 6: PostgreSQL scans a table twice that is named twice; the statement below reads it once
SELECT a.id, b.id FROM identity_sources.sessions a JOIN identity_sources.sessions b ON a.id < b.id;

-- least 3: one reading serves both sides
WITH s AS MATERIALIZED (SELECT * FROM identity_sources.sessions) SELECT a.id, b.id FROM s a JOIN s b ON a.id < b.id;

-- least 1: a merge join ends where the local rows end, in the first page
-- before: SET enable_hashjoin = off
-- before: SET enable_nestloop = off
SELECT d.note, u.login FROM days d JOIN users.users u ON u.created = d.at ORDER BY d.at;
