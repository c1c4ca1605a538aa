//! Until when a device gets fixes.
//!
//! In: support dates, the releases that it may run, who it pays, a day. Out: the last day, how it
//! stands on that day, and why. Never: the kindest reading of what is in doubt.
//!
//! A last day is inclusive: what is supported until 2020-01-14 is supported on 2020-01-14. A
//! [`Day`] has no zone; the days of sources are read as days of Europe/London, and so must the
//! caller's `today` be. A vendor elsewhere may stop some hours sooner or later.

use serde::{Deserialize, Serialize};
use wardwatch_model::landscape::{Channel, Lifecycle};
use wardwatch_model::{Day, SupportState};

/// Calendar months before the end from which on support [`SupportState::EndsSoon`].
const SOON_MONTHS: i32 = 12;

/// How long a device gets fixes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// The last day on which this device gets fixes; the extended day when it pays for that. None
    /// when not known or when there is no end yet, see `state`.
    pub ends: Option<Day>,
    /// The last day of fixes for those who pay, where there is such an offer.
    pub extended_until: Option<Day>,
    /// How it stands today.
    pub state: SupportState,
    /// The release that the answer rests on, as its source calls it; none when none is known.
    pub cycle: Option<String>,
    /// The name of that release for people; empty when none is known.
    pub label: String,
    /// The day of its release.
    pub released: Option<Day>,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
}

impl Support {
    /// Nothing is known, and why.
    pub fn unknown(reason: impl Into<String>) -> Support {
        Support {
            ends: None,
            extended_until: None,
            state: SupportState::Unknown,
            cycle: None,
            label: String::new(),
            released: None,
            reasons: vec![reason.into()],
        }
    }
}

/// How long a device is supported that runs one of `cycles` of `product`.
///
/// `channel` is whose dates count, none when the edition is not known; `esu` whether extended
/// security updates are paid for. Candidates that disagree: the earliest end is taken, and said.
/// The answer depends on nothing of the device but these, so a caller with many devices should ask
/// once for each kind.
pub fn support<C: AsRef<str>>(
    lifecycles: &[Lifecycle],
    product: &str,
    cycles: &[C],
    channel: Option<Channel>,
    esu: bool,
    today: Day,
) -> Support {
    let rows: Vec<&Lifecycle> = lifecycles
        .iter()
        .filter(|row| row.product == product)
        .filter(|row| cycles.iter().any(|cycle| cycle.as_ref() == row.cycle))
        .collect();
    if rows.is_empty() {
        return unknown(product, cycles);
    }
    let mut reasons = Vec::new();
    let rows = of_channel(rows, channel, &mut reasons);
    let chosen = earliest(&rows, esu, &mut reasons);
    let ends = last_day(chosen, esu);
    let undated =
        rows.iter().find(|row| last_day(row, esu).is_none() && !row.open_ended && !row.ended);
    let mut state = state(chosen, ends, today, &mut reasons);
    if let Some(row) = undated.filter(|_| state != SupportState::Ended) {
        reasons.push(format!("no source names the end of {}", row.label));
        state = SupportState::Unknown;
    }
    Support {
        ends,
        extended_until: chosen.extended_until,
        state,
        cycle: Some(chosen.cycle.clone()),
        label: chosen.label.clone(),
        released: chosen.released,
        reasons,
    }
}

fn unknown<C: AsRef<str>>(product: &str, cycles: &[C]) -> Support {
    let named: Vec<&str> = cycles.iter().map(AsRef::as_ref).collect();
    let reason = match named.as_slice() {
        [] => format!("which release of {product} it runs is not known"),
        _ => format!("no support dates for {product} {}", named.join(" or ")),
    };
    Support::unknown(reason)
}

/// The rows whose dates are for `channel`. All of them when it is not known or none of them is.
fn of_channel<'a>(
    rows: Vec<&'a Lifecycle>,
    channel: Option<Channel>,
    reasons: &mut Vec<String>,
) -> Vec<&'a Lifecycle> {
    let Some(channel) = channel else { return rows };
    let exact: Vec<_> = rows.iter().copied().filter(|row| row.channel == channel).collect();
    if !exact.is_empty() {
        return exact;
    }
    let shared: Vec<_> = rows.iter().copied().filter(|row| row.channel == Channel::All).collect();
    if !shared.is_empty() {
        return shared;
    }
    reasons.push("no dates for its edition; those of other editions are used".to_owned());
    rows
}

/// The last day of fixes for a device on `row`.
fn last_day(row: &Lifecycle, esu: bool) -> Option<Day> {
    match row.extended_until {
        Some(extended) if esu => row.supported_until.max(Some(extended)),
        _ => row.supported_until,
    }
}

/// The row that ends first: one that has ended on a day that is not told, then one with a date, then
/// one without. Invariant: `rows` is not empty.
fn earliest<'a>(rows: &[&'a Lifecycle], esu: bool, reasons: &mut Vec<String>) -> &'a Lifecycle {
    let key =
        |row: &Lifecycle| last_day(row, esu).unwrap_or(if row.ended { Day::MIN } else { Day::MAX });
    let mut chosen = rows[0];
    for row in rows {
        if (key(row), &row.cycle) < (key(chosen), &chosen.cycle) {
            chosen = row;
        }
    }
    if rows.iter().any(|row| key(row) != key(chosen)) {
        let mut labels: Vec<&str> = rows.iter().map(|row| row.label.as_str()).collect();
        labels.sort_unstable();
        labels.dedup();
        reasons.push(format!(
            "it may be {}; the earliest end, that of {}, is taken",
            labels.join(" or "),
            chosen.label
        ));
    }
    chosen
}

fn state(
    row: &Lifecycle,
    ends: Option<Day>,
    today: Day,
    reasons: &mut Vec<String>,
) -> SupportState {
    let label = &row.label;
    let Some(ends) = ends else {
        if row.ended {
            reasons.push(format!("support for {label} has ended; no source names the day"));
            return over(row, today, reasons);
        }
        if row.open_ended {
            reasons.push(format!("{label} has no end of support yet"));
            return SupportState::Supported;
        }
        reasons.push(format!("no source names the end of {label}"));
        return SupportState::Unknown;
    };
    if row.extended_until == Some(ends) && row.supported_until < Some(ends) {
        reasons.push(format!("{label} gets extended security updates through {ends}"));
    } else {
        let verb = if today <= ends { "is" } else { "was" };
        reasons.push(format!("{label} {verb} supported through {ends}"));
    }
    if today <= ends {
        let soon = ends <= today.plus_months(SOON_MONTHS);
        return if soon { SupportState::EndsSoon } else { SupportState::Supported };
    }
    over(row, today, reasons)
}

/// How support stands that is over, for a device that does not pay for more.
fn over(row: &Lifecycle, today: Day, reasons: &mut Vec<String>) -> SupportState {
    match row.extended_until {
        Some(extended) if today <= extended => {
            reasons.push(format!(
                "fixes until {extended} only with extended security updates, which it has not"
            ));
            SupportState::ExtendedOnly
        }
        _ => SupportState::Ended,
    }
}
