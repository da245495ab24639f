//! The socket side: one HTTP server on the loopback interface.
//!
//! Owns headers, bearer checks, roles and where the fault knobs bite. What a request means is not known here.

use super::faults::{Answer, Knobs, Permission, lock};
use super::knobs;
use super::operate::{Done, Pbx, Request as Call};
use super::refusal::Refusal;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::handler::Handler as _;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The build the simulator says it is.
pub(crate) const VERSION: &str = "20.0.10.1219";

/// Where the API lies.
const ROOT: &str = "/xapi/v1";

/// Bodies longer than this are refused, as by Kestrel.
const MAX_BODY: usize = 30_000_000;

/// JSON as OData servers label it.
const ODATA_JSON: &str = "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8";

/// What a system administrator may not read.
const OWNERS_ONLY: [&str; 6] = [
    "CallHistoryView",
    "ReportCallLogData",
    "ChatHistoryView",
    "ChatMessagesHistoryView",
    "Recordings",
    "ScheduledReports",
];

/// What anybody may read.
const FOR_EVERYBODY: [&str; 3] = ["Defs", "MyUser", "MyTokens"];

/// What the server's tasks share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The PBX.
    pub(crate) pbx: Mutex<Pbx>,
    /// The fault knobs.
    pub(crate) knobs: Mutex<Knobs>,
}

/// An answer before it is put on the wire.
struct Reply {
    status: u16,
    content_type: &'static str,
    headers: Vec<(HeaderName, String)>,
    body: Vec<u8>,
}

impl Reply {
    fn empty(status: u16) -> Self {
        Self { status, content_type: "", headers: Vec::new(), body: Vec::new() }
    }

    fn json(status: u16, content_type: &'static str, value: &Value) -> Self {
        Self { status, content_type, headers: Vec::new(), body: value.to_string().into_bytes() }
    }

    fn with(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        let mut reply = match &refusal.body {
            Some(body) => Self::json(refusal.status, ODATA_JSON, body),
            None => Self::empty(refusal.status),
        };
        if !refusal.allow.is_empty() {
            reply = reply.with(header::ALLOW, refusal.allow.join(", "));
        }
        reply
    }
}

/// What goes wrong on the wire itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    Sound,
    Truncated,
    Endless,
    Cut,
}

/// Serves until told to stop.
///
/// # Errors
/// When the socket fails.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, stop: oneshot::Receiver<()>) -> io::Result<()> {
    // No router: paths are read here, and one would be 20 kB of program.
    let service = handle.with_state(shared).into_make_service();
    // Small answers go out at once; where that cannot be had they still go out.
    let listener = listener.tap_io(|socket| drop(socket.set_nodelay(true)));
    axum::serve(listener, service)
        .with_graceful_shutdown(async {
            // A dropped sender means the same as a sent word.
            let _ = stop.await;
        })
        .await
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str().to_owned();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let text = |name: HeaderName| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let (content_type, authorization) = (text(header::CONTENT_TYPE), text(header::AUTHORIZATION));
    let prefer = parts.headers.contains_key("prefer");
    let read = to_bytes(body, MAX_BODY).await;
    if let (Some(knob), "POST", Ok(body)) = (path.strip_prefix(knobs::ROOT), method.as_str(), &read) {
        let (status, said) = match knobs::turn(&shared, knob, body) {
            Ok(said) => (200, said),
            Err(why) => (400, serde_json::json!({ "error": why })),
        };
        return respond(Reply::json(status, "application/json", &said), Wire::Sound);
    }

    let whole = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
    let (entry, latency, gate) = {
        let mut knobs = lock(&shared.knobs);
        (knobs.note(&method, &whole), knobs.latency(), knobs.gate(&method, &whole))
    };
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    if let Some(mut open) = gate {
        // The gate is gone only with the simulator.
        let _ = open.wait_for(|open| *open).await;
    }
    let (reply, wire) = match read {
        Ok(body) => answer(
            &shared,
            &Asked {
                method: &method,
                whole: &whole,
                path: &path,
                query: &query,
                content_type,
                authorization,
                prefer,
                body,
            },
        ),
        Err(_) => (Reply::empty(413), Wire::Sound),
    };
    if wire != Wire::Cut {
        lock(&shared.knobs).answered(entry, reply.status);
    }
    respond(reply, wire)
}

struct Asked<'r> {
    method: &'r str,
    whole: &'r str,
    path: &'r str,
    query: &'r str,
    content_type: String,
    authorization: String,
    prefer: bool,
    body: Bytes,
}

fn answer(shared: &Shared, asked: &Asked<'_>) -> (Reply, Wire) {
    let (script, rejects) = {
        let mut knobs = lock(&shared.knobs);
        let rejects = asked.path == "/connect/token" && knobs.rejects_token();
        (knobs.scripted(asked.method, asked.whole), rejects)
    };
    match script {
        None => {}
        Some(Answer::Cut) => return (Reply::empty(500), Wire::Cut),
        Some(Answer::Lost) => {
            proceed(shared, asked, rejects);
            return (Reply::empty(500), Wire::Cut);
        }
        Some(Answer::Endless) => {
            return (Reply { content_type: ODATA_JSON, ..Reply::empty(200) }, Wire::Endless);
        }
        Some(Answer::Truncated) => return (proceed(shared, asked, rejects), Wire::Truncated),
        Some(other) => return (scripted(other), Wire::Sound),
    }
    (proceed(shared, asked, rejects), Wire::Sound)
}

