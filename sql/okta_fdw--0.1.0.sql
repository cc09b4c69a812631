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
