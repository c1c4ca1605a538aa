-- Who was told that something of an alert is overdue: 'acknowledge' or 'act'.
CREATE TABLE reminders (
    alert   BLOB NOT NULL,
    org     TEXT NOT NULL,
    what    TEXT NOT NULL,
    PRIMARY KEY (alert, org, what)
) STRICT, WITHOUT ROWID;
