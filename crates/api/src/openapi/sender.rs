//! The document's part on senders.

use wardwatch_model::Permission;

use super::schema::time;
use super::schema::{answer, count, id, list, maybe, org, reference, request, text, text_up_to};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let access = Access::Needs(Permission::Administer);
    vec![
        Operation::new("get", "/api/v1/senders", access, "senders_list", "List senders.")
            .query("org", org(), "Only of this organisation and those below it.")
            .or_problem(404)
            .gives_of(
                200,
                "application/json",
                list(reference("Sender")),
                "With when each was last heard from.",
            ),
        Operation::new("post", "/api/v1/senders", access, "senders_create", "Make a sender.")
            .body("NewSender")
            .or_problem(404)
            .gives(201, "MadeToken", "Its token; the secret is told once."),
    ]
}

pub fn schemas() -> Schemas {
    let sender = answer(
        &[
            ("token", id(), "Its token, to revoke it."),
            ("org", org(), "The organisation whose data it sends."),
            ("name", text(), "Its name."),
            ("created", time(), "When it was made."),
            ("last_seen", maybe(time()), "When it was last heard from; null while it never was."),
            ("events", count(), "How many events came from it."),
            ("gaps", count(), "Gaps in its devices' numbering that are still open."),
        ],
        &[],
    );
    let new_sender = request(
        &[
            ("name", text_up_to(200), "Its name."),
            ("org", org(), "The organisation whose data it sends."),
        ],
        &[],
    );
    vec![("Sender", sender), ("NewSender", new_sender)]
}
