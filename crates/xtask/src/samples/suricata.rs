//! Suricata's EVE log of the sensor between the wards and the server room.

use super::cast::WARD_PCS;
use super::cast::{
    ATTACKER, CONTROLLER, FILES, Host, KILL_SWITCH, PC_017, PC_031, PROXY, RECORDS, SITES,
};
use super::json::Object;
use super::moment::Moment;
use super::random::Random;
use super::story;
use super::timeline::Timeline;

/// Everyday events besides the attack.
const EVERYDAY: usize = 330;

/// One end of a conversation.
#[derive(Clone, Copy)]
struct End<'a>(&'a str, u64);

/// The whole file.
pub fn write(mut random: Random) -> String {
    let mut timeline = Timeline::new();
    timeline.spread(&mut random, EVERYDAY, everyday);
    attack(&mut timeline, &mut random);
    timeline.into_lines()
}

fn event(random: &mut Random, at: Moment, kind: &str, ends: (End, End), protocol: &str) -> Object {
    let (from, to) = ends;
    Object::new()
        .text("timestamp", at.iso_offset())
        .number("flow_id", random.between(1 << 40, 1 << 50))
        .text("in_iface", "ens192")
        .text("event_type", kind)
        .text("src_ip", from.0)
        .number("src_port", from.1)
        .text("dest_ip", to.0)
        .number("dest_port", to.1)
        .text("proto", protocol)
}

fn everyday(random: &mut Random, at: Moment) -> String {
    let host = random.pick(&WARD_PCS);
    let (site, _) = *random.pick(&SITES);
    match random.between(0, 100) {
        0..35 => name_asked(random, at, host, site),
        35..65 => page(random, at, host, site),
        65..85 => records_flow(random, at, host),
        _ => files_flow(random, at, host),
    }
}

fn name_asked(random: &mut Random, at: Moment, host: &Host, name: &str) -> String {
    let ends = (End(host.address, random.client_port()), End(CONTROLLER.address, 53));
    let dns = Object::new()
        .text("type", "query")
        .number("id", random.between(1, 65_535))
        .text("rrname", name)
        .text("rrtype", "A");
    event(random, at, "dns", ends, "UDP").object("dns", dns).finish()
}

fn page(random: &mut Random, at: Moment, host: &Host, site: &str) -> String {
    let ends = (End(host.address, random.client_port()), End(PROXY.address, 8_080));
    let path =
        *random.pick(&["/", "/news", "/doses/paracetamol", "/course/fire-safety", "/style.css"]);
    let http = Object::new()
        .text("hostname", site)
        .text("url", path)
        .text("http_user_agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36")
        .text("http_content_type", "text/html")
        .text("http_method", "GET")
        .text("protocol", "HTTP/1.1")
        .number("status", 200)
        .number("length", random.between(800, 90_000));
    event(random, at, "http", ends, "TCP").text("app_proto", "http").object("http", http).finish()
}

fn flow(
    random: &mut Random,
    at: Moment,
    ends: (End, End),
    protocol: &str,
    answered: bool,
) -> String {
    let (sent, received) = if answered {
        (random.between(1_200, 60_000), random.between(2_000, 400_000))
    } else {
        (66, 0)
    };
    let flow = Object::new()
        .number("pkts_toserver", sent / 600 + 1)
        .number("pkts_toclient", received.div_ceil(1_200))
        .number("bytes_toserver", sent)
        .number("bytes_toclient", received)
        .text("start", at.iso_offset())
        .text("end", at.plus_ms(900).iso_offset())
        .number("age", 1)
        .text("state", if answered { "closed" } else { "new" })
        .text("reason", "timeout")
        .truth("alerted", false);
    event(random, at, "flow", ends, "TCP").text("app_proto", protocol).object("flow", flow).finish()
}

fn records_flow(random: &mut Random, at: Moment, host: &Host) -> String {
    let ends = (End(host.address, random.client_port()), End(RECORDS.address, 443));
    flow(random, at, ends, "tls", true)
}

fn files_flow(random: &mut Random, at: Moment, host: &Host) -> String {
    let ends = (End(host.address, random.client_port()), End(FILES.address, 445));
    flow(random, at, ends, "smb", true)
}

/// The worm asks for its kill switch, tries its neighbours' SMB ports, and two of its exploits are
/// recognised.
fn attack(timeline: &mut Timeline<String>, random: &mut Random) {
    for (step, host) in (0..).zip([&PC_031, &PC_017]) {
        let at = story::WORM_ARRIVES.plus_ms(480).plus_ms(step * 40);
        timeline.push(at, name_asked(random, at, host, KILL_SWITCH));
    }
    for step in 0..24 {
        let at = story::WORM_SPREADS.plus_ms(step * 350);
        let neighbour = format!("10.17.22.{}", 100 + step);
        let ends = (End(PC_017.address, random.client_port()), End(&neighbour, 445));
        timeline.push(at, flow(random, at, ends, "failed", false));
    }
    for (from, to) in [(&PC_031, &PC_017), (&PC_017, &WARD_PCS[0])] {
        let first =
            if from.address == PC_031.address { story::WORM_ARRIVES } else { story::WORM_SPREADS };
        let at = first.plus_ms(60);
        let ends = (End(from.address, random.client_port()), End(to.address, 445));
        let alert = Object::new()
            .text("action", "allowed")
            .number("gid", 1)
            .number("signature_id", 2_024_218)
            .number("rev", 2)
            .text("signature", "ET EXPLOIT Possible ETERNALBLUE MS17-010 Echo Response")
            .text("category", "A Network Trojan was detected")
            .number("severity", 1);
        let event = event(random, at, "alert", ends, "TCP").text("app_proto", "smb");
        timeline.push(at, event.object("alert", alert).finish());
    }
    let at = story::WEB_SERVER_OWNED.plus_ms(300);
    let ends = (End("10.17.60.12", random.client_port()), End(ATTACKER, 80));
    let http = Object::new()
        .text("hostname", ATTACKER)
        .text("url", "/x.sh")
        .text("http_user_agent", "curl/8.5.0")
        .text("http_method", "GET")
        .text("protocol", "HTTP/1.1")
        .number("status", 200)
        .number("length", 2_113);
    timeline.push(at, event(random, at, "http", ends, "TCP").object("http", http).finish());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_json_and_tell_the_story() {
        let text = write(Random::new(1));
        assert_eq!(text, write(Random::new(1)));
        let events: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let count =
            |test: &dyn Fn(&serde_json::Value) -> bool| events.iter().filter(|e| test(e)).count();
        assert_eq!(count(&|event| event["event_type"] == "alert"), 2);
        assert_eq!(count(&|event| event["dns"]["rrname"] == KILL_SWITCH), 2);
        let scans = |event: &serde_json::Value| {
            event["src_ip"] == PC_017.address
                && event["dest_port"] == 445
                && event["event_type"] == "flow"
        };
        assert_eq!(count(&scans), 24);
        assert!(count(&|event| event["event_type"] == "http") > 50);
    }
}
