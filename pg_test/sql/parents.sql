\ir include/connect.sql
-- Children and their parents: a path parameter that nobody gives comes from the relation that lists it.
CREATE SCHEMA okta;
IMPORT FOREIGN SCHEMA okta LIMIT TO (users, users_factors, users_role_group_targets, users_role_assignment_users,
  users_linked_objects, policies, policies_policy_rules, policies_password_policies, brands_email_templates,
  org_preferences, brands_themes, mappings_profile_mappings, devices_device_users, devices, dr_dr_status,
  _well_known_org_metadata, users_supported_security_questions, logs_system_log_events, zones_network_zones)
  FROM SERVER okta INTO okta;
ALTER FOREIGN TABLE okta.users OPTIONS (ADD page_size '5');
\! okta-emulator requests > /dev/null

-- parents first, then their children
EXPLAIN (COSTS OFF) SELECT * FROM okta.users_factors;
SELECT user_id, factor_type, provider, status FROM okta.users_factors ORDER BY user_id, factor_type COLLATE "C";
\! okta-emulator requests --sort
-- the query names the parents
SELECT factor_type FROM okta.users_factors WHERE user_id IN ('00uacme0000000000001', '00uacme0000000000002', 'nobody') ORDER BY factor_type COLLATE "C";
\! okta-emulator requests --sort
-- a chain of parents: administrators, their roles, the targets
EXPLAIN (COSTS OFF) SELECT * FROM okta.users_role_group_targets;
SELECT count(*) > 0 AS some FROM okta.users_role_group_targets;
\! okta-emulator requests --sort
SELECT count(*) FROM okta.users_role_group_targets WHERE user_id = '00uacme0000000000001';
\! okta-emulator requests --sort
-- two parameters, two parents
SELECT user_id, relationship_name, linked_user_id FROM okta.users_linked_objects ORDER BY 1;
\! okta-emulator requests --count
-- a parent whose list needs values that are known
SELECT name, type FROM okta.policies_policy_rules ORDER BY 1, 2;
\! okta-emulator requests --sort
SELECT type, name FROM okta.policies WHERE type IN ('PASSWORD', 'OKTA_SIGN_ON') ORDER BY 1, 2;
\! okta-emulator requests --sort
-- a policy of another type is none of these
SELECT name FROM okta.policies_password_policies WHERE id = '00p1000000000000001d';
\! okta-emulator requests

-- max_fan_out: an error before the first child is asked
ALTER SERVER okta OPTIONS (ADD max_fan_out '4');
SELECT count(*) FROM okta.users_factors;
\! okta-emulator requests
ALTER SERVER okta OPTIONS (SET max_fan_out '11');
SELECT count(*) FROM okta.users_factors;
\! okta-emulator requests
ALTER FOREIGN TABLE okta.users_factors OPTIONS (ADD max_fan_out '12');
SELECT count(*) FROM okta.users_factors;
ALTER FOREIGN TABLE okta.users_factors OPTIONS (SET max_fan_out '2');
\! okta-emulator requests > /dev/null
-- those that the query names do not count
SELECT count(*) FROM okta.users_factors WHERE user_id IN ('00uacme0000000000001', '00uacme0000000000002', '00uacme0000000000003');
\! okta-emulator requests --count
-- a LIMIT takes them one after the other, and stops
SELECT count(*) FROM (SELECT * FROM okta.users_factors LIMIT 1) AS one;
\! okta-emulator requests
SELECT EXISTS (SELECT FROM okta.users_factors);
ALTER FOREIGN TABLE okta.users_factors OPTIONS (SET max_fan_out '0');
SELECT count(*) FROM okta.users_factors;
\! okta-emulator requests > /dev/null
ALTER SERVER okta OPTIONS (SET max_fan_out 'many');
ALTER SERVER okta OPTIONS (SET max_fan_out '-1');

-- a join gives the parents: no list, and each once
SELECT u.login, f.factor_type FROM okta.users u JOIN okta.users_factors f ON f.user_id = u.id
  WHERE u.id = '00uacme0000000000003' ORDER BY factor_type COLLATE "C";
\! okta-emulator requests --sort
-- one row for the org; one for each parent; a wrong key is none
SELECT count(*) FROM okta.org_preferences;
SELECT count(*) FROM okta.brands_themes WHERE brand_id = 'nothing';
SELECT count(*) FROM okta.brands_themes WHERE brand_id = '../x' OR brand_id = '';
\! okta-emulator requests
-- what a list does not have, each object has
EXPLAIN (COSTS OFF) SELECT id, properties FROM okta.mappings_profile_mappings;
SELECT count(properties) = count(*) AS all FROM okta.mappings_profile_mappings;
SELECT count(*) FROM okta.mappings_profile_mappings;
\! okta-emulator requests --sort

-- the System Log ends, and its bounds are those of the query
EXPLAIN (COSTS OFF) SELECT * FROM okta.logs_system_log_events;
EXPLAIN (COSTS OFF) SELECT * FROM okta.logs_system_log_events
  WHERE published >= '2025-12-31' AND published < '2026-01-01' AND outcome_result = 'FAILURE' ORDER BY published DESC;
SELECT event_type, actor_alternate_id FROM okta.logs_system_log_events
  WHERE published >= '2025-12-31' AND published < '2026-01-01' AND outcome_result = 'FAILURE' ORDER BY published DESC;
\! okta-emulator requests
SELECT count(*) FROM okta.logs_system_log_events WHERE published BETWEEN '2025-12-31' AND '2026-01-01' AND is_proxy;
\! okta-emulator requests

-- credentials that the endpoint does not take, and none at all
SELECT * FROM okta.dr_dr_status;
SELECT count(*) FROM okta._well_known_org_metadata;
\! okta-emulator requests
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (DROP api_token, ADD access_token 'acme-access-all');
SELECT count(*) > 0 AS some FROM okta.dr_dr_status;
SELECT * FROM okta.users_supported_security_questions WHERE user_id = '00uacme0000000000001';
\! okta-emulator requests
-- a scope that is missing is named
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET access_token 'acme-access-users-only');
SELECT * FROM okta.zones_network_zones;
\! okta-emulator requests > /dev/null

-- bad input
CREATE FOREIGN TABLE nothing (id text) SERVER okta OPTIONS (resource 'zones.network_zone');
CREATE FOREIGN TABLE wrong (user_id text, gateways jsonb) SERVER okta OPTIONS (resource 'users.factors');
SELECT * FROM wrong;
IMPORT FOREIGN SCHEMA zone FROM SERVER okta INTO okta;
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (SET access_token 'acme-access-all');
-- a longer path has fewer rows
CREATE FOREIGN TABLE grants (id text, user_id text, client_id text, scope_id text) SERVER okta OPTIONS (resource 'users.grants');
EXPLAIN (COSTS OFF) SELECT * FROM grants WHERE user_id = '00uacme0000000000001' AND client_id = 'c' AND scope_id = 'okta.users.read';
EXPLAIN (COSTS OFF) SELECT * FROM grants WHERE user_id = '00uacme0000000000001';
-- what rows are asked by must be named
CREATE FOREIGN TABLE content (brand_id text, template_name text, language text, subject text) SERVER okta
  OPTIONS (resource 'brands.email_default_content');
\! okta-emulator requests > /dev/null
SELECT template_name, language FROM content WHERE language = 'fr' ORDER BY 1;
\! okta-emulator requests --sort
SELECT template_name, language FROM content WHERE language LIKE 'f%';
SELECT count(*) FROM content WHERE language IS NULL;
