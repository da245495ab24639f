//! Tests of the simulator over its socket: what a client of any make would see.

mod company;
mod faults;
mod files;
mod knobs;
mod reads;
mod wire;
mod writes;

use super::{Behaviour, Options, Simulator, start};
use reqwest::Method;
use serde_json::{Value, json};

/// A running simulator with somebody signed in.
pub(super) struct Caller {
    pub(super) sim: Simulator,
    http: reqwest::Client,
    token: String,
}

/// Status and body of an answer; a body that is no JSON is a text, none is null.
pub(super) type Answered = (u16, Value);

impl Caller {
    pub(super) async fn new(options: Options) -> Self {
        // Installed once for the process; a second attempt is refused and does no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let secret = options.client_secret.clone();
        let sim = start(options).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut caller = Self { sim, http, token: String::new() };
        caller.sign_in(&secret).await;
        caller
    }

    pub(super) async fn default() -> Self {
        Self::new(Options::default()).await
    }

    pub(super) async fn sign_in(&mut self, secret: &str) -> u16 {
        let form =
            [("grant_type", "client_credentials"), ("client_id", self.sim.client_id()), ("client_secret", secret)];
        let answer = self.http.post(format!("{}/connect/token", self.sim.url())).form(&form).send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        self.token = body["access_token"].as_str().unwrap_or_default().to_owned();
        status
    }

    pub(super) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answered {
        let mut request =
            self.http.request(method, format!("{}/xapi/v1/{path}", self.sim.url())).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        assert_eq!(answer.headers()["x-3cx-version"], super::server::VERSION);
        let text = answer.text().await.unwrap();
        (
            status,
            if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or_else(|_| json!(text)) },
        )
    }

    pub(super) async fn get(&self, path: &str) -> Answered {
        self.send(Method::GET, path, None).await
    }

    /// The body of a read that has to succeed.
    pub(super) async fn ok(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub(super) async fn patch(&self, path: &str, body: Value) -> Answered {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Answered {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(super) async fn delete(&self, path: &str) -> Answered {
        self.send(Method::DELETE, path, None).await
    }
}
