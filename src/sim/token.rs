//! The token endpoint: who may sign in, and which token is live.
//!
//! Owns client secrets and tokens: one live token per client, a new one ends the older. Knows nothing of the API behind.

use super::path::decode;
use super::seed::secret;
use crate::sim::record::json;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use std::collections::HashMap;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The clients of this PBX and their tokens.
pub(crate) struct Tokens {
    secrets: HashMap<String, String>,
    live: HashMap<String, Live>,
    issued: usize,
    rng: u64,
}

struct Live {
    token: String,
    until: SystemTime,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("clients", &self.secrets.len())
            .field("live", &self.live.len())
            .finish_non_exhaustive()
    }
}

/// What the token endpoint answers.
#[derive(Debug)]
pub(crate) struct Granted {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Value,
}

impl Tokens {
    /// A PBX with one client.
    pub(crate) fn new(client_id: &str, client_secret: &str, rng: u64) -> Self {
        let secrets = HashMap::from([(client_id.to_owned(), client_secret.to_owned())]);
        Self { secrets, live: HashMap::new(), issued: 0, rng }
    }

    /// Ends every live token.
    pub(crate) fn expire(&mut self) {
        self.live.clear();
    }

    /// Makes a new secret for a client; its tokens end.
    pub(crate) fn renew(&mut self, client_id: &str) -> String {
        self.issued += 1;
        let new = secret(self.rng, self.issued, 80, 32);
        self.secrets.insert(client_id.to_owned(), new.clone());
        self.live.remove(client_id);
        new
    }

    /// Whether a bearer token is the live one of its client.
    pub(crate) fn accepts(&self, token: &str, now: SystemTime) -> bool {
        self.live.values().any(|live| live.token == token && now < live.until)
    }

    /// Answers a request for a token.
    pub(crate) fn grant(
        &mut self,
        content_type: &str,
        body: &[u8],
        expires_in: u64,
        issuer: &str,
        now: SystemTime,
    ) -> Granted {
        let form = form(content_type, body);
        let field = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        match field("grant_type") {
            Some("client_credentials") => {}
            Some(_) => return refused(400, "unsupported_grant_type", "The specified grant type is not supported."),
            None => return refused(400, "invalid_request", "The mandatory grant_type parameter is missing."),
        }
        let Some(client) = field("client_id").map(str::to_owned) else {
            return refused(400, "invalid_request", "The mandatory client_id parameter is missing.");
        };
        let right = field("client_secret").is_some_and(|given| self.secrets.get(&client).is_some_and(|s| s == given));
        if !right {
            return refused(401, "invalid_client", "The specified client credentials are invalid.");
        }
        // 60 means minutes in the builds that say 60; the newer ones give seconds.
        let lifetime = Duration::from_secs(if expires_in <= 600 { expires_in * 60 } else { expires_in });
        let until = now + lifetime;
        let token = self.mint(&client, issuer, now, until);
        let body = json!({
            "token_type": "Bearer", "expires_in": expires_in, "access_token": token, "refresh_token": null,
        });
        self.live.insert(client, Live { token, until });
        Granted { status: 200, body }
    }

    fn mint(&mut self, client: &str, issuer: &str, now: SystemTime, until: SystemTime) -> String {
        self.issued += 1;
        let seconds = |t: SystemTime| t.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(&json!({ "alg": "ES256", "typ": "at+jwt" }));
        let claims = part(&json!({
            "sub": client, "iss": issuer, "aud": "/api", "scope": "xapi", "iat": seconds(now), "exp": seconds(until),
            "jti": format!("{}", self.issued), "role": ["App", "Reports", "system_owners", "CallFlowApp", "MyPhone"],
        }));
        let signature = URL_SAFE_NO_PAD.encode(secret(self.rng, self.issued, 81, 64));
        format!("{head}.{claims}.{signature}")
    }
}

