-- Keys that a subquery gives: the plan shows the requests that may be made of them.
\ir include/connect.sql
CREATE TABLE badges (id text);
INSERT INTO badges VALUES ('00uacme0000000000001'), ('00uacme0000000000001');
EXPLAIN (COSTS OFF) SELECT id FROM users.users WHERE id = ANY (ARRAY(SELECT id FROM badges));
SELECT id FROM users.users WHERE id = ANY (ARRAY(SELECT id FROM badges));
EXPLAIN (COSTS OFF) SELECT id FROM identity_sources.users WHERE external_id = ANY (ARRAY(SELECT id FROM badges));
\! okta-emulator requests
