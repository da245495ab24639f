//! The fault knobs from outside: `POST /__sim/KNOB` with a JSON body, on the loopback interface the simulator listens on.
//!
//! Owns the spelling of the knobs. What they do is `faults`' business; a test inside the program turns the same ones.
//! Nothing of a real PBX is under this path, so it needs no token.

use super::Behaviour;
use super::faults::{Answer, Faults, Matcher, Permission, lock};
use super::server::Shared;
use crate::sim::record::json;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;

/// Where the knobs lie.
pub(crate) const ROOT: &str = "/__sim/";

/// A knob and how it is to be turned.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Knob {
    /// Another answer for requests of this method whose path begins so: the first `after` go well, the next `times` get it.
    Answer {
        #[serde(default)]
        method: Option<String>,
        #[serde(default)]
        path: String,
        #[serde(default)]
        after: usize,
        #[serde(default = "once")]
        times: usize,
        answer: Kind,
        #[serde(default)]
        retry_after: Option<u64>,
        #[serde(default)]
        fields: Vec<(String, String)>,
        #[serde(default)]
        status: u16,
        #[serde(default)]
        body: String,
    },
    /// The next write of this field is accepted, and another value is stored; `beside`, the next write of any field, and
    /// this is stored too.
    Alter {
        set: String,
        field: String,
        value: Value,
        #[serde(default)]
        beside: bool,
    },
    /// Changes an entity (or, with no key, a singleton) behind everybody's back.
    Patch {
        set: String,
        #[serde(default)]
        key: Option<String>,
        values: Map<String, Value>,
    },
    /// Takes an entity away behind everybody's back.
    Remove { set: String, key: String },
    /// Holds requests until they are released.
    Hold {
        #[serde(default)]
        method: Option<String>,
        #[serde(default)]
        path: String,
    },
    /// Lets everything pass that is held.
    Release {},
    /// How long every answer takes.
    Delay { ms: u64 },
    /// Ends the live token, or refuses the next requests for one.
    Token {
        #[serde(default)]
        expire: bool,
        #[serde(default)]
        reject: usize,
    },
    /// What the signing-in client may do.
    Permit { role: Role },
    /// What becomes of the members of a nested object that a PATCH leaves out.
    Nested { mode: Mode },
    /// Whether exports and downloads of lists are CSV or JSON.
    Downloads {
        #[serde(rename = "as")]
        form: Form,
    },
    /// Every request so far: method, path, status.
    Requests {},
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Unauthorized,
    Forbidden,
    Busy,
    Broken,
    BadGateway,
    Unavailable,
    Reply,
    Refused,
    Truncated,
    Endless,
    Cut,
    Lost,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Role {
    SystemOwner,
    SystemAdmin,
    User,
    Restricted,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    Replace,
    Merge,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Form {
    Csv,
    Json,
}

fn once() -> usize {
    1
}

/// Turns a knob; answers with what there is to say, or a sentence that names what was not understood.
pub(crate) fn turn(shared: &Arc<Shared>, name: &str, body: &[u8]) -> Result<Value, String> {
    let body = if body.is_empty() { b"{}" } else { body };
    let asked: Map<String, Value> =
        serde_json::from_slice(body).map_err(|e| format!("/__sim/{name} takes a JSON object: {e}."))?;
    let knob = serde_json::from_value(json!({ name: asked })).map_err(|e| format!("/__sim/{name}: {e}."))?;
    let faults = Faults::new(Arc::clone(shared));
    let matcher = |method: Option<String>, path: &str| match method {
        Some(method) => Matcher::new(&method, path),
        None => Matcher::path(path),
    };
    match knob {
        Knob::Answer { method, path, after, times, answer, retry_after, fields, status, body } => {
            let answer = match answer {
                Kind::Unauthorized => Answer::Unauthorized,
                Kind::Forbidden => Answer::Forbidden,
                Kind::Busy => Answer::Busy { retry_after },
                Kind::Broken => Answer::Broken,
                Kind::BadGateway => Answer::BadGateway,
                Kind::Unavailable => Answer::Reply(503, String::new()),
                Kind::Reply if (200..600).contains(&status) => Answer::Reply(status, body),
                Kind::Reply => return Err("/__sim/answer: \"reply\" needs a status from 200 to 599.".to_owned()),
                Kind::Refused => Answer::Refused(fields),
                Kind::Truncated => Answer::Truncated,
                Kind::Endless => Answer::Endless,
                Kind::Cut => Answer::Cut,
                Kind::Lost => Answer::Lost,
            };
            faults.answer_after(matcher(method, &path), after, times, answer);
        }
        Knob::Alter { set, field, value, beside: false } => faults.alter(&set, &field, value),
        Knob::Alter { set, field, value, beside: true } => faults.alter_beside(&set, &field, value),
        Knob::Patch { set, key, values } => {
            if !faults.patch(&set, key.as_deref(), values) {
                return Err(format!("/__sim/patch: there is no such entity in {set}."));
            }
        }
        Knob::Remove { set, key } => {
            if !faults.remove(&set, &key) {
                return Err(format!("/__sim/remove: {set} has no {key}."));
            }
        }
        Knob::Hold { method, path } => faults.hold(matcher(method, &path)).keep(),
        Knob::Release {} => faults.release_all(),
        Knob::Delay { ms } => faults.latency(Duration::from_millis(ms)),
        Knob::Token { expire, reject } => {
            if expire {
                faults.expire_token();
            }
            faults.reject_tokens(reject);
        }
        Knob::Permit { role } => faults.permit(match role {
            Role::SystemOwner => Permission::SystemOwner,
            Role::SystemAdmin => Permission::SystemAdmin,
            Role::User => Permission::User,
            Role::Restricted => Permission::Restricted,
        }),
        Knob::Nested { mode } => {
            let behaviour: &mut Behaviour = &mut lock(&shared.pbx).behaviour;
            behaviour.nested_merge = matches!(mode, Mode::Merge);
        }
        Knob::Downloads { form } => {
            lock(&shared.pbx).behaviour.downloads_as_json = matches!(form, Form::Json);
        }
        Knob::Requests {} => {
            let seen = faults.requests();
            let rows = seen.iter().map(|r| json!({"method": r.method, "path": r.path, "status": r.status}));
            return Ok(json!({ "requests": rows.collect::<Vec<_>>() }));
        }
    }
    Ok(json!({}))
}
