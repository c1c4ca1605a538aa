//! The document's part on lists of indicators and their sources.

use serde_json::json;
use wardwatch_model::{Permission, SourceKind};

use super::schema::{
    answer, count, id, list, maybe, org, reference, request, secret, text, text_up_to, time, words,
};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    [lists(), sources()].concat()
}

fn lists() -> Vec<Operation> {
    let (read, write) =
        (Access::Needs(Permission::ReadFindings), Access::Needs(Permission::WriteRules));
    let file = json!({ "type": "string", "format": "binary" });
    vec![
        Operation::new(
            "get",
            "/api/v1/indicator-lists",
            read,
            "indicators_lists",
            "List lists of indicators.",
        )
        .gives_of(
            200,
            "application/json",
            list(reference("IndicatorList")),
            "With how far history was searched for each.",
        ),
        Operation::new(
            "post",
            "/api/v1/indicator-lists",
            write,
            "indicators_load",
            "Load a list of indicators in place of the one with its name.",
        )
        .query("org", org(), "The organisation that it is to belong to. Needed.")
        .query("name", text_up_to(200), "Its name. Needed.")
        .query(
            "format",
            words(["auto", "stix", "misp", "csv", "text"]),
            "What it is written in; told by its content unless given.",
        )
        .body_of("application/octet-stream", file)
        .or_problem(404)
        .gives(200, "LoadedList", "What came of it; what was not taken is named."),
        Operation::new(
            "delete",
            "/api/v1/indicator-lists/{id}",
            write,
            "indicators_delete",
            "Remove a list of indicators; what it found stays.",
        )
        .gives_nothing("It is gone."),
        Operation::new(
            "get",
            "/api/v1/indicator-lists/{id}/problems",
            read,
            "indicators_problems",
            "What of a list was not taken when it was loaded last.",
        )
        .gives_of(
            200,
            "application/json",
            list(reference("ListProblem")),
            "The first thousand, in the order of the list.",
        ),
    ]
}

fn sources() -> Vec<Operation> {
    let (read, write) =
        (Access::Needs(Permission::ReadFindings), Access::Needs(Permission::WriteRules));
    vec![
        Operation::new(
            "get",
            "/api/v1/indicator-sources",
            read,
            "indicators_sources",
            "List the places from which lists are pulled.",
        )
        .gives_of(
            200,
            "application/json",
            list(reference("IndicatorSource")),
            "With how the last pull went; never with a secret.",
        ),
        Operation::new(
            "post",
            "/api/v1/indicator-sources",
            write,
            "indicators_source_create",
            "Have a list pulled from a place.",
        )
        .body("NewIndicatorSource")
        .or_problem(404)
        .or_problem(409)
        .gives(201, "IndicatorSource", "It is pulled at once."),
        Operation::new(
            "delete",
            "/api/v1/indicator-sources/{id}",
            write,
            "indicators_source_delete",
            "Pull a list no more; the list stays.",
        )
        .gives_nothing("It is gone."),
        Operation::new(
            "post",
            "/api/v1/indicator-sources/{id}/pull",
            write,
            "indicators_source_pull",
            "Pull a list now.",
        )
        .gives_nothing("It is due; the list of sources says how it went."),
    ]
}

pub fn schemas() -> Schemas {
    let kind = || words(SourceKind::ALL.map(SourceKind::as_str));
    let problem = answer(
        &[
            ("place", text(), "Where it stands: a line, or the identity at the source."),
            ("reason", text(), "Why it was not taken."),
        ],
        &[],
    );
    let history = answer(
        &[
            ("version", count(), "The version of the list that it is for."),
            ("from", time(), "From when on events are searched."),
            ("started", time(), "When it began."),
            ("ended", maybe(time()), "When it ended; null while it goes on."),
            ("days", count(), "Days that are to be searched."),
            ("days_done", count(), "Days that were."),
            ("events", count(), "Events that were searched."),
            ("hits", count(), "Hits, those included that were known before."),
        ],
        &[],
    );
    let one = answer(
        &[
            ("id", id(), "Its identity."),
            ("org", org(), "The organisation that it belongs to; it goes for all below too."),
            ("name", text(), "Its name."),
            ("version", count(), "How many times it was loaded."),
            ("format", text(), "What it was written in."),
            ("loaded", time(), "When it was loaded last."),
            ("loaded_by", text(), "By whom."),
            ("indicators", count(), "How many indicators are in it."),
            ("fresh", count(), "How many of them the last load brought."),
            ("problems", count(), "How many things of it were not taken."),
            (
                "history",
                maybe(reference("HistorySearch")),
                "The search of history; null before it began.",
            ),
        ],
        &[],
    );
    let loaded = answer(
        &[
            ("list", reference("IndicatorList"), "The list as it is now."),
            ("problems", list(reference("ListProblem")), "What was not taken; the first of them."),
            ("repeated", count(), "Values that stood there more than once."),
            ("others", count(), "Things that are no indicators and were not meant to be."),
        ],
        &[],
    );
    let source = answer(
        &[
            ("id", id(), "Its identity."),
            ("org", org(), "The organisation of its list."),
            ("name", text(), "Its name, and that of its list."),
            ("kind", kind(), "What lies there."),
            ("address", text(), "The address."),
            ("collection", text(), "The collection, for TAXII; empty otherwise."),
            ("interval_seconds", count(), "Seconds between two pulls."),
            ("created", time(), "When it was made."),
            ("next_pull", time(), "When it is pulled next."),
            ("last_pull", maybe(time()), "When it was pulled last, well or not."),
            ("last_success", maybe(time()), "When it was pulled well."),
            ("failures", count(), "How many times in a row it could not be pulled."),
            ("error", maybe(text()), "Why it could not the last time; null when it could."),
        ],
        &[],
    );
    let interval = json!({ "type": "integer", "minimum": 300, "maximum": 2_592_000 });
    let new_source = request(
        &[
            ("org", org(), "The organisation that its list is to belong to."),
            ("name", text_up_to(200), "Its name, and that of its list."),
            ("kind", kind(), "What lies there."),
            ("address", text_up_to(2_000), "The address: https, or a host that was allowed."),
        ],
        &[
            ("collection", text_up_to(200), "The collection by id, alias or title, for TAXII."),
            ("user", text_up_to(200), "A name, with the secret as its password."),
            ("secret", secret(), "A password, or without a name a token."),
            ("interval_seconds", interval, "Seconds between two pulls; 3,600 unless given."),
        ],
    );
    vec![
        ("ListProblem", problem),
        ("HistorySearch", history),
        ("IndicatorList", one),
        ("LoadedList", loaded),
        ("IndicatorSource", source),
        ("NewIndicatorSource", new_source),
    ]
}
