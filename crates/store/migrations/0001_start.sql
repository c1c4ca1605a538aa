-- Timestamps are microseconds since 1970, identifiers 16 bytes, bodies JSON as the model writes it.
-- Columns beside a body are what queries filter and order by; the body is what readers get.

CREATE TABLE organisations (
    code      TEXT PRIMARY KEY,
    parent    TEXT REFERENCES organisations (code) DEFERRABLE INITIALLY DEFERRED,
    name      TEXT NOT NULL,
    kind      TEXT NOT NULL,
    closed    INTEGER,
    successor TEXT REFERENCES organisations (code) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE people (
    id            BLOB PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    org           TEXT NOT NULL REFERENCES organisations (code),
    password_hash TEXT NOT NULL,
    totp_secret   TEXT,
    disabled      INTEGER NOT NULL DEFAULT 0,
    created       INTEGER NOT NULL
) STRICT;

CREATE TABLE grants (
    person     BLOB NOT NULL REFERENCES people (id),
    org        TEXT NOT NULL REFERENCES organisations (code),
    role       TEXT NOT NULL,
    from_time  INTEGER NOT NULL,
    until_time INTEGER,
    PRIMARY KEY (person, org, role, from_time)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    hash    BLOB PRIMARY KEY,
    person  BLOB NOT NULL REFERENCES people (id),
    created INTEGER NOT NULL,
    until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_person ON sessions (person);

-- Tokens of the API (with a role) and of senders (without one).
CREATE TABLE tokens (
    id        BLOB PRIMARY KEY,
    kind      TEXT NOT NULL CHECK (kind IN ('api', 'sender')),
    hash      BLOB NOT NULL UNIQUE,
    name      TEXT NOT NULL,
    org       TEXT NOT NULL REFERENCES organisations (code),
    role      TEXT,
    created   INTEGER NOT NULL,
    until     INTEGER,
    revoked   INTEGER,
    last_seen INTEGER,
    events    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE codes (
    hash    BLOB PRIMARY KEY,
    org     TEXT NOT NULL REFERENCES organisations (code),
    name    TEXT NOT NULL,
    created INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    used    INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE detections (
    id       BLOB PRIMARY KEY,
    org      TEXT NOT NULL,
    time     INTEGER NOT NULL,
    rule     TEXT NOT NULL,
    level    INTEGER NOT NULL,
    device   TEXT NOT NULL,
    incident BLOB,
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX detections_time ON detections (time, id);
CREATE INDEX detections_org ON detections (org, time, id);
CREATE INDEX detections_incident ON detections (incident);

CREATE TABLE incidents (
    id         BLOB PRIMARY KEY,
    org        TEXT NOT NULL,
    state      TEXT NOT NULL,
    level      INTEGER NOT NULL,
    score      INTEGER NOT NULL,
    first_time INTEGER NOT NULL,
    last_time  INTEGER NOT NULL,
    updated    INTEGER NOT NULL,
    owner      TEXT,
    body       TEXT NOT NULL
) STRICT;
CREATE INDEX incidents_rank ON incidents (score, last_time, id);
CREATE INDEX incidents_org ON incidents (org, score, last_time, id);
CREATE INDEX incidents_state ON incidents (state, updated);

CREATE TABLE campaigns (
    id        BLOB PRIMARY KEY,
    last_time INTEGER NOT NULL,
    body      TEXT NOT NULL
) STRICT;
CREATE INDEX campaigns_last ON campaigns (last_time, id);

CREATE TABLE campaign_parts (
    campaign BLOB NOT NULL REFERENCES campaigns (id),
    place    INTEGER NOT NULL,
    org      TEXT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (campaign, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_parts_org ON campaign_parts (org, campaign);

CREATE TABLE devices (
    org        TEXT NOT NULL,
    name       TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL,
    events     INTEGER NOT NULL,
    legacy     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (org, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE observations (
    id       INTEGER PRIMARY KEY,
    org      TEXT NOT NULL,
    received INTEGER NOT NULL,
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX observations_received ON observations (received);

-- How far the log has been worked through; one row.
CREATE TABLE position (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    segment INTEGER NOT NULL,
    offset  INTEGER NOT NULL
) STRICT;

-- The lake's catalogue: a file that is not named here does not exist for readers.
CREATE TABLE lake_files (
    path       TEXT PRIMARY KEY,
    day        TEXT NOT NULL,
    rows       INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    first_time INTEGER NOT NULL,
    last_time  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX lake_files_day ON lake_files (day);

CREATE TABLE audit (
    seq    INTEGER PRIMARY KEY,
    time   INTEGER NOT NULL,
    actor  TEXT NOT NULL,
    org    TEXT,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash   BLOB NOT NULL
) STRICT;
CREATE INDEX audit_org ON audit (org, seq);
