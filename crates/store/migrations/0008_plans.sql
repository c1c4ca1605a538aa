-- What people and sensors said of devices for their protection plans, as JSON.
CREATE TABLE plan_facts (
    org     TEXT NOT NULL,
    device  TEXT NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (org, device)
) STRICT, WITHOUT ROWID;
