-- Statements that need not ask

-- least 0: nothing is equal to both
SELECT id FROM users.users WHERE id = 'a' AND id = 'b';

-- least 0: the lists have nothing in common
SELECT id FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id IN ('a', 'b') AND id = ANY ('{c,d}');

-- least 0: the same of a property that is no key
SELECT id FROM users.users WHERE status IN ('ACTIVE', 'LOCKED_OUT') AND status IN ('STAGED', 'SUSPENDED');

-- least 0: no time is after the one and before the other
SELECT id FROM users.users WHERE created > '2026-01-02' AND created < '2026-01-01';

-- least 0: nothing is equal to NULL
SELECT id FROM users.users WHERE id = NULL;

-- least 0: nor when the NULL comes with the execution
-- before: SET plan_cache_mode = force_generic_plan
-- before: PREPARE of_status (text) AS SELECT id FROM users.users WHERE status = $1
EXECUTE of_status (NULL);

-- least 0: an empty array has no element
-- before: SET plan_cache_mode = force_generic_plan
-- before: PREPARE any_of (text[]) AS SELECT id FROM users.users WHERE id = ANY ($1)
EXECUTE any_of ('{}');

-- least 0: no row is wanted
SELECT id FROM users.users LIMIT 0;

-- least 0: the server is pinned to another org
SELECT count(*) FROM pinned.users WHERE subdomain = 'globex';

-- least 0: no partition is for that org
-- before: SET plan_cache_mode = force_generic_plan
-- before: PREPARE of_org (text) AS SELECT count(*) FROM people WHERE subdomain = $1
EXECUTE of_org ('initech');

-- least 0: a plan is not executed
EXPLAIN (VERBOSE) SELECT * FROM users.users JOIN identity_sources.sessions USING (subdomain);

-- least 0: the tables of a service are known
IMPORT FOREIGN SCHEMA users FROM SERVER okta INTO public;
