-- Connects PostgreSQL to Okta. For a real org, OPTIONS (subdomain 'acme') is all that the server
-- needs; org_url is here because the demo's Okta is an emulator on this machine.
\set org_url :okta_url '/orgs/{subdomain}'
CREATE EXTENSION okta_fdw;
CREATE SERVER okta FOREIGN DATA WRAPPER okta_fdw
  OPTIONS (subdomain 'acme', org_url :'org_url');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta
  OPTIONS (api_token '00acme-token');
CREATE SCHEMA identity_sources;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO identity_sources;
CREATE SCHEMA users;
IMPORT FOREIGN SCHEMA users FROM SERVER okta INTO users;
CREATE SCHEMA apps;
IMPORT FOREIGN SCHEMA apps FROM SERVER okta INTO apps;
