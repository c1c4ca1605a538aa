-- Whom to ring at organisations; bodies as JSON.
CREATE TABLE contacts (
    org  TEXT NOT NULL REFERENCES organisations (code),
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (org, name)
) STRICT, WITHOUT ROWID;
