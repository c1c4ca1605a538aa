//! The firewall's log: CEF carried in syslog. From outside, somebody tries ports and gets through
//! to the one on which scanners exchange pictures (DICOM, port 104).

use super::cast::{ATTACKER, Host, PICTURES, PROXY, SITES, WARD_PCS, WEB};
use super::moment::Moment;
use super::random::Random;
use super::story;
use super::timeline::Timeline;

/// Everyday lines besides the attack.
const EVERYDAY: usize = 210;

/// A connection and what the firewall did with it.
struct Decision<'a> {
    allowed: bool,
    inbound: bool,
    from: &'a str,
    to: &'a str,
    port: u64,
    rule: &'a str,
}

/// The whole file.
pub fn write(mut random: Random) -> String {
    let mut timeline = Timeline::new();
    timeline.spread(&mut random, EVERYDAY, everyday);
    attack(&mut timeline, &mut random);
    timeline.into_lines()
}

fn line(random: &mut Random, at: Moment, decision: &Decision) -> String {
    let (id, name, severity, action) = if decision.allowed {
        ("accept", "Connection allowed", 2, "accept")
    } else {
        ("deny", "Connection denied", 4, "deny")
    };
    let (sent, received) = if decision.allowed {
        (random.between(400, 9_000), random.between(400, 90_000))
    } else {
        (60, 0)
    };
    format!(
        "<134>{} zz1-fw-01 CEF:0|Example|Gatekeeper|4.2|{id}|{name}|{severity}|rt={} act={action} deviceDirection={} src={} spt={} dst={} dpt={} proto=TCP out={sent} in={received} cs1Label=Rule cs1={}",
        at.syslog(),
        at.epoch_ms(),
        u8::from(!decision.inbound),
        decision.from,
        random.client_port(),
        decision.to,
        decision.port,
        decision.rule,
    )
}

fn everyday(random: &mut Random, at: Moment) -> String {
    let host: &Host = random.pick(&WARD_PCS);
    let (_, site) = *random.pick(&SITES);
    let decision = match random.between(0, 100) {
        0..60 => Decision {
            allowed: true,
            inbound: false,
            from: PROXY.address,
            to: site,
            port: 443,
            rule: "proxy to internet",
        },
        60..80 => Decision {
            allowed: true,
            inbound: true,
            from: site,
            to: WEB.address,
            port: 443,
            rule: "booking",
        },
        _ => Decision {
            allowed: false,
            inbound: false,
            from: host.address,
            to: site,
            port: 443,
            rule: "no direct internet",
        },
    };
    line(random, at, &decision)
}

fn attack(timeline: &mut Timeline<String>, random: &mut Random) {
    for (step, port) in (0..).zip([21, 22, 23, 80, 445, 3_389, 5_900, 8_080]) {
        let at = story::PORTS_TRIED.plus_ms(step * 400);
        let (from, to) = (ATTACKER, PICTURES.address);
        let rule = "default";
        let tried = Decision { allowed: false, inbound: true, from, to, port, rule };
        timeline.push(at, line(random, at, &tried));
    }
    for (step, port) in (0..).zip([104, 104, 2_575]) {
        let at = story::PORTS_TRIED.plus_ms(5_000 + step * 2_500);
        let (from, to) = (ATTACKER, PICTURES.address);
        let rule = "imaging supplier support";
        let reached = Decision { allowed: true, inbound: true, from, to, port, rule };
        timeline.push(at, line(random, at, &reached));
    }
    let at = story::PASSWORDS_GUESSED;
    let (from, to, rule) = (ATTACKER, WEB.address, "booking support");
    let shell = Decision { allowed: true, inbound: true, from, to, port: 22, rule };
    timeline.push(at, line(random, at, &shell));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_port_is_reached_from_outside() {
        let text = write(Random::new(1));
        assert_eq!(text, write(Random::new(1)));
        assert!(
            text.lines().all(|line| line.starts_with("<134>Nov 13 ") && line.contains(" CEF:0|"))
        );
        let reached = |line: &&str| {
            line.contains("act=accept")
                && line.contains("src=203.0.113.66")
                && line.contains(" dpt=104 ")
        };
        assert_eq!(text.lines().filter(reached).count(), 2);
    }
}
