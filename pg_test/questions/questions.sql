## People

### Which accounts are not active, and since when?
SELECT login, status, status_changed::date AS since FROM okta.users WHERE status <> 'ACTIVE' ORDER BY login COLLATE "C";

### Who left the HR table and still has an account?
CREATE TEMP TABLE hr (email text PRIMARY KEY, left_on date);
INSERT INTO hr VALUES ('ada.lovelace@acme.example', NULL), ('brian.obrien@acme.example', '2025-12-31');
SELECT u.login, h.left_on, u.status FROM hr h JOIN okta.users u USING (email) WHERE h.left_on IS NOT NULL;

### Who has no second factor?
SELECT u.login FROM okta.users u WHERE u.status = 'ACTIVE'
  AND NOT EXISTS (SELECT FROM okta.users_factors f WHERE f.user_id = u.id AND f.status = 'ACTIVE') ORDER BY 1;

### Who has nothing but SMS?
SELECT u.login FROM okta.users u JOIN okta.users_factors f ON f.user_id = u.id WHERE u.status = 'ACTIVE'
  GROUP BY u.login HAVING bool_and(f.factor_type IN ('sms', 'question')) ORDER BY 1;

### Who leads whom?
SELECT a.login, b.login AS manager FROM okta.users_linked_objects l
  JOIN okta.users a ON a.id = l.user_id JOIN okta.users b ON b.id = l.linked_user_id ORDER BY 1;

## Groups

### How large is each group, and which are empty?
SELECT g.name, count(m.id) AS members FROM okta.groups g LEFT JOIN okta.groups_users m ON m.group_id = g.id
  GROUP BY g.name ORDER BY 2 DESC, 1;

### Which rules do not work?
SELECT name, status, conditions -> 'expression' ->> 'value' AS expression FROM okta.groups_rules WHERE status <> 'ACTIVE' ORDER BY 1;

### Who owns a group?
SELECT g.name, o.display_name FROM okta.groups g JOIN okta.groups_owners o ON o.group_id = g.id;

## Apps

### How do people sign in to apps?
SELECT sign_on_mode, count(*), min(label) AS example FROM okta.apps GROUP BY 1 ORDER BY 2 DESC, 1;

### Who may use which app?
SELECT a.label, u.credentials ->> 'userName' AS user_name FROM okta.apps a
  JOIN okta.apps_application_users u ON u.app_id = a.id ORDER BY 1, 2;

### Which apps did nobody use in the last week?
SELECT a.label FROM okta.apps a WHERE a.status = 'ACTIVE' AND a.sign_on_mode IS NOT NULL AND NOT EXISTS (
  SELECT FROM okta.logs_system_log_events e WHERE e.event_type = 'user.authentication.sso'
    AND e.published >= '2025-12-29' AND e.published < '2026-01-05'
    AND e.target @> jsonb_build_array(jsonb_build_object('id', a.id))) ORDER BY 1;

## Administrators

### Who is an administrator, with which role?
SELECT u.login, r.label, r.assignment_type FROM okta.users_role_assignment_users r
  JOIN okta.users u ON u.id = r.user_id ORDER BY 1, 2;

### Whose API tokens are in use, and is the owner still there?
SELECT t.name, u.login, u.status, t.last_updated::date FROM okta.api_tokens t JOIN okta.users u ON u.id = t.user_id ORDER BY 1;

## Policies

### Do global sessions end in time?
SELECT p.name AS policy, r.name AS rule, r.actions -> 'signon' -> 'session' ->> 'maxSessionIdleMinutes' AS idle_minutes,
  r.actions -> 'signon' -> 'session' ->> 'usePersistentCookie' AS persistent_cookie
  FROM okta.policies_signon_policies p JOIN okta.policies_policy_rules r ON r.policy_id = p.id ORDER BY r.priority;

### How long must passwords be?
SELECT name, settings #>> '{password,complexity,minLength}' AS least, settings #>> '{password,lockout,maxAttempts}' AS attempts
  FROM okta.policies_password_policies ORDER BY 1;

## Network

### Which zones block, and is Tor among them?
SELECT name, status, usage, proxy_type FROM okta.zones WHERE usage = 'BLOCKLIST' ORDER BY 1;

### Which origins may call the org from a browser?
SELECT name, origin, status FROM okta.trusted_origins ORDER BY 1;

## The System Log

### Which sign-ins failed, from where?
SELECT published, actor_alternate_id, outcome_reason, client_ip_address FROM okta.logs_system_log_events
  WHERE published >= '2025-12-29' AND published < '2026-01-05' AND outcome_result = 'FAILURE' ORDER BY published;

### Who was given a right, and by whom?
SELECT published, actor_display_name AS by, target -> 0 ->> 'displayName' AS whom, target -> 1 ->> 'displayName' AS right_given
  FROM okta.logs_system_log_events
  WHERE published >= '2025-12-29' AND published < '2026-01-05' AND event_type = 'user.account.privilege.grant';

## Devices

### Which devices are not encrypted?
SELECT display_name, platform, status FROM okta.devices WHERE disk_encryption_type = 'NONE';
