//! What the simulated PBX costs: a page of a hundred.

use crate::pty::Simulator;
use crate::run::token;
use crate::table::Table;
use reqwest::Client;
use std::path::Path;

/// A clock of ten milliseconds needs as many.
const PAGES: usize = 500;

pub(crate) fn measure(_home: &Path, table: &mut Table) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for people in ["312", "100000"] {
        let simulator = Simulator::start(&["--users", people]);
        let page = "$select=Id,Number,FirstName,LastName,EmailAddress,Mobile,Enabled,IsRegistered&$top=100&$skip=100";
        let url = format!("{}/xapi/v1/Users?{page}", simulator.url);
        let spent = runtime.block_on(async {
            let http = Client::builder().no_proxy().build().expect("a client");
            let token = token(&http, &simulator).await;
            let begun = simulator.spent();
            for _ in 0..PAGES {
                let answer = http.get(&url).bearer_auth(&*token).send().await.expect("an answer");
                assert!(answer.bytes().await.expect("a body").len() > 1000, "a page");
            }
            simulator.spent() - begun
        });
        let what = format!("Processor time of the simulator for a page of 100, of {people} people");
        table.tell(&what, vec![spent as f64 / PAGES as f64], "ms", "1 ms");
    }
}
