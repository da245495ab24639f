//! The fault knobs turned from outside, while it runs.

use super::*;

impl Caller {
    async fn turn(&self, knob: &str, body: Value) -> Answered {
        let request = self.http.post(format!("{}/__sim/{knob}", self.sim.url())).body(body.to_string());
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
    }

    async fn turned(&self, knob: &str, body: Value) {
        assert_eq!(self.turn(knob, body).await, (200, json!({})), "{knob}");
    }
}

#[tokio::test]
async fn every_answer_can_be_had_and_the_nth_alone() {
    let pbx = Caller::default().await;
    for (answer, status) in [
        ("unauthorized", 401),
        ("forbidden", 403),
        ("busy", 429),
        ("broken", 500),
        ("bad-gateway", 502),
        ("unavailable", 503),
        ("refused", 400),
    ] {
        let knob = json!({"method": "GET", "path": "/xapi/v1/Defs", "after": 1, "answer": answer, "fields": [["Id", "WARNINGS.INVALID"]]});
        pbx.turned("answer", knob).await;
        let seen = [pbx.get("Defs").await.0, pbx.get("Defs").await.0, pbx.get("Defs").await.0];
        assert_eq!(seen, [200, status, 200], "{answer}: the second alone");
    }
}

#[tokio::test]
async fn state_and_values_change_behind_the_back() {
    let pbx = Caller::default().await;
    pbx.turned("patch", json!({"set": "Users", "key": "57", "values": {"Mobile": "1"}})).await;
    assert_eq!(pbx.ok("Users(57)?$select=Mobile").await["Mobile"], "1");
    pbx.turned("alter", json!({"set": "Users", "field": "Mobile", "value": "2"})).await;
    assert_eq!(pbx.patch("Users(57)", json!({"Mobile": "3"})).await.0, 204);
    assert_eq!(pbx.ok("Users(57)?$select=Mobile").await["Mobile"], "2");
    pbx.turned("remove", json!({"set": "Users", "key": "57"})).await;
    assert_eq!(pbx.get("Users(57)").await.0, 404);
    pbx.turned("permit", json!({"role": "user"})).await;
    assert_eq!((pbx.get("Users").await.0, pbx.get("Defs").await.0), (403, 200));
    pbx.turned("permit", json!({"role": "system-owner"})).await;
    pbx.turned("token", json!({"expire": true})).await;
    assert_eq!(pbx.get("Defs").await.0, 401);
}

#[tokio::test]
async fn requests_stand_at_the_gate_until_they_are_released() {
    let pbx = Caller::default().await;
    pbx.turned("hold", json!({"method": "PATCH"})).await;
    let written = pbx.patch("Users(57)", json!({"Mobile": "5"}));
    let freed = async {
        // A read passes the gate while the write stands at it.
        assert_ne!(pbx.ok("Users(57)?$select=Mobile").await["Mobile"], "5");
        pbx.turned("release", json!({})).await;
    };
    let (answered, ()) = tokio::join!(written, freed);
    assert_eq!(answered.0, 204);
    assert_eq!(pbx.ok("Users(57)?$select=Mobile").await["Mobile"], "5");
    let (_, log) = pbx.turn("requests", json!({})).await;
    assert!(log["requests"].as_array().unwrap().iter().any(|r| r["method"] == "PATCH" && r["status"] == 204));
}

#[tokio::test]
async fn nested_objects_are_replaced_or_merged_as_the_switch_says() {
    let pbx = Caller::default().await;
    let settings = async |pbx: &Caller| {
        pbx.ok("GeneralSettingsForApps?$select=AutoSchedulerSettings").await["AutoSchedulerSettings"].clone()
    };
    pbx.patch("GeneralSettingsForApps", json!({"AutoSchedulerSettings": {"Enabled": true, "ProfileAway": "Away"}}))
        .await;
    for (mode, kept) in [("merge", json!("Away")), ("replace", Value::Null)] {
        pbx.turned("nested", json!({"mode": mode})).await;
        assert_eq!(
            pbx.patch("GeneralSettingsForApps", json!({"AutoSchedulerSettings": {"Enabled": false}})).await.0,
            204
        );
        let after = settings(&pbx).await;
        assert_eq!((&after["Enabled"], &after["ProfileAway"]), (&json!(false), &kept), "{mode}");
    }
}

#[tokio::test]
async fn a_knob_that_is_not_understood_is_told() {
    let pbx = Caller::default().await;
    for (knob, body, word) in [
        ("explode", json!({}), "explode"),
        ("delay", json!({"seconds": 3}), "seconds"),
        ("answer", json!({"answer": "sulk"}), "sulk"),
        ("answer", json!({"answer": "reply"}), "status"),
        ("remove", json!({"set": "Users", "key": "nobody"}), "nobody"),
        ("patch", json!([]), "JSON object"),
    ] {
        let (status, said) = pbx.turn(knob, body).await;
        assert_eq!(status, 400, "{knob}");
        assert!(said["error"].as_str().unwrap().contains(word), "{said}");
    }
}
