-- Several orgs

-- least 6: three pages in each of two orgs
SELECT subdomain, count(*) FROM people GROUP BY subdomain;

-- least 3: the pages of the one org that is left
SELECT count(*) FROM people WHERE subdomain = 'globex';

-- least 3: the same, when the org comes with the execution
-- before: SET plan_cache_mode = force_generic_plan
-- before: PREPARE of_org (text) AS SELECT count(*) FROM people WHERE subdomain = $1
EXECUTE of_org ('acme');

-- least 2: the newest of each org are in its first page
SELECT login, subdomain FROM people ORDER BY created DESC LIMIT 2;

-- least 2: a filtered page of each org
SELECT count(*) FROM people WHERE created >= '2025-06-12' AND created < '2025-06-12 00:01';

-- least 2: a filtered page of each org
SELECT id FROM people_acme WHERE login = 'ada.lovelace@acme.example' UNION ALL SELECT id FROM people_globex WHERE login = 'hank.scorpio@globex.example';

-- least 2: a session is opened by a call of its own
-- before: DELETE FROM imports_acme
INSERT INTO imports (subdomain, identity_source_id) VALUES ('acme', '0oahr000000000000001'), ('globex', '0oaglobexhr000000001');
