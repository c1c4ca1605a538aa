-- Devices that crashed lately, for the order of protection plans.
CREATE INDEX devices_by_crash ON devices (last_crash) WHERE last_crash IS NOT NULL;
