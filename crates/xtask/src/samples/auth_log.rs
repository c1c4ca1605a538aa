//! `auth.log` of the booking web server: RFC 3164 lines without priority, as rsyslog writes files.
//!
//! Passwords are guessed from outside until one is right; then the intruder becomes root.

use super::cast::{ADMIN_PC, ATTACKER, WEB};
use super::moment::Moment;
use super::random::Random;
use super::story;
use super::timeline::Timeline;

/// Everyday lines besides the attack.
const EVERYDAY: usize = 190;

/// The whole file.
pub fn write(mut random: Random) -> String {
    let mut timeline = Timeline::new();
    timeline.spread(&mut random, EVERYDAY, everyday);
    attack(&mut timeline, &mut random);
    timeline.into_lines()
}

fn line(at: Moment, program: &str, process: u64, message: &str) -> String {
    format!("{} {} {program}[{process}]: {message}", at.syslog(), WEB.name)
}

fn everyday(random: &mut Random, at: Moment) -> String {
    let process = random.between(1_200, 30_000);
    let session = random.between(10, 900);
    let port = random.client_port();
    match random.between(0, 100) {
        0..35 => {
            let message =
                "pam_unix(cron:session): session opened for user www-data(uid=33) by (uid=0)";
            line(at, "CRON", process, message)
        }
        35..70 => {
            line(at, "CRON", process, "pam_unix(cron:session): session closed for user www-data")
        }
        70..80 => {
            let from = ADMIN_PC.address;
            let key = random.hex(16);
            let message = format!(
                "Accepted publickey for keeper from {from} port {port} ssh2: ED25519 SHA256:{key}"
            );
            line(at, "sshd", process, &message)
        }
        80..90 => {
            let message = format!("New session {session} of user keeper.");
            line(at, "systemd-logind", 802, &message)
        }
        _ => {
            let message = format!("Session {session} logged out. Waiting for processes to exit.");
            line(at, "systemd-logind", 802, &message)
        }
    }
}

fn attack(timeline: &mut Timeline<String>, random: &mut Random) {
    let accounts = ["admin", "test", "oracle", "backup"];
    for step in 0..18 {
        let at = story::PASSWORDS_GUESSED.plus_ms(step * 2_300);
        let (account, port) = (*random.pick(&accounts), random.client_port());
        let message = if step % 3 == 2 {
            format!("Failed password for deploy from {ATTACKER} port {port} ssh2")
        } else {
            format!("Failed password for invalid user {account} from {ATTACKER} port {port} ssh2")
        };
        timeline.push(at, line(at, "sshd", random.between(2_000, 2_900), &message));
    }
    let at = story::WEB_SERVER_ENTERED;
    let port = random.client_port();
    let accepted = format!("Accepted password for deploy from {ATTACKER} port {port} ssh2");
    timeline.push(at, line(at, "sshd", 2_977, &accepted));
    let opened = "pam_unix(sshd:session): session opened for user deploy(uid=1001) by (uid=0)";
    timeline.push(at, line(at, "sshd", 2_977, opened));
    let at = at.plus_ms(90_000);
    let sudo = "  deploy : TTY=pts/0 ; PWD=/tmp ; USER=root ; COMMAND=/bin/bash";
    timeline.push(at, format!("{} {} sudo: {sudo}", at.syslog(), WEB.name));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_come_before_the_one_that_is_right() {
        let text = write(Random::new(1));
        assert_eq!(text, write(Random::new(1)));
        let at = |what: &str| text.lines().position(|line| line.contains(what)).unwrap();
        assert_eq!(text.lines().filter(|line| line.contains("Failed password")).count(), 18);
        assert!(at("Failed password") < at("Accepted password for deploy"));
        assert!(at("Accepted password for deploy") < at("sudo:"));
        assert!(
            text.lines().all(|line| line.starts_with("Nov 13 ") && line.contains(" zz1-web-02 "))
        );
    }
}
