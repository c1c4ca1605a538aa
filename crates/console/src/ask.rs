//! Asks the API, in the same process, as the visitor would.
//!
//! In: a path and perhaps a body, with the visitor's cookie, origin and address. Out: what the API
//! answered, read into its types. Never: a header that gives the visitor more than they showed.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use axum::response::Response;
use http_body_util::{BodyExt, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;
use tower::ServiceExt;
use wardwatch_api::Problem;

/// Bytes of an answer that is read into memory; the API's pages are far smaller.
const ANSWER_BYTES: usize = 64 << 20;
/// Headers that are handed on: who asks, and from where.
const HANDED_ON: [header::HeaderName; 4] =
    [header::COOKIE, header::AUTHORIZATION, header::ORIGIN, header::HOST];

/// The API as a service.
#[derive(Clone)]
pub struct Ask {
    api: Router,
}

/// Why there is nothing to show.
#[derive(Debug)]
pub enum Fault {
    /// The API said why not.
    Problem(Problem),
    /// Its answer could not be read.
    Unreadable(String),
}

impl Fault {
    /// The status that a page about it has.
    pub fn status(&self) -> StatusCode {
        match self {
            Fault::Problem(problem) => {
                StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Fault::Unreadable(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Who asks: what of a visitor's request is handed on.
#[derive(Clone)]
pub struct Caller {
    headers: HeaderMap,
    peer: Option<ConnectInfo<SocketAddr>>,
}

impl Caller {
    /// Of a request.
    pub fn of(headers: &HeaderMap, peer: Option<ConnectInfo<SocketAddr>>) -> Self {
        let mut kept = HeaderMap::new();
        for name in HANDED_ON {
            for value in headers.get_all(&name) {
                kept.append(name.clone(), value.clone());
            }
        }
        Caller { headers: kept, peer }
    }
}

impl Ask {
    /// Over an API.
    pub fn new(api: Router) -> Self {
        Ask { api }
    }

    /// Asks, and gives the answer as it is.
    pub async fn answer(
        &self,
        caller: &Caller,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Response, Fault> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(headers) = request.headers_mut() {
            headers.extend(caller.headers.clone());
            if body.is_some() && !headers.contains_key(header::CONTENT_TYPE) {
                let json = HeaderValue::from_static("application/json");
                headers.insert(header::CONTENT_TYPE, json);
            }
        }
        let mut request = request
            .body(body.map_or_else(Body::empty, Body::from))
            .map_err(|error| Fault::Unreadable(error.to_string()))?;
        if let Some(peer) = caller.peer {
            request.extensions_mut().insert(peer);
        }
        // In a task of its own: parts of a page that are asked for at once are worked out at once. It ends
        // with the visitor.
        let mut task = JoinSet::new();
        task.spawn(self.api.clone().oneshot(request));
        match task.join_next().await {
            Some(Ok(Ok(answer))) => Ok(answer),
            Some(Ok(Err(never))) => match never {},
            Some(Err(error)) => Err(Fault::Unreadable(error.to_string())),
            None => Err(Fault::Unreadable("it was not answered".to_owned())),
        }
    }

    /// Reads something.
    pub async fn get<T: DeserializeOwned>(&self, caller: &Caller, path: &str) -> Result<T, Fault> {
        let answer = self.answer(caller, Method::GET, path, None).await?;
        read(path, answer).await
    }

    /// Sends something, and gives nothing but whether it went well.
    pub async fn send<B: Serialize>(
        &self,
        caller: &Caller,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<(), Fault> {
        let answer = self.answer(caller, method, path, Some(json(body)?)).await?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(problem(answer).await)
    }

    /// Sends a text as it is, and reads what came of it.
    pub async fn post_text<T: DeserializeOwned>(
        &self,
        caller: &Caller,
        path: &str,
        text: &str,
    ) -> Result<T, Fault> {
        let mut caller = caller.clone();
        caller.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        let answer = self.answer(&caller, Method::POST, path, Some(text.into())).await?;
        read(path, answer).await
    }

    /// Sends something, and reads what came of it.
    pub async fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        caller: &Caller,
        path: &str,
        body: &B,
    ) -> Result<T, Fault> {
        let answer = self.answer(caller, Method::POST, path, Some(json(body)?)).await?;
        read(path, answer).await
    }
}

fn json<B: Serialize>(body: &B) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(body).map_err(|error| Fault::Unreadable(error.to_string()))
}

async fn read<T: DeserializeOwned>(path: &str, answer: Response) -> Result<T, Fault> {
    if !answer.status().is_success() {
        return Err(problem(answer).await);
    }
    let bytes = bytes(answer).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        tracing::error!(path, %error, "an answer of the API is not what the console expects");
        Fault::Unreadable(error.to_string())
    })
}

/// What an answer without success says.
pub async fn problem(answer: Response) -> Fault {
    let status = answer.status();
    let said = match bytes(answer).await {
        Ok(bytes) => serde_json::from_slice(&bytes).ok(),
        Err(fault) => return fault,
    };
    let title = status.canonical_reason().unwrap_or("No success");
    Fault::Problem(said.unwrap_or_else(|| Problem::new(status.as_u16(), title, "")))
}

async fn bytes(answer: Response) -> Result<Vec<u8>, Fault> {
    match Limited::new(answer.into_body(), ANSWER_BYTES).collect().await {
        Ok(collected) => Ok(collected.to_bytes().to_vec()),
        Err(error) => Err(Fault::Unreadable(error.to_string())),
    }
}
