-- Which orgs and sources are asked never depends on the plan.
\ir include/connect.sql
\set VERBOSITY verbose
\! okta-emulator admin POST /_emulator/orgs/second '{"tokens":["00acme-token"],"users":[{"profile":{"login":"s@second.example"}}]}'
CREATE SCHEMA hr;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO hr OPTIONS (identity_source_id '0oahr000000000000001');
CREATE TABLE orgs (s text); INSERT INTO orgs VALUES ('acme'), ('second');
SELECT count(*) FROM users.users WHERE subdomain IN ('acme', 'second');
SELECT count(*) FROM users.users WHERE subdomain IN (VALUES ('acme'), ('second'));
SELECT count(*) FROM users.users WHERE subdomain IN (SELECT s FROM orgs);
SELECT o.s, count(u.id) FROM orgs o LEFT JOIN users.users u ON u.subdomain = o.s GROUP BY 1 ORDER BY 1;
SELECT o.s, (SELECT count(*) FROM users.users u WHERE u.subdomain = o.s) FROM orgs o;
\! okta-emulator requests >/dev/null
SELECT count(*) FROM users.users WHERE (subdomain, login) IN (('acme', 'alan.turing@acme.example'), ('second', 's@second.example'));
\! okta-emulator requests
SELECT count(*) FROM users.users u FULL JOIN orgs o ON o.s = u.subdomain;
SELECT count(*) FROM users.users u LEFT JOIN orgs o ON o.s = u.subdomain;
SELECT count(*) FROM users.users u WHERE NOT EXISTS (SELECT FROM orgs o WHERE o.s = u.subdomain);
SELECT count(*) FROM users.users u WHERE subdomain LIKE 'a%';
SELECT count(*) FROM users.users u WHERE subdomain IS NOT NULL;
SELECT count(*) FROM users.users u JOIN identity_sources.sessions USING (subdomain);
INSERT INTO identity_sources.sessions (identity_source_id) VALUES ('0oahr000000000000001'), ('0oacontractors000001');
CREATE TABLE src (id text); INSERT INTO src VALUES ('0oahr000000000000001'), ('0oacontractors000001');
SELECT count(*) FROM hr.sessions;
SELECT count(*) FROM hr.sessions WHERE identity_source_id IN ('0oahr000000000000001', '0oacontractors000001');
SELECT count(*) FROM hr.sessions WHERE identity_source_id IN (SELECT id FROM src);
SELECT count(*) FROM hr.sessions WHERE identity_source_id LIKE '0oa%';

