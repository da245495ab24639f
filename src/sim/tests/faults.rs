//! What goes wrong on purpose goes wrong exactly so.

use super::*;
use crate::sim::{Answer, Matcher, Permission};
use serde_json::Map;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

fn map(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

async fn raw(pbx: &Caller, method: &str, path: &str, body: &str) -> String {
    let mut socket = TcpStream::connect(pbx.sim.url().trim_start_matches("http://")).await.unwrap();
    let request = format!(
        "{method} /xapi/v1/{path} HTTP/1.1\r\nHost: pbx\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        pbx.token,
        body.len()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is cut may end in a reset: what came before it counts.
    let _ = socket.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn tokens_are_refused_and_ended() {
    let mut pbx = Caller::default().await;
    pbx.sim.faults().reject_tokens(1);
    assert_eq!(pbx.sign_in("cordboard-demo").await, 401);
    assert_eq!(pbx.sign_in("cordboard-demo").await, 200);
    assert_eq!(pbx.get("Defs").await.0, 200);
    pbx.sim.faults().expire_token();
    assert_eq!(pbx.get("Defs").await, (401, Value::Null));
}

#[tokio::test]
async fn scripted_answers_come_as_often_as_said() {
    let pbx = Caller::default().await;
    let faults = pbx.sim.faults();
    let users = Matcher::new("GET", "/xapi/v1/Users");
    for (answer, status) in [
        (Answer::Unauthorized, 401),
        (Answer::Forbidden, 403),
        (Answer::Busy { retry_after: Some(2) }, 429),
        (Answer::Busy { retry_after: None }, 429),
        (Answer::Broken, 500),
        (Answer::BadGateway, 502),
        (Answer::Reply(418, "{}".to_owned()), 418),
        (Answer::Refused(vec![("Mobile".to_owned(), "WARNINGS.INVALID".to_owned())]), 400),
    ] {
        faults.answer(users.clone(), 2, answer);
        let seen =
            [pbx.get("Users").await.0, pbx.get("Defs").await.0, pbx.get("Users(57)").await.0, pbx.get("Users").await.0];
        assert_eq!(seen, [status, 200, status, 200]);
    }
    faults.answer(users.clone(), 2, Answer::Busy { retry_after: Some(2) });
    assert!(raw(&pbx, "GET", "Users", "").await.contains("\r\nretry-after: 2\r\n"));
    assert_eq!(faults.count(&users), 8 * 3 + 1);
    let last = faults.requests().pop().unwrap();
    assert_eq!((last.method.as_str(), last.path.as_str(), last.status), ("GET", "/xapi/v1/Users", Some(429)));
}

#[tokio::test]
async fn connections_end_before_or_after_the_change() {
    let pbx = Caller::default().await;
    let faults = pbx.sim.faults();
    let writes = Matcher::new("PATCH", "/xapi/v1/Users(57)");
    faults.answer(writes.clone(), 1, Answer::Cut);
    assert_eq!(raw(&pbx, "PATCH", "Users(57)", r#"{"Mobile":"1"}"#).await, "");
    assert_eq!(faults.look("Users", Some("57"), "Mobile"), Some(json!("+49 170 555 0101")));
    faults.answer(writes, 1, Answer::Lost);
    assert_eq!(raw(&pbx, "PATCH", "Users(57)", r#"{"Mobile":"1"}"#).await, "");
    assert_eq!(faults.look("Users", Some("57"), "Mobile"), Some(json!("1")));
    assert_eq!(faults.requests().pop().unwrap().status, None);

    faults.answer(Matcher::path("/xapi/v1/Defs"), 1, Answer::Truncated);
    let cut = raw(&pbx, "GET", "Defs", "").await;
    let (head, body) = cut.split_once("\r\n\r\n").unwrap();
    let length: usize = head.lines().find_map(|l| l.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    assert!(!body.is_empty() && body.len() < length, "{cut}");
    assert_eq!(pbx.get("Defs").await.0, 200);
}

#[tokio::test]
async fn values_change_under_way_and_behind_the_back() {
    let pbx = Caller::default().await;
    let faults = pbx.sim.faults();
    faults.alter("Users", "Mobile", json!("+49 1"));
    assert_eq!(pbx.patch("Users(57)", json!({"Mobile": "+49 2", "Internal": true})).await.0, 204);
    let user = pbx.ok("Users(57)?$select=Mobile,Internal").await;
    assert_eq!((&user["Mobile"], &user["Internal"]), (&json!("+49 1"), &json!(true)));
    assert_eq!(pbx.patch("Users(57)", json!({"Mobile": "+49 2"})).await.0, 204);
    assert_eq!(pbx.ok("Users(57)?$select=Mobile").await["Mobile"], "+49 2");
    assert!(faults.patch("Users", Some("57"), map(json!({"Mobile": "+49 3"}))));
    assert_eq!(pbx.ok("Users(57)?$select=Mobile").await["Mobile"], "+49 3");
    assert!(faults.patch("GeneralSettingsForApps", None, map(json!({"EnableChat": false}))));
    assert_eq!(pbx.ok("GeneralSettingsForApps").await["EnableChat"], false);
    assert!(
        faults.remove("Users", "57") && !faults.remove("Users", "57") && !faults.patch("Users", Some("57"), Map::new())
    );
    assert_eq!(pbx.get("Users(57)").await.0, 404);
}

#[tokio::test]
async fn requests_are_held_until_released() {
    let pbx = Caller::default().await;
    let mut gate = pbx.sim.faults().hold(Matcher::new("PATCH", "/xapi/v1/Users"));
    let both = async {
        tokio::join!(
            pbx.patch("Users(57)", json!({"Mobile": "1"})),
            pbx.patch("Users(58)", json!({"Mobile": "1"})),
            async {
                gate.held(2).await;
                assert_eq!(pbx.sim.faults().look("Users", Some("57"), "Mobile"), Some(json!("+49 170 555 0101")));
                assert_eq!(pbx.get("Users(57)").await.0, 200);
                gate.release();
            }
        )
    };
    let (first, second, ()) = both.await;
    assert_eq!((first.0, second.0), (204, 204));
    assert_eq!(pbx.sim.faults().look("Users", Some("57"), "Mobile"), Some(json!("1")));
    assert_eq!(pbx.patch("Users(57)", json!({"Mobile": "2"})).await.0, 204);
}

#[tokio::test]
async fn lesser_roles_see_less() {
    let pbx = Caller::default().await;
    let table = [
        (Permission::SystemOwner, [200, 200, 200, 204]),
        (Permission::SystemAdmin, [200, 200, 403, 204]),
        (Permission::User, [200, 403, 403, 403]),
        (Permission::Restricted, [403, 403, 403, 403]),
    ];
    for (permission, expected) in table {
        pbx.sim.faults().permit(permission);
        let seen = [
            pbx.get("Defs?$select=Id").await.0,
            pbx.get("Users").await.0,
            pbx.get("Recordings").await.0,
            pbx.patch("Users(57)", json!({})).await.0,
        ];
        assert_eq!(seen, expected, "{permission:?}");
    }
}

#[tokio::test]
async fn a_stopped_simulator_lets_go_of_its_port() {
    let sim = start(Options::default()).await.unwrap();
    let address = sim.url().trim_start_matches("http://").to_owned();
    let port = address.rsplit(':').next().unwrap().parse().unwrap();
    let idle = TcpStream::connect(&address).await.unwrap();
    assert_eq!(start(Options { port, ..Options::default() }).await.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    sim.stop().await;
    drop(idle);
    start(Options { port, ..Options::default() }).await.unwrap().stop().await;
}
