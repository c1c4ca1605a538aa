//! Log of PC-017 as NXLog ships it: one flat JSON object a line, from the channels Security,
//! System, Sysmon and Defender. It is the PC that the worm encrypts.

use super::cast::PC_017;
use super::json::Object;
use super::moment::Moment;
use super::random::Random;
use super::timeline::Timeline;

mod attack;
mod everyday;

/// Everyday events besides the attack.
const EVERYDAY: usize = 580;
/// Number of the first record, as on a PC that has run for a while.
const FIRST_RECORD: u64 = 480_112;
/// Account of the operating system itself.
const SYSTEM: &str = "NT AUTHORITY\\SYSTEM";

/// The whole file.
pub fn write(mut random: Random) -> String {
    let mut timeline = Timeline::new();
    timeline.spread(&mut random, EVERYDAY, everyday::event);
    attack::push(&mut timeline, &mut random);
    let numbered = (FIRST_RECORD..).zip(timeline.into_order());
    numbered
        .map(|(record, (_, event))| event.number("RecordNumber", record).finish() + "\n")
        .collect()
}

/// What every event of the shipper starts with.
fn event(at: Moment, channel: &str, provider: &str, id: u64) -> Object {
    Object::new()
        .text("EventTime", at.plain())
        .text("@timestamp", at.iso())
        .text("Hostname", PC_017.full_name())
        .text("SourceName", provider)
        .text("Channel", channel)
        .number("EventID", id)
        .text("SourceModuleType", "im_msvistalog")
}

fn sysmon(at: Moment, id: u64) -> Object {
    event(at, "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", id)
        .text("UtcTime", at.plain_ms())
}

fn security(at: Moment, id: u64) -> Object {
    event(at, "Security", "Microsoft-Windows-Security-Auditing", id)
}

fn service_manager(at: Moment, id: u64) -> Object {
    event(at, "System", "Service Control Manager", id)
}

/// A process to start, and by whom.
struct Process<'a> {
    image: &'a str,
    command: &'a str,
    parent: &'a str,
    parent_command: &'a str,
    user: &'a str,
}

fn process(random: &mut Random, at: Moment, process: &Process) -> Object {
    let name = process.image.rsplit('\\').next().unwrap_or(process.image);
    let level = if process.user == SYSTEM { "System" } else { "Medium" };
    let hash: String = (0..4).map(|_| random.hex(16).to_uppercase()).collect();
    sysmon(at, 1)
        .text("ProcessGuid", format!("{{{}}}", random.guid()))
        .number("ProcessId", random.between(1_000, 16_000) & !3)
        .text("Image", process.image)
        .text("OriginalFileName", name)
        .text("CommandLine", process.command)
        .text("CurrentDirectory", "C:\\Windows\\system32\\")
        .text("User", process.user)
        .text("LogonId", format!("0x{}", random.hex(5)))
        .text("IntegrityLevel", level)
        .text("Hashes", format!("SHA256={hash}"))
        .text("ParentProcessGuid", format!("{{{}}}", random.guid()))
        .number("ParentProcessId", random.between(600, 9_000) & !3)
        .text("ParentImage", process.parent)
        .text("ParentCommandLine", process.parent_command)
}

/// A network connection as Sysmon reports it.
fn connection(
    random: &mut Random,
    at: Moment,
    image: &str,
    user: &str,
    to: (&str, &str, u64),
) -> Object {
    let (name, address, port) = to;
    sysmon(at, 3)
        .text("ProcessGuid", format!("{{{}}}", random.guid()))
        .number("ProcessId", random.between(1_000, 16_000) & !3)
        .text("Image", image)
        .text("User", user)
        .text("Protocol", "tcp")
        .text("Initiated", "true")
        .text("SourceIsIpv6", "false")
        .text("SourceIp", PC_017.address)
        .text("SourceHostname", PC_017.full_name())
        .number("SourcePort", random.client_port())
        .text("DestinationIsIpv6", "false")
        .text("DestinationIp", address)
        .text("DestinationHostname", name)
        .number("DestinationPort", port)
}

fn file_written(random: &mut Random, at: Moment, image: &str, user: &str, target: &str) -> Object {
    sysmon(at, 11)
        .text("ProcessGuid", format!("{{{}}}", random.guid()))
        .number("ProcessId", random.between(1_000, 16_000) & !3)
        .text("Image", image)
        .text("TargetFilename", target)
        .text("CreationUtcTime", at.plain_ms())
        .text("User", user)
}

fn name_asked(
    random: &mut Random,
    at: Moment,
    image: &str,
    user: &str,
    name: &str,
    answer: &str,
) -> Object {
    sysmon(at, 22)
        .text("ProcessGuid", format!("{{{}}}", random.guid()))
        .number("ProcessId", random.between(1_000, 16_000) & !3)
        .text("QueryName", name)
        .text("QueryStatus", if answer.is_empty() { "9003" } else { "0" })
        .text(
            "QueryResults",
            if answer.is_empty() { "-".to_owned() } else { format!("::ffff:{answer};") },
        )
        .text("Image", image)
        .text("User", user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events() -> Vec<serde_json::Value> {
        let text = write(Random::new(1));
        assert_eq!(text, write(Random::new(1)));
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn every_line_is_json_in_order_of_time_and_record() {
        let events = events();
        let keys = |event: &serde_json::Value| {
            (
                event["@timestamp"].as_str().unwrap().to_owned(),
                event["RecordNumber"].as_u64().unwrap(),
            )
        };
        assert!(events.is_sorted_by_key(keys));
        assert!(events.iter().all(|event| event["Hostname"] == "ZZ1-PC-017.zz1.example"));
    }

    #[test]
    fn the_story_is_there() {
        let events = events();
        let has = |id: u64, field: &str, text: &str| {
            events.iter().any(|event| {
                event["EventID"] == id
                    && event[field].as_str().is_some_and(|value| value.contains(text))
            })
        };
        assert!(has(7045, "ServiceName", "mssecsvc2.0"));
        assert!(has(1, "CommandLine", "vssadmin delete shadows"));
        assert!(has(1, "Image", "tasksche.exe"));
        assert!(has(11, "TargetFilename", ".WNCRY"));
        assert!(has(1102, "Channel", "Security"));
    }
}
