-- The company's own data, as it stands in PostgreSQL before Okta comes in.
CREATE SCHEMA hr;
CREATE TABLE hr.employees (
    number  text PRIMARY KEY,
    name    text NOT NULL,
    email   text NOT NULL UNIQUE,
    left_on date
);
INSERT INTO hr.employees VALUES
    ('1001', 'Ada Lovelace',      'ada.lovelace@acme.example',      NULL),
    ('1002', 'Alan Turing',       'alan.turing@acme.example',       NULL),
    ('1003', 'Grace Hopper',      'grace.hopper@acme.example',      '2025-12-31'),
    ('1004', 'Zoë Núñez-Østergård', 'zoe.nunez@acme.example',       NULL),
    ('1005', 'Margaret Hamilton', 'margaret.hamilton@acme.example', NULL),
    ('1006', 'Former Employee',   'former.employee@acme.example',   '2024-06-30');
