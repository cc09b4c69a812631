-- What the statements of these files are about, besides what include/connect.sql has made: local
-- tables, a second org, and a server that is pinned to one org.
\set org_url :okta_url '/orgs/{subdomain}'
\set pinned_url :okta_url '/orgs/acme'
ALTER FOREIGN TABLE users.users OPTIONS (ADD estimated_rows '512');

-- Three logins, two of them the same, and a NULL.
CREATE TABLE badges (user_id text, login text, badge int);
INSERT INTO badges VALUES
  ('00uacme0000000000003', 'grace.hopper@acme.example', 3),
  ('00uacme0000000000001', 'ada.lovelace@acme.example', 1),
  ('00uacme0000000000003', 'grace.hopper@acme.example', 33),
  (NULL, NULL, 0);
-- Users of the org and some that it has not.
CREATE TABLE many AS
  SELECT '00u' || lpad(n::text, 14, '0') || '1d7' AS user_id FROM generate_series(1, 1000) n;
CREATE TABLE forty AS SELECT * FROM many ORDER BY user_id LIMIT 40;
-- Sessions by their keys: two that exist, one of them twice, one that does not, and a NULL.
CREATE TABLE feeds (name text, source text, session text);
INSERT INTO feeds VALUES
  ('hr', '0oahr000000000000001', 'aps000000000000011d7'),
  ('hr again', '0oahr000000000000001', 'aps000000000000011d7'),
  ('contractors', '0oacontractors000001', 'aps000000000000021d7'),
  ('gone', '0oahr000000000000001', 'aps000000000000991d7'),
  ('nothing', NULL, NULL);
CREATE TABLE stale (id text, source text);
INSERT INTO stale VALUES ('aps000000000000011d7', '0oahr000000000000001');
-- Points in time at which the first users were made.
CREATE TABLE days (at timestamptz, note text);
INSERT INTO days SELECT timestamptz '2025-06-01 00:00Z' + n * interval '1 day', 'day ' || n FROM generate_series(0, 3) n;
ANALYZE badges, many, forty, feeds, stale, days;

CREATE SERVER globex FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url :'org_url', subdomain 'globex');
CREATE USER MAPPING FOR CURRENT_USER SERVER globex OPTIONS (api_token '00globex-token');
CREATE SCHEMA globex;
IMPORT FOREIGN SCHEMA identity_sources LIMIT TO (sessions) FROM SERVER globex INTO globex;
CREATE SERVER pinned FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url :'pinned_url', subdomain 'acme');
CREATE USER MAPPING FOR CURRENT_USER SERVER pinned OPTIONS (api_token '00acme-token');
CREATE SCHEMA pinned;
IMPORT FOREIGN SCHEMA users FROM SERVER pinned INTO pinned;

CREATE TABLE people (id text, status text, login text, created timestamptz, subdomain text NOT NULL)
  PARTITION BY LIST (subdomain);
CREATE FOREIGN TABLE people_acme PARTITION OF people FOR VALUES IN ('acme')
  SERVER okta OPTIONS (resource 'users.users', estimated_rows '512');
CREATE FOREIGN TABLE people_globex PARTITION OF people FOR VALUES IN ('globex')
  SERVER globex OPTIONS (resource 'users.users', estimated_rows '503');
CREATE TABLE imports (id text, identity_source_id text, status text, subdomain text)
  PARTITION BY LIST (subdomain);
CREATE FOREIGN TABLE imports_acme PARTITION OF imports FOR VALUES IN ('acme')
  SERVER okta OPTIONS (resource 'identity_sources.sessions');
CREATE FOREIGN TABLE imports_globex PARTITION OF imports FOR VALUES IN ('globex')
  SERVER globex OPTIONS (resource 'identity_sources.sessions');
