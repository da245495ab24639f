//! The embedded PBX: a real HTTP server over the catalog that behaves as a 3CX V20 is known to behave.
//!
//! Owns its own reading of URLs, queries and bodies, a made-up company as its state, and knobs to make things go wrong.
//! It shares no code with the client, so that a common misreading of the document shows. Knows nothing of drafts or
//! screens. Names of resources and fields stand in the seed, the rules, the views and the functions.

mod answer;
mod faults;
mod files;
mod functions;
mod knobs;
mod operate;
mod path;
mod query;
mod record;
mod refusal;
mod routes;
mod rules;
mod seed;
mod seedfile;
mod server;
mod shape;
mod store;
mod token;
mod views;

#[cfg(test)]
mod tests;

pub use answer::Behaviour;
pub use faults::{Answer, Faults, Gate, Matcher, Permission, Seen};

use crate::catalog::Catalog;
use serde_json::{Map, Value};
use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long open connections may take to end when the simulator stops.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a simulated PBX is to be.
#[derive(Clone)]
pub struct Options {
    /// The port on 127.0.0.1; 0 for any that is free.
    pub port: u16,
    /// How many users it has.
    pub users: usize,
    /// The random seed of the made-up company.
    pub rng: u64,
    /// Rows that replace those of whole entity sets: name of the set to an array of rows.
    pub seed: Option<Map<String, Value>>,
    /// The client that signs in.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// How long every answer takes.
    pub latency: Duration,
    /// What differs between builds, or is not known of any.
    pub behaviour: Behaviour,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            users: 312,
            rng: 1,
            seed: None,
            client_id: "900".to_owned(),
            client_secret: "cordboard-demo".to_owned(),
            latency: Duration::ZERO,
            behaviour: Behaviour::default(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("port", &self.port)
            .field("users", &self.users)
            .field("rng", &self.rng)
            .field("seed", &self.seed.as_ref().map(Map::len))
            .field("client_id", &self.client_id)
            .field("latency", &self.latency)
            .field("behaviour", &self.behaviour)
            .finish_non_exhaustive()
    }
}

/// A running simulator. Dropping it stops it; [`Simulator::stop`] waits until it has.
pub struct Simulator {
    url: String,
    client_id: String,
    client_secret: String,
    faults: Faults,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<()>>,
}

/// Starts a simulator on 127.0.0.1.
///
/// # Errors
/// When the port cannot be had, or the seed does not fit the API (`InvalidInput`, with a sentence).
pub async fn start(options: Options) -> io::Result<Simulator> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let pbx = build(Catalog::shipped(), &options, &url)?;
    let shared =
        Arc::new(server::Shared { pbx: Mutex::new(pbx), knobs: Mutex::new(faults::Knobs::new(options.latency)) });
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(server::serve(listener, shared.clone(), stopped));
    Ok(Simulator {
        url,
        client_id: options.client_id,
        client_secret: options.client_secret,
        faults: Faults::new(shared),
        stop: Some(stop),
        task,
    })
}

fn build(catalog: &'static Catalog, options: &Options, url: &str) -> io::Result<operate::Pbx> {
    let people = seed::People::new(options.users, options.rng);
    let mut state = store::State::new(catalog, people, &options.client_id);
    if let Some(rows) = &options.seed {
        seedfile::apply(&mut state, rows).map_err(|why| io::Error::new(io::ErrorKind::InvalidInput, why))?;
    }
    Ok(operate::Pbx {
        state,
        tokens: token::Tokens::new(&options.client_id, &options.client_secret, options.rng),
        routes: routes::Routes::new(catalog),
        behaviour: options.behaviour.clone(),
        base: url.to_owned(),
    })
}

impl Simulator {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The client that may sign in.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Its secret, made up like everything here.
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }

    /// The knobs for tests.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Stops and waits until the socket is closed.
    pub async fn stop(mut self) {
        self.faults.release_all();
        drop(self.stop.take());
        // Whoever holds a connection open does not hold up the end.
        if tokio::time::timeout(PATIENCE, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("url", &self.url).field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.faults.release_all();
    }
}
