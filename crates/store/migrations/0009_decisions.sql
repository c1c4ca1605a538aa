-- What people decided of devices whose support ends, one for each, as JSON.
CREATE TABLE decisions (
    org     TEXT NOT NULL,
    device  TEXT NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (org, device)
) STRICT, WITHOUT ROWID;

-- Holes that may stay open until a day, as JSON; an empty device stands for all of the organisation's.
CREATE TABLE exceptions (
    org     TEXT NOT NULL,
    cve     TEXT NOT NULL,
    device  TEXT NOT NULL,
    until   TEXT NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (org, cve, device)
) STRICT, WITHOUT ROWID;
