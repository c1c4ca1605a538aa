//! A visit: somebody who is logged in and wants a page, with what every page needs to know of them.
//!
//! In: a request. Out: who visits, what they may, their choices of how pages look; or the way to the
//! page where one logs in. Never: a decision about rights; the API answers what they may.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wardwatch_api::me::Me;
use wardwatch_api::organisation::MAX_CODES;
use wardwatch_model::{OrgId, Organisation, Role};

use crate::ask::{Ask, Caller, Fault};
use crate::frame;

/// Somebody who is logged in and wants a page.
pub struct Visit {
    ask: Ask,
    caller: Caller,
    /// Who.
    pub me: Me,
    /// The path and query that they ask for.
    pub address: String,
    /// The theme that they chose, if any: `light` or `dark`.
    pub theme: Option<&'static str>,
    /// Whether they want plain English wherever there is a choice.
    pub plain: bool,
}

impl Visit {
    /// Reads something of the API.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Fault> {
        self.ask.get(&self.caller, path).await
    }

    /// Sends something to the API.
    pub async fn send<B: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<(), Fault> {
        self.ask.send(&self.caller, method, path, body).await
    }

    /// Sends something to the API, and reads what came of it.
    pub async fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, Fault> {
        self.ask.post(&self.caller, path, body).await
    }

    /// Sends a text to the API as it is, and reads what came of it.
    pub async fn post_text<T: DeserializeOwned>(&self, path: &str, text: &str) -> Result<T, Fault> {
        self.ask.post_text(&self.caller, path, text).await
    }

    /// Reads something of the API as it is.
    pub async fn raw(&self, path: &str) -> Result<Response, Fault> {
        self.ask.answer(&self.caller, Method::GET, path, None).await
    }

    /// Names of these organisations, as far as the visitor sees them: a sector has ten thousands.
    pub async fn names_of<'o>(
        &self,
        orgs: impl IntoIterator<Item = &'o OrgId>,
    ) -> Result<Names, Fault> {
        let codes: BTreeSet<&str> = orgs.into_iter().map(OrgId::as_str).collect();
        let mut found: Vec<Organisation> = Vec::with_capacity(codes.len());
        let codes: Vec<&str> = codes.into_iter().collect();
        for some in codes.chunks(MAX_CODES) {
            let asked = format!("/api/v1/organisations?codes={}", some.join(","));
            found.extend(self.get::<Vec<Organisation>>(&asked).await?);
        }
        Ok(Names(found))
    }

    /// Whether they may do something, in the API's word for it.
    pub fn may(&self, word: &str) -> bool {
        self.me.may.iter().any(|may| may == word)
    }

    /// The title of what a rule found: in plain English where the visitor wants that and it is known.
    pub fn title<'t>(&self, plain: &'t str, technical: &'t str) -> &'t str {
        if self.plain && !plain.is_empty() { plain } else { technical }
    }

    /// Whether all that they hold is the role of somebody in a care home.
    pub fn only_care_home(&self) -> bool {
        !self.me.grants.is_empty()
            && self.me.grants.iter().all(|held| held.role == Role::CareHomeUser)
    }
}

/// Organisations that the visitor sees, in the order of their codes.
pub struct Names(pub Vec<Organisation>);

impl Names {
    /// The name of an organisation; its code when it has none here.
    pub fn of<'n>(&'n self, org: &'n OrgId) -> &'n str {
        self.get(org).map_or(org.as_str(), |organisation| organisation.name.as_str())
    }

    /// An organisation.
    pub fn get(&self, org: &OrgId) -> Option<&Organisation> {
        let at = self.0.binary_search_by(|organisation| organisation.code.cmp(org)).ok()?;
        self.0.get(at)
    }
}

/// The value of a cookie.
fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|all| all.split(';'))
        .filter_map(|one| one.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// Who asks for a page that is for everybody.
pub fn caller(parts: &Parts) -> Caller {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().copied();
    Caller::of(&parts.headers, peer)
}

/// The theme that a visitor chose.
pub fn theme(headers: &HeaderMap) -> Option<&'static str> {
    match cookie(headers, "ward_theme") {
        Some("dark") => Some("dark"),
        Some("light") => Some("light"),
        _ => None,
    }
}

impl FromRequestParts<Ask> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, ask: &Ask) -> Result<Self, Response> {
        let caller = caller(parts);
        let address = parts.uri.path_and_query().map_or("/", |address| address.as_str()).to_owned();
        let me: Me = match ask.get(&caller, "/api/v1/me").await {
            Ok(me) => me,
            Err(fault) if fault.status() == StatusCode::UNAUTHORIZED => {
                let mut query = form_urlencoded::Serializer::new(String::new());
                let way = match parts.method == Method::GET && address != "/" {
                    true => format!("/login?{}", query.append_pair("next", &address).finish()),
                    false => "/login".to_owned(),
                };
                return Err(Redirect::to(&way).into_response());
            }
            Err(fault) => return Err(frame::failed(&fault).into_response()),
        };
        Ok(Visit {
            ask: ask.clone(),
            caller,
            me,
            address,
            theme: theme(&parts.headers),
            plain: cookie(&parts.headers, "ward_plain") == Some("yes"),
        })
    }
}
