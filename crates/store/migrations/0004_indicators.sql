-- A list of indicators belongs to an organisation and goes for it and all that lies below. It is
-- replaced as a whole: new rows are written under the next version, then the list changes to it in
-- one transaction. Rows of any other version are not part of the list.
CREATE TABLE indicator_lists (
    id            BLOB PRIMARY KEY,
    org           TEXT NOT NULL REFERENCES organisations (code),
    name          TEXT NOT NULL,
    version       INTEGER NOT NULL,
    format        TEXT NOT NULL,
    loaded        INTEGER NOT NULL,
    loaded_by     TEXT NOT NULL,
    indicators    INTEGER NOT NULL,
    fresh         INTEGER NOT NULL,
    problem_count INTEGER NOT NULL,
    problems      TEXT NOT NULL,
    -- The version up to which history was searched, and how far the search for a later one is.
    hunted        INTEGER NOT NULL DEFAULT 0,
    hunt          TEXT,
    UNIQUE (org, name)
) STRICT;

CREATE TABLE indicators (
    list    BLOB NOT NULL,
    version INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    value   TEXT NOT NULL,
    -- The version in which the value came into the list.
    first   INTEGER NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (list, version, kind, value)
) STRICT, WITHOUT ROWID;

-- Places from which lists are pulled; each feeds the list of its organisation with its name.
CREATE TABLE indicator_sources (
    id               BLOB PRIMARY KEY,
    org              TEXT NOT NULL REFERENCES organisations (code),
    name             TEXT NOT NULL,
    kind             TEXT NOT NULL,
    address          TEXT NOT NULL,
    collection       TEXT NOT NULL,
    -- A name and a password, or a token alone. Needed in clear to be shown to the other server.
    user_name        TEXT,
    secret           TEXT,
    interval_seconds INTEGER NOT NULL,
    created          INTEGER NOT NULL,
    read_up_to       TEXT,
    next_pull        INTEGER NOT NULL,
    last_pull        INTEGER,
    last_success     INTEGER,
    failures         INTEGER NOT NULL DEFAULT 0,
    error            TEXT,
    UNIQUE (org, name)
) STRICT;
CREATE INDEX indicator_sources_next ON indicator_sources (next_pull);
