//! To which PBX, as whom, and how patiently.
//!
//! Plain settings of one connection. Owns the rules an address has to keep before a key is sent to it; does no IO.

use super::observe::Observer;
use crate::odata::{Failure, PbxId};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use reqwest::Url;
use secrecy::SecretString;
use std::fmt;
use std::future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What it takes to talk to one PBX.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Which PBX this is.
    pub pbx: PbxId,
    /// Its address: `https://pbx.acme.example:5001`.
    pub base: String,
    /// The client id of the API client.
    pub client_id: String,
    /// Where its key comes from.
    pub secret: KeySource,
    /// Certificates are not checked, and plain http is allowed.
    pub insecure: bool,
    /// Certificates (PEM) to trust beside those of this machine.
    pub ca_file: Option<PathBuf>,
    /// How long to wait for what.
    pub patience: Patience,
    /// Who is told of every request.
    pub observer: Option<Observer>,
}

impl Connection {
    /// A connection with the usual patience that trusts what this machine trusts.
    pub fn new(
        pbx: PbxId,
        base: impl Into<String>,
        client_id: impl Into<String>,
        secret: impl Into<KeySource>,
    ) -> Self {
        Self {
            pbx,
            base: base.into(),
            client_id: client_id.into(),
            secret: secret.into(),
            insecure: false,
            ca_file: None,
            patience: Patience::default(),
            observer: None,
        }
    }
}

/// Where the key of an API client comes from. It is asked at the first need, and once more when the user tries again:
/// a file that was put right, or a password manager that was unlocked, is seen then.
#[derive(Clone)]
pub struct KeySource(Arc<Ask>);

type Ask = dyn Fn() -> BoxFuture<'static, Result<SecretString, Failure>> + Send + Sync;

impl KeySource {
    /// A key that has to be fetched.
    pub fn new(ask: impl Fn() -> BoxFuture<'static, Result<SecretString, Failure>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }

    /// The key as it is now.
    pub(super) fn key(&self) -> BoxFuture<'static, Result<SecretString, Failure>> {
        (self.0)()
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySource")
    }
}

impl From<SecretString> for KeySource {
    fn from(key: SecretString) -> Self {
        Self::new(move || future::ready(Ok(key.clone())).boxed())
    }
}

impl From<String> for KeySource {
    fn from(key: String) -> Self {
        SecretString::from(key).into()
    }
}

impl From<&str> for KeySource {
    fn from(key: &str) -> Self {
        SecretString::from(key).into()
    }
}

/// How long to wait before giving up or trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to come about.
    pub connect: Duration,
    /// For the whole answer to a read.
    pub read: Duration,
    /// For the whole answer to a write.
    pub write: Duration,
    /// Before a read is tried a second time; twice that before the third.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(30),
            write: Duration::from_secs(30),
            pause: Duration::from_millis(500),
        }
    }
}

/// What helps against a setting that is wrong.
pub(super) const CORRECT: &str = "Correct it in the configuration and start cordboard again.";

/// An address that was found fit to send a key to.
#[derive(Debug, Clone)]
pub(super) struct Base {
    /// Without a slash at the end, without `/xapi/v1`.
    pub(super) text: String,
    /// The same, read: its host is not looked at again for each request.
    url: Url,
    /// The host is this machine.
    pub(super) loopback: bool,
    /// The connection is not encrypted.
    pub(super) plain: bool,
}

