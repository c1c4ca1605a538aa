//! The document's part on sessions and on oneself.

use wardwatch_model::Permission;

use super::schema::{answer, id, list, maybe, org, reference, request, secret, text, text_up_to};
use super::schema::{time, words, yes_or_no};
use super::{Operation, Schemas};
use crate::access::Access;
use crate::me::{PERMISSIONS, permission_word};

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new("post", "/api/v1/session", Access::Open, "session_open", "Log in.")
            .body("Login")
            .gives(200, "Opened", "The session; its cookie is set unless `bearer` was asked for.")
            .gives_of(
                401,
                "application/problem+json",
                reference("Problem"),
                "Name, password or code is wrong, or a code or a new password is needed too.",
            ),
        Operation::new(
            "get",
            "/api/v1/session/oidc/start",
            Access::Open,
            "session_oidc_start",
            "Log in by the issuer of identities that the server knows.",
        )
        .gives_of(303, "text/plain", text(), "To the issuer; 404 when there is none.")
        .or_problem(404),
        Operation::new(
            "get",
            "/api/v1/session/oidc/callback",
            Access::Open,
            "session_oidc_callback",
            "Where the issuer sends browsers back to.",
        )
        .query("state", text(), "Which login it answers.")
        .query("code", text(), "What the issuer gives a token for.")
        .query("iss", text(), "The issuer.")
        .or_problem(401)
        .or_problem(403)
        .or_problem(404)
        .gives_of(200, "text/html", text(), "The session's cookie is set."),
        Operation::new("delete", "/api/v1/session", Access::Known, "session_close", "Log out.")
            .gives_nothing("The session has ended."),
        Operation::new("get", "/api/v1/me", Access::Known, "me_get", "Who asks.").gives(
            200,
            "Me",
            "Name and roles.",
        ),
        Operation::new(
            "post",
            "/api/v1/me/password",
            Access::Known,
            "me_password",
            "Change one's own password.",
        )
        .body("ChangePassword")
        .gives_nothing("The new password counts."),
        Operation::new(
            "post",
            "/api/v1/me/authenticator",
            Access::Known,
            "me_authenticator",
            "Ask for a secret for one's own authenticator.",
        )
        .gives(200, "Authenticator", "The secret; it counts once it is confirmed."),
        Operation::new(
            "post",
            "/api/v1/me/authenticator/confirm",
            Access::Known,
            "me_authenticator_confirm",
            "Make the secret count.",
        )
        .body("ConfirmAuthenticator")
        .gives_nothing("From now on logging in needs a code."),
    ]
}

pub fn schemas() -> Schemas {
    let login = request(
        &[("name", text_up_to(200), "The login name."), ("password", secret(), "The password.")],
        &[
            ("code", maybe(secret()), "Six digits of the authenticator, for those who have one."),
            (
                "new_password",
                maybe(secret()),
                "A password of one's own, in place of one that works once.",
            ),
            ("bearer", yes_or_no(), "Give the secret in the answer instead of a cookie."),
        ],
    );
    let opened = answer(
        &[("name", text(), "The login name."), ("until", time(), "When the session ends.")],
        &[("secret", secret(), "What to send as `Authorization: Bearer …`.")],
    );
    let held = answer(
        &[("org", org(), "The organisation."), ("role", reference("Role"), "The role.")],
        &[],
    );
    let may = PERMISSIONS.map(|permission: Permission| permission_word(permission));
    let me = answer(
        &[
            ("name", text(), "Name of the person or token."),
            ("person", maybe(id()), "The person; null for a token."),
            ("grants", list(reference("Held")), "What they hold now."),
            ("may", list(words(may)), "What they may do somewhere."),
        ],
        &[],
    );
    let change = request(
        &[
            ("old", secret(), "The password that counts until now."),
            ("new", secret(), "The password to count from now on: 12 to 256 characters."),
        ],
        &[],
    );
    let authenticator = answer(
        &[
            ("secret", secret(), "The secret in base32, to be typed."),
            ("address", secret(), "The same as `otpauth:` address."),
        ],
        &[],
    );
    let confirm = request(
        &[
            ("secret", secret(), "The secret as it was given."),
            ("code", secret(), "What the authenticator shows for it."),
            ("password", secret(), "The password, again."),
        ],
        &[],
    );
    vec![
        ("Login", login),
        ("Opened", opened),
        ("Held", held),
        ("Me", me),
        ("ChangePassword", change),
        ("Authenticator", authenticator),
        ("ConfirmAuthenticator", confirm),
    ]
}
