-- What organisations decide about rules, and what became of rules' hits. Each row that names an
-- organisation goes for it and all that lies below.

CREATE TABLE own_rules (
    id      TEXT PRIMARY KEY,
    org     TEXT NOT NULL REFERENCES organisations (code),
    text    TEXT NOT NULL,
    author  TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX own_rules_org ON own_rules (org);

-- A body is a RuleSetting; a setting that sets nothing has no row.
CREATE TABLE rule_settings (
    org  TEXT NOT NULL REFERENCES organisations (code),
    rule TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (org, rule)
) STRICT, WITHOUT ROWID;

-- Beyond `until` a filter or suppression counts no more.
CREATE TABLE rule_filters (
    id    BLOB PRIMARY KEY,
    org   TEXT NOT NULL REFERENCES organisations (code),
    rule  TEXT NOT NULL,
    until INTEGER NOT NULL,
    body  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_filters_org ON rule_filters (org, rule);

CREATE TABLE suppressions (
    id      BLOB PRIMARY KEY,
    org     TEXT NOT NULL REFERENCES organisations (code),
    created INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    body    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX suppressions_org ON suppressions (org, created);

ALTER TABLE detections ADD COLUMN suppressed_by BLOB;
CREATE INDEX detections_suppressed ON detections (suppressed_by) WHERE suppressed_by IS NOT NULL;

-- Hours since 1970 by the time of receipt.
CREATE TABLE rule_hours (
    org     TEXT NOT NULL,
    rule    TEXT NOT NULL,
    hour    INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    hits    INTEGER NOT NULL,
    PRIMARY KEY (org, rule, hour, outcome)
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_hours_hour ON rule_hours (hour);

-- Sets of log sources that events came from, separated by blanks, by day of receipt since 1970.
CREATE TABLE source_days (
    org     TEXT NOT NULL,
    sources TEXT NOT NULL,
    day     INTEGER NOT NULL,
    events  INTEGER NOT NULL,
    PRIMARY KEY (org, sources, day)
) STRICT, WITHOUT ROWID;
