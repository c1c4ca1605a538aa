-- What hosts run: the latest report of each kind, as JSON packed with zstd. `seq` grows with every
-- change, so that whoever follows asks for what is behind the last one it saw.
CREATE TABLE inventories (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    org      TEXT NOT NULL,
    device   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    received INTEGER NOT NULL,
    body     BLOB NOT NULL,
    UNIQUE (org, device, kind)
) STRICT;

-- What is known of vulnerabilities, updates and support: the present one and the one before it.
CREATE TABLE landscapes (
    version INTEGER PRIMARY KEY AUTOINCREMENT,
    loaded  INTEGER NOT NULL,
    by      TEXT NOT NULL,
    body    BLOB NOT NULL
) STRICT;

-- Alerts of the centre, and how each organisation answers.
CREATE TABLE alerts (
    id     BLOB PRIMARY KEY,
    org    TEXT NOT NULL REFERENCES organisations (code),
    issued INTEGER NOT NULL,
    body   TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_issued ON alerts (issued, id);

CREATE TABLE alert_answers (
    alert BLOB NOT NULL REFERENCES alerts (id),
    org   TEXT NOT NULL,
    body  TEXT NOT NULL,
    PRIMARY KEY (alert, org)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_answers_org ON alert_answers (org, alert);
