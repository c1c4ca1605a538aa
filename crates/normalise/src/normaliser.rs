//! One entry for every kind of record: text in, event out.
//!
//! In: the text of one record, and an arena that holds what the event needs beside it. Out: the
//! event with its log sources. Shapes of JSON are told by the names in them.

use bumpalo::Bump;
use wardwatch_model::{Event, LogSource, SourceSet, SourceTable};

use crate::audit::{self, AuditGroup};
use crate::draft::Draft;
use crate::ecs::{self, EcsSources};
use crate::error::RecordError;
use crate::json::Wrapping;
use crate::own::OwnSources;
use crate::sources_linux::LinuxSources;
use crate::sources_network::NetworkSources;
use crate::sources_windows::WindowsSources;
use crate::wer::{self, WerSources};
use crate::{cef, eve, json, laurel, rendered, syslog, windows, zeek};

/// Knows every log source; shared by all threads.
#[derive(Debug)]
pub struct Normaliser {
    table: SourceTable,
    windows: WindowsSources,
    linux: LinuxSources,
    network: NetworkSources,
    ecs: EcsSources,
    wer: WerSources,
    own: OwnSources,
    given: Option<SourceSet>,
}

impl Normaliser {
    /// `given` is the log source for records that do not tell their own.
    pub fn new(given: Option<LogSource>) -> Self {
        let mut table = SourceTable::default();
        let windows = WindowsSources::intern(&mut table);
        let linux = LinuxSources::intern(&mut table);
        let network = NetworkSources::intern(&mut table);
        let ecs = EcsSources::intern(&mut table);
        let wer = WerSources::intern(&mut table);
        let own = OwnSources::intern(&mut table);
        let given = given.map(|source| table.intern(vec![source]));
        Normaliser { table, windows, linux, network, ecs, wer, own, given }
    }

    /// Every set of log sources that events can have.
    pub fn table(&self) -> &SourceTable {
        &self.table
    }

    /// An event from one JSON object.
    ///
    /// # Errors
    /// When the text is not one JSON object, or exceeds a limit.
    pub fn json<'b>(
        &self,
        arena: &'b Bump,
        text: &'b str,
        record: u64,
    ) -> Result<Event<'b>, RecordError> {
        let mut draft = Draft::new(arena, record);
        let wrapping = json::flatten(text, &mut draft)?;
        if !windows::finish(&mut draft, &self.windows, wrapping)?
            && !self.finish_rendered(&mut draft)?
        {
            self.finish_other(&mut draft)?;
        }
        Ok(draft.finish())
    }

    /// JSON that carries a Windows event as XML; a broken one is left as the text that it is.
    fn finish_rendered(&self, draft: &mut Draft<'_>) -> Result<bool, RecordError> {
        let Some(text) = rendered::find(draft) else { return Ok(false) };
        let native = draft.fields.len();
        if rendered::flatten(text, draft).is_err() {
            draft.fields.truncate(native);
            return Ok(false);
        }
        windows::finish(draft, &self.windows, Wrapping::WindowsEvent)
    }

    /// JSON that is no Windows event.
    fn finish_other(&self, draft: &mut Draft<'_>) -> Result<(), RecordError> {
        if let Some(sources) = self.own.recognise(draft) {
            crate::other::finish(draft, Some(sources));
            Ok(())
        } else if eve::recognise(draft) {
            eve::finish(draft, &self.network)
        } else if zeek::recognise(draft) {
            zeek::finish(draft, &self.network)
        } else if laurel::recognise(draft) {
            laurel::finish(draft, &self.linux)
        } else if ecs::recognise(draft) {
            match ecs::finish(draft, &self.ecs)? {
                true => Ok(()),
                false => syslog::document::finish(draft, &self.linux, &self.network),
            }
        } else {
            crate::other::finish(draft, self.given);
            match self.given {
                Some(_) => Ok(()),
                None => syslog::document::finish(draft, &self.linux, &self.network),
            }
        }
    }

    /// An event from one line of syslog or CEF. `year` is for stamps without one.
    ///
    /// # Errors
    /// When the line is neither, or exceeds a limit.
    pub fn line<'b>(
        &self,
        arena: &'b Bump,
        line: &'b str,
        year: i32,
        record: u64,
    ) -> Result<Event<'b>, RecordError> {
        let mut draft = Draft::new(arena, record);
        if cef::recognise(line) {
            cef::normalise(line, &mut draft, &self.network)?;
        } else {
            syslog::normalise(line, year, &mut draft, &self.linux, &self.network)?;
        }
        Ok(draft.finish())
    }

    /// Whether a line is one that [`Normaliser::line`] reads.
    pub fn is_line(line: &str) -> bool {
        cef::recognise(line) || syslog::recognise(line)
    }

    /// An event from the auditd records of one serial.
    ///
    /// # Errors
    /// When they are no auditd records.
    pub fn audit<'b>(
        &self,
        arena: &'b Bump,
        group: &AuditGroup<'b>,
    ) -> Result<Event<'b>, RecordError> {
        let mut draft = Draft::new(arena, group.serial);
        audit::normalise(group, &mut draft, &self.linux)?;
        Ok(draft.finish())
    }

    /// An event from a Windows Error Reporting report.
    ///
    /// # Errors
    /// When it is none, or exceeds a limit.
    pub fn wer<'b>(&self, arena: &'b Bump, report: &'b [u8]) -> Result<Event<'b>, RecordError> {
        let mut draft = Draft::new(arena, 1);
        wer::normalise(report, &mut draft, &self.wer)?;
        Ok(draft.finish())
    }
}
