//! A small HTTP server that answers what a closure says and remembers what it was asked.

use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One request as it came.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: String,
    /// Path and query, as sent.
    pub(super) target: String,
    pub(super) authorization: Option<String>,
    pub(super) body: String,
}

impl Request {
    pub(super) fn is_token(&self) -> bool {
        self.target == "/connect/token"
    }

    /// The value of a query option, undecoded.
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        let query = self.target.split_once('?')?.1;
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }

    pub(super) fn number(&self, name: &str) -> usize {
        self.option(name).and_then(|n| n.parse().ok()).unwrap_or(0)
    }
}

/// What is answered.
pub(super) enum Reply {
    Json(u16, Value),
    /// Status, header lines, body.
    Text(u16, Vec<(&'static str, String)>, String),
    /// These bytes and then the end of the connection.
    Cut(String),
    /// Nothing, ever.
    Silence,
}

impl Reply {
    pub(super) fn status(status: u16) -> Self {
        Self::Text(status, Vec::new(), String::new())
    }
}

/// A running server.
pub(super) struct Pbx {
    pub(super) base: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

type Script = dyn Fn(&Request) -> Reply + Send + Sync;

impl Pbx {
    /// Answers everything as the script says.
    pub(super) async fn raw(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, log): (Arc<Script>, _) = (Arc::new(script), seen.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, script.clone(), log.clone()));
            }
        });
        Self { base, seen }
    }

    /// Gives a token to everybody (`t1`, `t2`, …); answers the rest as the script says.
    pub(super) async fn open(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let tokens = Mutex::new(0);
        Self::raw(move |request| {
            if request.is_token() {
                let mut given = tokens.lock().unwrap();
                *given += 1;
                return grant(&format!("t{given}"));
            }
            script(request)
        })
        .await
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// Methods and targets of everything but sign-ins.
    pub(super) fn lines(&self) -> Vec<String> {
        let wanted = |r: &Request| (!r.is_token()).then(|| format!("{} {}", r.method, r.target));
        self.requests().iter().filter_map(wanted).collect()
    }

    pub(super) fn sign_ins(&self) -> usize {
        self.requests().iter().filter(|r| r.is_token()).count()
    }
}

pub(super) fn grant(token: &str) -> Reply {
    let body = json!({"token_type": "Bearer", "expires_in": 60, "access_token": token, "refresh_token": null});
    Reply::Json(200, body)
}

async fn serve(mut stream: TcpStream, script: Arc<Script>, log: Arc<Mutex<Vec<Request>>>) {
    let mut buffer = Vec::new();
    while let Some(request) = receive(&mut stream, &mut buffer).await {
        log.lock().unwrap().push(request.clone());
        let text = match script(&request) {
            Reply::Json(status, value) => head(
                status,
                &[("Content-Type", "application/json; odata.metadata=minimal".to_owned())],
                &value.to_string(),
            ),
            Reply::Text(status, headers, body) => head(status, &headers, &body),
            Reply::Cut(bytes) => {
                stream.write_all(bytes.as_bytes()).await.ok();
                return;
            }
            Reply::Silence => std::future::pending().await,
        };
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn head(status: u16, headers: &[(&'static str, String)], body: &str) -> String {
    let mut text = format!("HTTP/1.1 {status} x\r\nX-3CX-Version: 20.0.10.1234\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "\r\n" + body
}

async fn receive(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    let end = loop {
        match buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            Some(at) => break at + 4,
            None if stream.read_buf(buffer).await.ok()? == 0 => return None,
            None => {}
        }
    };
    let head = String::from_utf8(buffer[..end].to_vec()).ok()?;
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let length: usize = header("content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
    while buffer.len() < end + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8(buffer[end..end + length].to_vec()).ok()?;
    let mut first = head.lines().next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let authorization = header("authorization");
    buffer.drain(..end + length);
    Some(Request { method, target, authorization, body })
}
