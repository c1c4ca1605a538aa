//! Something that an attack touched, with the question where else it was seen.

use maud::{Markup, html};
use wardwatch_model::{Entity, EntityKind};

use super::address::Address;
use super::text::{bare, short};

/// Bytes of a value that a question can be asked by: longer texts are none that a hunt takes.
const LONGEST: usize = 1_000;
/// Hours that the question looks back over: thirty days.
const HOURS: u32 = 720;

/// A value; for whoever may read events with the way to the hunt for it.
pub fn value(entity: &Entity, may_hunt: bool) -> Markup {
    let told = html! { code.chip { (short(&entity.value, 80)) } };
    match question(entity).filter(|_| may_hunt) {
        None => told,
        Some(sql) => {
            let to = Address::of("/hunt").with("sql", sql).with("hours", HOURS).text();
            html! { a href=(to) title="Where else was it seen?" aria-label={ "Hunt for " (bare(&entity.value)) } { (told) } }
        }
    }
}

/// Where a value was seen, by organisation and device.
fn question(entity: &Entity) -> Option<String> {
    if entity.value.is_empty() || entity.value.len() > LONGEST {
        return None;
    }
    let is = |column: &str| format!("{column} = '{}'", entity.value.replace('\'', "''"));
    let seen = match entity.kind {
        EntityKind::Device => is("device"),
        EntityKind::User => is("\"user\""),
        EntityKind::Process => format!("{} OR {}", is("process"), is("parent_process")),
        EntityKind::Hash => is(if entity.value.len() == 32 { "md5" } else { "sha256" }),
        EntityKind::Address => format!("{} OR {}", is("source_ip"), is("destination_ip")),
        EntityKind::Domain => is("domain"),
    };
    Some(format!(
        "SELECT org, device, count(*) AS events, min(time) AS first, max(time) AS last\n\
         FROM events WHERE {seen}\nGROUP BY org, device ORDER BY events DESC LIMIT 500"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_hunted_as_text_and_only_by_who_may() {
        let entity = |value: &str| Entity { kind: EntityKind::Domain, value: value.to_owned() };
        let sql = question(&entity("it's.example")).unwrap();
        assert!(sql.contains("domain = 'it''s.example'"), "{sql}");
        assert_eq!(question(&entity(&"a".repeat(LONGEST + 1))), None);
        let shown = value(&entity("a.example"), false).into_string();
        assert!(!shown.contains("href"), "{shown}");
        assert!(value(&entity("a.example"), true).into_string().contains("href=\"/hunt?sql="));
    }
}
