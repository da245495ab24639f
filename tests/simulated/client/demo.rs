//! A simulator, a client signed in to it, and what both kinds of tests need.

use cordboard::api::{Client, Connection, ListQuery};
use cordboard::catalog::{Catalog, Resource};
use cordboard::odata::{EntityKey, PbxId, Target};
use cordboard::sim::{self, Options, Simulator};

pub(crate) async fn start(users: usize) -> (Simulator, Client) {
    let options = Options { users, ..Options::default() };
    let connection = |url: &str| Connection::new(PbxId::new("demo"), url, "900", options.client_secret.clone());
    let sim = sim::start(options.clone()).await.unwrap();
    let client = Client::new(connection(sim.url()), Catalog::shipped());
    (sim, client)
}

pub(crate) fn target(resource: &str, key: Option<EntityKey>) -> Target {
    Target { pbx: PbxId::new("demo"), resource: resource.into(), key }
}

pub(crate) fn lists() -> impl Iterator<Item = &'static Resource> {
    let catalog = Catalog::shipped();
    catalog.resources().iter().filter(|r| r.read.is_some_and(|id| catalog.operation(id).collection))
}

pub(crate) fn columns(resource: &Resource) -> Vec<String> {
    Catalog::shipped().columns(resource).iter().flat_map(|c| &c.fields).map(|f| (*f).to_owned()).collect()
}

pub(crate) async fn keys(client: &Client, resource: &str) -> Vec<EntityKey> {
    let mut keys = Vec::new();
    client.list(&ListQuery::new(resource, Vec::new()), |page| keys.extend(page.keys)).await.unwrap();
    keys
}