impl Base {
    pub(super) fn parse(connection: &Connection) -> Result<Self, Failure> {
        let given = connection.base.trim();
        let wrong = |why: &str| {
            // What stands before an @ may be a password.
            let shown = given.rsplit('@').next().unwrap_or_default();
            Err(Failure::misconfigured(format!("The address of {}, {shown}, {why}. {CORRECT}", connection.pbx)))
        };
        let Ok(url) = Url::parse(given) else {
            return wrong("is not a web address such as https://pbx.example.com:5001");
        };
        if !matches!(url.scheme(), "https" | "http") {
            return wrong("must begin with https://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("must not hold a user name or password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return wrong("must end with the host, the port or a folder");
        }
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let loopback = host == "localhost"
            || host.ends_with(".localhost")
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        let plain = url.scheme() == "http";
        if plain && !loopback && !connection.insecure {
            return wrong("would send the key in the clear: use https://, or `insecure = true` on a network you trust");
        }
        let text = url.as_str().trim_end_matches('/').trim_end_matches("/xapi/v1").trim_end_matches('/').to_owned();
        let Ok(url) = Url::parse(&text) else { return wrong("is not a web address") };
        Ok(Self { text, url, loopback, plain })
    }

    /// The address of what stands below. `None` where it would be elsewhere.
    pub(super) fn below(&self, tail: &str) -> Option<Url> {
        let (path, query) = tail.split_once('?').map_or((tail, None), |(path, query)| (path, Some(query)));
        let mut url = self.url.clone();
        url.set_path(&[self.url.path().trim_end_matches('/'), "/", path].concat());
        url.set_query(query);
        Some(url).filter(|url| url.as_str().strip_prefix(&self.text).is_some_and(|rest| rest.starts_with('/')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(base: &str, insecure: bool) -> Result<Base, Failure> {
        Base::parse(&Connection { insecure, ..Connection::new(PbxId::new("acme"), base, "900", "hunter2") })
    }

    #[test]
    fn an_address_is_taken_as_people_write_it() {
        for (given, text, loopback) in [
            ("https://pbx.acme.example", "https://pbx.acme.example", false),
            (" https://PBX.acme.example:5001/ ", "https://pbx.acme.example:5001", false),
            ("https://pbx.acme.example/xapi/v1/", "https://pbx.acme.example", false),
            ("https://gate.example/acme", "https://gate.example/acme", false),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", true),
            ("http://[::1]:8080", "http://[::1]:8080", true),
            ("http://localhost:8080", "http://localhost:8080", true),
        ] {
            let base = parse(given, false).unwrap();
            assert_eq!((base.text.as_str(), base.loopback), (text, loopback), "{given}");
        }
        assert!(parse("http://sim.example:8080", true).is_ok_and(|b| b.plain && !b.loopback));
    }

    #[test]
    fn what_is_asked_for_stays_below_the_address() {
        for base in ["https://pbx.acme.example:5001", "https://gate.example/acme"] {
            let at = parse(base, false).unwrap();
            for tail in [
                "xapi/v1/Users(57)",
                "xapi/v1/Users?$filter=Number%20eq%20%27214%27&$select=Id,Number",
                "xapi/v1/Users(Number='O%27%27Brien')?$expand=Groups($expand=Rights)",
                "connect/token",
            ] {
                let url = at.below(tail).unwrap();
                assert_eq!(url, Url::parse(&format!("{base}/{tail}")).unwrap());
            }
        }
        let gate = parse("https://gate.example/acme", false).unwrap();
        for tail in ["../other/xapi", "xapi/../../other", "%2e%2e/other", "..\\other"] {
            assert_eq!(gate.below(tail), None, "{tail}");
        }
        let odd = gate.below("@evil.example/x#y").unwrap();
        assert_eq!((odd.host_str(), odd.fragment()), (Some("gate.example"), None));
    }

    #[test]
    fn an_address_that_would_leak_the_key_is_refused() {
        for given in [
            "pbx.acme.example",
            "ftp://pbx.acme.example",
            "http://pbx.acme.example",
            "http://127.0.0.1.example.com",
            "https://900:hunter2@pbx.acme.example",
            "https://pbx.acme.example?x=1",
            "",
        ] {
            let failure = parse(given, false).unwrap_err();
            assert!(!format!("{failure:?}").contains("hunter2"), "{given}");
        }
        let connection = Connection::new(PbxId::new("acme"), "https://pbx.acme.example", "900", "hunter2");
        assert!(!format!("{connection:?}").contains("hunter2"));
    }
}
