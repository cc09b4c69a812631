-- A profile is a JSON object. Anything else is refused before a request, and no value is dropped in silence.
\ir include/connect.sql
CREATE SCHEMA hr;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO hr OPTIONS (identity_source_id '0oahr000000000000001');
-- the same with a profile of another type, and without a source, which would have to be looked for
CREATE FOREIGN TABLE hr.users_json (external_id text, user_name text, email text, profile json)
  SERVER okta OPTIONS (resource 'identity_sources.users');
CREATE FOREIGN TABLE hr.users_text (external_id text, user_name text, email text, about text OPTIONS (field 'profile'))
  SERVER okta OPTIONS (resource 'identity_sources.users', identity_source_id '0oahr000000000000001');
CREATE FOREIGN TABLE hr.upsert_json (external_id text, user_name text, profile json)
  SERVER okta OPTIONS (resource 'identity_sources.bulk_upsert');
CREATE FOREIGN TABLE hr.upsert_text (external_id text, user_name text, about text OPTIONS (field 'profile'))
  SERVER okta OPTIONS (resource 'identity_sources.bulk_upsert', identity_source_id '0oahr000000000000001');
-- ====
-- Every table that takes one, and every kind of value
-- ====
\set VERBOSITY verbose
\set SHOW_CONTEXT never
INSERT INTO hr.users (external_id, user_name, email, profile) VALUES ('1', 'one', 'one@acme.example', '"abc"');
\set VERBOSITY default
SELECT format('INSERT INTO hr.%s (%s) VALUES (%s, %L)', target, columns, filled, value)
  FROM (VALUES
    ('users', 'external_id, user_name, email, profile', $$'1', 'one', 'one@acme.example'$$),
    ('users_json', 'external_id, user_name, email, profile', $$'1', 'one', 'one@acme.example'$$),
    ('users_text', 'external_id, user_name, email, about', $$'1', 'one', 'one@acme.example'$$),
    ('groups', 'external_id, display_name, profile', $$'1', 'One'$$),
    ('bulk_upsert', 'external_id, user_name, profile', $$'1', 'one'$$),
    ('upsert_json', 'external_id, user_name, profile', $$'1', 'one'$$),
    ('upsert_text', 'external_id, user_name, about', $$'1', 'one'$$),
    ('bulk_groups_upsert', 'external_id, display_name, profile', $$'1', 'One'$$)) t (target, columns, filled),
  (VALUES ('"abc"'), ('5'), ('[1]'), ('true'), ('null'), ('"{}"')) v (value) \gexec
INSERT INTO hr.users_text (external_id, user_name, email, about) VALUES ('1', 'one', 'one@acme.example', 'abc');
INSERT INTO hr.upsert_text (external_id, user_name, about) VALUES ('1', 'one', '{');
COPY hr.bulk_upsert (external_id, user_name, profile) FROM STDIN;
1	one	"abc"
\.
\! okta-emulator requests
-- ====
-- UPDATE: a constant is refused before anything is read
-- ====
INSERT INTO hr.users (external_id, user_name, email) VALUES ('1', 'one', 'one@acme.example');
INSERT INTO hr.groups (external_id, display_name) VALUES ('g', 'G');
\! okta-emulator requests >/dev/null
UPDATE hr.users SET profile = '"abc"' WHERE external_id = '1';
UPDATE hr.users SET profile = '5' WHERE external_id = '1' RETURNING profile;
UPDATE hr.users SET profile = NULL WHERE external_id = '1';
UPDATE hr.users SET profile = NULL, user_name = 'two', email = 'two@acme.example' WHERE external_id = '1';
UPDATE hr.users SET profile = 'null' WHERE external_id = '1';
UPDATE hr.users_text SET about = 'abc' WHERE external_id = '1';
UPDATE hr.users_text SET about = '[]' WHERE external_id = '1';
UPDATE hr.users_json SET profile = 'true' WHERE external_id = '1';
UPDATE hr.groups SET profile = '[]' WHERE external_id = 'g';
UPDATE hr.groups SET display_name = 'H', profile = '1' WHERE external_id = 'g';
\! okta-emulator requests
-- what is known only with the row is refused before the write
UPDATE hr.users SET profile = to_jsonb(user_name) WHERE external_id = '1';
UPDATE hr.users SET profile = NULLIF(profile, profile) WHERE external_id = '1';
\! okta-emulator requests
-- ====
-- An object arrives, whatever the column's type; one call where all is known
-- ====
UPDATE hr.users SET profile = '{"firstName": "One"}', user_name = 'one', email = 'one@acme.example' WHERE external_id = '1';
\! okta-emulator requests --bodies
UPDATE hr.users_text SET about = '{"lastName": "Two"}' WHERE external_id = '1';
\! okta-emulator requests --bodies
SELECT about FROM hr.users_text WHERE external_id = '1';
-- what Okta wants to be told again does not stand in the way of what is set
UPDATE hr.users SET profile = '{"email": "new@acme.example"}' WHERE external_id = '1';
UPDATE hr.groups SET profile = '{"displayName": "New", "description": "of the profile"}' WHERE external_id = 'g';
UPDATE hr.groups SET profile = '{"displayName": "Newer", "description": "of the profile"}', description = 'of the column' WHERE external_id = 'g';
\! okta-emulator requests --bodies
BEGIN;
INSERT INTO hr.upsert_text (external_id, user_name, about) VALUES ('2', 'two', '{"badge": 7}');
\! okta-emulator requests >/dev/null
COMMIT;
\! okta-emulator requests --bodies
-- ====
-- No other value is dropped either
-- ====
CREATE FOREIGN TABLE hr.twice (external_id text, user_name text, badge text OPTIONS (field 'profile.badge'), pass text OPTIONS (field 'profile.badge'))
  SERVER okta OPTIONS (resource 'identity_sources.bulk_upsert', identity_source_id '0oacontractors000001');
CREATE FOREIGN TABLE hr.reasons (external_id text, reason text)
  SERVER okta OPTIONS (resource 'identity_sources.bulk_groups_delete', identity_source_id '0oacontractors000001');
ALTER FOREIGN TABLE hr.reasons ALTER COLUMN reason OPTIONS (ADD field 'profile.reason');
INSERT INTO hr.twice VALUES ('3', 'three', '1', '2');
INSERT INTO hr.reasons VALUES ('3', 'left');
\! okta-emulator requests
