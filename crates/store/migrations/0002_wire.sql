-- What agents sent, so that nothing is taken twice and what is missing is known.
-- Ranges are JSON: [[from, until], …], both ends included.
CREATE TABLE tracks (
    sender    BLOB NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
    device    TEXT NOT NULL,
    boot      INTEGER NOT NULL,
    base      INTEGER NOT NULL,
    accepted  TEXT NOT NULL,
    missing   TEXT NOT NULL,
    gaps      INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (sender, device, boot)
) STRICT, WITHOUT ROWID;
CREATE INDEX tracks_seen ON tracks (sender, last_seen);

-- Gaps of tracks that were forgotten, and whether any was.
ALTER TABLE tokens ADD COLUMN gaps INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN tracks_forgotten INTEGER NOT NULL DEFAULT 0;

-- Certificates of senders: each stands for a token and ends with it.
CREATE TABLE certificates (
    fingerprint BLOB PRIMARY KEY,
    sender      BLOB NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
    serial      BLOB NOT NULL,
    created     INTEGER NOT NULL,
    until       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX certificates_sender ON certificates (sender);
