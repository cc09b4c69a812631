-- The statements of Okta's sessions page in StackQL's documentation, word for word.
-- database: okta
\set org_url :okta_url '/orgs/{subdomain}'
CREATE EXTENSION okta_fdw;
CREATE SERVER okta FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url :'org_url');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token '00acme-token');
CREATE SCHEMA identity_sources;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO identity_sources
  OPTIONS (column_names 'folded');
\d okta.identity_sources.sessions

-- The page's INSERT names no source, so this org has one only.
\! okta-emulator admin POST /_emulator/orgs/acme '{"tokens": ["00acme-token"], "apps": [{"id": "0oahr000000000000001", "name": "custom_identity_source", "label": "HR"}]}'

INSERT INTO okta.identity_sources.sessions (subdomain) SELECT 'acme' RETURNING id, created, identitySourceId, importType, lastUpdated, status;
\! okta-emulator requests
SELECT id, created, identitySourceId, importType, lastUpdated, status FROM okta.identity_sources.sessions WHERE subdomain = 'acme';
\! okta-emulator requests
DELETE FROM okta.identity_sources.sessions WHERE subdomain = 'acme';
\! okta-emulator requests
SELECT id, created, identitySourceId, importType, lastUpdated, status FROM okta.identity_sources.sessions WHERE subdomain = 'acme';
