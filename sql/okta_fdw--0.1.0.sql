\echo Use "CREATE EXTENSION okta_fdw" to load this file. \quit

CREATE FUNCTION okta_fdw_handler() RETURNS fdw_handler
    STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'okta_fdw_handler_wrapper';
COMMENT ON FUNCTION okta_fdw_handler() IS 'the callbacks of the foreign data wrapper okta_fdw';

CREATE FUNCTION okta_fdw_validator(options text[], catalog oid) RETURNS void
    STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'okta_fdw_validator_wrapper';
COMMENT ON FUNCTION okta_fdw_validator(text[], oid) IS 'checks the options of okta_fdw';

CREATE FOREIGN DATA WRAPPER okta_fdw
    HANDLER okta_fdw_handler VALIDATOR okta_fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER okta_fdw IS 'Okta as a set of tables';

CREATE FUNCTION okta_fdw_tables()
    RETURNS TABLE (service text, "table" text, columns text[], keys text[], verbs text[], scopes text[],
        about text, flat_name text, aliases text[], singleton boolean, parents jsonb, required text[],
        states jsonb, filtered jsonb, sorted text[], credentials text[], lifecycle text, sku text,
        max_page bigint, typical_calls bigint)
    STRICT STABLE LANGUAGE c AS 'MODULE_PATHNAME', 'okta_fdw_tables_wrapper';
COMMENT ON FUNCTION okta_fdw_tables() IS 'the tables that okta_fdw knows';

CREATE FUNCTION okta_fdw_comment(schema name) RETURNS bigint
    STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'okta_fdw_comment_wrapper';
COMMENT ON FUNCTION okta_fdw_comment(name)
    IS 'puts comments on the foreign tables of okta_fdw in a schema and returns how many they are';

CREATE FUNCTION okta_fdw_diag(server name DEFAULT NULL)
    RETURNS TABLE (property text, value text)
    LANGUAGE c AS 'MODULE_PATHNAME', 'okta_fdw_diag_wrapper';
COMMENT ON FUNCTION okta_fdw_diag(name) IS 'what to paste into a bug report; with a server, whether Okta accepts its credential';

CREATE FUNCTION okta_fdw_rate_limits()
    RETURNS TABLE (server text, bucket text, "limit" bigint, remaining bigint, resets_at timestamptz)
    STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'okta_fdw_rate_limits_wrapper';
COMMENT ON FUNCTION okta_fdw_rate_limits() IS 'what this session last saw of each rate limit of Okta';

CREATE FUNCTION okta_fdw_connections()
    RETURNS TABLE (server text, "user" text, idle_since timestamptz)
    STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'okta_fdw_connections_wrapper';
COMMENT ON FUNCTION okta_fdw_connections() IS 'the HTTP clients of this session';

CREATE FUNCTION okta_fdw_disconnect(server name DEFAULT NULL) RETURNS boolean
    LANGUAGE c AS 'MODULE_PATHNAME', 'okta_fdw_disconnect_wrapper';
COMMENT ON FUNCTION okta_fdw_disconnect(name) IS 'closes the HTTP clients of this session';

CREATE FUNCTION okta_fdw_wait_for_import(
    sessions regclass, id text, timeout interval DEFAULT '15 minutes') RETURNS text
    STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'okta_fdw_wait_for_import_wrapper';
COMMENT ON FUNCTION okta_fdw_wait_for_import(regclass, text, interval)
    IS 'waits until an import session has ended and returns its status';
