-- Databases that are not UTF8: text is converted both ways, and what cannot be is an error that names it.
\ir include/connect.sql
SELECT current_database() AS base \gset

\set encoding LATIN1
\ir include/encoding.sql
\set encoding LATIN9
\ir include/encoding.sql
\set encoding WIN1252
\ir include/encoding.sql
\set encoding EUC_JP
\ir include/encoding.sql
\set encoding SQL_ASCII
\ir include/encoding.sql
-- bytes that are no UTF-8
INSERT INTO identity_sources.users (identity_source_id, external_id, user_name) VALUES ('0oahr000000000000001', 'L2', E'Jos\xe9');
\echo :LAST_ERROR_SQLSTATE
SELECT last_name FROM users.users WHERE login = E'Jos\xe9';
\echo :LAST_ERROR_SQLSTATE
\! okta-emulator requests

