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
        .or_problem(409)
        .gives_nothing("It is given."),
        Operation::new(
            "delete",
            "/api/v1/people/{id}/grants",
            access,
            "people_revoke",
            "End what a person holds as a role in an organisation.",
        )
        .needed_query("org", org(), "The organisation.")
        .needed_query("role", reference("Role"), "The role.")
        .or_problem(409)
        .gives_nothing("It has ended."),
        upkeep("post", "/api/v1/people/{id}/disable", "people_disable", "Lock an account.")
            .gives_nothing("Nobody logs in by it; its sessions have ended."),
        upkeep("post", "/api/v1/people/{id}/enable", "people_enable", "Unlock an account.")
            .gives_nothing("Its owner may log in."),
        upkeep(
            "post",
            "/api/v1/people/{id}/password",
            "people_password",
            "Make a password that lets a person in once, to choose another.",
        )
        .gives(200, "PasswordForOnce", "The password; it is told once."),
        upkeep(
            "delete",
            "/api/v1/people/{id}/authenticator",
            "people_authenticator",
            "Take away a person's authenticator.",
        )
        .gives_nothing("Logging in needs no code; the person's sessions have ended."),
        upkeep("delete", "/api/v1/people/{id}/sessions", "people_sessions", "End all sessions.")
            .gives_nothing("They have ended."),
        upkeep(
            "post",
            "/api/v1/people/{id}/identities",
            "people_link",
            "Let a person log in by an identity at another issuer.",
        )
        .body("Identity")
        .gives_nothing("It is linked."),
        upkeep(
            "delete",
            "/api/v1/people/{id}/identities",
            "people_unlink",
            "End that; the person's sessions end too.",
        )
        .needed_query("issuer", text(), "The issuer.")
        .needed_query("subject", text(), "Who the person is there.")
        .gives_nothing("It is linked no more."),
        Operation::new(
            "get",
            "/api/v1/grants",
            access,
            "grants_list",
            "List who holds what in one's organisations, guests included.",
        )
        .gives_of(
            200,
            "application/json",
            list(reference("HeldGrant")),
            "In order of organisations and names; ended ones too.",
        ),
    ]
}

/// A change of a person's account that may not fit how things stand.
fn upkeep(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation::new(method, path, Access::Needs(Permission::Administer), id, summary).or_problem(409)
}

pub fn schemas() -> Schemas {
    let grant = answer(
        &[
            ("org", org(), "The organisation, with all below it."),
            ("role", reference("Role"), "The role."),
            ("from", time(), "From when on."),
            ("until", maybe(time()), "Until when; null for ever."),
            ("over", yes_or_no(), "Whether that has passed: it gives nothing any more."),
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
            ("last_login", maybe(time()), "When they last logged in."),
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
        &[("password", secret(), "The password that was made, told once; it works once.")],
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
    let identity = request(
        &[
            ("issuer", text_up_to(2_000), "The issuer, exactly as it names itself."),
            ("subject", text_up_to(255), "Who the person is there: the token's `sub`."),
        ],
        &[],
    );
    let for_once = answer(
        &[
            ("password", secret(), "The password, told once."),
            ("until", time(), "Until when it works."),
        ],
        &[],
    );
    let held = answer(
        &[
            ("person", id(), "The person."),
            ("name", text(), "Their login name."),
            ("home", org(), "The organisation that they belong to."),
            ("org", org(), "The organisation, with all below it."),
            ("role", reference("Role"), "The role."),
            ("from", time(), "From when on."),
            ("until", maybe(time()), "Until when; null for ever."),
        ],
        &[],
    );
    vec![
        ("Identity", identity),
        ("PasswordForOnce", for_once),
        ("HeldGrant", held),
        ("Grant", grant),
        ("Person", person),
        ("NewPerson", new_person),
        ("MadePerson", made),
        ("NewGrant", new_grant),
    ]
}
