\set ECHO none
-- The prologue of every test: the org acme of the emulator that the runner gives as :okta_url, its
-- services imported as one schema each. It echoes nothing, so that tests do not repeat it.
\set org_url :okta_url '/orgs/{subdomain}'
CREATE EXTENSION okta_fdw;
CREATE SERVER okta FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url :'org_url', subdomain 'acme');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token '00acme-token');
CREATE SCHEMA identity_sources;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO identity_sources;
CREATE SCHEMA users;
IMPORT FOREIGN SCHEMA users FROM SERVER okta INTO users;
CREATE SCHEMA apps;
IMPORT FOREIGN SCHEMA apps FROM SERVER okta INTO apps;
\set ECHO all
