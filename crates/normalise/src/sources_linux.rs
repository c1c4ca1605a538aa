//! The log sources of Linux records: audit events by what they show, syslog lines by program.
//!
//! In: the table that numbers sets, once. Out: [`LinuxSources`], which the parsers ask.
//! Never: a look at a record.

use wardwatch_model::{LogSource, SourceSet, SourceTable};

/// What a joined audit event shows, beyond that auditd wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditNature {
    /// A program was started.
    Process,
    /// A file was made.
    File,
    /// A connection to an internet address was tried.
    Connection,
    /// Anything else.
    Other,
}

/// Programs whose lines are in the authentication log, besides those with a set of their own.
const AUTH_PROGRAMS: [&str; 18] = [
    "su",
    "login",
    "systemd-logind",
    "pkexec",
    "polkitd",
    "passwd",
    "chpasswd",
    "useradd",
    "userdel",
    "usermod",
    "groupadd",
    "groupdel",
    "groupmod",
    "chage",
    "chfn",
    "gpasswd",
    "gdm-password",
    "doas",
];

/// Programs with services of their own: `(program, services)`, the most specific service first.
const PROGRAM_SERVICES: [(&str, &[&str]); 20] = [
    ("sshd", &["sshd", "auth", "syslog"]),
    ("sshd-session", &["sshd", "auth", "syslog"]),
    ("sshd-auth", &["sshd", "auth", "syslog"]),
    ("sudo", &["sudo", "auth", "syslog"]),
    ("cron", &["cron", "syslog"]),
    ("crond", &["cron", "syslog"]),
    ("crontab", &["cron", "syslog"]),
    ("anacron", &["cron", "syslog"]),
    ("clamd", &["clamav", "syslog"]),
    ("freshclam", &["clamav", "syslog"]),
    ("clamscan", &["clamav", "syslog"]),
    ("clamonacc", &["clamav", "syslog"]),
    ("clamav-milter", &["clamav", "syslog"]),
    ("vsftpd", &["vsftpd", "syslog"]),
    ("guacd", &["guacamole", "syslog"]),
    ("named", &["named", "syslog"]),
    ("bind", &["named", "syslog"]),
    ("httpd", &["apache", "syslog"]),
    ("apache2", &["apache", "syslog"]),
    ("nginx", &["nginx", "syslog"]),
];

/// Every set of log sources that a Linux record can have.
#[derive(Debug, Clone)]
pub struct LinuxSources {
    auditd: SourceSet,
    audit_process: SourceSet,
    audit_file: SourceSet,
    audit_connection: SourceSet,
    syslog: SourceSet,
    auth: SourceSet,
    programs: Vec<(&'static str, SourceSet)>,
}

impl LinuxSources {
    /// Numbers the sets in `table`.
    pub fn intern(table: &mut SourceTable) -> Self {
        let auditd = || LogSource::new("linux", "", "auditd");
        let category = |name| LogSource::new("linux", name, "");
        let programs = PROGRAM_SERVICES
            .iter()
            .map(|(program, services)| (*program, table.intern(linux_services(services))))
            .collect();
        LinuxSources {
            auditd: table.intern(vec![auditd()]),
            audit_process: table.intern(vec![category("process_creation"), auditd()]),
            audit_file: table.intern(vec![category("file_event"), auditd()]),
            audit_connection: table.intern(vec![category("network_connection"), auditd()]),
            syslog: table.intern(linux_services(&["syslog"])),
            auth: table.intern(linux_services(&["auth", "syslog"])),
            programs,
        }
    }

    /// The log sources of an audit event.
    pub fn audit(&self, nature: AuditNature) -> SourceSet {
        match nature {
            AuditNature::Process => self.audit_process,
            AuditNature::File => self.audit_file,
            AuditNature::Connection => self.audit_connection,
            AuditNature::Other => self.auditd,
        }
    }

    /// The log sources of a syslog line by the program that wrote it, in any case, with or
    /// without its path (`/usr/sbin/cron`), instance (`postfix/smtpd`) or PAM part
    /// (`sshd(pam_unix)`). `facility` decides for programs that are not known.
    pub fn syslog(&self, program: &str, facility: &str) -> SourceSet {
        let name = bare_program(program);
        if let Some((_, set)) =
            self.programs.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            return *set;
        }
        let auth = AUTH_PROGRAMS.iter().any(|known| known.eq_ignore_ascii_case(name))
            || program.contains("(pam")
            || matches!(facility, "auth" | "authpriv");
        if auth { self.auth } else { self.syslog }
    }
}

fn linux_services(services: &[&str]) -> Vec<LogSource> {
    services.iter().map(|service| LogSource::new("linux", "", service)).collect()
}

/// The program's own name within a syslog tag.
fn bare_program(tag: &str) -> &str {
    let tag = tag.split_once('(').map_or(tag, |(name, _)| name);
    if tag.starts_with('/') {
        tag.rsplit('/').next().unwrap_or(tag)
    } else {
        tag.split('/').next().unwrap_or(tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_every_service_that_a_rule_could_name() {
        let mut table = SourceTable::default();
        let sources = LinuxSources::intern(&mut table);
        let mut told = String::new();
        for (program, facility) in [
            ("sshd", "auth"),
            ("sshd(pam_unix)", "authpriv"),
            ("CRON", "cron"),
            ("/usr/sbin/cron", "cron"),
            ("su", "auth"),
            ("postfix/smtpd", "mail"),
            ("inventedd", "authpriv"),
            ("inventedd", ""),
        ] {
            let set = table.get(sources.syslog(program, facility));
            let names: Vec<_> = set.iter().filter_map(|source| source.service.clone()).collect();
            told += &format!("{program} {facility}: {}\n", names.join(" "));
        }
        let expected = "sshd auth: sshd auth syslog\n\
                        sshd(pam_unix) authpriv: sshd auth syslog\n\
                        CRON cron: cron syslog\n\
                        /usr/sbin/cron cron: cron syslog\n\
                        su auth: auth syslog\n\
                        postfix/smtpd mail: syslog\n\
                        inventedd authpriv: auth syslog\n\
                        inventedd : syslog\n";
        assert_eq!(told, expected);
    }
}
