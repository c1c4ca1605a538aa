//! Figures for `/metrics`: requests by status, refused logins, and what others add.
//!
//! Totals only: nothing of any organisation, person or device.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

/// Whoever has figures too: writes lines in the text form of Prometheus.
pub type More = Box<dyn Fn(&mut String) + Send + Sync>;

/// Figures of requests.
#[derive(Default)]
pub struct Figures {
    /// Answers by the first digit of their status.
    answers: [AtomicU64; 6],
    /// Logins that were let in.
    pub logins: AtomicU64,
    /// Logins with a wrong name, password or code.
    pub wrong_logins: AtomicU64,
    /// Logins that came too often.
    pub limited_logins: AtomicU64,
    more: RwLock<Vec<More>>,
}

impl Figures {
    /// Counts an answer.
    pub fn answered(&self, status: u16) {
        let class = usize::from(status / 100).min(5);
        self.answers[class].fetch_add(1, Ordering::Relaxed);
    }

    /// Has somebody else's figures written too.
    pub fn also(&self, more: More) {
        self.more.write().unwrap_or_else(PoisonError::into_inner).push(more);
    }

    /// All of them.
    pub fn text(&self, pending_bytes: u64, watchers: usize) -> String {
        let mut out = String::new();
        // Writing to a String does not fail.
        let _ = self.write(&mut out, pending_bytes, watchers);
        for more in self.more.read().unwrap_or_else(PoisonError::into_inner).iter() {
            more(&mut out);
        }
        out
    }

    fn write(&self, out: &mut String, pending: u64, watchers: usize) -> std::fmt::Result {
        writeln!(out, "# HELP ward_http_answers_total Answers of the API by class of status.")?;
        writeln!(out, "# TYPE ward_http_answers_total counter")?;
        for (class, count) in self.answers.iter().enumerate().skip(1) {
            let count = count.load(Ordering::Relaxed);
            writeln!(out, "ward_http_answers_total{{status=\"{class}xx\"}} {count}")?;
        }
        writeln!(out, "# HELP ward_logins_total Attempts to log in by how they ended.")?;
        writeln!(out, "# TYPE ward_logins_total counter")?;
        for (word, count) in
            [("in", &self.logins), ("wrong", &self.wrong_logins), ("limited", &self.limited_logins)]
        {
            let count = count.load(Ordering::Relaxed);
            writeln!(out, "ward_logins_total{{end=\"{word}\"}} {count}")?;
        }
        writeln!(out, "# HELP ward_log_pending_bytes Bytes that wait to be written to the log.")?;
        writeln!(out, "# TYPE ward_log_pending_bytes gauge")?;
        writeln!(out, "ward_log_pending_bytes {pending}")?;
        writeln!(out, "# HELP ward_live_watchers Streams of live changes that are open.")?;
        writeln!(out, "# TYPE ward_live_watchers gauge")?;
        writeln!(out, "ward_live_watchers {watchers}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_totals_in_the_form_of_prometheus() {
        let figures = Figures::default();
        figures.answered(204);
        figures.answered(404);
        figures.wrong_logins.fetch_add(1, Ordering::Relaxed);
        figures.also(Box::new(|out| out.push_str("ward_more 1\n")));
        let text = figures.text(7, 1);
        for line in [
            "ward_http_answers_total{status=\"2xx\"} 1",
            "ward_http_answers_total{status=\"4xx\"} 1",
            "ward_logins_total{end=\"wrong\"} 1",
            "ward_log_pending_bytes 7",
            "ward_live_watchers 1",
            "ward_more 1",
        ] {
            assert!(text.lines().any(|one| one == line), "{line} is not in {text}");
        }
    }
}
