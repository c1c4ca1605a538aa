//! What an audit event tells in Sigma's words: image, command line, user, file, connection.
//!
//! In: the event's native fields as they are read, from auditd or laurel. Out: aliases behind
//! them, and the event's log sources. Never: a native field changed.

use std::net::{Ipv4Addr, Ipv6Addr};

use bumpalo::collections::{String as BumpString, Vec as BumpVec};
use wardwatch_model::Value;

use crate::aliases::concat;
use crate::audit::{pairs, syscalls};
use crate::draft::Draft;
use crate::error::RecordError;
use crate::sources_linux::{AuditNature, LinuxSources};

/// Most made files that one event names.
const MAX_CREATED: usize = 64;

/// User ids that mean "nobody has logged in".
const UNSET: [&str; 3] = ["4294967295", "-1", "unset"];

/// An internet address and port, as text.
type Endpoint<'b> = (&'b str, &'b str);

/// What is known of the event so far. The first value of each counts.
pub(crate) struct Facts<'b> {
    exe: Option<&'b str>,
    pid: Option<&'b str>,
    ppid: Option<&'b str>,
    auid: Option<&'b str>,
    auid_name: Option<&'b str>,
    uid: Option<&'b str>,
    uid_name: Option<&'b str>,
    cwd: Option<&'b str>,
    arch: Option<&'b str>,
    syscall: Option<&'b str>,
    syscall_name: Option<&'b str>,
    title: Option<&'b str>,
    /// The name in the PATH record that is being read.
    path: Option<&'b str>,
    created: BumpVec<'b, &'b str>,
    remote: Option<Endpoint<'b>>,
    /// The arguments of EXECVE, joined by blanks.
    command_line: Option<BumpString<'b>>,
    arena: &'b bumpalo::Bump,
}

impl<'b> Facts<'b> {
    pub(crate) fn new(draft: &Draft<'b>) -> Self {
        Facts {
            exe: None,
            pid: None,
            ppid: None,
            auid: None,
            auid_name: None,
            uid: None,
            uid_name: None,
            cwd: None,
            arch: None,
            syscall: None,
            syscall_name: None,
            title: None,
            path: None,
            created: BumpVec::new_in(draft.arena),
            remote: None,
            command_line: None,
            arena: draft.arena,
        }
    }

    /// Takes note of a field of a record of type `record`.
    pub(crate) fn note(&mut self, record: &str, name: &str, value: &'b str) {
        let slot = match name {
            "name" if record == "PATH" => {
                self.path = Some(value);
                return;
            }
            "nametype" if record == "PATH" => {
                let path = self.path.take().filter(|_| value == "CREATE");
                if let Some(path) = path.filter(|_| self.created.len() < MAX_CREATED) {
                    self.created.push(path);
                }
                return;
            }
            "saddr" => {
                self.remote = self.remote.or_else(|| self.endpoint(value));
                return;
            }
            "exe" => &mut self.exe,
            "pid" => &mut self.pid,
            "ppid" => &mut self.ppid,
            "auid" => &mut self.auid,
            "AUID" => &mut self.auid_name,
            "uid" => &mut self.uid,
            "UID" => &mut self.uid_name,
            "cwd" => &mut self.cwd,
            "arch" => &mut self.arch,
            "syscall" => &mut self.syscall,
            "SYSCALL" => &mut self.syscall_name,
            "proctitle" | "cmd" => &mut self.title,
            _ => return,
        };
        slot.get_or_insert(value);
    }

    /// Takes note of where a socket leads, for formats that spell it out.
    pub(crate) fn note_remote(&mut self, address: &'b str, port: &'b str) {
        self.remote.get_or_insert((address, port));
    }

    /// Takes note of the next argument of a started program.
    pub(crate) fn argument(&mut self, text: &str) {
        let arena = self.arena;
        match &mut self.command_line {
            None => self.command_line = Some(BumpString::from_str_in(text, arena)),
            Some(line) => {
                line.push(' ');
                line.push_str(text);
            }
        }
    }

    /// Adds the aliases and sets the log sources.
    ///
    /// # Errors
    /// When the event has too many fields.
    pub(crate) fn conclude(
        mut self,
        draft: &mut Draft<'b>,
        sources: &LinuxSources,
    ) -> Result<(), RecordError> {
        let executed = self.command_line.is_some();
        let command_line = self.command_line.take().map(BumpString::into_bump_str).or(self.title);
        let call = self.call();
        for (alias, value) in [
            ("Image", self.exe),
            ("CommandLine", command_line),
            ("ProcessId", self.pid),
            ("ParentProcessId", self.ppid),
            ("User", self.user()),
            ("CurrentDirectory", self.cwd),
            ("SYSCALL", call.filter(|_| self.syscall_name.is_none())),
        ] {
            if let Some(value) = value {
                draft.push(alias, Value::Text(value))?;
            }
        }
        self.files(draft)?;
        let remote = self.remote.filter(|_| call == Some("connect"));
        if let Some((address, port)) = remote {
            draft.push_text("DestinationIp", address)?;
            draft.push("DestinationPort", Value::Number(port))?;
            draft.push_text("Initiated", "true")?;
        }
        let nature = match remote {
            _ if executed => AuditNature::Process,
            Some(_) => AuditNature::Connection,
            None if !self.created.is_empty() => AuditNature::File,
            None => AuditNature::Other,
        };
        draft.sources = sources.audit(nature);
        Ok(())
    }

    /// The files that were made, with their directory.
    fn files(&self, draft: &mut Draft<'b>) -> Result<(), RecordError> {
        for name in &self.created {
            let path = match self.cwd {
                Some(directory) if !name.starts_with('/') => {
                    let name = name.strip_prefix("./").unwrap_or(name);
                    concat(draft, &[directory.trim_end_matches('/'), "/", name])
                }
                _ => name,
            };
            draft.push_text("TargetFilename", path)?;
        }
        Ok(())
    }

    /// The system call's name, from the enriched record or by number.
    fn call(&self) -> Option<&'b str> {
        self.syscall_name.or_else(|| syscalls::name(self.arch?, self.syscall?))
    }

    /// Who logged in, or, where nobody did, who the process runs as.
    fn user(&self) -> Option<&'b str> {
        let set = |user: &&str| !UNSET.contains(user);
        let login = self.auid_name.or(self.auid).filter(set);
        let login = login.filter(|_| self.auid.is_none_or(|id| set(&id)));
        login.or(self.uid_name).or(self.uid)
    }

    /// The internet address in a `sockaddr` as the kernel writes it, in hexadecimal digits.
    fn endpoint(&self, saddr: &str) -> Option<Endpoint<'b>> {
        let bytes = pairs::bytes_of(self.arena, saddr)?;
        let port = u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]);
        // The family is in the machine's order; all that audit runs on today are little-endian.
        let address = match bytes.get(..2)? {
            [2, 0] => {
                let octets: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
                self.arena.alloc_str(&Ipv4Addr::from(octets).to_string())
            }
            [10, 0] => {
                let octets: [u8; 16] = bytes.get(8..24)?.try_into().ok()?;
                self.arena.alloc_str(&Ipv6Addr::from(octets).to_string())
            }
            _ => return None,
        };
        Some((address, self.arena.alloc_str(&port.to_string())))
    }
}
