-- What the runner itself promises: statements, results, errors and commands in the order in which
-- they were printed, and nothing in them that differs from run to run.
SELECT 1 AS one;
SELECT 1 / 0;
DO $$ BEGIN RAISE NOTICE 'heard'; END $$;
SELECT current_database(), current_user, current_setting('TimeZone');
\echo emulator: :okta_url
\! echo "in the environment: $OKTA_EMULATOR"
\! okta-emulator admin POST /_emulator/latency '{"ms": 0}'
\! okta-emulator requests --count
