-- Upkeep of accounts, care classes and services, notifications, logins by another issuer.

-- A password that somebody else set works once, up to this moment; null for one's own.
ALTER TABLE people ADD COLUMN password_until INTEGER;
ALTER TABLE people ADD COLUMN last_login INTEGER;
-- When a session was last used, to the minute; null while it was only opened.
ALTER TABLE sessions ADD COLUMN seen INTEGER;
ALTER TABLE tokens ADD COLUMN made_by TEXT;
ALTER TABLE codes ADD COLUMN made_by TEXT;

-- People as another issuer of identities knows them.
CREATE TABLE identities (
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    person  BLOB NOT NULL REFERENCES people (id),
    created INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_person ON identities (person);

-- What depends on devices; sites and dependencies as JSON lists of codes.
CREATE TABLE services (
    org        TEXT NOT NULL REFERENCES organisations (code),
    code       TEXT NOT NULL,
    name       TEXT NOT NULL,
    sites      TEXT NOT NULL,
    depends_on TEXT NOT NULL,
    PRIMARY KEY (org, code)
) STRICT, WITHOUT ROWID;

-- What people say of a device; it may not have been heard from yet.
CREATE TABLE device_care (
    org        TEXT NOT NULL REFERENCES organisations (code),
    name       TEXT NOT NULL,
    care_class TEXT,
    service    TEXT,
    set_by     TEXT NOT NULL,
    set_time   INTEGER NOT NULL,
    PRIMARY KEY (org, name),
    FOREIGN KEY (org, service) REFERENCES services (org, code)
) STRICT, WITHOUT ROWID;

-- Where notifications go: a webhook's address with its key, or an address of mail.
CREATE TABLE subscriptions (
    id           BLOB PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('webhook', 'mail')),
    org          TEXT NOT NULL REFERENCES organisations (code),
    name         TEXT NOT NULL,
    address      TEXT NOT NULL,
    secret       TEXT,
    person       BLOB REFERENCES people (id),
    events       TEXT NOT NULL,
    level        INTEGER NOT NULL,
    created      INTEGER NOT NULL,
    made_by      TEXT NOT NULL,
    last_success INTEGER,
    last_failure INTEGER,
    last_error   TEXT,
    dropped      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX subscriptions_org ON subscriptions (org);

-- Notifications on their way, written with what they tell of. One that was given up stays a while.
CREATE TABLE outbox (
    seq          INTEGER PRIMARY KEY,
    id           BLOB NOT NULL,
    subscription BLOB NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    created      INTEGER NOT NULL,
    due          INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    given_up     INTEGER,
    body         TEXT NOT NULL,
    UNIQUE (subscription, id)
) STRICT;
CREATE INDEX outbox_due ON outbox (due) WHERE given_up IS NULL;
