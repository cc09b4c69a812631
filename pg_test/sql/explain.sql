-- EXPLAIN says what Okta would be asked; only with ANALYZE it is asked.
\ir include/connect.sql
EXPLAIN (COSTS OFF) SELECT * FROM identity_sources.sessions;
EXPLAIN (COSTS OFF) SELECT * FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001';
EXPLAIN (COSTS OFF) SELECT * FROM identity_sources.sessions
  WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7' AND status = 'CREATED';
EXPLAIN (COSTS OFF) SELECT * FROM identity_sources.sessions WHERE identity_source_id IN ('a', 'b');
EXPLAIN (COSTS OFF) SELECT * FROM identity_sources.sessions WHERE id = 'a' AND id = 'b';
EXPLAIN (COSTS OFF) SELECT * FROM identity_sources.sessions WHERE subdomain = 'globex';
EXPLAIN (COSTS OFF) SELECT * FROM users.users WHERE last_name > 'L';
EXPLAIN (COSTS OFF) SELECT * FROM users.users WHERE last_name LIKE 'L%' OR login = 'x';
EXPLAIN (COSTS OFF) SELECT * FROM users.users WHERE id = '00uacme0000000000003';
EXPLAIN (COSTS OFF) SELECT * FROM apps.apps WHERE status = 'ACTIVE';
EXPLAIN (COSTS OFF, FORMAT JSON) SELECT * FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001';
EXPLAIN (COSTS OFF, VERBOSE) SELECT id FROM users.users LIMIT 1;

-- What is known at run time only
PREPARE one (text, text) AS SELECT * FROM identity_sources.sessions WHERE identity_source_id = $1 AND id = $2;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE one ('0oahr000000000000001', 'x');
RESET plan_cache_mode;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
CREATE TABLE feeds (source text);
INSERT INTO feeds VALUES ('0oahr000000000000001');
ANALYZE feeds;
EXPLAIN (COSTS OFF) SELECT * FROM feeds f JOIN identity_sources.sessions s ON s.identity_source_id = f.source;
RESET ALL;

-- Writes
EXPLAIN (COSTS OFF) INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
EXPLAIN (COSTS OFF) DELETE FROM identity_sources.sessions
  WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';
EXPLAIN (COSTS OFF) DELETE FROM identity_sources.sessions WHERE status = 'CREATED';
EXPLAIN (COSTS OFF) UPDATE identity_sources.sessions SET status = 'TRIGGERED'
  WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';
-- Nothing so far has asked Okta for anything.
\! okta-emulator requests --count

-- ====
-- ANALYZE
-- ====
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM users.users;
\! okta-emulator requests
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)
  INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001');
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM identity_sources.sessions;
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM identity_sources.sessions WHERE id = 'a' AND id = 'b';
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) DELETE FROM identity_sources.sessions
  WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';
