-- A property in two columns, as a folded import has its keys: each of them reads, chooses and writes it.
\ir include/connect.sql
CREATE SCHEMA folded;
IMPORT FOREIGN SCHEMA identity_sources LIMIT TO (sessions) FROM SERVER okta INTO folded OPTIONS (column_names 'folded', identity_source_id '0oahr000000000000001');
INSERT INTO folded.sessions (subdomain) VALUES ('acme') RETURNING id = sessionid AS same, status;
SELECT id = sessionid AS same FROM folded.sessions;
SELECT id AS opened FROM folded.sessions \gset
\! okta-emulator requests
SELECT status FROM folded.sessions WHERE sessionid = :'opened';
SELECT status FROM folded.sessions WHERE sessionid = :'opened' AND id = 'another';
SELECT status FROM folded.sessions WHERE sessionid = ANY (ARRAY[:'opened', 'another']);
\! okta-emulator requests --sort
INSERT INTO folded.sessions (sessionid) VALUES ('mine');
UPDATE folded.sessions SET sessionid = 'mine';
DELETE FROM folded.sessions WHERE sessionid = :'opened';
\! okta-emulator requests --sort
-- written: by either, and not by both
CREATE FOREIGN TABLE people (identity_source_id text, external_id text, number text OPTIONS (field 'externalId'), user_name text, email text)
  SERVER okta OPTIONS (resource 'identity_sources.users', identity_source_id '0oahr000000000000001');
INSERT INTO people (number, user_name, email) VALUES ('7', 'seven', 'seven@acme.example');
INSERT INTO people (external_id, number, user_name, email) VALUES ('8', '8', 'eight', 'eight@acme.example');
INSERT INTO people (external_id, number, user_name, email) VALUES ('9', '10', 'nine', 'nine@acme.example');
SELECT external_id, number FROM people WHERE number = '7';
DELETE FROM people WHERE number = '7';
\! okta-emulator requests --bodies
