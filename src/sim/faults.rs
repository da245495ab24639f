//! Things that go wrong on purpose, and what a test may look at.
//!
//! Owns the knobs: refused sign-ins, scripted answers, lost and cut connections, values the PBX changes, requests held
//! until released, changes behind the operator's back, and the log of requests. Nothing here sleeps but latency.

use super::server::Shared;
use super::views;
use serde_json::{Map, Value};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How many requests are remembered.
const KEPT_REQUESTS: usize = 100_000;

/// Which requests are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matcher {
    method: Option<String>,
    prefix: String,
}

impl Matcher {
    /// Requests of this method whose path begins so, such as `("PATCH", "/xapi/v1/Users")`. The query as it was sent is
    /// part of it: `/xapi/v1/Users?` is the list, and no single user.
    pub fn new(method: &str, prefix: &str) -> Self {
        Self { method: Some(method.to_owned()), prefix: prefix.to_owned() }
    }

    /// Requests of any method whose path begins so; an empty text means all requests.
    pub fn path(prefix: &str) -> Self {
        Self { method: None, prefix: prefix.to_owned() }
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|m| m == method) && path.starts_with(&self.prefix)
    }
}

/// What a matched request gets instead of its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// 401 without a body.
    Unauthorized,
    /// 403 with an OData body.
    Forbidden,
    /// 429, with or without `Retry-After`.
    Busy {
        /// Seconds to wait, where the PBX says so.
        retry_after: Option<u64>,
    },
    /// 500 without a body.
    Broken,
    /// 502 with a page of HTML, as a proxy sends.
    BadGateway,
    /// Any status with a JSON body.
    Reply(u16, String),
    /// 400 with refused fields: target and warning key.
    Refused(Vec<(String, String)>),
    /// The answer, cut off in the middle of its body. The request is carried out.
    Truncated,
    /// An answer that begins as a list and never ends. The request is not carried out.
    Endless,
    /// The connection ends without an answer. The request is not carried out.
    Cut,
    /// The connection ends without an answer. The request is carried out.
    Lost,
}

/// A request that came in: never its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// Path and query as sent.
    pub path: String,
    /// The status answered; none while it is under way, and for connections that were cut.
    pub status: Option<u16>,
}

/// What the signing-in client may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Permission {
    /// Everything.
    #[default]
    SystemOwner,
    /// Everything but reports, recordings and histories.
    SystemAdmin,
    /// Next to nothing: `Defs` and the like.
    User,
    /// Nothing: the caller's address is not allowed by the console restrictions.
    Restricted,
}

/// Requests held before they are carried out.
#[derive(Debug)]
pub struct Gate {
    held: watch::Receiver<usize>,
    open: Arc<watch::Sender<bool>>,
    kept: bool,
}

impl Gate {
    /// Waits until so many requests stand at the gate.
    pub async fn held(&mut self, count: usize) {
        // The sender lives as long as the simulator; when that is gone nothing will come any more.
        let _ = self.held.wait_for(|n| *n >= count).await;
    }

    /// Waits until nobody stands at the gate: whoever did has hung up.
    pub async fn deserted(&self) {
        self.open.closed().await;
    }

    /// Leaves the gate to itself: it stays shut until everything is released.
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }

    /// Lets them, and all that come later, pass.
    pub fn release(self) {
        self.open.send_replace(true);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        if !self.kept {
            self.open.send_replace(true);
        }
    }
}

#[derive(Debug)]
struct Held {
    matcher: Matcher,
    /// So many pass before the first is held.
    good: usize,
    count: watch::Sender<usize>,
    open: Arc<watch::Sender<bool>>,
}

/// Another answer for some requests: the first ones go well, the next ones get it.
#[derive(Debug)]
struct Script {
    matcher: Matcher,
    good: usize,
    left: usize,
    answer: Answer,
}

/// A value that the PBX stores in a write to a set.
#[derive(Debug)]
struct Alteration {
    set: String,
    field: String,
    value: Value,
    /// Also where the write does not touch the field.
    beside: bool,
}

