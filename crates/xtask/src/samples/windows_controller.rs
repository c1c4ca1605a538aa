//! Security log of the domain controller as Winlogbeat ships it: nested JSON, one object a line.
//!
//! PC-017 tries accounts, asks for service tickets that can be cracked, and copies itself to a
//! share.

use super::cast::{CONTROLLER, DOMAIN, DOMAIN_SID, Host, PC_017, STAFF, WARD_PCS};
use super::json::Object;
use super::moment::Moment;
use super::random::Random;
use super::story;
use super::timeline::Timeline;

/// Everyday events besides the attack.
const EVERYDAY: usize = 440;
/// Number of the first record.
const FIRST_RECORD: u64 = 9_204_551;
/// Failed logons from PC-017.
const GUESSES: u64 = 24;

/// What one event says: its number, the words Windows files it under, and its own data.
struct Audit {
    id: u64,
    task: &'static str,
    success: bool,
    data: Object,
}

/// The whole file.
pub fn write(mut random: Random) -> String {
    let mut timeline = Timeline::new();
    timeline.spread(&mut random, EVERYDAY, |random, _| everyday(random));
    attack(&mut timeline, &mut random);
    let numbered = (FIRST_RECORD..).zip(timeline.into_order());
    numbered.map(|(record, (at, audit))| line(at, record, audit) + "\n").collect()
}

fn line(at: Moment, record: u64, audit: Audit) -> String {
    let outcome = if audit.success { "success" } else { "failure" };
    let keyword = if audit.success { "[\"Audit Success\"]" } else { "[\"Audit Failure\"]" };
    let provider = "Microsoft-Windows-Security-Auditing";
    let event = Object::new()
        .text("code", audit.id.to_string())
        .text("kind", "event")
        .text("provider", provider)
        .text("outcome", outcome)
        .text("action", audit.task);
    let winlog = Object::new()
        .text("channel", "Security")
        .text("event_id", audit.id.to_string())
        .text("provider_name", provider)
        .text("provider_guid", "{54849625-5478-4994-a5ba-3e3b0328c30d}")
        .text("computer_name", CONTROLLER.full_name())
        .text("api", "wineventlog")
        .number("record_id", record)
        .text("task", audit.task)
        .member("keywords", keyword)
        .object("event_data", audit.data);
    Object::new()
        .text("@timestamp", at.iso())
        .object("agent", Object::new().text("type", "winlogbeat").text("version", "8.15.0"))
        .object("host", Object::new().text("name", CONTROLLER.full_name()))
        .object("event", event)
        .object("log", Object::new().text("level", "information"))
        .object("winlog", winlog)
        .finish()
}

fn everyday(random: &mut Random) -> Audit {
    let person = *random.pick(&STAFF);
    let host = random.pick(&WARD_PCS);
    match random.between(0, 100) {
        0..40 => logon(random, person, host),
        40..70 => logoff(random, person),
        70..90 => ticket(random, person, host, "ZZ1-FS-01$", "0x12"),
        90..98 => share_file(random, person, host, "SYSVOL", "zz1.example\\Policies\\gpt.ini"),
        _ => wrong_password(random, person, host),
    }
}

fn logon(random: &mut Random, person: &str, host: &Host) -> Audit {
    let data = Object::new()
        .text("SubjectUserSid", "S-1-0-0")
        .text("SubjectUserName", "-")
        .text("SubjectDomainName", "-")
        .text("SubjectLogonId", "0x0")
        .text("TargetUserSid", format!("{DOMAIN_SID}-{}", random.between(1_100, 1_900)))
        .text("TargetUserName", person)
        .text("TargetDomainName", DOMAIN)
        .text("TargetLogonId", format!("0x{}", random.hex(5)))
        .text("LogonType", "3")
        .text("LogonProcessName", "Kerberos")
        .text("AuthenticationPackageName", "Kerberos")
        .text("WorkstationName", "-")
        .text("IpAddress", host.address)
        .text("IpPort", random.client_port().to_string());
    Audit { id: 4624, task: "Logon", success: true, data }
}

fn logoff(random: &mut Random, person: &str) -> Audit {
    let data = Object::new()
        .text("TargetUserSid", format!("{DOMAIN_SID}-{}", random.between(1_100, 1_900)))
        .text("TargetUserName", person)
        .text("TargetDomainName", DOMAIN)
        .text("TargetLogonId", format!("0x{}", random.hex(5)))
        .text("LogonType", "3");
    Audit { id: 4634, task: "Logoff", success: true, data }
}

