//! The document's part on webhooks and mail.

use serde_json::{Value, json};
use wardwatch_model::{NotifyEvent, Permission};

use super::schema::{answer, count, id, list, maybe, org, reference, request, secret, text};
use super::schema::{text_up_to, time, words};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let access = Access::Needs(Permission::Administer);
    let listing = |path, id, summary| {
        Operation::new("get", path, access, id, summary).gives_of(
            200,
            "application/json",
            list(reference("Subscription")),
            "In order of organisations and names, with how delivering went.",
        )
    };
    let remove = |path, id| {
        Operation::new("delete", path, access, id, "End it, with all that waits for it.")
            .gives_nothing("It has ended.")
    };
    let test = |path, id| {
        Operation::new("post", path, access, id, "Send a test.")
            .gives_nothing("It is on its way; the list tells how that went.")
    };
    vec![
        listing("/api/v1/webhooks", "webhooks_list", "List webhooks."),
        Operation::new("post", "/api/v1/webhooks", access, "webhooks_create", "Make a webhook.")
            .body("NewWebhook")
            .or_problem(404)
            .or_problem(409)
            .gives(201, "MadeWebhook", "The webhook; its key is told once."),
        remove("/api/v1/webhooks/{id}", "webhooks_remove"),
        test("/api/v1/webhooks/{id}/test", "webhooks_test"),
        listing("/api/v1/mail-subscriptions", "mail_list", "List who is told by mail."),
        Operation::new(
            "post",
            "/api/v1/mail-subscriptions",
            access,
            "mail_create",
            "Have somebody told by mail.",
        )
        .body("NewMail")
        .or_problem(404)
        .or_problem(409)
        .gives(201, "MadeMail", "The subscription."),
        remove("/api/v1/mail-subscriptions/{id}", "mail_remove"),
        test("/api/v1/mail-subscriptions/{id}/test", "mail_test"),
    ]
}

fn events() -> Value {
    let mut events = list(words(NotifyEvent::ALL.map(NotifyEvent::as_str)));
    events["minItems"] = json!(1);
    events
}

pub fn schemas() -> Schemas {
    let wanted = |address: &'static str| {
        [
            ("org", org(), "Of this organisation and those below it."),
            ("name", text_up_to(200), "What it is for."),
            ("address", text_up_to(2_000), address),
            ("events", events(), "What is told."),
        ]
    };
    let level = ("level", maybe(reference("Level")), "This serious or more; high when null.");
    let person = ("person", maybe(id()), "Only as long as this person may read findings there.");
    let subscription = answer(
        &[
            ("id", id(), "Identity, to end it."),
            ("org", org(), "Of this organisation and those below it."),
            ("name", text(), "What it is for."),
            ("address", text(), "Where to."),
            person.clone(),
            ("events", events(), "What is told."),
            ("level", reference("Level"), "This serious or more."),
            ("created", time(), "When it was made."),
            ("made_by", text(), "Who made it."),
            ("last_success", maybe(time()), "When something was last delivered."),
            ("last_failure", maybe(time()), "When delivering last failed."),
            ("last_error", maybe(text()), "Why it last failed."),
            ("waiting", count(), "How many notifications wait."),
            ("given_up", count(), "How many were given up, of those that are still kept."),
            ("dropped", count(), "How many were not taken since too many waited."),
        ],
        &[],
    );
    vec![
        ("NewWebhook", request(&wanted("Where to; https."), std::slice::from_ref(&level))),
        (
            "MadeWebhook",
            answer(
                &[
                    ("id", id(), "Identity, to end it."),
                    ("secret", secret(), "The key that signs what is sent, told once."),
                ],
                &[],
            ),
        ),
        ("NewMail", request(&wanted("The address of mail."), &[level, person])),
        ("MadeMail", answer(&[("id", id(), "Identity, to end it.")], &[])),
        ("Subscription", subscription),
    ]
}
