//! Zeek's `conn.log` in JSON: the same afternoon as another sensor saw it.

use super::cast::{CONTROLLER, FILES, Host, PC_017, PROXY, RECORDS, WARD_PCS};
use super::json::Object;
use super::moment::Moment;
use super::random::Random;
use super::story;
use super::timeline::Timeline;

/// Everyday connections besides the attack.
const EVERYDAY: usize = 140;

/// One connection as Zeek saw it.
struct Connection<'a> {
    from: &'a str,
    to: &'a str,
    port: u64,
    protocol: &'a str,
    service: &'a str,
    answered: bool,
}

/// The whole file.
pub fn write(mut random: Random) -> String {
    let mut timeline = Timeline::new();
    timeline.spread(&mut random, EVERYDAY, everyday);
    for step in 0..20 {
        let at = story::WORM_SPREADS.plus_ms(step * 420);
        let to = format!("10.17.23.{}", 100 + step);
        let (from, port) = (PC_017.address, 445);
        let scan =
            Connection { from, to: &to, port, protocol: "tcp", service: "", answered: false };
        timeline.push(at, line(&mut random, at, &scan));
    }
    timeline.into_lines()
}

fn everyday(random: &mut Random, at: Moment) -> String {
    let from: &Host = random.pick(&WARD_PCS);
    let (to, port, protocol, service) = *random.pick(&[
        (&PROXY, 8_080, "tcp", "http"),
        (&RECORDS, 443, "tcp", "ssl"),
        (&FILES, 445, "tcp", "smb"),
        (&CONTROLLER, 53, "udp", "dns"),
        (&CONTROLLER, 88, "tcp", "krb_tcp"),
    ]);
    let (from, to) = (from.address, to.address);
    line(random, at, &Connection { from, to, port, protocol, service, answered: true })
}

fn line(random: &mut Random, at: Moment, connection: &Connection) -> String {
    let (sent, received) = if connection.answered {
        (random.between(60, 9_000), random.between(100, 80_000))
    } else {
        (0, 0)
    };
    let mut object = Object::new()
        .text("_path", "conn")
        .member("ts", &at.epoch())
        .text("uid", format!("C{}", random.hex(16)))
        .text("id.orig_h", connection.from)
        .number("id.orig_p", random.client_port())
        .text("id.resp_h", connection.to)
        .number("id.resp_p", connection.port)
        .text("proto", connection.protocol);
    if !connection.service.is_empty() {
        object = object.text("service", connection.service);
    }
    if connection.answered {
        object = object.member("duration", &format!("0.{:06}", random.between(900, 999_999)));
    }
    object
        .number("orig_bytes", sent)
        .number("resp_bytes", received)
        .text("conn_state", if connection.answered { "SF" } else { "S0" })
        .truth("local_orig", true)
        .truth("local_resp", true)
        .number("missed_bytes", 0)
        .text("history", if connection.answered { "ShADadFf" } else { "S" })
        .number("orig_pkts", sent / 600 + 1)
        .number("resp_pkts", received.div_ceil(1_200))
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scan_is_there_among_ordinary_connections() {
        let text = write(Random::new(1));
        assert_eq!(text, write(Random::new(1)));
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), EVERYDAY + 20);
        let unanswered = lines.iter().filter(|line| line["conn_state"] == "S0").count();
        assert_eq!(unanswered, 20);
        assert!(lines.iter().all(|line| line["ts"].is_f64() && line["id.resp_p"].is_u64()));
    }
}
