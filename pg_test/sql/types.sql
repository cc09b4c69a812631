-- Types that a column may have: what is rounded is never filtered by Okta, and no setting of the session
-- changes what is read or written.
\ir include/connect.sql
\! okta-emulator admin POST /_emulator/orgs/odd '{"tokens":["00acme-token"],"users":[{"created":"2026-01-05T09:00:00.600Z","profile":{"login":"a@odd.example","firstName":"abc  ","lastName":"x"}},{"created":"2026-01-05T08:59:59.700Z","profile":{"login":"b@odd.example","firstName":"abc","lastName":"yz"}}]}' > /dev/null
-- ====
-- Types that round, cut or pad
-- ====
CREATE DOMAIN seconds AS timestamptz(0);
CREATE DOMAIN short AS varchar(3);
CREATE DOMAIN moment AS timestamptz;
CREATE FOREIGN TABLE rounded (id varchar(20), created timestamptz(0), first_name varchar(3), login text, subdomain varchar(63)) SERVER okta OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE domains (id text, created seconds, first_name short, subdomain text) SERVER okta OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE padded (id text, created date, first_name char(5), subdomain text) SERVER okta OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE whole (id text, created moment, subdomain text) SERVER okta OPTIONS (resource 'users.users');
CREATE FOREIGN TABLE of_day (created time, subdomain text) SERVER okta OPTIONS (resource 'users.users');
SELECT created, first_name FROM rounded WHERE subdomain = 'odd';
SELECT count(*) FROM rounded WHERE subdomain = 'odd' AND created = '2026-01-05 09:00:01+00';
SELECT count(*) FROM rounded WHERE subdomain = 'odd' AND created >= '2026-01-05 09:00:01+00';
SELECT count(*) FROM rounded WHERE subdomain = 'odd' AND created BETWEEN '2026-01-05 09:00:00+00' AND '2026-01-05 09:00:00+00';
SELECT count(*) FROM rounded WHERE subdomain = 'odd' AND created IN ('2026-01-05 09:00:00+00', '2026-01-05 09:00:01+00');
SELECT count(*) FROM rounded WHERE subdomain = 'odd' AND first_name = 'abc';
SELECT count(*) FROM rounded WHERE subdomain = 'odd' AND first_name LIKE 'abc%';
SELECT count(*) FROM rounded WHERE subdomain = 'odd' AND (first_name = 'abc' OR login = 'a@odd.example');
SELECT count(*) FROM domains WHERE subdomain = 'odd' AND created = '2026-01-05 09:00:01+00';
SELECT count(*) FROM domains WHERE subdomain = 'odd' AND first_name IN ('abc', 'x');
SELECT count(*) FROM padded WHERE subdomain = 'odd' AND first_name = 'abc';
SELECT count(*) FROM padded WHERE subdomain = 'odd' AND created = '2026-01-05';
SELECT count(*) FROM (VALUES ('2026-01-05 09:00:01+00'::timestamptz)) t (at) JOIN rounded r ON r.created = t.at AND r.subdomain = 'odd';
SELECT created FROM rounded WHERE subdomain = 'odd' ORDER BY created LIMIT 1;
SELECT created FROM of_day WHERE subdomain = 'odd' ORDER BY created;
-- Okta filters and sorts what is as it was sent, and keys of any length
\! okta-emulator requests > /dev/null
SELECT count(*) FROM whole WHERE subdomain = 'odd' AND created > '2026-01-05 09:00:00+00';
SELECT created FROM whole WHERE subdomain = 'odd' ORDER BY created LIMIT 1;
SELECT count(*) FROM rounded WHERE id = '00uacme0000000000001' AND subdomain = 'acme';
\! okta-emulator requests
-- ====
-- Every date that PostgreSQL has: no row is lost, and Okta gets no year that it cannot read
-- ====
SELECT count(*) FROM users.users WHERE created < '9999-12-31';
SELECT count(*) FROM users.users WHERE created <= '9999-12-31 23:59:59.999+00';
SELECT count(*) FROM users.users WHERE created > '9999-12-31';
SELECT count(*) FROM users.users WHERE created >= '0044-03-15 BC';
SELECT count(*) FROM users.users WHERE created < '0044-03-15 BC';
SELECT count(*) FROM users.users WHERE created > '4713-01-01 BC' AND created < '294276-12-31';
SELECT count(*) FROM users.users WHERE created > '-infinity' AND created < 'infinity';
SELECT count(*) FROM users.users WHERE created IN ('infinity', '294276-12-31', '2026-01-05 09:00:00+00');
PREPARE until(timestamptz) AS SELECT count(*) FROM users.users WHERE created < $1;
SET plan_cache_mode = force_generic_plan;
EXECUTE until('9999-12-31');
EXECUTE until('0044-03-15 BC');
EXECUTE until('294276-12-31');
RESET plan_cache_mode;
\! okta-emulator requests
-- ====
-- Recorded forms of times: what has no zone is UTC, whatever the session's
-- ====
\! okta-emulator admin POST /_emulator/faults '{"match": "GET /api/v1/apps*", "fault": "status", "code": 200, "body": "[{\"id\":\"1\",\"created\":\"2025-08-25 08:25:43.0\"},{\"id\":\"2\",\"created\":\"2021-06-14 14:45:46\"},{\"id\":\"3\",\"created\":\"2026-10-04T06:43:40-07:00\"},{\"id\":\"4\",\"created\":\"Thu Mar 05 08:36:28 UTC 2026\"},{\"id\":\"5\",\"created\":\"2026-04-19T17:03:56Z\"},{\"id\":\"6\",\"created\":\"2026-04-19T17:03:56.123Z\"},{\"id\":\"7\",\"created\":\"9999-12-31T23:59:59Z\"},{\"id\":\"8\",\"created\":null}]"}' > /dev/null
CREATE FOREIGN TABLE times (id text, created timestamptz, utc timestamp OPTIONS (field 'created'), day date OPTIONS (field 'created'), rounded timestamptz(0) OPTIONS (field 'created')) SERVER okta OPTIONS (resource 'apps.apps');
SET timezone = 'America/Los_Angeles';
SET datestyle = 'SQL, DMY';
SELECT id, created AT TIME ZONE 'UTC' AS created, utc, day, rounded AT TIME ZONE 'UTC' AS rounded FROM times ORDER BY id;
RESET timezone;
RESET datestyle;
SELECT id, created, utc, day FROM times ORDER BY id;
\! okta-emulator admin DELETE /_emulator/faults > /dev/null
-- ====
-- Numbers and arrays
-- ====
\! okta-emulator admin POST /_emulator/faults '{"match": "GET /api/v1/apps*", "fault": "status", "code": 200, "body": "[{\"id\":\"1\",\"n\":4711.0,\"tags\":[\"a\",null,\"b c\",\"NULL\",\"q\\\"\\\\\"],\"ns\":[1,2.0,1e3,null],\"ts\":[\"2021-06-14 14:45:46\"],\"o\":[{\"x\":1},\"y\",null],\"deep\":[[1,2],[3,4]],\"e\":[]},{\"id\":\"2\",\"n\":1e3,\"tags\":null},{\"id\":\"3\",\"n\":-12.5e1,\"tags\":[]}]"}' > /dev/null
CREATE FOREIGN TABLE shapes (id text, n integer, big bigint OPTIONS (field 'n'), small smallint OPTIONS (field 'n'), tags text[], ns integer[], ts timestamptz[], o jsonb[], deep int[], e text[]) SERVER okta OPTIONS (resource 'apps.apps');
ALTER FOREIGN TABLE shapes ALTER n OPTIONS (field 'n'), ALTER tags OPTIONS (field 'tags'), ALTER ns OPTIONS (field 'ns'), ALTER ts OPTIONS (field 'ts'), ALTER o OPTIONS (field 'o'), ALTER deep OPTIONS (field 'deep'), ALTER e OPTIONS (field 'e');
SELECT * FROM shapes ORDER BY id;
\! okta-emulator admin POST /_emulator/faults '{"match": "GET /api/v1/apps*", "fault": "status", "code": 200, "body": "[{\"id\":\"1\",\"n\":1.5}]"}' > /dev/null
\! okta-emulator admin DELETE /_emulator/faults > /dev/null
\! okta-emulator admin POST /_emulator/faults '{"match": "GET /api/v1/apps*", "fault": "status", "code": 200, "body": "[{\"id\":\"1\",\"n\":1.5}]"}' > /dev/null
SELECT id, n FROM shapes;
\! okta-emulator admin DELETE /_emulator/faults > /dev/null
-- ====
-- What is written does not depend on settings, and has no padding
-- ====
CREATE FOREIGN TABLE sent (external_id text, user_name char(10), valid_to timestamptz OPTIONS (field 'profile.validTo'), at timestamp OPTIONS (field 'profile.at'), day date OPTIONS (field 'profile.day'), span interval OPTIONS (field 'profile.span'), ratio double precision OPTIONS (field 'profile.ratio'), pay money OPTIONS (field 'profile.pay'), raw bytea OPTIONS (field 'profile.raw'), flag boolean OPTIONS (field 'profile.flag'))
  SERVER okta OPTIONS (resource 'identity_sources.bulk_upsert', identity_source_id '0oahr000000000000001');
\! okta-emulator requests > /dev/null
SET datestyle = 'German';
SET intervalstyle = 'sql_standard';
SET extra_float_digits = -10;
SET bytea_output = 'escape';
SET timezone = 'Asia/Tokyo';
BEGIN;
INSERT INTO sent VALUES ('1', 'a', '9999-12-31 00:00:00+00', '2026-01-02 03:04:05.5', '2026-01-02', '1 day 02:03:04', 0.1::float8 + 0.2, 1.5, '\x00ff', true);
INSERT INTO sent (external_id, user_name, valid_to, day) VALUES ('2', 'b', 'infinity', 'infinity'), ('3', 'c', '0044-03-15 00:00:00+00 BC', '0044-03-15 BC'), ('4', 'd', '12026-01-01 00:00:00+00', '9999-12-31');
COMMIT;
RESET ALL;
\! okta-emulator requests --bodies
CREATE FOREIGN TABLE lists (external_id text, user_name text, tags text[] OPTIONS (field 'profile.tags')) SERVER okta OPTIONS (resource 'identity_sources.bulk_upsert', identity_source_id '0oahr000000000000001');
INSERT INTO lists VALUES ('5', 'e', ARRAY['a', NULL]);
