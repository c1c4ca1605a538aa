//! The document's part on people.

use wardwatch_model::Permission;

use super::schema::{answer, id, list, maybe, org, reference, request, secret, text, text_up_to};
use super::schema::{time, yes_or_no};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let access = Access::Needs(Permission::Administer);
    vec![
        Operation::new("get", "/api/v1/people", access, "people_list", "List people.").gives_of(
            200,
            "application/json",
            list(reference("Person")),
            "In order of names.",
        ),
        Operation::new("post", "/api/v1/people", access, "people_create", "Make an account.")
            .body("NewPerson")
            .or_problem(404)
            .or_problem(409)
            .gives(201, "MadePerson", "The account, and the password if one was made."),
        Operation::new(
            "post",
            "/api/v1/people/{id}/grants",
            access,
            "people_grant",
            "Give a person a role over an organisation, for a time.",
        )
        .body("NewGrant")
        .gives_nothing("It is given."),
    ]
}

pub fn schemas() -> Schemas {
    let grant = answer(
        &[
            ("org", org(), "The organisation, with all below it."),
            ("role", reference("Role"), "The role."),
            ("from", time(), "From when on."),
            ("until", maybe(time()), "Until when; null for ever."),
        ],
        &[],
    );
    let person = answer(
        &[
            ("id", id(), "Identity."),
            ("name", text(), "The login name."),
            ("org", org(), "The organisation that they belong to."),
            ("disabled", yes_or_no(), "Whether they may log in no more."),
            ("has_authenticator", yes_or_no(), "Whether logging in needs a code."),
            ("created", time(), "When the account was made."),
            ("grants", list(reference("Grant")), "What they hold, held or will hold."),
        ],
        &[],
    );
    let new_person = request(
        &[
            ("name", text_up_to(200), "The login name."),
            ("org", org(), "The organisation that they belong to."),
            ("role", reference("Role"), "Their role there."),
        ],
        &[("password", maybe(secret()), "Their password; one is made when there is none.")],
    );
    let made = answer(
        &[("id", id(), "Identity.")],
        &[("password", secret(), "The password that was made, told once.")],
    );
    let new_grant = request(
        &[
            ("org", org(), "The organisation, with all below it."),
            ("role", reference("Role"), "The role."),
        ],
        &[
            ("from", maybe(time()), "From when on; from now when null."),
            ("until", maybe(time()), "Until when; null for ever."),
        ],
    );
    vec![
        ("Grant", grant),
        ("Person", person),
        ("NewPerson", new_person),
        ("MadePerson", made),
        ("NewGrant", new_grant),
    ]
}
