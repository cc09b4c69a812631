-- The statements of docs/hr-sync.md, word for word, and what they do to Okta.
\ir include/connect.sql
CREATE SCHEMA hr;
CREATE TABLE hr.employees (
    number     text PRIMARY KEY,
    email      text NOT NULL,
    first_name text NOT NULL,
    last_name  text NOT NULL,
    left_on    date,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE hr.last_synced (at timestamptz NOT NULL);
INSERT INTO hr.last_synced VALUES ('-infinity');

CREATE SCHEMA source;
IMPORT FOREIGN SCHEMA identity_sources FROM SERVER okta INTO source
  OPTIONS (identity_source_id '0oahr000000000000001');
INSERT INTO hr.employees (number, email, first_name, last_name, left_on) VALUES
  ('1', 'ada.lovelace@acme.example', 'Ada', 'Lovelace', NULL),
  ('2', 'grace.hopper@acme.example', 'Grace', 'Hopper', '2025-12-31'),
  ('3', 'margaret.hamilton@acme.example', 'Margaret', 'Hamilton', NULL);
BEGIN;
SELECT at FROM hr.last_synced FOR UPDATE;
INSERT INTO source.bulk_upsert (external_id, user_name, email, first_name, last_name)
  SELECT number, email, email, first_name, last_name FROM hr.employees, hr.last_synced
  WHERE changed_at > at AND left_on IS NULL;
INSERT INTO source.bulk_delete (external_id)
  SELECT number FROM hr.employees, hr.last_synced WHERE changed_at > at AND left_on IS NOT NULL;
UPDATE hr.last_synced SET at = (SELECT coalesce(max(changed_at), at) FROM hr.employees);
COMMIT;
\! okta-emulator requests --bodies
SELECT at > '-infinity' AS noted FROM hr.last_synced;
\! okta-emulator admin POST /_emulator/clock '{"advance_seconds": 400}' >/dev/null
SELECT okta_fdw_wait_for_import('source.sessions', 'aps000000000000011d7');
\! okta-emulator requests >/dev/null
-- nothing has changed: nothing is asked
SET client_min_messages = warning;
BEGIN;
INSERT INTO source.bulk_upsert (external_id, user_name, email, first_name, last_name)
  SELECT number, email, email, first_name, last_name FROM hr.employees, hr.last_synced
  WHERE changed_at > at AND left_on IS NULL;
COMMIT;
\! okta-emulator requests --count
RESET client_min_messages;
-- the queue
CREATE TABLE hr.queue (number text PRIMARY KEY);
CREATE FUNCTION hr.enqueue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO hr.queue VALUES (coalesce(NEW.number, OLD.number)) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER enqueue AFTER INSERT OR UPDATE OR DELETE ON hr.employees
  FOR EACH ROW EXECUTE FUNCTION hr.enqueue();
UPDATE hr.employees SET last_name = 'King' WHERE number = '1';
DELETE FROM hr.employees WHERE number = '3';
BEGIN;
CREATE TEMP TABLE due ON COMMIT DROP AS WITH taken AS (
  DELETE FROM hr.queue WHERE number IN (SELECT number FROM hr.queue ORDER BY number LIMIT 10000)
  RETURNING number) SELECT * FROM taken;
INSERT INTO source.bulk_upsert (external_id, user_name, email, first_name, last_name)
  SELECT number, email, email, first_name, last_name FROM hr.employees JOIN due USING (number)
  WHERE left_on IS NULL;
INSERT INTO source.bulk_delete (external_id)
  SELECT number FROM due LEFT JOIN hr.employees e USING (number)
  WHERE e.number IS NULL OR e.left_on IS NOT NULL;
COMMIT;
\! okta-emulator requests --bodies
SELECT count(*) FROM hr.queue;
-- HR against Okta
SELECT e.number, e.email, e.left_on, u.status
FROM hr.employees e LEFT JOIN users.users u ON u.login = e.email
WHERE (u.id IS NULL AND e.left_on IS NULL) OR (u.status = 'ACTIVE' AND e.left_on IS NOT NULL)
ORDER BY e.number;
