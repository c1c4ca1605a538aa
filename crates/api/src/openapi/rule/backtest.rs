//! The document's part on back-tests.

use serde_json::json;
use wardwatch_model::Permission;

use super::super::schema::{
    answer, count, id, list, maybe, org, reference, request, text, time, words,
};
use super::super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let access = Access::Needs(Permission::WriteRules);
    let path = "/api/v1/rules/backtests/{id}";
    vec![
        Operation::new(
            "post",
            "/api/v1/rules/backtests",
            access,
            "rules_backtest",
            "Try a rule on stored events, in the background.",
        )
        .body("NewBacktest")
        .or_problem(404)
        .gives(202, "Backtest", "It runs: ask for it by its id."),
        Operation::new("get", path, access, "rules_backtest_get", "How far a back-test is.").gives(
            200,
            "Backtest",
            "What was found up to now.",
        ),
        Operation::new("delete", path, access, "rules_backtest_cancel", "End a back-test.")
            .gives_nothing("It ends; what was found stays."),
    ]
}

pub fn schemas() -> Schemas {
    let new = request(
        &[],
        &[
            ("rule", maybe(text()), "A rule's text; or `id`."),
            ("id", maybe(text()), "A rule in use; or `rule`."),
            ("from", maybe(time()), "Events from this time on; seven days before the end if null."),
            ("until", maybe(time()), "Events before this time; now if null."),
            ("org", maybe(org()), "Only those of this organisation and those below it."),
        ],
    );
    let of_org = answer(&[("org", org(), "Which."), ("hits", count(), "How many.")], &[]);
    let of_device = answer(
        &[
            ("org", org(), "Its organisation."),
            ("device", text(), "Its name."),
            ("hits", count(), "How many."),
        ],
        &[],
    );
    let of_day = answer(
        &[
            ("day", json!({ "type": "string", "format": "date" }), "The day, in UTC."),
            ("hits", count(), "How many."),
        ],
        &[],
    );
    let states = words(["running", "done", "cut", "cancelled", "failed"]);
    let backtest = answer(
        &[
            ("id", id(), "Its identity."),
            ("state", states, "How far it is; `cut` when it ended at a limit."),
            ("reason", maybe(text()), "Why it was cut or failed."),
            ("rule", text(), "The rule's identity."),
            ("title", text(), "The rule's title."),
            ("from", time(), "Events from this time on."),
            ("until", time(), "Events before this time."),
            ("started", time(), "When it began."),
            ("ended", maybe(time()), "When it ended."),
            ("files", count(), "Files to be read."),
            ("files_read", count(), "How many were read."),
            ("rows", count(), "Events that were looked at."),
            ("unreadable", count(), "Events at rest that could not be read."),
            ("hits", count(), "Detections that the rule would have made."),
            ("by_org", list(reference("OrgCount")), "By organisation, most first."),
            ("by_device", list(reference("DeviceCount")), "By device, most first."),
            ("by_day", list(reference("DayCount")), "By day of the event."),
            ("alerts_a_day", json!({ "type": "number" }), "Over the days that have events."),
            ("samples", list(reference("Sighting")), "The first of them, at most a hundred."),
        ],
        &[],
    );
    vec![
        ("NewBacktest", new),
        ("OrgCount", of_org),
        ("DeviceCount", of_device),
        ("DayCount", of_day),
        ("Backtest", backtest),
    ]
}
