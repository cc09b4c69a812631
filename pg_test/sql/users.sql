-- users.users: one by id, or all of them page by page.
\ir include/connect.sql
SELECT id, status, login, email, first_name, last_name, subdomain FROM users.users ORDER BY id;
\! okta-emulator requests
\x on
SELECT * FROM users.users WHERE id = '00uacme0000000000001';
\x off
\! okta-emulator requests
-- Okta takes a login where an id stands in the path; a column is compared with what it holds.
SELECT id FROM users.users WHERE id = 'ada.lovelace@acme.example';
SELECT id FROM users.users WHERE id = '00unosuchuser0000001';
SELECT id FROM users.users WHERE id = 'me';
\! okta-emulator requests >/dev/null

-- ====
-- Pages
-- ====
\! okta-emulator admin POST /_emulator/orgs/acme/users '{"count": 500}'
ALTER FOREIGN TABLE users.users OPTIONS (ADD page_size '100');
SELECT count(*), count(DISTINCT id) FROM users.users;
\! okta-emulator requests
-- larger than the endpoint's largest
ALTER FOREIGN TABLE users.users OPTIONS (SET page_size '5000');
SELECT count(*) FROM users.users;
\! okta-emulator requests
-- no more pages than are read
ALTER FOREIGN TABLE users.users OPTIONS (SET page_size '100');
SELECT count(*) FROM (SELECT id FROM users.users LIMIT 10) t;
\! okta-emulator requests
