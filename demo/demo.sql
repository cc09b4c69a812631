-- The guided tour of `make demo`. Each statement is printed, then its result, then what it made of
-- Okta: the HTTP requests that the emulator got.
\set QUIET on
\pset pager off
\pset null '(null)'
\set requests '\\! okta-emulator requests | awk \'{ print "   HTTP  " $0 } END { if (!NR) print "   HTTP  no request"; print "" }\''
\set ECHO queries

\echo
\echo '=== 1. Connect ============================================================'
\echo 'An Okta org is a foreign server, the token a user mapping. Each service of'
\echo 'Okta is a schema to import. None of this asks Okta for anything.'
\echo
\ir connect.sql
:requests

\set QUIET off
\echo '=== 2. List ==============================================================='
\echo 'Apps of the org. Those named custom_identity_source are its identity sources:'
\echo 'from each of them Okta takes users, for instance from an HR system.'
\echo
SELECT id, name, label, status FROM apps.apps ORDER BY label;
:requests

\echo '=== 3. Create ============================================================='
\echo 'A session is one import into an identity source. INSERT opens it, RETURNING'
\echo 'shows what Okta made of it.'
\echo
INSERT INTO identity_sources.sessions (identity_source_id)
VALUES ('0oahr000000000000001')
RETURNING id, status, import_type, created;
:requests

INSERT INTO identity_sources.sessions (identity_source_id)
VALUES ('0oacontractors000001')
RETURNING id, status, import_type, created;
:requests

\echo '=== 4. Get ================================================================'
\echo 'The whole key is known: one request. Without the source, every source of the'
\echo 'org is asked for its sessions.'
\echo
SELECT id, status, created
FROM identity_sources.sessions
WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';
:requests

SELECT identity_source_id, id, status, created
FROM identity_sources.sessions
ORDER BY created;
:requests

\echo '=== 5. Explain ============================================================'
\echo 'What a query would ask of Okta. Explaining it asks nothing.'
\echo
EXPLAIN (COSTS OFF)
SELECT * FROM identity_sources.sessions
WHERE identity_source_id = '0oahr000000000000001' AND status = 'CREATED';
:requests

\echo '=== 6. Join with tables of your own ======================================='
\echo 'hr.employees is an ordinary table of this database. Who works here, and what'
\echo 'does Okta say of them?'
\echo
SELECT e.name, e.left_on, u.status AS okta_status,
       CASE WHEN u.id IS NULL AND e.left_on IS NULL THEN 'create in Okta'
            WHEN u.status = 'ACTIVE' AND e.left_on IS NOT NULL THEN 'still has access!'
            ELSE 'ok'
       END AS verdict
FROM hr.employees e
LEFT JOIN users.users u ON u.email = e.email
ORDER BY e.number;
:requests

\echo '=== 7. Cancel ============================================================='
\echo 'DELETE cancels a session: with its key, one request. It is then gone from the'
\echo 'list; Okta still knows it by its id.'
\echo
DELETE FROM identity_sources.sessions
WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';
:requests

SELECT id, status, last_updated
FROM identity_sources.sessions
WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';
:requests

\echo '==========================================================================='
\echo 'That was all on this machine, and it is still running:'
\echo '  make psql    ask something yourself'
\echo '  make stop    end it, nothing is left behind'
\echo 'Your own org takes the statements of step 1, without org_url.'
