-- Counts of open incidents and of detections over time read these alone.
CREATE INDEX incidents_open ON incidents (state, org, level, owner);
CREATE INDEX detections_counted ON detections (time, level, org);
-- Counts of devices that are silent.
CREATE INDEX devices_seen ON devices (org, last_seen);
