-- Which incidents name a device. Where a body names it no longer, a row may stay: readers look.
CREATE TABLE incident_devices (
    device   TEXT NOT NULL,
    incident BLOB NOT NULL,
    PRIMARY KEY (device, incident)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO incident_devices (device, incident)
    SELECT devices.value, incidents.id
    FROM incidents, json_each(incidents.body, '$.devices') AS devices;

CREATE INDEX detections_device ON detections (device, time, id);
-- The queue: those that are open, the most urgent first.
CREATE INDEX incidents_queue ON incidents (state, score, last_time, id, org);
-- Devices by the beginning of their names, however they are written.
CREATE INDEX devices_name ON devices (lower(name));