/// The knobs as they stand.
#[derive(Debug, Default)]
pub(crate) struct Knobs {
    reject_tokens: usize,
    scripted: Vec<Script>,
    alterations: Vec<Alteration>,
    gates: Vec<Held>,
    permission: Permission,
    latency: Duration,
    log: VecDeque<Seen>,
    forgotten: usize,
}

impl Knobs {
    /// With a latency from the beginning.
    pub(crate) fn new(latency: Duration) -> Self {
        Self { latency, ..Self::default() }
    }

    /// Notes a request; the number stands for it.
    pub(crate) fn note(&mut self, method: &str, path: &str) -> usize {
        if self.log.len() == KEPT_REQUESTS {
            self.log.pop_front();
            self.forgotten += 1;
        }
        self.log.push_back(Seen { method: method.to_owned(), path: path.to_owned(), status: None });
        self.forgotten + self.log.len() - 1
    }

    /// Notes what was answered.
    pub(crate) fn answered(&mut self, entry: usize, status: u16) {
        if let Some(seen) = entry.checked_sub(self.forgotten).and_then(|n| self.log.get_mut(n)) {
            seen.status = Some(status);
        }
    }

    /// How long an answer takes.
    pub(crate) fn latency(&self) -> Duration {
        self.latency
    }

    /// What the client may do.
    pub(crate) fn permission(&self) -> Permission {
        self.permission
    }

    /// Whether this token request is to be refused.
    pub(crate) fn rejects_token(&mut self) -> bool {
        let rejects = self.reject_tokens > 0;
        self.reject_tokens -= usize::from(rejects);
        rejects
    }

    /// The scripted answer of this request, used up once.
    pub(crate) fn scripted(&mut self, method: &str, path: &str) -> Option<Answer> {
        let at = self.scripted.iter().position(|script| script.matcher.matches(method, path))?;
        let script = &mut self.scripted[at];
        if script.good > 0 {
            script.good -= 1;
            return None;
        }
        script.left = script.left.saturating_sub(1);
        let answer = script.answer.clone();
        self.scripted.retain(|script| script.left > 0);
        Some(answer)
    }

    /// The gate this request has to wait at.
    pub(crate) fn gate(&mut self, method: &str, path: &str) -> Option<watch::Receiver<bool>> {
        self.gates.retain(|g| !*g.open.borrow());
        let gate = self.gates.iter_mut().find(|g| g.matcher.matches(method, path))?;
        if gate.good > 0 {
            gate.good -= 1;
            return None;
        }
        // In this order: whoever is counted can be waited for.
        let open = gate.open.subscribe();
        gate.count.send_modify(|n| *n += 1);
        Some(open)
    }

    /// What the PBX stores instead of values, or beside them, in a write to this set.
    pub(crate) fn alter(&mut self, set: &str, body: &mut Map<String, Value>) {
        self.alterations.retain(|Alteration { set: of, field, value, beside }| {
            let hit = of == set && (*beside || body.contains_key(field));
            if hit {
                body.insert(field.clone(), value.clone());
            }
            !hit
        });
    }

    fn open_all(&mut self) {
        for gate in self.gates.drain(..) {
            gate.open.send_replace(true);
        }
    }
}

/// The knobs of a running simulator, for tests.
#[derive(Debug, Clone)]
pub struct Faults {
    shared: Arc<Shared>,
}

