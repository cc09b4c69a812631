\set ECHO none
-- A service app of the emulated acme with a key that everybody knows (it is the emulator's test key),
-- and files of secrets that the server's user may read. Needs connect.sql before it.
\set private_key `echo '-----BEGIN PRIVATE KEY-----'; cat ../../emulator/tests/http/rsa_test_key.txt; echo '-----END PRIVATE KEY-----'`
\! okta-emulator admin POST /_emulator/orgs/acme/clients '{"client_id": "0oaservice0000000001", "scopes": ["okta.users.read", "okta.identitySources.manage"], "jwks": {"keys": [{"kty": "RSA", "kid": "k1", "e": "AQAB", "n": "pooyjbxpflppo1r1MkZERieuSpadZ6zdGmSE49yhsq77IjP0WEFPQLkwfZdEQXpHTR0NO5-Z4HYHiPEHxYzZo8ybYhCocziKV_I1gaVF7jO_bo5FZ_yJ_4fKzvh5DYon6xEtDZkWRg50sge9mxQ3CT7Q_PphKWXVGJHU41Xjt2eF2K3Mq9zEFMWKFP2uRXajOniTJA8i3H2B_5kXYt3YpwUG4OeFLsnKobXW8eNIBvzaKx_O-Wzai5u9PW67zXgBLoFA2kJmj-Sk2w8ancAtNGKyWirjYrutVSQM-wn5HrZjKf78pfrD6TeGzAS26u0u4wDdU3jQEkxnlYK4yF4m6Q"}]}}' >/dev/null
\! mkdir -p "$CLUSTER_HOME/oauth"
\! echo 00acme-token >"$CLUSTER_HOME/oauth/api_token"
\! { echo '-----BEGIN PRIVATE KEY-----'; cat ../../emulator/tests/http/rsa_test_key.txt; echo '-----END PRIVATE KEY-----'; } >"$CLUSTER_HOME/oauth/key.pem"
\! chmod -R a+rX "$CLUSTER_HOME/oauth"
\set home `echo "$CLUSTER_HOME"`
\set api_token_file :home '/oauth/api_token'
\set private_key_file :home '/oauth/key.pem'
\set no_file :home '/oauth/no_such_file'
\set ECHO all
