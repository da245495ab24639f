//! Which PBX a verb talks to, and the way to a client for it.
//!
//! Owns the arguments that name a PBX, and how a client comes about: a configured PBX whose secret is fetched when it is
//! needed, or the embedded simulator over real HTTP.

use super::exit::Stop;
use super::secret;
use crate::api::{Client, Connection, KeySource, Observer};
use crate::catalog::Catalog;
use crate::journal::Journal;
use crate::odata::{Failure, PbxId};
use crate::plan::Tempo;
use crate::settings;
use crate::sim;
use futures_util::FutureExt as _;
use std::path::PathBuf;

/// The arguments that name a PBX.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Naming {
    /// Which of the configured PBXs to open
    #[arg(long, value_name = "NAME")]
    pub pbx: Option<String>,
    /// The address of a PBX, such as `https://pbx.example:5001` (XAPI_URL)
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// The API client to sign in as (XAPI_CLIENT_ID)
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// A file that holds the key of the API client, readable by you alone
    #[arg(long, value_name = "FILE")]
    pub client_secret_file: Option<PathBuf>,
    /// Certificates to trust beside the system's
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Check no certificate; the title line says so
    #[arg(long)]
    pub insecure: bool,
}

impl Naming {
    /// What is said here, else what is said there.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            pbx: self.pbx.or(other.pbx),
            url: self.url.or(other.url),
            client_id: self.client_id.or(other.client_id),
            client_secret_file: self.client_secret_file.or(other.client_secret_file),
            ca_file: self.ca_file.or(other.ca_file),
            insecure: self.insecure || other.insecure,
        }
    }
}

/// The arguments that name a PBX, or the simulator in its place.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Which PBX")]
pub struct Whom {
    /// A configured PBX, or its address.
    #[command(flatten)]
    pub naming: Naming,
    /// Use the embedded PBX simulator; it begins anew each time, and nothing in it is real
    #[arg(long)]
    pub demo: bool,
}

/// What holds for every run on this machine.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// From so many changes on their number is typed.
    pub confirm_count: usize,
    /// How a run goes unless the command line says otherwise.
    pub tempo: Tempo,
}

/// A client that a verb talks through.
pub struct Session {
    /// The client.
    pub client: Client,
    /// What the PBX is called here.
    pub pbx: PbxId,
    /// Its address, as plans name it.
    pub address: String,
    /// The extension of whoever runs this, where the configuration names it.
    pub me: Option<String>,
    /// What holds for every run.
    pub rules: Rules,
    /// Where writes are written down.
    pub journal: Journal,
    /// The simulator, where this is one.
    simulator: Option<sim::Simulator>,
}

/// The name of the simulator, and its address in plans: its port is another one each time.
const DEMO: &str = "demo";

impl Session {
    /// A session with a configured PBX; `None` is the simulator.
    ///
    /// # Errors
    /// When the simulator cannot be started.
    pub async fn open(
        pbx: Option<settings::Pbx>,
        (rules, journal): (Rules, Journal),
        environment: fn(&str) -> Option<String>,
        observer: Option<Observer>,
    ) -> Result<Self, Stop> {
        let catalog = Catalog::shipped();
        let stop = |failure: Failure| Stop::failure(catalog, &failure);
        match pbx {
            Some(pbx) => {
                let (name, address, me) = (PbxId::new(&pbx.name), pbx.url.clone(), pbx.me.clone());
                let client = connect(pbx, environment, observer);
                Ok(Self { client, pbx: name, address, me, rules, journal, simulator: None })
            }
            None => {
                let (client, simulator) = demo(sim::Options::default().users, observer).await.map_err(stop)?;
                let (pbx, address) = (PbxId::new(DEMO), DEMO.to_owned());
                Ok(Self { client, pbx, address, me: None, rules, journal, simulator: Some(simulator) })
            }
        }
    }

    /// It is no simulator of ours.
    pub fn is_real(&self) -> bool {
        self.simulator.is_none()
    }

    /// The catalog by which the PBX is spoken to.
    pub fn catalog(&self) -> &'static Catalog {
        self.client.catalog()
    }

    /// Ends it: what there is to write down is written down, and a simulator ends with it.
    ///
    /// # Errors
    /// When what became of a write could not be written down.
    pub async fn close(self) -> Result<(), Stop> {
        let written = self.journal.end().await;
        if let Some(simulator) = self.simulator {
            simulator.stop().await;
        }
        written.map_err(|trouble| Stop::trouble(&trouble))
    }
}

/// A client for a configured PBX. Its secret is fetched when the first request needs it, and anew when somebody tries
/// again; nothing is sent yet.
pub fn connect(settings: settings::Pbx, environment: fn(&str) -> Option<String>, observer: Option<Observer>) -> Client {
    let source = settings.secret.clone();
    let secret = KeySource::new(move || {
        let source = source.clone();
        let fetched = tokio::task::spawn_blocking(move || secret::fetch(&source, &environment));
        let said = |why: String| Failure::misconfigured(why);
        async move {
            let fetched = fetched.await.map_err(|_| said("The secret could not be fetched.".to_owned()))?;
            fetched.map_err(|why| said(why.to_string()))
        }
        .boxed()
    });
    let mut connection = Connection::new(PbxId::new(&settings.name), settings.url, settings.client_id, secret);
    connection.insecure = settings.insecure;
    connection.ca_file = settings.ca_file;
    connection.observer = observer;
    Client::new(connection, Catalog::shipped())
}

/// The embedded simulator, reached over real HTTP like any PBX, and a client for it.
///
/// # Errors
/// When it cannot be started.
pub async fn demo(users: usize, observer: Option<Observer>) -> Result<(Client, sim::Simulator), Failure> {
    let options = sim::Options { users, ..sim::Options::default() };
    let secret = secrecy::SecretString::from(options.client_secret.clone());
    let running = sim::start(options)
        .await
        .map_err(|e| Failure::misconfigured(format!("The simulator could not be started: {e}.")))?;
    let mut connection =
        Connection::new(PbxId::new(DEMO), running.url().to_owned(), running.client_id().to_owned(), secret);
    connection.observer = observer;
    Ok((Client::new(connection, Catalog::shipped()), running))
}
