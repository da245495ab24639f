//! `cordboard sim` for scripts: one line, a PBX behind it, an end when asked.

use crate::process::Home;
use rustix::process::Signal;
use serde_json::{Value, json};
use std::net::TcpListener;

#[test]
fn one_line_tells_where_it_is_and_it_answers() {
    let home = Home::new();
    let simulator = home.simulator(&["--users", "5"]);
    let line: Value = serde_json::from_str(&simulator.line).unwrap();
    let names: Vec<&String> = line.as_object().unwrap().keys().collect();
    assert_eq!(names, ["url", "client_id", "client_secret", "pid"]);
    assert_eq!(line["pid"], simulator.pid());

    let token = simulator.token();
    let (status, page) = simulator.get("/Users?$top=1&$count=true", &token);
    assert_eq!((status, page["value"].as_array().map(Vec::len), &page["@odata.count"]), (200, Some(1), &json!(5)));
    assert_eq!(simulator.get("/Users?$top=1", "made-up").0, 401);

    // The connections above are closed; an open one does not hold it up either.
    let said = simulator.end(Signal::TERM);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (Some(0), "", ""));
}

#[test]
fn an_open_connection_does_not_hold_up_the_end() {
    let home = Home::new();
    let simulator = home.simulator(&["--users", "5", "--client-id", "901", "--client-secret", "hunter2"]);
    assert_eq!((simulator.text("client_id"), simulator.text("client_secret")), ("901".into(), "hunter2".into()));
    let url = simulator.text("url");
    let open = std::net::TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    assert_eq!(simulator.end(Signal::INT).code, Some(0));
    drop(open);
}

#[test]
fn rows_of_a_file_are_the_rows() {
    let home = Home::new();
    home.write("seed.json", r#"{"Users": [{"Id": 7, "Number": "700", "FirstName": "Grace", "LastName": "Hopper"}]}"#);
    let simulator = home.simulator(&["--seed", "seed.json"]);
    let token = simulator.token();
    let (_, page) = simulator.get("/Users?$select=Id,Number,FirstName,LastName", &token);
    assert_eq!(page["value"], json!([{"Id": 7, "Number": "700", "FirstName": "Grace", "LastName": "Hopper"}]));
    // What the file does not name is as it was.
    let (_, page) = simulator.get("/Queues?$top=1", &token);
    assert_eq!(page["value"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_keeps_it_from_starting_is_explained() {
    let home = Home::new();
    home.write("broken.json", "{\"Users\": [\n");
    home.write("list.json", "[]");
    home.write("unknown.json", r#"{"Userss": []}"#);
    home.write("wrong.json", r#"{"Users": [{"Number": 7}]}"#);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (arguments, says) in [
        (["--seed", "missing.json"], &["missing.json cannot be read", "No such file"][..]),
        (["--seed", "broken.json"], &["broken.json is not JSON", "line 2"]),
        (["--seed", "list.json"], &["list.json has to be an object of entity sets"]),
        (["--seed", "unknown.json"], &["unknown.json", "'Userss', which is no entity set"]),
        (["--seed", "wrong.json"], &["wrong.json", "Row 0", "Users", "'Number'"]),
        (["--port", &port], &["is taken by another program", "--port"]),
        (["--port", "99999"], &["invalid value '99999' for '--port <PORT>'"]),
    ] {
        let said = home.run(&[&["sim"], &arguments[..]].concat());
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?}: {said:?}");
        assert!(says.iter().all(|part| said.err.contains(part)), "{arguments:?}: {}", said.err);
    }
}
