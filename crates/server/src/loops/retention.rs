//! Events that were kept long enough, taken out of the lake.
//!
//! In: settings by organisation and class. Out: a lake without what is older. Never: an event
//! younger than its setting says, counted from its receipt.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use wardwatch_model::Timestamp;
use wardwatch_store::lake::Stays;
use wardwatch_store::{DEFAULT_DAYS, Lake, Retention, SystemScope};

use crate::app::App;

/// Microseconds of a day.
const DAY_MICROS: i64 = 24 * 3600 * 1_000_000;

/// Looks through the lake once.
///
/// # Errors
/// When lake or state fail.
pub async fn round(app: &App, system: &SystemScope, lake: &Lake) -> Result<()> {
    let settings = app.state.all_retention(system).await?;
    let files = app.state.lake_files(system, None, None).await?;
    let done = lake.expire(&app.state, system, files, &stays(settings, app.now())).await?;
    if done.rows > 0 {
        tracing::info!(
            rows = done.rows,
            files = done.files,
            rewritten = done.rewritten,
            "events that were kept long enough were removed"
        );
    }
    Ok(())
}

/// What stays at a moment.
fn stays(settings: Vec<Retention>, now: Timestamp) -> Stays {
    let mut days: HashMap<String, Vec<(String, u32)>> = HashMap::new();
    for one in settings {
        days.entry(one.org.to_string()).or_default().push((one.class, one.days));
    }
    for classes in days.values_mut() {
        classes.sort_by_key(|(class, _)| std::cmp::Reverse(class.len()));
    }
    Arc::new(move |org: &str, class: &str, received: i64| {
        let set = days.get(org).and_then(|classes| {
            classes.iter().find(|(beginning, _)| class.starts_with(beginning.as_str()))
        });
        let days = set.map_or(DEFAULT_DAYS, |(_, days)| *days);
        received >= now.micros - i64::from(days) * DAY_MICROS
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_of_a_class_counts() {
        let set = |org: &str, class: &str, days| Retention {
            org: org.parse().unwrap(),
            class: class.to_owned(),
            days,
        };
        let settings = vec![
            set("ZZ1", "", 10),
            set("ZZ1", "windows/", 20),
            set("ZZ1", "windows/-/security", 400),
            set("ZZ2", "linux", 1),
        ];
        let now = Timestamp { micros: 1_000 * DAY_MICROS };
        let stays = stays(settings, now);
        let kept = |org, class| {
            (1..1_000).take_while(|days| stays(org, class, now.micros - days * DAY_MICROS)).count()
        };
        assert_eq!(kept("ZZ1", "zeek/dns/-"), 10);
        assert_eq!(kept("ZZ1", "windows/process_creation/sysmon"), 20);
        assert_eq!(kept("ZZ1", "windows/-/security"), 400);
        assert_eq!(kept("ZZ2", "linux/-/sshd"), 1);
        assert_eq!(kept("ZZ2", "windows/-/security"), DEFAULT_DAYS as usize);
        assert_eq!(kept("ZZ3", ""), DEFAULT_DAYS as usize);
    }
}