-- Every kind of join and condition with every method switched off and on gives the rows of a local copy,
-- or an error that says how to name the org
CREATE TABLE users_copy AS SELECT id, login, subdomain FROM users.users WHERE subdomain IN ('acme', 'second');
CREATE TABLE sessions_copy AS SELECT id, identity_source_id FROM identity_sources.sessions;
INSERT INTO orgs VALUES ('none');
\! okta-emulator admin POST /_emulator/orgs/none '{"tokens":["00acme-token"]}'
CREATE TABLE logins (s text, l text);
INSERT INTO logins VALUES ('acme', 'alan.turing@acme.example'), ('second', 's@second.example'), ('second', 'nobody');
CREATE TABLE queries (n int GENERATED ALWAYS AS IDENTITY, org text, source text);
INSERT INTO queries (org) VALUES
    ('SELECT * FROM %1$s u JOIN orgs o ON o.s = u.subdomain'),
    ('SELECT * FROM orgs o LEFT JOIN %1$s u ON o.s = u.subdomain'),
    ('SELECT * FROM orgs o LEFT JOIN %1$s u ON o.s = u.subdomain AND u.login LIKE ''s%%'''),
    ('SELECT * FROM %1$s u LEFT JOIN orgs o ON o.s = u.subdomain'),
    ('SELECT * FROM %1$s u RIGHT JOIN orgs o ON o.s = u.subdomain'),
    ('SELECT * FROM %1$s u FULL JOIN orgs o ON o.s = u.subdomain'),
    ('SELECT * FROM %1$s u WHERE subdomain IN (SELECT s FROM orgs)'),
    ('SELECT * FROM %1$s u WHERE subdomain IN (VALUES (''second''), (''none''))'),
    ('SELECT * FROM %1$s u WHERE EXISTS (SELECT FROM orgs o WHERE o.s = u.subdomain)'),
    ('SELECT * FROM %1$s u WHERE EXISTS (SELECT FROM orgs o WHERE o.s = u.subdomain AND o.s < u.login)'),
    ('SELECT * FROM %1$s u WHERE NOT EXISTS (SELECT FROM orgs o WHERE o.s = u.subdomain AND o.s < ''b'')'),
    ('SELECT * FROM orgs o WHERE NOT EXISTS (SELECT FROM %1$s u WHERE o.s = u.subdomain)'),
    ('SELECT * FROM orgs o WHERE EXISTS (SELECT FROM %1$s u WHERE o.s = u.subdomain)'),
    ('SELECT * FROM orgs o WHERE s NOT IN (SELECT subdomain FROM %1$s u WHERE subdomain IN (SELECT s FROM orgs))'),
    ('SELECT * FROM %1$s u WHERE subdomain NOT IN (SELECT s FROM orgs WHERE s < ''b'')'),
    ('SELECT * FROM %1$s u WHERE subdomain IN (SELECT s FROM orgs) OR login = ''x'''),
    ('SELECT * FROM %1$s u WHERE (subdomain, login) IN (SELECT s, l FROM logins)'),
    ('SELECT * FROM %1$s u WHERE (subdomain, login) IN ((''acme'', ''alan.turing@acme.example''), (''second'', ''s@second.example''))'),
    ('SELECT * FROM %1$s u WHERE (subdomain = ''acme'' AND login LIKE ''a%%'') OR (subdomain = ''second'' AND (login LIKE ''s%%'' OR login = ''x''))'),
    ('SELECT * FROM %1$s u JOIN logins l ON (u.subdomain = l.s AND u.login = l.l) OR (u.subdomain = l.s AND l.l = ''nobody'')'),
    ('SELECT * FROM %1$s u WHERE (subdomain, login) > (''b'', ''a'')'),
    ('SELECT * FROM orgs o, LATERAL (SELECT * FROM %1$s u WHERE u.subdomain = o.s ORDER BY login LIMIT 1) u'),
    ('SELECT o.s, (SELECT count(*) FROM %1$s u WHERE u.subdomain = o.s) FROM orgs o'),
    ('SELECT * FROM %1$s u WHERE subdomain = (SELECT max(s) FROM orgs)'),
    ('SELECT * FROM %1$s u WHERE subdomain = ANY (ARRAY(SELECT s FROM orgs))'),
    ('SELECT * FROM %1$s u JOIN orgs o ON u.subdomain = CASE o.s WHEN ''none'' THEN ''second'' ELSE o.s END'),
    ('SELECT * FROM %1$s u WHERE CASE WHEN login LIKE ''s%%'' THEN subdomain = ''second'' ELSE false END'),
    ('SELECT * FROM %1$s u JOIN orgs o ON o.s = lower(u.subdomain)'),
    ('SELECT * FROM %1$s u JOIN orgs o ON u.subdomain = lower(o.s)'),
    ('SELECT * FROM %1$s u JOIN orgs o ON u.subdomain > o.s'),
    ('SELECT * FROM %1$s u WHERE subdomain LIKE ''s%%'''),
    ('SELECT * FROM %1$s u WHERE subdomain <> ''acme'''),
    ('SELECT * FROM %1$s u WHERE NOT subdomain = ''acme'''),
    ('SELECT * FROM %1$s u WHERE upper(subdomain) = ''SECOND'''),
    ('SELECT * FROM %1$s u WHERE subdomain IS DISTINCT FROM ''acme'''),
    ('SELECT subdomain, count(*) FROM %1$s u GROUP BY 1 HAVING subdomain = ''second'' OR count(*) < 0'),
    ('SELECT * FROM %1$s u JOIN %1$s v USING (subdomain) WHERE u.subdomain IN (SELECT s FROM orgs)'),
    ('SELECT * FROM %1$s u JOIN %1$s v USING (subdomain) JOIN orgs o ON o.s = v.subdomain'),
    ('SELECT * FROM %1$s u LEFT JOIN %1$s v ON v.subdomain = u.subdomain WHERE u.subdomain IN (SELECT s FROM orgs)'),
    ('SELECT * FROM orgs o LEFT JOIN (%1$s u JOIN logins l ON l.l = u.login) ON u.subdomain = o.s'),
    ('SELECT * FROM orgs o LEFT JOIN logins l ON l.s = o.s LEFT JOIN %1$s u ON u.subdomain = l.s AND u.login = l.l'),
    ('SELECT * FROM (SELECT * FROM %1$s UNION ALL SELECT * FROM %1$s) u WHERE subdomain IN (SELECT s FROM orgs)');
