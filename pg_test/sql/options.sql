-- What the validator refuses. No statement here makes a request.
CREATE EXTENSION okta_fdw;
CREATE SERVER okta FOREIGN DATA WRAPPER okta_fdw OPTIONS (subdomain 'acme');

-- Unknown names, and names that belong elsewhere
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (subdomian 'acme');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (resource 'users.users');
ALTER FOREIGN DATA WRAPPER okta_fdw OPTIONS (ADD subdomain 'acme');
CREATE FOREIGN TABLE bad (id text) SERVER okta OPTIONS (resource 'identity_sources.sessions', identity_sources_id 'x');
CREATE FOREIGN TABLE bad (id text) SERVER okta OPTIONS (resource 'identity_source.session');
CREATE FOREIGN TABLE bad (id text OPTIONS (fields 'id')) SERVER okta OPTIONS (resource 'users.users');

-- Secrets stand on user mappings and nowhere else, one kind at a time
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (api_token '00secret');
CREATE FOREIGN TABLE bad (id text) SERVER okta OPTIONS (resource 'users.users', api_token '00secret');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token '00secret', access_token 'ey-secret');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (api_token '');
CREATE USER MAPPING FOR CURRENT_USER SERVER okta OPTIONS (password '00secret');

-- Addresses: https, or http to this machine; no administrators' hosts
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url 'http://acme.okta.com');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url 'https://acme-admin.okta.com');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url 'ftp://acme.okta.com');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url 'acme.okta.com');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url 'https://user:secret@acme.okta.com');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (org_url 'https://{org}.okta.com');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (subdomain 'acme.okta.com');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (subdomain 'acme/x');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (subdomain '');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (subdomain 'acme-admin');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (subdomains 'acme, gl?bex');

-- Values
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (request_timeout 'soon');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (request_timeout '-1');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (rate_limit_share '101');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (max_concurrency '0');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (updatable 'perhaps');
CREATE SERVER bad FOREIGN DATA WRAPPER okta_fdw OPTIONS (page_size '1.5');

-- All that is right
CREATE SERVER good FOREIGN DATA WRAPPER okta_fdw OPTIONS (
  org_url 'https://{subdomain}.oktapreview.com', subdomain 'acme', subdomains 'acme, globex',
  connect_timeout '5', request_timeout '30', max_retries '2', max_wait '60', rate_limit_share '50',
  max_concurrency '4', page_size '100', updatable 'false');
ALTER SERVER good OPTIONS (SET subdomain 'globex', DROP page_size);
CREATE USER MAPPING FOR CURRENT_USER SERVER good OPTIONS (access_token 'ey');
CREATE FOREIGN TABLE good (id text, source text OPTIONS (field 'identitySourceId')) SERVER good
  OPTIONS (resource 'identity_sources.sessions', identity_source_id '0oa', estimated_rows '10');
