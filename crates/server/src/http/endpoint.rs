//! One endpoint: method, path, who may, and what answers. Who may is checked before it answers, so
//! that no endpoint can forget to.

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use wardwatch_api::Access;

use super::who::{Door, let_in};
use crate::app::App;

/// What an endpoint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// The method, in small letters.
    pub method: &'static str,
    /// The path, with `{id}` where an identifier stands.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
}

/// An endpoint.
pub struct Endpoint {
    listed: Listed,
    route: MethodRouter<App>,
}

impl Endpoint {
    /// Reads something.
    pub fn get<H, T>(path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Endpoint::new("get", MethodFilter::GET, path, access, handler)
    }

    /// Makes or changes something.
    pub fn post<H, T>(path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Endpoint::new("post", MethodFilter::POST, path, access, handler)
    }

    /// Sets something.
    pub fn put<H, T>(path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Endpoint::new("put", MethodFilter::PUT, path, access, handler)
    }

    /// Takes something away.
    pub fn delete<H, T>(path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Endpoint::new("delete", MethodFilter::DELETE, path, access, handler)
    }

    fn new<H, T>(
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Endpoint { listed: Listed { method, path, access }, route: on(filter, handler) }
    }

    /// With another limit for its body.
    pub fn body_up_to(self, bytes: usize) -> Self {
        Endpoint { route: self.route.layer(DefaultBodyLimit::max(bytes)), ..self }
    }

    /// What it is.
    pub fn listed(&self) -> Listed {
        self.listed
    }

    /// As a route that lets in who may.
    pub fn mount(self, app: &App) -> MethodRouter<App> {
        let door = Door { app: app.clone(), access: self.listed.access };
        self.route.route_layer(from_fn_with_state(door, let_in))
    }
}