fn wrong_password(random: &mut Random, account: &str, host: &Host) -> Audit {
    let data = Object::new()
        .text("SubjectUserSid", "S-1-0-0")
        .text("SubjectUserName", "-")
        .text("SubjectDomainName", "-")
        .text("SubjectLogonId", "0x0")
        .text("TargetUserSid", "S-1-0-0")
        .text("TargetUserName", account)
        .text("TargetDomainName", DOMAIN)
        .text("Status", "0xc000006d")
        .text("FailureReason", "%%2313")
        .text("SubStatus", "0xc000006a")
        .text("LogonType", "3")
        .text("LogonProcessName", "NtLmSsp ")
        .text("AuthenticationPackageName", "NTLM")
        .text("WorkstationName", host.name)
        .text("ProcessName", "-")
        .text("IpAddress", host.address)
        .text("IpPort", random.client_port().to_string());
    Audit { id: 4625, task: "Logon", success: false, data }
}

/// A Kerberos service ticket; encryption `0x12` is AES, `0x17` the old RC4 that can be cracked.
fn ticket(
    random: &mut Random,
    person: &str,
    host: &Host,
    service: &str,
    encryption: &str,
) -> Audit {
    let data = Object::new()
        .text("TargetUserName", format!("{person}@ZZ1.EXAMPLE"))
        .text("TargetDomainName", "ZZ1.EXAMPLE")
        .text("ServiceName", service)
        .text("ServiceSid", format!("{DOMAIN_SID}-{}", random.between(2_000, 2_400)))
        .text("TicketOptions", "0x40810000")
        .text("TicketEncryptionType", encryption)
        .text("IpAddress", format!("::ffff:{}", host.address))
        .text("IpPort", random.client_port().to_string())
        .text("Status", "0x0")
        .text("LogonGuid", format!("{{{}}}", random.guid()))
        .text("TransmittedServices", "-");
    Audit { id: 4769, task: "Kerberos Service Ticket Operations", success: true, data }
}

fn share_file(random: &mut Random, person: &str, host: &Host, share: &str, file: &str) -> Audit {
    let data = Object::new()
        .text("SubjectUserSid", format!("{DOMAIN_SID}-{}", random.between(1_100, 1_900)))
        .text("SubjectUserName", person)
        .text("SubjectDomainName", DOMAIN)
        .text("SubjectLogonId", format!("0x{}", random.hex(5)))
        .text("ObjectType", "File")
        .text("IpAddress", host.address)
        .text("IpPort", random.client_port().to_string())
        .text("ShareName", format!("\\\\*\\{share}"))
        .text("ShareLocalPath", "\\??\\C:\\Windows")
        .text("RelativeTargetName", file)
        .text("AccessMask", "0x120089")
        .text("AccessList", "%%1538 %%1541 %%4416");
    Audit { id: 5145, task: "Detailed File Share", success: true, data }
}

fn attack(timeline: &mut Timeline<Audit>, random: &mut Random) {
    for step in 0..GUESSES {
        let at = story::ACCOUNTS_TRIED.plus_ms(step * 700);
        let account = *random.pick(&["administrator", "svc-backup", "svc-scan", "helpdesk"]);
        timeline.push(at, wrong_password(random, account, &PC_017));
    }
    for (step, service) in (0..).zip(["svc-backup", "svc-scan", "svc-sql", "svc-print"]) {
        let at = story::ACCOUNTS_TRIED.plus_ms(20_000 + step * 300);
        timeline.push(at, ticket(random, "joan.pike", &PC_017, service, "0x17"));
    }
    for (step, file) in (0..).zip(["mssecsvc.exe", "PSEXESVC.exe"]) {
        let at = story::ACCOUNTS_TRIED.plus_ms(30_000 + step * 900);
        timeline.push(at, share_file(random, "joan.pike", &PC_017, "ADMIN$", file));
    }
    let at = story::ACCOUNTS_TRIED.plus_ms(33_000);
    timeline.push(at, share_file(random, "joan.pike", &PC_017, "IPC$", "svcctl"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_the_shape_of_winlogbeat_and_tell_the_story() {
        let text = write(Random::new(1));
        assert_eq!(text, write(Random::new(1)));
        let events: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let count =
            |id: &str| events.iter().filter(|event| event["winlog"]["event_id"] == id).count();
        assert!(count("4625") >= 24);
        assert!(count("4769") >= 4);
        assert!(count("5145") >= 3);
        assert!(events.iter().all(|event| event["winlog"]["channel"] == "Security"
            && event["winlog"]["computer_name"] == "ZZ1-DC-01.zz1.example"
            && event["winlog"]["event_data"].is_object()));
    }
}
