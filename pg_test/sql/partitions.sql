-- A partition asks the orgs and sources of its own bound, whatever a query names.
\ir include/connect.sql
\! okta-emulator admin POST /_emulator/orgs/second '{"tokens":["00second-token"],"users":[{"profile":{"login":"s@second.example"}}]}'
\! okta-emulator admin POST /_emulator/orgs/third '{"tokens":["00second-token"],"users":[{"profile":{"login":"t@third.example"}}]}'
CREATE SERVER second FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url :'org_url', subdomain 'second');
CREATE USER MAPPING FOR CURRENT_USER SERVER second OPTIONS (api_token '00second-token');
CREATE TABLE people (id text, login text, subdomain text NOT NULL) PARTITION BY LIST (subdomain);
CREATE FOREIGN TABLE people_acme PARTITION OF people FOR VALUES IN ('acme') SERVER okta OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE people_others PARTITION OF people FOR VALUES IN ('second', 'third') SERVER second OPTIONS (resource 'users.users');
\! okta-emulator requests >/dev/null
SELECT subdomain, count(*) FROM people WHERE subdomain IN ('acme', 'second') GROUP BY 1 ORDER BY 1;
\! okta-emulator requests --sort --orgs
SELECT subdomain, count(*) FROM people GROUP BY 1 ORDER BY 1;
\! okta-emulator requests --sort --orgs
SET enable_partition_pruning = off;
SELECT subdomain, count(*) FROM people WHERE subdomain = 'acme' GROUP BY 1;
SELECT subdomain, count(*) FROM people WHERE subdomain IN ('third', 'acme') GROUP BY 1 ORDER BY 1;
SELECT subdomain, count(*) FROM people WHERE subdomain LIKE '%d' GROUP BY 1 ORDER BY 1;
SELECT subdomain, count(*) FROM people WHERE subdomain IN (SELECT unnest(ARRAY['acme', 'third', 'fourth'])) GROUP BY 1 ORDER BY 1;
PREPARE of (text) AS SELECT count(*) FROM people WHERE subdomain = $1;
SET plan_cache_mode = force_generic_plan;
EXECUTE of ('third');
RESET plan_cache_mode;
RESET enable_partition_pruning;
\! okta-emulator requests --sort --orgs
-- By itself, too
SELECT count(*) FROM people_acme WHERE subdomain = 'second';
SELECT subdomain, login FROM people_others ORDER BY login;
SELECT subdomain, login FROM people_others WHERE subdomain <> 'third';
\! okta-emulator requests --sort --orgs
-- The order of two lists is not the order of one
SELECT login FROM people_others ORDER BY login;
EXPLAIN (COSTS OFF) SELECT login FROM people_others ORDER BY login;

-- DEFAULT, ranges, hashes: of the orgs that the server is for, those that the bound lets in
ALTER SERVER second OPTIONS (ADD subdomains 'second, third, acme');
CREATE TABLE by_default (id text, login text, subdomain text) PARTITION BY LIST (subdomain);
CREATE FOREIGN TABLE by_default_acme PARTITION OF by_default FOR VALUES IN ('acme', NULL) SERVER okta OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE by_default_rest PARTITION OF by_default DEFAULT SERVER second OPTIONS (resource 'users.users');
CREATE TABLE by_range (id text, login text, subdomain text) PARTITION BY RANGE (subdomain);
CREATE FOREIGN TABLE by_range_1 PARTITION OF by_range FOR VALUES FROM ('a') TO ('b') SERVER okta OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE by_range_2 PARTITION OF by_range FOR VALUES FROM ('b') TO ('z') SERVER second OPTIONS (resource 'users.users');
CREATE TABLE by_hash (id text, login text, subdomain text) PARTITION BY HASH (subdomain);
CREATE FOREIGN TABLE by_hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0) SERVER second OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE by_hash_2 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1) SERVER second OPTIONS (resource 'users.users');
CREATE TABLE nested (id text, login text, subdomain text) PARTITION BY LIST (subdomain);
CREATE TABLE nested_rest PARTITION OF nested FOR VALUES IN ('second', 'third') PARTITION BY RANGE (subdomain);
CREATE FOREIGN TABLE nested_second PARTITION OF nested_rest FOR VALUES FROM ('s') TO ('t') SERVER second OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE nested_third PARTITION OF nested_rest FOR VALUES FROM ('t') TO ('u') SERVER second OPTIONS (resource 'users.users');
\! okta-emulator requests >/dev/null
SELECT subdomain, count(*) FROM by_default GROUP BY 1 ORDER BY 1;
SELECT subdomain, count(*) FROM by_default WHERE subdomain IN ('acme', 'third') GROUP BY 1 ORDER BY 1;
SELECT subdomain, count(*) FROM by_range GROUP BY 1 ORDER BY 1;
SELECT subdomain, count(*) FROM by_range WHERE subdomain IN ('acme', 'third') GROUP BY 1 ORDER BY 1;
\! okta-emulator requests --sort --orgs
SELECT subdomain, count(*) FROM by_hash WHERE subdomain IN ('second', 'third') GROUP BY 1 ORDER BY 1;
SELECT subdomain, count(*) FROM nested GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM nested_third WHERE subdomain IN ('second', 'third');
\! okta-emulator requests --sort --orgs

-- Sources
CREATE TABLE imports (id text, identity_source_id text, status text) PARTITION BY LIST (identity_source_id);
CREATE FOREIGN TABLE imports_hr PARTITION OF imports FOR VALUES IN ('0oahr000000000000001') SERVER okta OPTIONS (resource 'identity_sources.sessions', identity_source_id '0oacontractors000001');
CREATE FOREIGN TABLE imports_rest PARTITION OF imports DEFAULT SERVER okta OPTIONS (resource 'identity_sources.sessions');
INSERT INTO imports (identity_source_id) VALUES ('0oahr000000000000001'), ('0oacontractors000001') RETURNING *;
\! okta-emulator requests >/dev/null
SELECT tableoid::regclass, identity_source_id FROM imports ORDER BY 2;
SET enable_partition_pruning = off;
SELECT tableoid::regclass, identity_source_id FROM imports WHERE identity_source_id IN ('0oahr000000000000001', '0oacontractors000001') ORDER BY 2;
SELECT tableoid::regclass, identity_source_id FROM imports WHERE identity_source_id LIKE '0oa%' ORDER BY 2;
RESET enable_partition_pruning;
\! okta-emulator requests --sort
DELETE FROM imports_hr WHERE id = 'aps000000000000011d7' AND identity_source_id = '0oacontractors000001';
DELETE FROM imports WHERE identity_source_id IN (SELECT unnest(ARRAY['0oahr000000000000001', '0oacontractors000001']));
\! okta-emulator requests --sort

-- A row goes to an org of the partition
CREATE TABLE opened (id text, identity_source_id text, status text, subdomain text) PARTITION BY LIST (subdomain);
CREATE FOREIGN TABLE opened_acme PARTITION OF opened FOR VALUES IN ('acme') SERVER second OPTIONS (resource 'identity_sources.sessions');
CREATE FOREIGN TABLE opened_rest PARTITION OF opened DEFAULT SERVER second OPTIONS (resource 'identity_sources.sessions');
INSERT INTO opened_acme (subdomain) VALUES ('second');
INSERT INTO opened_rest (subdomain) VALUES ('acme');
\! okta-emulator requests --orgs
INSERT INTO opened_acme (identity_source_id) VALUES ('0oahr000000000000001');
\! okta-emulator requests --orgs
