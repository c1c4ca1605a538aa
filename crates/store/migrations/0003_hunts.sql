-- Hunts, and how long the lake keeps what.

-- Every hunt that was started: whose it is, what it asked, how it ended. `home` is the caller's own
-- organisations as a JSON array: with the name it tells whose hunt it is.
CREATE TABLE hunts (
    id         BLOB PRIMARY KEY,
    actor      TEXT NOT NULL,
    home       TEXT NOT NULL,
    org        TEXT,
    sql        TEXT NOT NULL,
    from_time  INTEGER NOT NULL,
    until_time INTEGER NOT NULL,
    started    INTEGER NOT NULL,
    ended      INTEGER,
    state      TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
    rows       INTEGER NOT NULL DEFAULT 0,
    detail     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX hunts_actor ON hunts (actor, started, id);

-- Texts that somebody kept for the people of an organisation.
CREATE TABLE saved_hunts (
    id      BLOB PRIMARY KEY,
    org     TEXT NOT NULL REFERENCES organisations (code),
    name    TEXT NOT NULL,
    sql     TEXT NOT NULL,
    actor   TEXT NOT NULL,
    created INTEGER NOT NULL,
    UNIQUE (org, name)
) STRICT;

-- Days that events of a class (its beginning; empty for all) are kept, where it is not the usual
-- number. The longest beginning that fits counts.
CREATE TABLE retention (
    org   TEXT NOT NULL REFERENCES organisations (code),
    class TEXT NOT NULL,
    days  INTEGER NOT NULL,
    PRIMARY KEY (org, class)
) STRICT, WITHOUT ROWID;

-- Organisations whose data was erased: what loops still remember of them is not stored again.
CREATE TABLE erased (
    org  TEXT PRIMARY KEY,
    time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
