-- Objects that a statement names

-- least 1: one object, one get
SELECT login FROM users.users WHERE id = '00uacme0000000000001';

-- least 1: one get; the source is part of its path
SELECT status FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id = 'aps000000000000011d7';

-- least 1: the same, with values that are known only when it runs
-- before: SET plan_cache_mode = force_generic_plan
-- before: PREPARE two (text, text) AS SELECT status FROM identity_sources.sessions WHERE identity_source_id = $1 AND id = $2
EXECUTE two ('0oahr000000000000001', 'aps000000000000011d7');

-- least 2: two different keys, a get each, since the list of sessions takes no filter and leaves out those that have ended; NULL equals nothing
SELECT id FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001' AND id IN ('aps000000000000011d7', 'aps000000000000991d7', 'aps000000000000011d7', NULL);

-- least 3: Okta has no list of a source's users, so each of three keys is a get
SELECT user_name FROM identity_sources.users WHERE identity_source_id = '0oahr000000000000001' AND external_id IN ('e1', 'e2', 'e3', 'e1');

-- least 2: a get each: the filter of apps takes one comparison, and which apps the list leaves out is not documented
SELECT label FROM apps.apps WHERE id IN ('0oawiki0000000000001', '0oaportal00000000001');

-- least 1: a filter takes several ids, joined by `or`
SELECT login FROM users.users WHERE id IN ('00uacme0000000000001', '00uacme0000000000002', '00uacme0000000000003', '00uacme0000000000001', NULL);

-- least 1: the same list, written otherwise
SELECT login FROM users.users WHERE id = '00uacme0000000000001' OR id = '00uacme0000000000002' OR id = '00uacme0000000000001';

-- least 1: the same, with an array that is known only when it runs
-- before: SET plan_cache_mode = force_generic_plan
-- before: PREPARE any_of (text[]) AS SELECT login FROM users.users WHERE id = ANY ($1)
EXECUTE any_of ('{00uacme0000000000001,00uacme0000000000002,NULL,00uacme0000000000001}');

-- least 2: forty ids are two expressions of twenty. Okta documents no bound for their length, and refuses those that are too long
SELECT count(*) FROM users.users WHERE id = ANY (ARRAY(SELECT user_id FROM forty));

-- least 3: a thousand ids are fifty expressions; all users are three pages
SELECT count(*) FROM users.users WHERE id = ANY (ARRAY(SELECT user_id FROM many));

-- least 1: the logins of a list in one expression
SELECT id FROM users.users WHERE login IN ('ada.lovelace@acme.example', 'alan.turing@acme.example');

-- least 1: one source, one list
SELECT id FROM identity_sources.sessions WHERE identity_source_id = '0oahr000000000000001';

-- least 2: a list for each of two sources
SELECT id FROM identity_sources.sessions WHERE identity_source_id IN ('0oahr000000000000001', '0oacontractors000001', '0oahr000000000000001', NULL);

-- least 1: the members of one group in one page
SELECT member_external_id FROM identity_sources.group_memberships WHERE identity_source_id = '0oahr000000000000001' AND group_external_id = 'g1';
