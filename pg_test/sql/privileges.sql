-- Whose credentials a query uses: those of the user whom PostgreSQL checks.
\ir include/connect.sql
CREATE ROLE privileges_reader;
CREATE ROLE privileges_owner;
GRANT USAGE ON SCHEMA users TO privileges_reader, privileges_owner;
GRANT SELECT ON users.users TO privileges_owner;
CREATE VIEW names AS SELECT first_name, last_name FROM users.users WHERE id = '00uacme0000000000001';
ALTER VIEW names OWNER TO privileges_owner;
GRANT SELECT ON names TO privileges_reader;

SET ROLE privileges_reader;
SELECT * FROM users.users;
-- the view's owner has no credentials
SELECT * FROM names;
RESET ROLE;
CREATE USER MAPPING FOR privileges_owner SERVER okta OPTIONS (api_token '00acme-token');
SET ROLE privileges_reader;
SELECT * FROM names;
-- what is behind a mapping stays there
SELECT umoptions FROM pg_user_mappings;
RESET ROLE;

-- A mapping for everybody
DROP USER MAPPING FOR privileges_owner SERVER okta;
CREATE USER MAPPING FOR PUBLIC SERVER okta OPTIONS (api_token '00acme-token');
SET ROLE privileges_reader;
SELECT * FROM names;
RESET ROLE;
-- Row security and privileges on columns are PostgreSQL's own business
GRANT SELECT (id, status) ON users.users TO privileges_reader;
SET ROLE privileges_reader;
SELECT id, status FROM users.users WHERE id = '00uacme0000000000001';
SELECT login FROM users.users WHERE id = '00uacme0000000000001';
RESET ROLE;
DROP OWNED BY privileges_reader, privileges_owner;
DROP ROLE privileges_reader, privileges_owner;
