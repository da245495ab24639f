//! What people do, from the first key to the last word on the screen.

use super::support::{Bench, simulator};

#[tokio::test]
async fn a_voicemail_is_switched_on_sent_and_read_back() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.keys("2 1 4 enter / v m enter space ctrl-s").await;
    bench.shows(&[
        "acme: send to 214 Lovelace, Ada?",
        "PATCH /xapi/v1/Users(57)",
        "off → on",
        r#"{ "VMEnabled": true }"#,
    ]);
    bench.keys("y").await;
    bench.shows(&["saved and read back: Voicemail"]);
    assert_eq!(pbx.faults().look("Users", Some("57"), "VMEnabled"), Some(true.into()));
}
