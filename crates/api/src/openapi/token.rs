//! The document's part on tokens of the API and enrolment codes.

use wardwatch_model::Permission;

use super::schema::{answer, id, list, maybe, org, reference, request, secret, text, text_up_to};
use super::schema::{time, words};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let access = Access::Needs(Permission::Administer);
    vec![
        Operation::new(
            "get",
            "/api/v1/tokens",
            access,
            "tokens_list",
            "List the tokens that count, of the API and of senders.",
        )
        .gives_of(
            200,
            "application/json",
            list(reference("Token")),
            "In order of organisations and names.",
        ),
        Operation::new("get", "/api/v1/codes", access, "codes_list", "List open codes.").gives_of(
            200,
            "application/json",
            list(reference("Code")),
            "Those that end first before others.",
        ),
        Operation::new("post", "/api/v1/tokens", access, "tokens_create", "Make an API token.")
            .body("NewToken")
            .or_problem(404)
            .gives(201, "MadeToken", "The token; its secret is told once."),
        Operation::new(
            "delete",
            "/api/v1/tokens/{id}",
            access,
            "tokens_revoke",
            "Revoke a token of the API or of a sender.",
        )
        .gives_nothing("It counts no more."),
        Operation::new(
            "post",
            "/api/v1/codes",
            access,
            "codes_create",
            "Make an enrolment code that a new sender trades for its token, once.",
        )
        .body("NewCode")
        .or_problem(404)
        .gives(201, "MadeCode", "The code; it is told once."),
    ]
}

pub fn schemas() -> Schemas {
    let new_token = request(
        &[
            ("name", text_up_to(200), "What it is for."),
            ("org", org(), "The organisation that it belongs to."),
            ("role", reference("Role"), "Its role there."),
        ],
        &[("until", maybe(time()), "When it ends; in a year when null.")],
    );
    let made_token = answer(
        &[("id", id(), "Identity, to revoke it."), ("secret", secret(), "The secret, told once.")],
        &[],
    );
    let new_code = request(
        &[
            ("org", org(), "The organisation of the sender that it will make."),
            ("name", text_up_to(200), "The name of the sender that it will make."),
        ],
        &[("until", maybe(time()), "When it ends; in seven days when null.")],
    );
    let made_code = answer(
        &[("code", secret(), "The code, told once."), ("until", time(), "When it ends.")],
        &[],
    );
    let token = answer(
        &[
            ("id", id(), "Identity, to revoke it."),
            ("kind", words(["api", "sender"]), "What it is for."),
            ("role", maybe(reference("Role")), "What it may be; null for a sender's."),
            ("org", org(), "The organisation that it belongs to."),
            ("name", text(), "What it is called."),
            ("made_by", maybe(text()), "Who made it, as far as that was written down."),
            ("created", time(), "When it was made."),
            ("last_used", maybe(time()), "When it was last used, to the minute."),
            ("until", maybe(time()), "When it ends; null when it does not."),
        ],
        &[],
    );
    let code = answer(
        &[
            ("org", org(), "The organisation of the sender that it will make."),
            ("name", text(), "The name of the sender that it will make."),
            ("made_by", maybe(text()), "Who made it, as far as that was written down."),
            ("created", time(), "When it was made."),
            ("until", time(), "When it ends."),
        ],
        &[],
    );
    vec![
        ("Token", token),
        ("Code", code),
        ("NewToken", new_token),
        ("MadeToken", made_token),
        ("NewCode", new_code),
        ("MadeCode", made_code),
    ]
}