INSERT INTO queries (source) VALUES
    ('SELECT * FROM %1$s t JOIN src s ON s.id = t.identity_source_id'),
    ('SELECT * FROM src s LEFT JOIN %1$s t ON s.id = t.identity_source_id'),
    ('SELECT * FROM %1$s t LEFT JOIN src s ON s.id = t.identity_source_id'),
    ('SELECT * FROM %1$s t FULL JOIN src s ON s.id = t.identity_source_id'),
    ('SELECT * FROM %1$s t WHERE identity_source_id IN (SELECT id FROM src)'),
    ('SELECT * FROM %1$s t WHERE NOT EXISTS (SELECT FROM src s WHERE s.id = t.identity_source_id AND s.id > ''0oah'')'),
    ('SELECT * FROM %1$s t WHERE (identity_source_id, id) IN (SELECT identity_source_id, id FROM sessions_copy)'),
    ('SELECT * FROM %1$s t WHERE (identity_source_id = ''0oahr000000000000001'' AND status <> ''x'') OR (identity_source_id = ''0oacontractors000001'' AND status <> ''y'')'),
    ('SELECT * FROM %1$s t WHERE identity_source_id LIKE ''0oac%%'''),
    ('SELECT * FROM %1$s t WHERE identity_source_id <> ''0oahr000000000000001'''),
    ('SELECT * FROM src s, LATERAL (SELECT * FROM %1$s t WHERE t.identity_source_id = s.id LIMIT 1) t');