impl Faults {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    fn knobs(&self) -> MutexGuard<'_, Knobs> {
        lock(&self.shared.knobs)
    }

    /// Refuses the next requests for a token.
    pub fn reject_tokens(&self, count: usize) {
        self.knobs().reject_tokens = count;
    }

    /// Ends the live token, as another program does that signs in with the same client.
    pub fn expire_token(&self) {
        lock(&self.shared.pbx).tokens.expire();
    }

    /// Gives the next matching requests another answer.
    pub fn answer(&self, matcher: Matcher, count: usize, answer: Answer) {
        self.answer_after(matcher, 0, count, answer);
    }

    /// Forgets the answers that no request has had yet.
    pub fn forget_answers(&self) {
        self.knobs().scripted.clear();
    }

    /// Lets the first matching requests go well, and gives the next ones another answer.
    pub fn answer_after(&self, matcher: Matcher, good: usize, count: usize, answer: Answer) {
        if count > 0 {
            self.knobs().scripted.push(Script { matcher, good, left: count, answer });
        }
    }

    /// The next write of this field in this set is accepted, and another value is stored.
    pub fn alter(&self, set: &str, field: &str, value: Value) {
        self.will_store(set, field, value, false);
    }

    /// The next write in this set is accepted, and this is stored as well, though nobody sent it.
    pub fn alter_beside(&self, set: &str, field: &str, value: Value) {
        self.will_store(set, field, value, true);
    }

    fn will_store(&self, set: &str, field: &str, value: Value, beside: bool) {
        let alteration = Alteration { set: set.to_owned(), field: field.to_owned(), value, beside };
        self.knobs().alterations.push(alteration);
    }

    /// Holds matching requests, before they are carried out, until the gate is released or dropped.
    #[must_use]
    pub fn hold(&self, matcher: Matcher) -> Gate {
        self.hold_after(matcher, 0)
    }

    /// Lets the first matching requests pass, and holds the next ones.
    #[must_use]
    pub fn hold_after(&self, matcher: Matcher, good: usize) -> Gate {
        let (count, held) = watch::channel(0);
        let open = Arc::new(watch::channel(false).0);
        self.knobs().gates.push(Held { matcher, good, count, open: open.clone() });
        Gate { held, open, kept: false }
    }

    /// Lets everything pass that is held.
    pub fn release_all(&self) {
        self.knobs().open_all();
    }

    /// What the signing-in client may do from now on.
    pub fn permit(&self, permission: Permission) {
        self.knobs().permission = permission;
    }

    /// Every answer takes so long.
    pub fn latency(&self, latency: Duration) {
        self.knobs().latency = latency;
    }

    /// Every request so far, in order.
    pub fn requests(&self) -> Vec<Seen> {
        self.knobs().log.iter().cloned().collect()
    }

    /// How many requests so far were meant by a matcher.
    pub fn count(&self, matcher: &Matcher) -> usize {
        self.knobs().log.iter().filter(|seen| matcher.matches(&seen.method, &seen.path)).count()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        let mut knobs = self.knobs();
        knobs.forgotten += knobs.log.len();
        knobs.log.clear();
    }

    /// Changes an entity (or, with no key, a singleton) behind everybody's back, past all rules. False if it is not there.
    pub fn patch(&self, set: &str, key: Option<&str>, patch: Map<String, Value>) -> bool {
        let state = &mut lock(&self.shared.pbx).state;
        match key {
            None => {
                let there = state.single(set).is_some();
                state.patch_single(set, patch);
                there
            }
            Some(key) => match state.find(set, key) {
                Some(handle) => {
                    state.patch(set, handle, patch);
                    true
                }
                None => false,
            },
        }
    }

    /// Takes an entity away behind everybody's back. False if it is not there.
    pub fn remove(&self, set: &str, key: &str) -> bool {
        let state = &mut lock(&self.shared.pbx).state;
        let handle = state.find(set, key);
        if let Some(handle) = handle {
            state.remove(set, handle);
        }
        handle.is_some()
    }

    /// A property of an entity (or, with no key, of a singleton) as it is now, seen past all rules.
    pub fn look(&self, set: &str, key: Option<&str>, field: &str) -> Option<Value> {
        use super::query::eval::Fields as _;
        let pbx = lock(&self.shared.pbx);
        let name = pbx.state.resource(set)?.name;
        let entity = match key {
            None => views::single(&pbx.state, name)?,
            Some(key) => views::entity(&pbx.state, name, pbx.state.find(set, key)?)?,
        };
        Some(entity.value(field).into_owned())
    }
}

/// Locks, whatever became of the last one who did.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
