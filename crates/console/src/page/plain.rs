//! The switch between rules' own titles and plain English, kept in a cookie for a year.

use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::request::{Filled, back};

/// `POST /plain`.
pub async fn switch(filled: Filled) -> Response {
    let mut answer = back(filled.text("next"));
    let cookie = match filled.text("to") {
        "yes" => "ward_plain=yes; Path=/; Max-Age=31536000; SameSite=Strict",
        _ => "ward_plain=no; Path=/; Max-Age=31536000; SameSite=Strict",
    };
    answer.headers_mut().insert(header::SET_COOKIE, HeaderValue::from_static(cookie));
    answer
}