fn refused(status: u16, error: &str, description: &str) -> Granted {
    Granted { status, body: json!({ "error": error, "error_description": description }) }
}

/// The fields of a form, url-encoded or multipart.
fn form(content_type: &str, body: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    let lower = content_type.to_ascii_lowercase();
    if lower.starts_with("multipart/form-data") {
        let boundary = content_type.split(';').find_map(|p| p.trim().strip_prefix("boundary="));
        return boundary.map_or_else(Vec::new, |b| multipart(&text, b.trim_matches('"')));
    }
    if !lower.starts_with("application/x-www-form-urlencoded") {
        return Vec::new();
    }
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(n, v)| (decode(n, true), decode(v, true))).collect()
}

fn multipart(text: &str, boundary: &str) -> Vec<(String, String)> {
    let separator = format!("--{boundary}");
    text.split(separator.as_str())
        .filter_map(|part| {
            let (head, value) = part.split_once("\r\n\r\n")?;
            let name = head.split("name=\"").nth(1)?.split('"').next()?;
            Some((name.to_owned(), value.strip_suffix("\r\n").unwrap_or(value).to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";

    fn grant(tokens: &mut Tokens, content_type: &str, body: &str) -> Granted {
        tokens.grant(content_type, body.as_bytes(), 60, "http://pbx.example", SystemTime::now())
    }

    #[test]
    fn a_token_looks_like_a_jwt_and_a_new_one_ends_the_old() {
        let mut tokens = Tokens::new("900", "s+ &%", 7);
        let body = "grant_type=client_credentials&client_id=900&client_secret=s%2B+%26%25";
        let first = grant(&mut tokens, FORM, body);
        assert_eq!(
            (first.status, &first.body["token_type"], &first.body["expires_in"]),
            (200, &json!("Bearer"), &json!(60))
        );
        assert!(first.body["refresh_token"].is_null());
        let token = first.body["access_token"].as_str().unwrap().to_owned();
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 3600);
        assert_eq!(token.split('.').count(), 3);
        assert!(tokens.accepts(&token, SystemTime::now()));
        assert!(!tokens.accepts(&token, SystemTime::now() + Duration::from_secs(3601)));

        let second = grant(&mut tokens, FORM, body);
        assert!(!tokens.accepts(&token, SystemTime::now()));
        assert!(tokens.accepts(second.body["access_token"].as_str().unwrap(), SystemTime::now()));
    }

    #[test]
    fn multipart_is_read_too() {
        let mut tokens = Tokens::new("900", "secret", 7);
        let part = |n: &str, v: &str| format!("--xyz\r\nContent-Disposition: form-data; name=\"{n}\"\r\n\r\n{v}\r\n");
        let body =
            [part("grant_type", "client_credentials"), part("client_id", "900"), part("client_secret", "secret")]
                .concat();
        let answer = grant(&mut tokens, "multipart/form-data; boundary=xyz", &format!("{body}--xyz--\r\n"));
        assert_eq!(answer.status, 200);
    }

    #[test]
    fn wrong_requests_are_refused_the_oauth_way() {
        let mut tokens = Tokens::new("900", "secret", 7);
        for (body, status, error) in [
            ("grant_type=client_credentials&client_id=900&client_secret=no", 401, "invalid_client"),
            ("grant_type=client_credentials&client_id=901&client_secret=secret", 401, "invalid_client"),
            ("grant_type=client_credentials&client_id=900", 401, "invalid_client"),
            ("grant_type=password&client_id=900&client_secret=secret", 400, "unsupported_grant_type"),
            ("client_id=900&client_secret=secret", 400, "invalid_request"),
            ("", 400, "invalid_request"),
        ] {
            let answer = grant(&mut tokens, FORM, body);
            assert_eq!((answer.status, answer.body["error"].as_str()), (status, Some(error)), "{body}");
            assert!(answer.body["error_description"].is_string());
        }
        assert_eq!(grant(&mut tokens, "application/json", "{}").status, 400);
    }
}
