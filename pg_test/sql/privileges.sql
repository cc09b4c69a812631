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
-- A view over a partitioned table asks as its owner, too, and writes so
CREATE ROLE privileges_reader;
CREATE ROLE privileges_owner;
DROP USER MAPPING FOR PUBLIC SERVER okta;
CREATE TABLE people (id text, login text, subdomain text NOT NULL) PARTITION BY LIST (subdomain);
CREATE FOREIGN TABLE people_acme PARTITION OF people FOR VALUES IN ('acme') SERVER okta OPTIONS (resource 'users.users');
CREATE TABLE imports (id text, identity_source_id text, status text, subdomain text NOT NULL) PARTITION BY LIST (subdomain);
CREATE FOREIGN TABLE imports_acme PARTITION OF imports FOR VALUES IN ('acme') SERVER okta OPTIONS (resource 'identity_sources.sessions', identity_source_id '0oahr000000000000001');
GRANT SELECT, INSERT, UPDATE, DELETE ON people, imports TO privileges_owner;
CREATE USER MAPPING FOR privileges_owner SERVER okta OPTIONS (api_token '00acme-token');
CREATE VIEW of_people AS SELECT * FROM people;
CREATE VIEW of_imports AS SELECT * FROM imports;
ALTER VIEW of_people OWNER TO privileges_owner;
ALTER VIEW of_imports OWNER TO privileges_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON of_people, of_imports TO privileges_reader;
DROP USER MAPPING FOR CURRENT_USER SERVER okta;
SET ROLE privileges_reader;
SELECT count(*) FROM of_people;
SELECT count(*) FROM of_people a JOIN of_people b USING (id) WHERE a.subdomain = 'acme';
INSERT INTO of_imports (subdomain) VALUES ('acme') RETURNING status;
UPDATE of_imports SET status = 'TRIGGERED' WHERE id = 'none' AND subdomain = 'acme' RETURNING id;
DELETE FROM of_imports WHERE status = 'CREATED' RETURNING status;
DELETE FROM of_imports WHERE id = 'none' AND subdomain = 'acme';
SELECT count(*) FROM people_acme;
RESET ROLE;
-- without the view it is the caller again
GRANT SELECT ON people, people_acme TO privileges_reader;
SET ROLE privileges_reader;
SELECT count(*) FROM people;
RESET ROLE;
DROP VIEW of_people, of_imports;
DROP OWNED BY privileges_reader, privileges_owner;
DROP ROLE privileges_reader, privileges_owner;
