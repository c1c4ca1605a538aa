//! The document's part on hunts.

use serde_json::json;
use wardwatch_model::Permission;

use super::schema::{
    answer, count, id, list, maybe, org, page, reference, request, text, text_up_to, time, words,
    yes_or_no,
};
use super::{Operation, Schemas};
use crate::access::Access;

/// Longest query, in characters.
const SQL: usize = 16_384;

pub fn operations() -> Vec<Operation> {
    let access = Access::Needs(Permission::ReadEvents);
    let hunts = "/api/v1/hunts";
    let result = Operation::new(
        "get",
        "/api/v1/hunts/{id}/result",
        access,
        "hunts_result",
        "Fetch the rows that a hunt found; they are kept for an hour.",
    )
    .query("format", words(["json", "csv", "arrow"]), "In which format.")
    .or_problem(409)
    .gives_of(200, "application/json", list(json!({ "type": "object" })), "The rows.");
    vec![
        Operation::new("post", hunts, access, "hunts_start", "Start a hunt.")
            .body("NewHunt")
            .or_problem(404)
            .gives(201, "Hunt", "The hunt, as it stands."),
        Operation::new("get", hunts, access, "hunts_list", "List the caller's own hunts.")
            .paged()
            .gives(200, "HuntPage", "Newest first."),
        Operation::new("get", "/api/v1/hunts/{id}", access, "hunts_get", "Say how a hunt stands.")
            .gives(200, "Hunt", "The hunt."),
        result,
        Operation::new(
            "post",
            "/api/v1/hunts/{id}/cancel",
            access,
            "hunts_cancel",
            "Stop a hunt of the caller's own.",
        )
        .gives(200, "Hunt", "The hunt, as it stands."),
        Operation::new(
            "get",
            "/api/v1/saved-hunts",
            access,
            "saved_hunts_list",
            "List the saved hunts that the caller sees.",
        )
        .gives_of(
            200,
            "application/json",
            list(reference("SavedHunt")),
            "By organisation, name.",
        ),
        Operation::new(
            "post",
            "/api/v1/saved-hunts",
            access,
            "saved_hunts_save",
            "Save a hunt; one of that name is replaced.",
        )
        .body("NewSavedHunt")
        .or_problem(404)
        .or_problem(409)
        .gives(201, "SavedHunt", "The saved hunt."),
        Operation::new(
            "delete",
            "/api/v1/saved-hunts/{id}",
            access,
            "saved_hunts_forget",
            "Forget a saved hunt.",
        )
        .gives_nothing("It is forgotten."),
    ]
}

pub fn schemas() -> Schemas {
    let new_hunt = request(
        &[
            ("sql", text_up_to(SQL), "One SELECT over the view `events`."),
            ("from", time(), "From when."),
            ("until", time(), "Until when, not included."),
        ],
        &[
            ("org", maybe(org()), "Only this organisation and what lies below it."),
            ("rows", maybe(count()), "How many rows at most."),
            ("wait", yes_or_no(), "Whether to answer when it has ended, or after some seconds."),
        ],
    );
    let progress = answer(
        &[
            ("rows_read", count(), "Rows within the scope that the files gave so far."),
            ("rows_total", count(), "Rows of all files of the stretch of time."),
            ("bytes_read", count(), "Bytes of the files that were read so far."),
            ("bytes_total", count(), "Bytes of the files; most hunts need few of them."),
            ("files_total", count(), "Files of the stretch of time."),
        ],
        &[],
    );
    let hunt = answer(
        &[
            ("id", id(), "Identity."),
            ("state", words(["running", "done", "failed", "cancelled"]), "How it stands."),
            ("sql", text(), "What was asked."),
            ("from", time(), "From when."),
            ("until", time(), "Until when, not included."),
            ("org", maybe(org()), "Below which organisation; null for all that one may see."),
            ("started", time(), "When it started."),
            ("ended", maybe(time()), "When it ended."),
            ("rows", count(), "How many rows it found."),
            ("cut", yes_or_no(), "Whether there are more rows than are kept."),
            ("kept", yes_or_no(), "Whether its result can be fetched."),
            ("detail", text(), "Why it ended as it did."),
            ("progress", maybe(reference("HuntProgress")), "How far it is."),
        ],
        &[],
    );
    let new_saved = request(
        &[
            ("org", org(), "For whose people."),
            ("name", text_up_to(200), "Its name, one of a kind there."),
            ("sql", text_up_to(SQL), "One SELECT over the view `events`."),
        ],
        &[],
    );
    let saved = answer(
        &[
            ("id", id(), "Identity."),
            ("org", org(), "For whose people."),
            ("name", text(), "Its name."),
            ("sql", text(), "What it asks."),
            ("by", text(), "Who saved it."),
            ("created", time(), "When."),
        ],
        &[],
    );
    vec![
        ("NewHunt", new_hunt),
        ("HuntProgress", progress),
        ("Hunt", hunt),
        ("HuntPage", page(reference("Hunt"))),
        ("NewSavedHunt", new_saved),
        ("SavedHunt", saved),
    ]
}
