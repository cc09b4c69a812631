-- Lists: filters, order, limits

-- least 3: 512 users are three pages of 200
SELECT count(*) FROM users.users;

-- least 1: a filter that lets one page through
SELECT id FROM users.users WHERE login = 'ada.lovelace@acme.example';

-- least 1: Okta filters by the status, PostgreSQL by the rest
SELECT id FROM users.users WHERE status = 'STAGED' AND last_login IS NULL;

-- least 1: a range in one expression; it lets one page through
SELECT count(*) FROM users.users WHERE created >= '2025-06-12' AND created < '2025-06-12 00:01';

-- least 1: Okta can look for a beginning
SELECT id FROM users.users WHERE login LIKE 'ada.%';

-- least 1: the same, with a pattern that is known only when it runs
-- before: SET plan_cache_mode = force_generic_plan
-- before: PREPARE like_this (text) AS SELECT id FROM users.users WHERE login LIKE $1
EXECUTE like_this ('ada.%');

-- least 1: several beginnings in one expression
SELECT id FROM users.users WHERE login LIKE ANY ('{ada.%,grace%son}');

-- least 1: the same, whatever the case
SELECT id FROM users.users WHERE login ILIKE 'ADA.%';

-- least 0: no text is like NULL
SELECT id FROM users.users WHERE login LIKE NULL OR email = NULL;

-- least 1: what somebody has typed, as a login or as a mail address
-- before: SET plan_cache_mode = force_generic_plan
-- before: PREPARE somebody (text) AS SELECT id FROM users.users WHERE login = $1 OR email = $1
EXECUTE somebody ('ada.lovelace@acme.example');

-- least 0: it is neither
-- before: SET plan_cache_mode = force_generic_plan
-- before: PREPARE somebody (text) AS SELECT id FROM users.users WHERE login = $1 OR email = $1
EXECUTE somebody (NULL);

-- least 1: two comparisons in one expression
SELECT id FROM users.users WHERE login = 'ada.lovelace@acme.example' OR email = 'alan.turing@acme.example';

-- least 1: the sources are apps of one name
SELECT label FROM apps.apps WHERE name = 'custom_identity_source' AND status = 'ACTIVE';

-- least 1: the filter of apps takes one comparison; the whole list is one page
SELECT label FROM apps.apps WHERE name IN ('bookmark', 'oidc_client');

-- least 3: the list of sources, and the sessions of both
SELECT id, status FROM identity_sources.sessions;

-- least 3: the sources, and then it may be a session of either
SELECT status FROM identity_sources.sessions WHERE id = 'aps000000000000011d7';

-- least 1: 150 rows fit into a page
SELECT id FROM users.users LIMIT 150;

-- least 2: a page is reached through those before it, and row 301 is in the second
SELECT id FROM users.users OFFSET 300 LIMIT 10;

-- least 1: five rows that PostgreSQL has filtered are found in the first page
SELECT id FROM users.users WHERE last_login IS NULL LIMIT 5;

-- least 1: one row says it
SELECT EXISTS (SELECT FROM users.users WHERE status = 'STAGED');

-- least 2: the sources, and the first of them has a session
SELECT EXISTS (SELECT FROM identity_sources.sessions);

-- least 1: Okta sorts by time
SELECT login FROM users.users ORDER BY created DESC LIMIT 3;

-- least 1: it sorts by the first key, PostgreSQL what is left within equal ones
SELECT login FROM users.users ORDER BY created, id LIMIT 3;

-- least 1: the first row of the list in that order
SELECT max(created) FROM users.users;

-- least 1: 150 rows are in the first page
-- made 2: the next page is asked for when half of one is read, and nobody says that a cursor will stop
BEGIN; DECLARE c CURSOR FOR SELECT id FROM users.users; MOVE 150 IN c;

-- least 2: 250 rows are in the first two pages
BEGIN; DECLARE c CURSOR FOR SELECT id FROM users.users; MOVE 250 IN c;

-- least 3: each page once, however often the cursor goes back
BEGIN; DECLARE c SCROLL CURSOR FOR SELECT id FROM users.users; MOVE ALL IN c; MOVE ABSOLUTE 0 IN c; MOVE ALL IN c;