fn scripted(answer: Answer) -> Reply {
    match answer {
        Answer::Unauthorized => unauthorized(),
        Answer::Forbidden => Refusal::said(403, "You are not allowed to do this.").into(),
        Answer::Busy { retry_after: Some(seconds) } => Reply::empty(429).with(header::RETRY_AFTER, seconds.to_string()),
        Answer::Busy { retry_after: None } => Reply::empty(429),
        Answer::BadGateway => {
            let page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>";
            Reply { status: 502, content_type: "text/html", headers: Vec::new(), body: page.as_bytes().to_vec() }
        }
        Answer::Reply(status, body) => {
            Reply { status, content_type: ODATA_JSON, headers: Vec::new(), body: body.into_bytes() }
        }
        Answer::Refused(fields) => {
            let fields: Vec<(String, &str)> = fields.iter().map(|(t, k)| (t.clone(), k.as_str())).collect();
            Refusal::fields(&fields).into()
        }
        Answer::Broken | Answer::Truncated | Answer::Endless | Answer::Cut | Answer::Lost => Reply::empty(500),
    }
}

fn unauthorized() -> Reply {
    Reply::empty(401).with(header::WWW_AUTHENTICATE, "Bearer".to_owned())
}

fn proceed(shared: &Shared, asked: &Asked<'_>, rejects: bool) -> Reply {
    if asked.path == "/connect/token" {
        return grant(shared, asked, rejects);
    }
    let below = match asked.path.strip_prefix(ROOT) {
        Some(below) if below.is_empty() || below.starts_with('/') => below,
        _ => return Reply::empty(404),
    };
    let permission = lock(&shared.knobs).permission();
    let mut pbx = lock(&shared.pbx);
    let bearer = asked.authorization.strip_prefix("Bearer ").unwrap_or_default();
    if !pbx.tokens.accepts(bearer, SystemTime::now()) {
        return unauthorized();
    }
    if !allowed(permission, asked.method, below) {
        return Refusal::said(403, "You are not allowed to do this.").into();
    }
    // An action that answers 204 breaks when asked to return a representation.
    let is_action = asked.method == "POST" && below.contains("/Pbx.");
    let call = Call { method: asked.method, path: below, query: asked.query, body: &asked.body };
    match pbx.operate(call, &mut |set, body| lock(&shared.knobs).alter(set, body)) {
        Ok(Done::Nothing) if asked.prefer && is_action => Reply::empty(500),
        Ok(Done::Nothing) => Reply::empty(204),
        Ok(Done::Json(value)) => Reply::json(200, ODATA_JSON, &value),
        Ok(Done::Created(value, place)) => Reply::json(201, ODATA_JSON, &value).with(header::LOCATION, place),
        Ok(Done::File(file)) => Reply { status: 200, content_type: file.kind, headers: Vec::new(), body: file.bytes }
            .with(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)),
        Err(refusal) => refusal.into(),
    }
}

fn allowed(permission: Permission, method: &str, below: &str) -> bool {
    let first = below.trim_start_matches('/').split(['/', '(']).next().unwrap_or_default();
    match permission {
        Permission::SystemOwner => true,
        Permission::SystemAdmin => !OWNERS_ONLY.contains(&first),
        Permission::User => FOR_EVERYBODY.contains(&first) && (method == "GET" || first == "MyUser"),
        Permission::Restricted => false,
    }
}

fn grant(shared: &Shared, asked: &Asked<'_>, rejects: bool) -> Reply {
    if asked.method != "POST" {
        return Reply::empty(405).with(header::ALLOW, "POST".to_owned());
    }
    if rejects {
        let body = serde_json::json!({ "error": "invalid_client", "error_description": "The specified client credentials are invalid." });
        return Reply::json(401, "application/json", &body);
    }
    let mut pbx = lock(&shared.pbx);
    let (expires_in, base) = (pbx.behaviour.expires_in, pbx.base.clone());
    let granted = pbx.tokens.grant(&asked.content_type, &asked.body, expires_in, &base, SystemTime::now());
    Reply::json(granted.status, "application/json", &granted.body).with(header::CACHE_CONTROL, "no-store".to_owned())
}

fn respond(reply: Reply, wire: Wire) -> Response {
    let length = reply.body.len();
    let body = match wire {
        Wire::Sound => Body::from(reply.body),
        Wire::Truncated => {
            let half = Bytes::from(reply.body[..length / 2].to_vec());
            Body::from_stream(stream::unfold(Some(half), |left| async move {
                match left {
                    Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
                    _ => {
                        // Let what was given so far go out before the connection ends.
                        tokio::task::yield_now().await;
                        Some((Err(io::Error::from(io::ErrorKind::ConnectionAborted)), None))
                    }
                }
            }))
        }
        Wire::Endless => {
            // Rows without end, a megabyte at a time: whoever reads them has to know when it is enough.
            let rows = Bytes::from(br#"{"Id":1},"#.repeat(1 << 17));
            let begin = stream::once(async { Ok::<_, io::Error>(Bytes::from_static(br#"{"value":["#)) });
            Body::from_stream(begin.chain(stream::repeat_with(move || Ok(rows.clone()))))
        }
        Wire::Cut => Body::from_stream(stream::once(async {
            Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionAborted))
        })),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(HeaderName::from_static("x-3cx-version"), VERSION);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::X_FRAME_OPTIONS, "DENY");
    if !reply.content_type.is_empty() {
        put(header::CONTENT_TYPE, reply.content_type);
    }
    if wire == Wire::Truncated {
        put(header::CONTENT_LENGTH, &length.to_string());
    }
    for (name, value) in &reply.headers {
        put(name.clone(), value);
    }
    response
}
