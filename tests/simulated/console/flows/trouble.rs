//! When the PBX, or what stands before it, does not do as it should.

use super::super::support::{Bench, client, client_with, page, simulator};
use cordboard::shell::connected;
use cordboard::sim::{self, Answer, Matcher, Options, Permission};

fn users() -> Matcher {
    Matcher::path("/xapi/v1/Users?")
}

#[tokio::test]
async fn a_wrong_key_is_tried_once_and_again_only_when_asked() {
    let pbx = simulator().await;
    let tokens = Matcher::path("/connect/token");
    let mut bench = Bench::with(connected(client_with(&pbx, "wrong")), (120, 40)).await;
    bench.shows(&["The PBX refused the sign-in as 900.", "a few wrong keys", "r tries again."]);
    bench.shows(&["not signed in"]);
    assert_eq!(pbx.faults().count(&tokens), 1, "one wrong key, however many lists there are to read");
    bench.go("Groups").await;
    bench.go("Users").await;
    assert_eq!(pbx.faults().count(&tokens), 1);
    bench.keys("r").await;
    assert_eq!(pbx.faults().count(&tokens), 2);
    bench.shows(&["The PBX refused the sign-in as 900."]);
}

#[tokio::test]
async fn a_sign_in_that_works_again_reads_what_is_on_the_screen() {
    let pbx = simulator().await;
    pbx.faults().reject_tokens(1);
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.shows(&["The PBX refused the sign-in as 900."]);
    bench.keys("r").await;
    bench.shows(&["312 of 312", "System Owner"]);
}

#[tokio::test]
async fn a_token_taken_by_another_program_is_fetched_anew() {
    let pbx = simulator().await;
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    pbx.faults().expire_token();
    bench.keys("2 1 4 enter").await;
    bench.shows(&["Users › 214 Lovelace, Ada", "ada@acme.example"]);
    assert_eq!(pbx.faults().count(&Matcher::path("/connect/token")), 2);
}

#[tokio::test]
async fn failures_of_a_list_are_told_and_r_tries_again() {
    let pbx = simulator().await;
    // Each as often as it is tried, and not once more.
    for (answer, tries, says) in [
        (Answer::BadGateway, 3, "The PBX is not ready (502)."),
        (Answer::Reply(200, "<html><body>Please sign in</body></html>".to_owned()), 1, "answered"),
        (Answer::Truncated, 3, "The answer of the PBX broke off."),
        (Answer::Broken, 1, "The PBX failed over this request (500)."),
        (Answer::Forbidden, 1, "The PBX does not let API client 900 do this."),
        (Answer::Cut, 3, "The answer of the PBX broke off."),
    ] {
        pbx.faults().answer(users(), tries, answer);
        let mut bench = Bench::on(&pbx, (120, 40)).await;
        bench.shows(&[says, "not read", "r tries again."]);
        bench.keys("r").await;
        bench.shows(&["312 of 312", "214  Lovelace, Ada"]);
    }
}

#[tokio::test]
async fn what_passes_is_tried_again_without_a_word() {
    let pbx = simulator().await;
    for answer in [Answer::Busy { retry_after: Some(0) }, Answer::Busy { retry_after: None }, Answer::Truncated] {
        pbx.faults().answer(users(), 2, answer);
        Bench::on(&pbx, (120, 40)).await.shows(&["312 of 312"]);
    }
    pbx.faults().answer(users(), 1, Answer::Busy { retry_after: Some(90) });
    Bench::on(&pbx, (120, 40)).await.shows(&[
        "The PBX is busy",
        "It asks to be left alone for 90 s.",
        "r tries again.",
    ]);
}

#[tokio::test]
async fn a_list_that_breaks_off_half_way_keeps_what_came() {
    let pbx = simulator().await;
    pbx.faults().answer(page(&pbx, "skip=200").await, 1, Answer::Broken);
    let mut bench = Bench::on(&pbx, (120, 40)).await;
    bench.shows(&["not complete", "The PBX failed over this request (500).", "r tries again."]);
    bench.keys("2 1 4 enter").await;
    bench.shows(&["Users › 214 Lovelace, Ada"]);
    bench.keys("esc r").await;
    bench.shows(&["312 of 312"]);
    assert!(!bench.screen().contains("not complete"));
}

#[tokio::test]
async fn a_role_that_may_nothing() {
    let pbx = simulator().await;
    for permission in [Permission::User, Permission::Restricted] {
        pbx.faults().permit(permission);
        let mut bench = Bench::on(&pbx, (120, 40)).await;
        bench.shows(&["The PBX does not let API client 900 do this.", "role System Owner", "r tries again."]);
        pbx.faults().permit(Permission::SystemOwner);
        bench.keys("r").await;
        bench.shows(&["312 of 312"]);
    }
}

#[tokio::test]
async fn a_pbx_that_comes_back_is_there_again() {
    let pbx = simulator().await;
    let connecting = connected(client(&pbx));
    let port = pbx.url().rsplit(':').next().unwrap().parse().unwrap();
    pbx.stop().await;
    let mut bench = Bench::with(connecting, (120, 40)).await;
    bench.shows(&["offline", "refused the connection.", "r tries again."]);
    let _pbx = sim::start(Options { port, ..Options::default() }).await.unwrap();
    bench.keys("r").await;
    bench.shows(&["312 of 312", "214  Lovelace, Ada"]);
    assert!(!bench.screen().contains("offline"), "{}", bench.screen());
}
