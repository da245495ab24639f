//! The client against servers written by hand: each answers exactly what a test says, so that the wire is seen.

mod list;
mod read;
mod save;
mod server;
mod sign_in;
mod tls;
mod wire;

use super::{Client, Connection};
use crate::catalog::Catalog;
use crate::odata::{EntityKey, PbxId, Target};
use server::Pbx;

const KEY: &str = "hunter2-the-key";

/// A client of this PBX, as 900.
fn client(pbx: &Pbx) -> Client {
    Client::new(connection(&pbx.base), Catalog::shipped())
}

fn connection(base: &str) -> Connection {
    Connection::new(PbxId::new("acme"), base, "900", KEY)
}

fn user(id: i64) -> Target {
    Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: Some(EntityKey::Int(id)) }
}

fn names(fields: &[&str]) -> Vec<String> {
    fields.iter().map(|f| (*f).to_owned()).collect()
}
