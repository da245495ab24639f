//! Creating, changing and deleting over the socket.

use super::*;

fn key(body: &Value) -> Vec<(String, String)> {
    let details = body["error"]["details"].as_array().cloned().unwrap_or_default();
    details
        .iter()
        .map(|d| {
            (d["target"].as_str().unwrap_or_default().to_owned(), d["message"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

#[tokio::test]
async fn a_patch_changes_what_is_sent_and_nothing_else() {
    let pbx = Caller::default().await;
    let before = pbx.ok("Users(57)").await;
    assert_eq!(
        pbx.patch(
            "Users(57)",
            json!({"VMEnabled": true, "VMEmailOptions": "Attachment", "Id": 57, "Number": "214", "@odata.context": "x"})
        )
        .await,
        (204, Value::Null)
    );
    let mut after = pbx.ok("Users(57)").await;
    assert_eq!((&after["VMEnabled"], &after["VMEmailOptions"]), (&json!(true), &json!("Attachment")));
    after["VMEnabled"] = json!(false);
    after["VMEmailOptions"] = json!("None");
    assert_eq!(before, after);
    // Structs are replaced whole.
    assert_eq!(pbx.patch("Users(57)", json!({"Hours": {"Type": "AllHours"}})).await.0, 204);
    assert_eq!(
        pbx.ok("Users(57)?$select=Hours").await["Hours"],
        json!({"IgnoreHolidays": null, "Periods": [], "Type": "AllHours"})
    );
    assert_eq!(pbx.patch("Users(57)", json!({"Mobile": null})).await.0, 204);
    assert_eq!(pbx.ok("Users(57)?$select=Mobile").await["Mobile"], Value::Null);
    // What the PBX sets itself is read and ignored.
    assert_eq!(pbx.patch("Users(57)", json!({"IsRegistered": false})).await.0, 204);
    assert_eq!(pbx.ok("Users(57)?$select=IsRegistered").await["IsRegistered"], true);
    // A password is taken and never answered.
    assert_eq!(pbx.patch("Users(57)", json!({"AccessPassword": "Correct-horse-1"})).await.0, 204);
    assert_eq!(pbx.ok("Users(57)?$select=AccessPassword").await["AccessPassword"], Value::Null);
    // The names make the display name.
    assert_eq!(pbx.patch("Users(57)", json!({"LastName": "King"})).await.0, 204);
    assert_eq!(pbx.ok("Users(57)?$select=DisplayName").await["DisplayName"], "Ada King");
    assert_eq!(pbx.patch("Users(99999)", json!({})).await.0, 404);
    // The singleton that is a row.
    assert_eq!(pbx.patch("MyUser", json!({"FirstName": "Adele"})).await.0, 204);
    assert_eq!(pbx.ok("Users(57)?$select=FirstName").await["FirstName"], "Adele");
    assert_eq!(pbx.patch("GeneralSettingsForApps", json!({"EnableChat": false})).await.0, 204);
    assert_eq!(pbx.ok("GeneralSettingsForApps").await["EnableChat"], false);
}

#[tokio::test]
async fn bodies_that_cannot_be_bound_are_refused() {
    let pbx = Caller::default().await;
    for body in [
        json!({"Nope": 1}),
        json!({"delta": {"Mobile": "1"}}),
        json!({"Mobile": 1}),
        json!({"VMEnabled": "yes"}),
        json!({"VMEnabled": true, "VMEmailOptions": "Nope"}),
        json!({"PinProtectTimeout": 3_000_000_000_i64}),
        json!({"PinProtectTimeout": 1.5}),
        json!({"Hours": {"Nope": 1}}),
        json!({"Hours": []}),
        json!({"Tags": ["Nope"]}),
        json!({"Groups": [{"Nope": 1}]}),
        json!({"BreakTime": {"Type": "AllHours", "Periods": [{"Start": "8 o'clock"}]}}),
        json!([]),
        json!("x"),
    ] {
        let (status, answer) = pbx.patch("Users(57)", body.clone()).await;
        assert_eq!(status, 400, "{body}");
        let words = answer["error"]["message"].as_str().unwrap();
        assert!(words.contains("input was not valid") && words.contains("delta"), "{words}");
    }
    let long = "x".repeat(20_481);
    let (status, answer) = pbx.patch("Users(57)", json!({"Blfs": long})).await;
    assert_eq!((status, key(&answer)), (400, vec![("Blfs".into(), "WARNINGS.STRING_TOO_LONG".into())]));
}

#[tokio::test]
async fn rules_refuse_by_field() {
    let pbx = Caller::default().await;
    for (path, body, target, warning) in [
        ("Users(57)", json!({"Number": "215"}), "Number", "WARNINGS.XAPI.FORBIDDEN_CHANGE"),
        ("Users(57)", json!({"EmailAddress": "ITO@acme.example"}), "EmailAddress", "WARNINGS.XAPI.ALREADY_IN_USE"),
        ("Users(57)", json!({"ClickToCallId": "call215"}), "ClickToCallId", "WARNINGS.XAPI.ALREADY_IN_USE"),
        ("Users(57)", json!({"ClickToCallId": "queue800"}), "ClickToCallId", "WARNINGS.XAPI.ALREADY_IN_USE"),
        (
            "Users(57)",
            json!({"WebMeetingFriendlyName": "MEET215"}),
            "WebMeetingFriendlyName",
            "WARNINGS.XAPI.ALREADY_IN_USE",
        ),
        ("Users(57)", json!({"VMPIN": "12ab"}), "VMPIN", "WARNINGS.XAPI.INVALID_PIN_NUMBER"),
        ("Users(57)", json!({"CurrentProfileName": "Nope"}), "CurrentProfileName", "WARNINGS.XAPI.NOT_FOUND"),
        ("Users(57)", json!({"Groups": [{"GroupId": 999}]}), "GroupId", "WARNINGS.XAPI.NOT_FOUND"),
        (
            "Users(57)",
            json!({"Groups": [{"GroupId": 29, "Rights": {"RoleName": "nope"}}]}),
            "RoleName",
            "WARNINGS.XAPI.NOT_FOUND",
        ),
        ("Users(57)", json!({"ForwardingProfiles": [{"Name": "Nope"}]}), "Name", "WARNINGS.XAPI.NOT_FOUND"),
        (
            "Users(57)",
            json!({"ForwardingProfiles": [{"Name": "Away", "AvailableRoute": {}}]}),
            "AvailableRoute",
            "WARNINGS.INVALID",
        ),
        (
            "Users(57)",
            json!({"ForwardingProfiles": [{"Name": "Custom 1", "AwayRoute": {}}]}),
            "AwayRoute",
            "WARNINGS.INVALID",
        ),
        (
            "Users(57)",
            json!({"ForwardingProfiles": [{"Name": "Away", "AwayRoute": {"External": {"To": "Extension", "Number": "77777"}}}]}),
            "External",
            "WARNINGS.XAPI.NON_EXISTENT_EXT_NUMBER",
        ),
        ("Users(57)", json!({"Phones": [{"MacAddress": "02005E000000"}]}), "MacAddress", "WARNINGS.XAPI.MAC_USED_BY"),
        (
            "Queues(1)",
            json!({"ForwardNoAnswer": {"To": "Queue", "Number": "1"}}),
            "ForwardNoAnswer",
            "WARNINGS.XAPI.NON_EXISTENT_EXT_NUMBER",
        ),
        ("Queues(1)", json!({"Agents": [{"Number": "77777"}]}), "Agents", "WARNINGS.XAPI.NON_EXISTENT_EXT_NUMBER"),
        ("Groups(29)", json!({"TimeZoneId": "nope"}), "TimeZoneId", "WARNINGS.XAPI.INVALID_TIMEZONE"),
        ("OutboundRules(1)", json!({"Routes": [{"TrunkId": 999}]}), "TrunkId", "WARNINGS.XAPI.NOT_FOUND"),
        ("Holidays(1)", json!({"Group": "Sales"}), "Group", "WARNINGS.XAPI.NOT_FOUND"),
        (
            "Contacts(1)",
            json!({"FirstName": "", "LastName": "", "CompanyName": ""}),
            "FirstName",
            "WARNINGS.CONTACTS_SPECIFY_NAME_SURNAME_COMPANY",
        ),
    ] {
        let (status, answer) = pbx.patch(path, body.clone()).await;
        assert_eq!((status, key(&answer)), (400, vec![(target.into(), warning.into())]), "{path} {body}: {answer}");
    }
    // Two at once: two details.
    let (_, answer) = pbx.patch("Users(57)", json!({"EmailAddress": "ito@acme.example", "VMPIN": "x"})).await;
    assert_eq!(key(&answer).len(), 2);
    // One's own value is no conflict.
    assert_eq!(pbx.patch("Users(57)", json!({"EmailAddress": "ADA@acme.example"})).await.0, 204);
    assert_eq!(pbx.post("Holidays", json!({"Name": "New Year", "Group": "GRP0000"})).await, (500, Value::Null));
}

#[tokio::test]
async fn creating_fills_in_and_deleting_takes_away() {
    let pbx = Caller::default().await;
    let (status, made) = pbx.post("Users", json!({})).await;
    assert_eq!(
        (status, &made["Number"], &made["Id"], &made["PrimaryGroupId"]),
        (201, &json!("299"), &json!(355), &json!(28)),
        "{made}"
    );
    assert_eq!(pbx.ok("Users?$count=true&$top=1&$select=Id").await["@odata.count"], 313);
    assert_eq!(pbx.ok("Users(Number='299')?$select=Id").await["Id"], 355);
    let (status, answer) = pbx.post("Users", json!({"Number": "214"})).await;
    assert_eq!((status, key(&answer)), (400, vec![("Number".into(), "WARNINGS.XAPI.ALREADY_IN_USE".into())]));
    assert_eq!(key(&pbx.post("Users", json!({"Number": "800"})).await.1)[0].0, "Number");
    let (status, made) =
        pbx.post("Users", json!({"Id": 0, "Number": "700", "FirstName": "New", "Groups": [{"GroupId": 30}]})).await;
    assert_eq!((status, &made["FirstName"]), (201, &json!("New")));
    let id = made["Id"].as_i64().unwrap();
    assert_eq!(pbx.delete(&format!("Users({id})")).await, (204, Value::Null));
    assert_eq!(pbx.get(&format!("Users({id})")).await.0, 404);
    assert_eq!(pbx.delete(&format!("Users({id})")).await.0, 404);
    assert_eq!(pbx.delete("Users(57)").await.0, 204);
    assert_eq!(pbx.get("Users(Number='214')").await.0, 404);
    assert!(!pbx.ok("Queues(1)?$expand=Agents").await["Agents"].to_string().contains("\"214\""));
    for (path, body, number) in [
        ("Queues", json!({"Name": "New"}), "806"),
        ("Parkings", json!({"Groups": [{"GroupId": 28}]}), "SP2"),
        ("Groups", json!({"Name": "New"}), "GRP0009"),
        ("Trunks", json!({}), "10003"),
    ] {
        let (status, made) = pbx.post(path, body).await;
        assert_eq!((status, &made["Number"]), (201, &json!(number)), "{path} {made}");
        assert_eq!(pbx.ok(&format!("{path}({})", made["Id"])).await["Number"], number);
    }
    assert_eq!(pbx.post("Contacts", json!({"FirstName": "A", "PhoneNumber": "1"})).await.0, 201);
    assert_eq!(pbx.post("Playlists", json!({})).await.0, 400);
    assert_eq!(pbx.post("Playlists", json!({"Name": "Lobby"})).await.0, 201);
    assert_eq!(pbx.ok("Playlists('Lobby')").await["Name"], "Lobby");
}

#[tokio::test]
async fn departments_are_protected() {
    let pbx = Caller::default().await;
    let warning = |answer: &Value| key(answer)[0].1.clone();
    assert_eq!(warning(&pbx.delete("Groups(28)").await.1), "WARNINGS.GROUP_CANNOT_BE_DELETED");
    assert_eq!(warning(&pbx.delete("Groups(36)").await.1), "WARNINGS.GROUP_WITH_MEMBERS_CANNOT_BE_DELETED");
    assert_eq!(pbx.patch("Groups(36)", json!({"Members": []})).await.0, 204);
    assert_eq!(pbx.delete("Groups(36)").await.0, 204);
    assert_eq!(pbx.get("Groups(36)").await.0, 404);
}

#[tokio::test]
async fn memberships_show_from_both_ends() {
    let pbx = Caller::default().await;
    let groups = |who: &'static str| format!("{who}?$select=Id&$expand=Groups($expand=Rights)");
    let role = |user: &Value| user["Groups"][0]["Rights"]["RoleName"].clone();
    // GroupRights alone changes nothing.
    assert_eq!(
        pbx.patch("Users(57)", json!({"Groups": [{"GroupId": 29, "GroupRights": {"RoleName": "managers"}}]})).await.0,
        204
    );
    assert_eq!(role(&pbx.ok(&groups("Users(57)")).await), "users");
    assert_eq!(
        pbx.patch("Users(57)", json!({"Groups": [{"GroupId": 29, "Rights": {"RoleName": "managers"}}]})).await.0,
        204
    );
    assert_eq!(role(&pbx.ok(&groups("Users(57)")).await), "managers");
    // Absent rights are the department's default.
    assert_eq!(pbx.patch("Users(57)", json!({"Groups": [{"GroupId": 31}]})).await.0, 204);
    let user = pbx.ok("Users(57)?$select=PrimaryGroupId&$expand=Groups($expand=Rights)").await;
    assert_eq!(
        (role(&user), &user["Groups"][0]["Name"], &user["PrimaryGroupId"]),
        (json!("users"), &json!("Finance"), &json!(31))
    );
    // The department sees the one who came, and the other no longer.
    let members = |id: i64| format!("Groups({id})/Members?$filter=Number eq '214'&$count=true&$expand=Rights");
    assert_eq!(pbx.ok(&members(31)).await["@odata.count"], 1);
    assert_eq!(pbx.ok(&members(29)).await["@odata.count"], 0);
    // Written from the department's end.
    let body = json!({"Members": [{"Number": "214", "Rights": {"RoleName": "supervisors"}}, {"Number": "211"}]});
    assert_eq!(pbx.patch("Groups(32)", body).await.0, 204);
    let user = pbx.ok("Users(57)?$expand=Groups($expand=Rights)").await;
    assert_eq!(user["Groups"][1]["Rights"]["RoleName"], "supervisors");
    assert_eq!(pbx.ok("Groups(32)/Members?$count=true").await["@odata.count"], 2);
    assert_eq!(pbx.ok("Peers(Number='214')?$expand=MemberOf").await["MemberOf"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn phones_and_direct_numbers_are_views() {
    let pbx = Caller::default().await;
    let devices = "SipDevices?$filter=DN/Number eq '214'&$count=true&$expand=DN";
    assert_eq!(pbx.ok(devices).await["@odata.count"], 2);
    let phones = pbx.ok("Users(57)?$expand=Phones").await["Phones"].clone();
    let mut three = phones.as_array().unwrap().clone();
    three.push(json!({"MacAddress": "aabbccddeeff", "Name": "Snom D785", "TemplateName": "snom.ph.xml"}));
    three[2]["MacAddress"] = json!("AABBCCDDEEFF");
    assert_eq!(pbx.patch("Users(57)", json!({"Phones": three})).await.0, 204);
    assert_eq!(pbx.ok(devices).await["@odata.count"], 3);
    assert_eq!(pbx.patch("Users(57)", json!({"Phones": []})).await.0, 204);
    assert_eq!(pbx.ok(devices).await["@odata.count"], 0);

    let count = pbx.ok("DidNumbers?$count=true&$top=1").await["@odata.count"].as_i64().unwrap();
    assert_eq!(pbx.patch("Trunks(18)", json!({"DidNumbers": ["+493055500"]})).await.0, 204);
    assert_eq!(pbx.ok("DidNumbers?$count=true&$top=1").await["@odata.count"], count - 1);
    // A new name shows wherever the extension is pointed to.
    assert_eq!(pbx.patch("Users(73)", json!({"FirstName": "Desk", "LastName": "at the front"})).await.0, 204);
    let user = pbx.ok("Users(57)?$expand=ForwardingProfiles").await;
    assert_eq!(user["ForwardingProfiles"][0]["AvailableRoute"]["NoAnswerExternal"]["Name"], "Desk at the front");
}

#[tokio::test]
async fn five_profiles_stay_five() {
    let pbx = Caller::default().await;
    let read = "Users(57)?$select=Id&$expand=ForwardingProfiles";
    let mut profiles = pbx.ok(read).await["ForwardingProfiles"].clone();
    profiles[0]["NoAnswerTimeout"] = json!(35);
    profiles[0]["AvailableRoute"]["NoAnswerExternal"] = json!({"To": "VoiceMail"});
    assert_eq!(pbx.patch("Users(57)", json!({"ForwardingProfiles": profiles})).await, (204, Value::Null));
    let after = pbx.ok(read).await["ForwardingProfiles"].clone();
    assert_eq!(after[0]["NoAnswerTimeout"], 35);
    assert_eq!(after[0]["AvailableRoute"]["NoAnswerExternal"]["Number"], "214");
    assert_eq!(after[1], profiles[1]);
    // Left out is reset: the array is replaced whole.
    assert_eq!(pbx.patch("Users(57)", json!({"ForwardingProfiles": [after[1]]})).await.0, 204);
    let after = pbx.ok(read).await["ForwardingProfiles"].clone();
    assert_eq!(after.as_array().unwrap().len(), 5);
    assert_eq!(after[0]["AvailableRoute"]["NoAnswerExternal"]["To"], "None");
}

#[tokio::test]
async fn bulk_calls_do_what_they_say() {
    let pbx = Caller::default().await;
    assert_eq!(
        pbx.post("Users/Pbx.MultiUserUpdate", json!({"ids": [57, 58], "user": {"VMEnabled": true}})).await,
        (204, Value::Null)
    );
    assert_eq!(pbx.ok("Users?$filter=Id in (57,58) and VMEnabled eq true&$count=true").await["@odata.count"], 2);
    // Keys alone name their rows, whoever else there is: once each, in the order of the list, those that are there.
    let named = pbx.ok("Users?$filter=Id in (60,57,99999,57)&$select=Id&$count=true").await;
    assert_eq!((&named["value"], &named["@odata.count"]), (&json!([{"Id": 57}, {"Id": 60}]), &json!(2)));
    assert_eq!(pbx.ok("Groups?$filter=Id in (28)&$select=Id").await["value"].as_array().unwrap().len(), {
        pbx.ok("Groups?$filter=Id eq 28&$select=Id").await["value"].as_array().unwrap().len()
    });
    assert_eq!(pbx.post("Users/Pbx.MultiUserUpdate", json!({"ids": [57], "user": {"FirstName": "x"}})).await.0, 400);
    assert_eq!(pbx.post("Users/Pbx.BulkUpdate", json!({"Ids": [57], "User": {"FirstName": "Augusta"}})).await.0, 204);
    assert_eq!(pbx.ok("Users(57)?$select=FirstName").await["FirstName"], "Augusta");
    pbx.sim.faults().alter_beside("Users", "Mobile", json!("+49 1"));
    let both = json!({"ids": [57, 58], "user": {"VMEnabled": false}});
    assert_eq!(pbx.post("Users/Pbx.BulkUpdate", both).await.0, 204);
    let mobile = pbx.ok("Users?$filter=Mobile eq '%2B49 1'&$select=Id").await;
    assert_eq!(mobile["value"], json!([{"Id": 57}]), "the first of them, and nobody else");
    // The first refused ends it; what was changed stays.
    let (status, answer) =
        pbx.post("Users/Pbx.BulkUpdate", json!({"ids": [60, 61], "user": {"EmailAddress": "same@acme.example"}})).await;
    assert_eq!((status, key(&answer)[0].0.as_str()), (400, "EmailAddress"));
    assert_eq!(pbx.ok("Users(60)?$select=EmailAddress").await["EmailAddress"], "same@acme.example");
    let (status, answer) = pbx.post("Users/Pbx.BatchDelete", json!({"Ids": [62, 99999]})).await;
    assert_eq!(
        (status, &answer["value"]),
        (200, &json!([{"Error": "WARNINGS.XAPI.NOT_FOUND", "ExtensionNumber": "99999"}]))
    );
    let pin = pbx.ok("Users(57)?$select=VMPIN,AuthPassword").await;
    let options = json!({"opts": {"SipAuth": true, "WebclientPassword": false, "VoicemailPIN": false, "DeskphonePassword": false, "ConfigurationLink": false, "RpsKey": false, "SendWelcomeEmail": false}});
    assert_eq!(pbx.post("Users(57)/Pbx.Regenerate", options).await.0, 204);
    let after = pbx.ok("Users(57)?$select=VMPIN,AuthPassword").await;
    assert_eq!((pin["VMPIN"] == after["VMPIN"], pin["AuthPassword"] == after["AuthPassword"]), (true, false));
    assert_eq!(pbx.post("Users(57)/Pbx.SendWelcomeEmail", Value::Null).await.0, 204);
}

#[tokio::test]
async fn a_new_key_of_a_client_ends_the_old_one() {
    let mut pbx = Caller::default().await;
    let (status, answer) = pbx.post("ServicePrincipals(24)/Pbx.GenerateAppToken", Value::Null).await;
    let key = answer["value"].as_str().unwrap().to_owned();
    assert_eq!(status, 200);
    assert_eq!(pbx.get("Defs").await.0, 401);
    assert_eq!(pbx.sign_in("cordboard-demo").await, 401);
    assert_eq!(pbx.sign_in(&key).await, 200);
    assert_eq!(pbx.get("Defs").await.0, 200);
}
