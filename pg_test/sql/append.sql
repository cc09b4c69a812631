-- The orgs of a company as partitions: asked at the same time, pruned, and written to by their key.
\ir include/connect.sql
CREATE SERVER globex FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url :'org_url', subdomain 'globex');
CREATE USER MAPPING FOR CURRENT_USER SERVER globex OPTIONS (api_token '00globex-token');
CREATE TABLE people (id text, status text, login text, created timestamptz, subdomain text NOT NULL) PARTITION BY LIST (subdomain);
CREATE FOREIGN TABLE people_acme PARTITION OF people FOR VALUES IN ('acme') SERVER okta OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE people_globex PARTITION OF people FOR VALUES IN ('globex') SERVER globex OPTIONS (resource 'users.users');
EXPLAIN (COSTS OFF) SELECT count(*) FROM people;
SELECT subdomain, count(*) FROM people GROUP BY 1 ORDER BY 1;
\! okta-emulator requests --orgs --sort
SELECT subdomain, count(*) FROM people WHERE status = 'ACTIVE' AND login LIKE '%a%' GROUP BY 1 ORDER BY 1;
-- pruned
EXPLAIN (COSTS OFF) SELECT * FROM people WHERE subdomain = 'globex';
SELECT count(*) FROM people WHERE subdomain = 'globex';
\! okta-emulator requests --orgs --sort >/dev/null
PREPARE of (text) AS SELECT count(*) FROM people WHERE subdomain = $1;
SET plan_cache_mode = force_generic_plan;
EXECUTE of ('acme');
EXECUTE of ('initech');
\! okta-emulator requests --orgs --sort
RESET plan_cache_mode;
-- many pages from both, several times, and stopping half way
\! okta-emulator admin POST /_emulator/orgs/acme/users '{"count": 900}'
\! okta-emulator admin POST /_emulator/orgs/globex/users '{"count": 700}'
SELECT subdomain, count(*), count(DISTINCT id) FROM people GROUP BY 1 ORDER BY 1;
SELECT n, (SELECT count(*) FROM people WHERE n > 0) FROM generate_series(1, 2) n;
SELECT count(*) FROM (SELECT * FROM people LIMIT 950) t;
SELECT count(*) FROM generate_series(1, 2) n, LATERAL (SELECT * FROM people WHERE created > '2020-01-01' OFFSET n) t;
SELECT created IS NOT NULL AS ok FROM people ORDER BY created DESC LIMIT 2;
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM people;
MOVE 250 IN c;
CLOSE c;
COMMIT;
-- an error in one of them
ALTER USER MAPPING FOR CURRENT_USER SERVER globex OPTIONS (SET api_token 'wrong');
SELECT count(*) FROM people;
ALTER USER MAPPING FOR CURRENT_USER SERVER globex OPTIONS (SET api_token '00globex-token');
SELECT count(*) FROM people;
\! okta-emulator requests >/dev/null

-- ====
-- INSERT and COPY find the org by the partition; DELETE and UPDATE too
-- ====
CREATE TABLE imports (id text, identity_source_id text, status text, subdomain text) PARTITION BY LIST (subdomain);
CREATE FOREIGN TABLE imports_acme PARTITION OF imports FOR VALUES IN ('acme') SERVER okta OPTIONS (resource 'identity_sources.sessions', identity_source_id '0oahr000000000000001');
CREATE FOREIGN TABLE imports_globex PARTITION OF imports FOR VALUES IN ('globex') SERVER globex OPTIONS (resource 'identity_sources.sessions');
INSERT INTO imports (subdomain) VALUES ('acme'), ('globex') RETURNING *;
\! okta-emulator requests --orgs
SELECT subdomain, status FROM imports ORDER BY 1;
DELETE FROM imports WHERE status = 'CREATED';
\! okta-emulator requests --orgs --sort
COPY imports (subdomain) FROM STDIN;
globex
acme
\.
COPY identity_sources.sessions (identity_source_id) FROM STDIN;
0oacontractors000001
\.
\! okta-emulator requests --orgs
SELECT subdomain, count(*) FROM imports GROUP BY 1 ORDER BY 1;
DELETE FROM imports WHERE subdomain = 'acme' RETURNING subdomain, status;
UPDATE imports SET status = 'TRIGGERED' WHERE subdomain = 'globex';
