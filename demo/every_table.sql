-- SELECT * FROM each table that Okta can list, with its EXPLAIN: in the emulated org that takes seconds.
--
--     make psql
--     okta=# \i demo/every_table.sql
\set ON_ERROR_STOP on
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS every_table CASCADE;
CREATE SCHEMA every_table;
IMPORT FOREIGN SCHEMA okta FROM SERVER okta INTO every_table;
CREATE TEMP TABLE read_tables (service text, name text, rows bigint);

CREATE PROCEDURE pg_temp.read_every_table(credential text) LANGUAGE plpgsql AS $$
DECLARE
    known record;
    line text;
    requests int;
    rows bigint;
BEGIN
    FOR known IN
        SELECT t.service, t.flat_name FROM okta_fdw_tables() t
        WHERE t.typical_calls IS NOT NULL AND (t.credentials = '{}' OR credential = ANY (t.credentials))
          AND NOT EXISTS (SELECT FROM read_tables r WHERE r.name = t.flat_name)
    LOOP
        requests := 0;
        FOR line IN EXECUTE format('EXPLAIN SELECT * FROM every_table.%I', known.flat_name) LOOP
            requests := requests + (line ~ 'Okta Request')::int;
        END LOOP;
        ASSERT requests > 0, known.flat_name;
        EXECUTE format('SELECT count(t.*) FROM every_table.%I t', known.flat_name) INTO rows;
        INSERT INTO read_tables VALUES (known.service, known.flat_name, rows);
    END LOOP;
END $$;

-- Most calls take an API token; a few, OAuth 2.0 alone.
CALL pg_temp.read_every_table('api_token');
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (DROP api_token, ADD access_token 'acme-access-all');
CALL pg_temp.read_every_table('oauth');
ALTER USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (DROP access_token, ADD api_token '00acme-token');

SELECT service, count(*) AS tables, sum(rows) AS rows, count(*) FILTER (WHERE rows = 0) AS empty
FROM read_tables GROUP BY ROLLUP (service) ORDER BY service;
DROP SCHEMA every_table CASCADE;
RESET client_min_messages;