ALTER TABLE sessions_copy ADD status text DEFAULT 'CREATED';
CREATE VIEW f_users AS SELECT id, login, subdomain FROM users.users;
CREATE VIEW f_sessions AS SELECT id, identity_source_id, status FROM hr.sessions;
CREATE FUNCTION rows_of(query text, "table" text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
    EXECUTE format('SELECT count(*) || md5(string_agg(r::text, '','' ORDER BY r::text)) FROM (' || query || ') r', "table") INTO found;
    RETURN found;
EXCEPTION WHEN SQLSTATE 'HV00L' THEN
    RETURN 'refused: ' || SQLERRM;
END $$;
CREATE FUNCTION compare() RETURNS TABLE (outcome text, queries bigint) LANGUAGE plpgsql AS $$
DECLARE
    methods text[] := '{nestloop,hashjoin,mergejoin,material,memoize}';
    query record; off int; i int; wanted text; got text;
BEGIN
    CREATE TEMP TABLE outcomes (n int, outcome text);
    FOR query IN SELECT n, coalesce(org, source) AS text, source IS NULL AS is_org FROM queries ORDER BY n LOOP
        PERFORM set_config('enable_' || m, 'on', true) FROM unnest(methods) m;
        wanted := rows_of(query.text, CASE WHEN query.is_org THEN 'users_copy' ELSE 'sessions_copy' END);
        FOR off IN 0..15 LOOP
            FOR i IN 0..4 LOOP
                PERFORM set_config('enable_' || methods[i + 1], CASE WHEN off >> least(i, 3) & 1 = 1 THEN 'off' ELSE 'on' END, true);
            END LOOP;
            got := rows_of(query.text, CASE WHEN query.is_org THEN 'f_users' ELSE 'f_sessions' END);
            IF got LIKE 'refused: %' THEN
                INSERT INTO outcomes VALUES (query.n, got);
            ELSIF got IS NOT DISTINCT FROM wanted THEN
                INSERT INTO outcomes VALUES (query.n, 'the same');
            ELSE
                INSERT INTO outcomes VALUES (query.n, format('other rows: %s, methods %s', query.text, off));
            END IF;
        END LOOP;
    END LOOP;
    RETURN QUERY SELECT o, count(*) FROM (SELECT n, array_to_string(array_agg(DISTINCT outcomes.outcome), ' and ') o FROM outcomes GROUP BY n) x GROUP BY o ORDER BY 1;
    DROP TABLE outcomes;
END $$;
SELECT * FROM compare();
ALTER SERVER okta OPTIONS (ADD subdomains 'acme, second, none');
SELECT * FROM compare();

-- A plan for any value, and writes
SET plan_cache_mode = force_generic_plan;
PREPARE by_org (text, text[]) AS SELECT count(*) FROM users.users WHERE subdomain = $1 OR subdomain = ANY ($2);
EXECUTE by_org ('acme', '{second,none}');
PREPARE by_pair (text, text) AS SELECT count(*) FROM users.users WHERE (subdomain, login) IN (($1, 'alan.turing@acme.example'), ($2, 's@second.example'));
EXECUTE by_pair ('acme', 'second');
RESET plan_cache_mode;
\! okta-emulator requests >/dev/null
DELETE FROM hr.sessions t USING src s WHERE t.identity_source_id = s.id AND s.id LIKE '0oac%' RETURNING t.identity_source_id;
DELETE FROM hr.sessions WHERE (id = 'none' AND status = 'CREATED') OR (id = 'no' AND status = 'ERROR');
DELETE FROM hr.sessions WHERE identity_source_id IN (SELECT id FROM src) RETURNING identity_source_id;
\! okta-emulator requests
-- A join that cannot give a key
CREATE TABLE keys (k text);
SELECT * FROM identity_sources.users u FULL JOIN keys k ON k.k = u.external_id;
SELECT * FROM identity_sources.group_memberships m FULL JOIN keys k ON k.k = m.group_external_id;
INSERT INTO keys VALUES ('E1');
SELECT * FROM identity_sources.users u WHERE EXISTS (SELECT FROM keys k WHERE k.k = u.external_id AND k.k < u.user_name);
SELECT * FROM identity_sources.users u WHERE EXISTS (SELECT FROM keys k WHERE k.k = u.external_id);
-- A subquery that PostgreSQL plans by itself
SELECT count(*) FROM (SELECT subdomain, count(*) FROM users.users GROUP BY 1) u;
SELECT u.* FROM (SELECT subdomain, count(*) FROM users.users GROUP BY 1) u JOIN orgs o ON o.s = u.subdomain ORDER BY 1;
SELECT u.* FROM (SELECT subdomain, count(*) FROM users.users GROUP BY 1) u LEFT JOIN orgs o ON o.s = u.subdomain ORDER BY 1;
SELECT u.* FROM orgs o, (SELECT 1 OFFSET 0) a, (SELECT subdomain, login FROM users.users ORDER BY login DESC LIMIT 1) u WHERE o.s = u.subdomain;
SELECT * FROM (SELECT subdomain, count(*) OVER () FROM users.users) u WHERE subdomain = 'second';
SELECT count(*) FROM (SELECT subdomain, login FROM users.users UNION SELECT subdomain, login FROM users.users) u WHERE subdomain = 'second';
ALTER SERVER okta OPTIONS (DROP subdomains);
SELECT u.* FROM (SELECT subdomain, count(*) FROM users.users GROUP BY 1) u JOIN orgs o ON o.s = u.subdomain;
SELECT count(*) FROM (SELECT login, count(*) FROM users.users GROUP BY 1) u JOIN orgs o ON o.s || '.turing' = u.login;
SELECT count(*) FROM users.users u LEFT JOIN (SELECT subdomain, count(*) FROM identity_sources.sessions GROUP BY 1) s ON s.subdomain = u.subdomain;
SELECT count(*) FROM (SELECT subdomain, count(*) FROM identity_sources.sessions GROUP BY 1) s FULL JOIN users.users u ON s.subdomain = u.subdomain;
SELECT count(*) FROM users.users u JOIN (SELECT subdomain, count(*) FROM users.users GROUP BY 1) s USING (subdomain) FULL JOIN orgs o ON o.s = s.subdomain;
