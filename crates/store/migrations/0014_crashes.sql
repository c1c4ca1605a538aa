-- Since which day a device is known to send crash reports, and the day of its last crash, as days since 1970.
ALTER TABLE devices ADD COLUMN crash_reports_since INTEGER;
ALTER TABLE devices ADD COLUMN last_crash INTEGER;
