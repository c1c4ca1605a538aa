//! Records of Windows as a shipper sends them: one flat JSON object, members in the order in which it
//! writes them.

use serde_json::{Map, Value};
use wardwatch_model::Timestamp;

use super::Record;
use super::cast::{Body, Member};
use super::dice::Dice;

/// The account of the system itself.
pub const SYSTEM: &str = "NT AUTHORITY\\SYSTEM";

/// A record in the making.
pub struct Draft<'c> {
    body: &'c Body,
    time: Timestamp,
    fields: Map<String, Value>,
}

/// A process that starts.
pub struct Start<'s> {
    pub image: &'s str,
    pub command: &'s str,
    pub parent: &'s str,
    pub user: &'s str,
}

impl<'c> Draft<'c> {
    fn new(
        body: &'c Body,
        device: &'c Member,
        time: Timestamp,
        channel: &str,
        source: &str,
        id: u64,
    ) -> Self {
        let draft = Draft { body, time, fields: Map::new() };
        draft
            .with("EventTime", time.to_string())
            .with("@timestamp", time.to_string())
            .with("Hostname", device.name.as_str())
            .with("SourceName", source)
            .with("Channel", channel)
            .with("EventID", id)
            .with("SourceModuleType", "im_msvistalog")
    }

    /// Of Sysmon.
    pub fn sysmon(
        body: &'c Body,
        device: &'c Member,
        time: Timestamp,
        id: u64,
        dice: &mut Dice,
    ) -> Self {
        let channel = "Microsoft-Windows-Sysmon/Operational";
        Draft::new(body, device, time, channel, "Microsoft-Windows-Sysmon", id)
            .with("ProcessGuid", dice.guid())
            .with("ProcessId", dice.between(1_000, 16_000) & !3)
    }

    /// Of the security log.
    pub fn security(body: &'c Body, device: &'c Member, time: Timestamp, id: u64) -> Self {
        Draft::new(body, device, time, "Security", "Microsoft-Windows-Security-Auditing", id)
    }

    /// Of the manager of services.
    pub fn services(body: &'c Body, device: &'c Member, time: Timestamp, id: u64) -> Self {
        Draft::new(body, device, time, "System", "Service Control Manager", id)
    }

    /// With a field.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// As a record.
    pub fn done(self) -> Record {
        let line = Value::Object(self.fields).to_string();
        Record { org: self.body.code.clone(), time: self.time, line }
    }

    /// A process that starts.
    pub fn process(
        body: &'c Body,
        device: &'c Member,
        time: Timestamp,
        dice: &mut Dice,
        start: &Start<'_>,
    ) -> Self {
        let name = start.image.rsplit('\\').next().unwrap_or(start.image);
        let hash: String = (0..4).map(|_| dice.hex(16).to_uppercase()).collect();
        let level = if start.user == SYSTEM { "System" } else { "Medium" };
        Draft::sysmon(body, device, time, 1, dice)
            .with("Image", start.image)
            .with("OriginalFileName", name)
            .with("CommandLine", start.command)
            .with("CurrentDirectory", "C:\\Windows\\system32\\")
            .with("User", start.user)
            .with("IntegrityLevel", level)
            .with("Hashes", format!("SHA256={hash}"))
            .with("ParentProcessGuid", dice.guid())
            .with("ParentImage", start.parent)
            .with("ParentCommandLine", start.parent)
    }

    /// A connection that a process makes.
    pub fn connection(
        body: &'c Body,
        device: &'c Member,
        time: Timestamp,
        dice: &mut Dice,
        image: &str,
        to: (&str, u64),
    ) -> Self {
        let (address, port) = to;
        Draft::sysmon(body, device, time, 3, dice)
            .with("Image", image)
            .with("User", SYSTEM)
            .with("Protocol", "tcp")
            .with("Initiated", "true")
            .with("SourceIp", device.ip.to_string())
            .with("SourcePort", dice.between(49_152, 65_535))
            .with("DestinationIp", address)
            .with("DestinationPort", port)
    }

    /// A file that a process writes.
    pub fn file(
        body: &'c Body,
        device: &'c Member,
        time: Timestamp,
        dice: &mut Dice,
        image: &str,
        target: &str,
    ) -> Self {
        Draft::sysmon(body, device, time, 11, dice)
            .with("Image", image)
            .with("TargetFilename", target)
            .with("User", SYSTEM)
    }

    /// A name that a process asks for.
    pub fn name(
        body: &'c Body,
        device: &'c Member,
        time: Timestamp,
        dice: &mut Dice,
        image: &str,
        name: &str,
    ) -> Self {
        Draft::sysmon(body, device, time, 22, dice)
            .with("Image", image)
            .with("QueryName", name)
            .with("QueryStatus", "0")
            .with("QueryResults", "::ffff:192.0.2.80;")
            .with("User", SYSTEM)
    }
}
