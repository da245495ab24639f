//! Downloads, the actions on one phone, and the keys of phones, over the socket.

use super::*;

impl Caller {
    /// Name, content type and text of a download.
    async fn download(&self, path: &str) -> (String, String, String) {
        let request = self.http.get(format!("{}/xapi/v1/{path}", self.sim.url())).bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let header =
            |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let (name, kind) = (header("content-disposition"), header("content-type"));
        (name, kind, String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned())
    }
}

#[tokio::test]
async fn an_export_is_a_table_with_a_heading_and_a_line_for_each() {
    let pbx = Caller::default().await;
    let (name, kind, text) = pbx.download("Users/Pbx.ExportExtensions()").await;
    assert_eq!((name.as_str(), kind.as_str()), ("attachment; filename=\"Extensions.csv\"", "text/csv; charset=utf-8"));
    let heading = text.lines().next().unwrap();
    assert!(heading.split(',').any(|c| c == "Number") && heading.split(',').any(|c| c == "AuthPassword"), "{heading}");
    assert!(!heading.contains("Groups"), "what is a list has no column: {heading}");
    assert!(text.contains("Lovelace") && text.contains("\"<PhoneDevice><BLFS><BLF ID=\"\"-1\"\""), "{heading}");
    let (name, _, text) = pbx.download("ReportAuditLog/Pbx.DownloadAuditLog(clientTimeZone='UTC')").await;
    assert_eq!(name, "attachment; filename=\"AuditLog.csv\"");
    assert_eq!(text.lines().count(), 6);
}

#[tokio::test]
async fn the_document_calls_them_json_and_a_switch_makes_them_so() {
    let options =
        Options { behaviour: Behaviour { downloads_as_json: true, ..Behaviour::default() }, ..Options::default() };
    let pbx = Caller::new(options).await;
    let answer = pbx.ok("EventLogs/Pbx.DownloadEventLogs()").await;
    assert!(answer["value"].as_array().is_some_and(|rows| !rows.is_empty()), "{answer}");
    let knob = pbx.http.post(format!("{}/__sim/downloads", pbx.sim.url())).body(json!({ "as": "csv" }).to_string());
    assert_eq!(knob.send().await.unwrap().status().as_u16(), 200);
    assert!(pbx.download("EventLogs/Pbx.DownloadEventLogs()").await.2.starts_with("EventId,"));
}

#[tokio::test]
async fn what_is_a_file_has_its_name_and_its_kind() {
    let pbx = Caller::default().await;
    let greeting = "Users/Pbx.DownloadGreeting(userId=57,fileName='hello.wav')";
    for (path, file, content, begin) in [
        (greeting, "hello.wav", "audio/wav", "RIFF"),
        ("Recordings/Pbx.DownloadRecording(recId=1)", "DownloadRecording.wav", "audio/wav", "RIFF"),
        ("CallCostSettings/Pbx.ExportCallCosts()", "ExportCallCosts.csv", "text/csv; charset=utf-8", "Prefix,"),
        ("Microsoft365TeamsIntegration/Pbx.GetDialPlanScript()", "GetDialPlanScript.ps1", "text/plain", "# made"),
    ] {
        let (name, kind, text) = pbx.download(path).await;
        assert_eq!((name, kind.as_str()), (format!("attachment; filename=\"{file}\""), content), "{path}");
        assert!(text.starts_with(begin), "{path}: {text}");
    }
    // What has nothing to say is no file.
    assert_eq!(pbx.post("Firmwares/Pbx.CleanUp", json!({})).await, (204, Value::Null));
}

#[tokio::test]
async fn a_phone_that_nobody_has_cannot_be_restarted() {
    let pbx = Caller::default().await;
    let phones = pbx.ok("Users(57)?$select=Id&$expand=Phones").await;
    let mac = phones["Phones"][0]["MacAddress"].clone();
    for action in ["RebootPhone", "ReprovisionPhone", "UpgradePhone"] {
        let path = format!("Users/Pbx.{action}");
        assert_eq!(pbx.post(&path, json!({ "mac": mac })).await.0, 204, "{action} {mac}");
        let (status, answer) = pbx.post(&path, json!({ "mac": "0200000000FF" })).await;
        assert_eq!((status, &answer["error"]["details"][0]["target"]), (400, &json!("mac")), "{action}");
    }
}

#[tokio::test]
async fn a_key_that_does_not_say_whom_it_watches_comes_back_blank() {
    let pbx = Caller::default().await;
    let keys = |inner: &str| format!("<PhoneDevice><BLFS>{inner}</BLFS></PhoneDevice>");
    let blank = |n: u8, kind: &str| format!("<BLF ID=\"-1\" BLFNo=\"{n}\" BLFType=\"{kind}\" BLFTypeID=\"0\" />");
    let good = "<BLF ID=\"58\" BLFNo=\"2\" BLFType=\"BLF\" BLFTypeID=\"0\">215</BLF>";
    let line = "<BLF ID=\"-1\" BLFNo=\"5\" BLFType=\"Line\" BLFTypeID=\"6\" />";
    let sent = keys(&format!(
        "{good}<BLF BLFNo=\"3\" BLFType=\"BLF\" BLFTypeID=\"0\">219</BLF>\
         <BLF ID=\"99999\" BLFNo=\"4\" BLFType=\"SharedParking\" BLFTypeID=\"0\">SP7</BLF>{line}"
    ));
    assert_eq!(pbx.patch("Users(57)", json!({ "Blfs": sent })).await.0, 204);
    let kept = pbx.ok("Users(57)?$select=Blfs").await["Blfs"].clone();
    let expected = keys(&format!("{good}{}{}{line}", blank(3, "BLF"), blank(4, "SharedParking")));
    assert_eq!(kept, json!(expected));
}
