//! The shipped catalog, counted.

use super::*;
use std::path::Path;

fn shipped_file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalog/data/catalog.bin")
}

/// With `CORDBOARD_XAPI_DOCUMENT` naming the official document, the shipped catalog is made from it anew.
#[test]
fn the_shipped_catalog_is_what_the_document_says() {
    let shipped = Catalog::shipped();
    if let Some(document) = std::env::var_os("CORDBOARD_XAPI_DOCUMENT") {
        let text = std::fs::read_to_string(document).expect("the document can be read");
        let compiled = compile::compile(&text, "20.0.10").expect("the document compiles");
        assert_eq!(compiled.report.notes, [], "what the compiler did not understand");
        let bytes = compile::encode(&compiled.facts);
        if Catalog::shipped_bytes() != bytes {
            let packed = miniz_oxide::deflate::compress_to_vec(&bytes, 10);
            std::fs::write(shipped_file(), packed).expect("catalog.bin can be written");
        }
        let again = Catalog::from_bytes(bytes).expect("what was compiled can be loaded");
        assert_eq!(again.revision(), shipped.revision(), "catalog.bin was made anew: run the tests again");
    }
    assert_eq!(shipped.build(), "20.0.10");
    assert!(shipped.revision().starts_with("20.0.10-"), "{}", shipped.revision());
}

#[test]
fn the_counts_of_the_official_document() {
    let facts = Catalog::shipped().facts();
    assert_eq!(facts.operations.len(), 601);
    assert_eq!(facts.paths, 480);
    assert_eq!(facts.tags.len(), 132);
    assert_eq!(facts.schemas.len() + facts.enums.len(), 597);
    assert_eq!(facts.enums.len(), 113);
}

fn catalog() -> &'static Catalog {
    Catalog::shipped()
}

fn names<'r>(keep: impl Fn(&Resource) -> bool + 'r) -> Vec<&'static str> {
    catalog().resources().iter().filter(|r| keep(r)).map(|r| r.name).collect()
}

#[test]
fn shapes_of_the_resources() {
    assert_eq!(catalog().resources().len(), 142);
    assert_eq!(names(|r| r.shape == Shape::Collection).len(), 52);
    assert_eq!(names(|r| r.shape == Shape::Singleton && r.update.is_some()).len(), 37);
    assert_eq!(
        names(|r| r.shape == Shape::Singleton && r.update.is_none()),
        ["Defs", "Firewall", "LicenseStatus", "SystemStatus"]
    );
    assert_eq!(names(|r| r.shape == Shape::Functions).len(), 49);
    assert_eq!(
        names(|r| r.shape == Shape::Collection && r.get.is_none()),
        [
            "ActiveCalls",
            "Backups",
            "CallCostSettings",
            "CallFlowScripts",
            "CallHistoryView",
            "ChatHistoryView",
            "ChatMessagesHistoryView",
            "Countries",
            "CustomPrompts",
            "DidNumbers",
            "EmergencyGeoLocations",
            "EventLogs",
            "Firmwares",
            "LastCdrAndChatMessageTimestamp",
            "MyTokens",
            "NetworkInterfaces",
            "Peers",
            "PhoneLogos",
            "Recordings",
            "SecurityTokens",
            "Services",
            "SipDevices",
        ]
    );
    assert_eq!(
        names(|r| !r.alternate_keys.is_empty()),
        ["Fax", "Parkings", "Peers", "Queues", "Receptionists", "RingGroups", "Trunks", "Users"]
    );
}

#[test]
fn methods_and_roles() {
    let count = |keep: &dyn Fn(&Operation) -> bool| catalog().facts().operations.iter().filter(|o| keep(o)).count();
    assert_eq!(count(&|o| o.method == Method::Get), 322);
    assert_eq!(count(&|o| o.method == Method::Post), 180);
    assert_eq!(count(&|o| o.method == Method::Patch), 65);
    assert_eq!(count(&|o| o.method == Method::Delete), 34);
    assert_eq!(count(&|o| o.method == Method::Put), 0);
    assert_eq!(count(&|o| o.role == Role::Function), 163 + 7);
    assert_eq!(count(&|o| o.role == Role::Action), 147 + 7);
    assert_eq!(count(&|o| o.role == Role::Create && o.success == 201), 26);
    assert_eq!(count(&|o| o.method == Method::Post && o.success == 200), 33);
    assert_eq!(count(&|o| o.method == Method::Post && o.success == 204), 121);
    assert_eq!(count(&|o| o.role == Role::Update && o.success == 204 && o.result.is_none()), 65);
    assert_eq!(count(&|o| o.options.page), 160);
    assert_eq!(count(&|o| o.options.select), 231);
    assert_eq!(count(&|o| o.options.orderby), 151);
    assert_eq!(count(&|o| o.parameters.iter().any(|p| p.place == Place::Header)), 34);
}

fn schema(name: &str) -> &'static Schema {
    catalog().schema(catalog().schema_named(name).unwrap_or_else(|| panic!("schema {name}")))
}

fn field(name: &str, field: &str) -> &'static Field {
    schema(name).field(field).unwrap_or_else(|| panic!("{name}.{field}"))
}

fn operation(path: &str, method: Method) -> &'static Operation {
    let found = catalog().facts().operations.iter().find(|o| o.path == path && o.method == method);
    found.unwrap_or_else(|| panic!("{path}"))
}

/// Types as people write them down: `[UserGroup]`, `string 20480`, `bool`.
fn spelt(ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".into(),
        Type::Integer { min: -2_147_483_648, max: 2_147_483_647 } => "int32".into(),
        Type::Integer { min: 0, max: 255 } => "uint8".into(),
        Type::Integer { min: i64::MIN, max: i64::MAX } => "int64".into(),
        Type::Integer { min, max } => format!("{min}..{max}"),
        Type::Text { max: None } => "string".into(),
        Type::Text { max: Some(max) } => format!("string {max}"),
        Type::Enum(id) => words::short(catalog().enumeration(*id).name).into(),
        Type::Object(id) => words::short(catalog().schema(*id).name).into(),
        Type::List(item) => format!("[{}]", spelt(item)),
        other => format!("{other:?}").to_lowercase(),
    }
}

const USER: &str = "
AccessPassword string; AgentSettings AgentSettings; AIAgent bool; AllowLanOnly bool; AllowOwnRecordings bool;
AuthID string; AuthPassword string; Blfs string 20480; BlockTunnel bool; BreakTime Schedule; CallScreening bool;
CallUsEnableChat bool; CallUsEnablePhone bool; CallUsEnableVideo bool; CallUsRequirement Authentication;
ClickToCallId string; ContactImage string; CurrentProfileName string; DatevEnabled bool; DeskphonePassword string;
DisplayName string; EmailAddress string; EmergencyAdditionalInfo string; EmergencyLocationId string; Enable2FA bool;
Enabled bool; EnableHotdesking bool; FirstName string; ForbidRecording bool; ForwardingExceptions [ExtensionRule];
ForwardingProfiles [ForwardingProfile]; GoogleCalendarEnabled bool; GoogleContactsEnabled bool;
GoogleSignInEnabled bool; Greetings [Greeting]; Groups [UserGroup]; HideInPhonebook bool;
HotdeskingAssignment string; Hours Schedule; Id int32; Internal bool; IsRegistered bool; Language string;
LastName string; Mobile string; MS365CalendarEnabled bool; MS365ContactsEnabled bool; MS365SignInEnabled bool;
MS365TeamsEnabled bool; MyPhoneAllowDeleteRecordings bool; MyPhoneHideForwardings bool; MyPhonePush bool;
MyPhoneShowRecordings bool; Number string; OfficeHoursProps [OfficeHoursBits]; OutboundCallerID string;
PbxDeliversAudio bool; Phones [Phone]; PinProtected bool; PinProtectTimeout int32; PrimaryGroupId int32;
PromptSet string; QueueStatus QueueStatusType; RecordCalls bool; RecordEmailNotify bool;
RecordExternalCallsOnly bool; Require2FA bool; SendEmailMissedCalls bool; SIPID string; SRTPMode SRTPModeType;
Tags [UserTag]; TranscriptionMode TranscriptionType; VMDisablePinAuth bool; VMEmailOptions VMEmailOptionsType;
VMEnabled bool; VMPIN string; VMPlayCallerID bool; VMPlayMsgDateTime VMPlayMsgDateTimeType;
WebMeetingApproveParticipants bool; WebMeetingFriendlyName string";

const APP_SETTINGS: &str = "
AllowBlockCalls bool; AllowChangePassword bool; AutoSchedulerSettings AutoSchedulerSettings; AvatarStyle AvatarStyle;
BrandLogoImage string 136533; BrandMainImage string 2796202; BrandUrl string; EnableChat bool;
EnableSelectorCallerId bool; HideAbandonedQueueCalls bool; HideCRMContacts bool; HideInteractionHistory bool;
HideSystemExtensions bool; NameOfCustomAvailableStatus string; NameOfCustomOutOfOfficeStatus string";

const MEMBERSHIP: &str = "
CanDelete bool; GroupId int32; GroupRights Rights; Id int32; MemberName string; Name string; Number string;
Rights Rights; Tags [UserTag]; TranscriptionMode TranscriptionType; Type PeerType";

const PROFILE: &str = "
AcceptMultipleCalls bool; AvailableRoute AvailableRouting; AwayRoute AwayRouting; BlockPushCalls bool;
CustomMessage string; CustomName string; DisableRingGroupCalls bool; Id int32; Name string; NoAnswerTimeout int32;
OfficeHoursAutoQueueLogOut bool; RingMyMobile bool";

const HOLIDAY: &str = "
Day uint8; DayEnd uint8; Group string; HolidayPrompt string; Id int32; IsRecurrent bool; Month uint8; MonthEnd uint8;
Name string; TimeOfEndDate duration; TimeOfStartDate duration; Year int32; YearEnd int32";

#[test]
fn fields_typed_by_hand() {
    for (name, written) in [
        ("User", USER),
        ("GeneralSettingsForApps", APP_SETTINGS),
        ("UserGroup", MEMBERSHIP),
        ("ForwardingProfile", PROFILE),
        ("Holiday", HOLIDAY),
    ] {
        let mut written: Vec<String> = written.split(';').map(|f| f.trim().to_owned()).collect();
        let mut compiled: Vec<String> =
            schema(name).fields.iter().map(|f| format!("{} {}", f.name, spelt(&f.ty))).collect();
        written.sort();
        compiled.sort();
        assert_eq!(compiled, written, "{name}");
    }
    assert_eq!(schema("User").bases, ["Pbx.ClickToCall", "Pbx.DN"]);
    // Only the key and the lists of a user may not be null.
    let never: Vec<&str> = schema("User").fields.iter().filter(|f| !f.nullable).map(|f| f.name).collect();
    assert_eq!(
        never,
        [
            "Groups",
            "Id",
            "ForwardingExceptions",
            "ForwardingProfiles",
            "Greetings",
            "OfficeHoursProps",
            "Phones",
            "Tags"
        ]
    );
    let expanded: Vec<&str> = schema("User").fields.iter().filter(|f| f.navigation).map(|f| f.name).collect();
    assert_eq!(expanded, ["Groups", "ForwardingExceptions", "ForwardingProfiles", "Greetings", "Phones"]);
    assert!(schema("GeneralSettingsForApps").fields.iter().all(|f| f.nullable));
}

#[test]
fn limits_typed_by_hand() {
    let limits = [
        ("User", "Blfs", 20480),
        ("MultiEditUserData", "Blfs", 10240),
        ("GeneralSettingsForApps", "BrandLogoImage", 136_533),
        ("GeneralSettingsForApps", "BrandMainImage", 2_796_202),
        ("Parameter", "Value", 131_072),
        ("DNProperty", "Value", 131_072),
        ("Property", "Value", 131_072),
        ("EmailTemplate", "Body", 102_400),
        ("Sbc", "Name", 12),
    ];
    for (name, wire, max) in limits {
        assert_eq!(field(name, wire).ty, Type::Text { max: Some(max) }, "{name}.{wire}");
    }
    assert_eq!(schema("MultiEditUserData").fields.len(), 47);
    assert_eq!(schema("Group").fields.len(), 37);
    assert_eq!(spelt(&field("Period", "Start").ty), "time");
    assert_eq!(spelt(&field("EventLog", "TimeGenerated").ty), "datetime");
    assert_eq!(spelt(&field("RefreshToken", "ClientId").ty), "uuid");
    assert_eq!(spelt(&field("CallCostSettings", "Rate").ty), "decimal");
    assert!(schema("IActionResult").open, "an object of which nothing is said");
}

#[test]
fn enums_typed_by_hand() {
    let members = |name: &str| {
        let id = catalog().enum_named(name).unwrap_or_else(|| panic!("{name}"));
        catalog().enumeration(id).members.clone()
    };
    assert_eq!(
        members("VMEmailOptionsType"),
        ["None", "Notification", "Attachment", "AttachmentAndDelete", "VmailToMembers", "EmailToExtrasOnly"]
    );
    assert_eq!(members("QueueStatusType"), ["LoggedOut", "LoggedIn"]);
    assert_eq!(members("ContactSource"), ["3CX", "CRM", "Google", "M365"]);
    assert_eq!(members("AuthenticationType"), ["No", "Basic", "Scenario"], "a word that YAML 1.1 takes for a switch");
    assert_eq!(members("Warnings").len(), 106);
    let mut flags: Vec<&str> =
        catalog().facts().enums.iter().filter(|e| e.flags).map(|e| words::short(e.name)).collect();
    flags.sort_unstable();
    assert_eq!(flags, ["CallHandlingFlags", "DtmfMode", "GroupHoursMode", "OfficeHoursBits", "TranscriptionType"]);
    let kind = |name: &str, wire: &str| catalog().kind(schema(name), field(name, wire));
    assert!(matches!(kind("User", "OfficeHoursProps"), FieldKind::EnumList(_)));
    assert!(matches!(kind("User", "TranscriptionMode"), FieldKind::Flags(_)));
    assert!(matches!(kind("User", "VMEmailOptions"), FieldKind::Enum(_)));
    assert!(matches!(kind("GeneralSettingsForApps", "BrandLogoImage"), FieldKind::Image { max: Some(136_533) }));
    assert!(matches!(kind("User", "Hours"), FieldKind::Object(_)));
    assert!(matches!(kind("User", "Phones"), FieldKind::List(Type::Object(_))));
}

#[test]
fn keys_typed_by_hand() {
    let key = |name: &str| {
        let key = catalog().resource(name).and_then(|r| r.key.as_ref()).unwrap_or_else(|| panic!("{name}"));
        (key.name, spelt(&key.ty), key.quoted)
    };
    for (name, property, ty, quoted) in [
        ("Users", "Id", "int32", false),
        ("Backups", "FileName", "string", true),
        ("CrmTemplates", "Name", "string", true),
        ("Playlists", "Name", "string", true),
        ("Sbcs", "Name", "string 12", true),
        ("TenantProperties", "Name", "string", true),
        ("CustomPrompts", "Filename", "string", true),
        ("PhoneLogos", "Filename", "string", true),
        ("EmailTemplate", "TemplatePath", "string", true),
        ("Fxs", "MacAddress", "string", true),
        ("WebsiteLinks", "Link", "string", true),
        ("OAuthClients", "Id", "uuid", false),
        ("ActiveCalls", "Id", "int32", false),
        ("BlackListNumbers", "Id", "string", true),
        // No path shows these: rows are told apart by them all the same.
        ("EventLogs", "Id", "int32", false),
        ("DidNumbers", "Number", "string", true),
        ("Services", "Name", "string", true),
    ] {
        assert_eq!(key(name), (property, ty.to_owned(), quoted), "{name}");
    }
}

#[test]
fn parameters_typed_by_hand() {
    let told = |path: &str, method| {
        let parameters = &operation(path, method).parameters;
        parameters.iter().map(|p| format!("{:?} {} {}", p.place, p.name, spelt(&p.ty))).collect::<Vec<_>>()
    };
    assert_eq!(
        told("/Users/Pbx.RegeneratePasswords", Method::Post),
        ["Body Ids [int32]", "Body opts RegenerateOptions"]
    );
    assert_eq!(told("/Users/Pbx.BatchDelete", Method::Post), ["Body ids [int32]"]);
    assert_eq!(told("/Users/Pbx.BulkUpdate", Method::Post), ["Body ids [int32]", "Body user User"]);
    assert_eq!(told("/BlackListNumbers/Pbx.BulkNumbersDelete", Method::Post), ["Body ids [string]"]);
    assert_eq!(told("/Users(Number={Number})", Method::Get), ["Key Number string"]);
    assert_eq!(
        told("/Users({Id})/Pbx.SetMonitorStatus", Method::Post),
        ["Key Id int32", "Body days int32"],
        "a body by reference"
    );
    assert_eq!(
        told("/Users/Pbx.DownloadGreeting(userId={userId},fileName={fileName})", Method::Get),
        ["Argument userId int32", "Argument fileName string"]
    );
    assert_eq!(told("/GetUpdateDetails(key={key},id={id})", Method::Get), ["Argument key uuid", "Argument id uuid"]);
    assert_eq!(told("/PurgeCalls", Method::Post).len(), 1);
    assert_eq!(told("/Users({Id})", Method::Delete), ["Key Id int32", "Header If-Match string"]);
    // `Ids` in one operation, `ids` in all others.
    let odd: Vec<&str> = catalog()
        .facts()
        .operations
        .iter()
        .filter(|o| o.parameters.iter().any(|p| p.name == "Ids"))
        .map(|o| o.name)
        .collect();
    assert_eq!(odd, ["RegeneratePasswords"]);
    // What stands in a path, by type.
    let in_path = |keep: &dyn Fn(&Parameter) -> bool| {
        let all = catalog().facts().operations.iter().flat_map(|o| &o.parameters);
        all.filter(|p| matches!(p.place, Place::Key | Place::Argument)).filter(|p| keep(p)).count()
    };
    assert_eq!(in_path(&|p| p.quoted && p.nullable), 152);
    assert_eq!(in_path(&|p| p.quoted && !p.nullable), 65);
    assert_eq!(in_path(&|p| spelt(&p.ty) == "int32" && !p.quoted), 145);
    assert_eq!(in_path(&|p| p.ty == Type::DateTime && !p.quoted), 118);
    assert_eq!(in_path(&|p| p.ty == Type::Bool && !p.quoted), 8);
    assert_eq!(in_path(&|p| p.ty == Type::Uuid && !p.quoted), 5);
}

#[test]
fn what_operations_give() {
    let gives = |path: &str, method| {
        let o = operation(path, method);
        (o.result.as_ref().map(spelt).unwrap_or_default(), o.collection, o.success)
    };
    let text = str::to_owned;
    assert_eq!(gives("/Users", Method::Get), (text("[User]"), true, 200));
    assert_eq!(gives("/Users", Method::Post), (text("User"), false, 201));
    assert_eq!(gives("/Users({Id})", Method::Patch), (text(""), false, 204));
    assert_eq!(gives("/Users/Pbx.BatchDelete", Method::Post), (text("[UserDeleteError]"), true, 200));
    assert_eq!(gives("/Users({Id})/Pbx.HasDuplicatedEmail()", Method::Get), (text("bool"), false, 200));
    assert_eq!(gives("/Users({Id})/Pbx.GetPhoneSecret()", Method::Get), (text("string"), false, 200));
    assert_eq!(gives("/FaxServerSettings/Pbx.GetFaxFilesSize()", Method::Get), (text("int64"), false, 200));
    assert_eq!(gives("/Users/Pbx.GetDuplicatedEmails", Method::Post), (text("[string]"), true, 200));
    assert_eq!(gives("/Playlists", Method::Get), (text("[Playlist]"), true, 200));
    assert_eq!(gives("/SystemStatus", Method::Get), (text("SystemStatus"), false, 200));
    let update = operation("/Users({Id})", Method::Patch);
    assert_eq!(update.body.as_ref().map(spelt).as_deref(), Some("User"));
    assert!(update.bound && !operation("/Users/Pbx.BatchDelete", Method::Post).bound);
    let list = operation("/Users", Method::Get).options;
    assert!(list.page && list.filter && list.count && list.orderby && list.select && list.expand && list.search);
    let one = operation("/Users({Id})", Method::Get).options;
    assert!(one.select && one.expand && !one.page && !one.filter);
}

#[test]
fn column_paths_lead_to_fields() {
    let user = schema("User");
    let (owner, found) = catalog().reach(user, "Hours/Type").expect("field");
    assert_eq!((words::short(owner.name), found.name), ("Schedule", "Type"));
    assert!(catalog().reach(user, "Number").is_some());
    for path in ["", "Nothing", "Number/Type", "Hours/Nothing", "Groups/Id"] {
        assert!(catalog().reach(user, path).is_none(), "{path}");
    }
}

#[test]
fn bytes_that_are_no_catalog() {
    let whole = Catalog::shipped_bytes();
    let refusal = |bytes: Vec<u8>| Catalog::from_bytes(bytes).map(|c| c.revision().to_owned()).expect_err("refused");
    assert_eq!(refusal(Vec::new()), LoadError::Format);
    assert_eq!(refusal(b"openapi: 3.0.4".to_vec()), LoadError::Format);
    assert_eq!(refusal(whole[..4].to_vec()), LoadError::Damaged);
    assert_eq!(refusal(whole[..whole.len() / 2].to_vec()), LoadError::Damaged);
    let mut flipped = whole.clone();
    flipped[5000] ^= 1;
    assert_eq!(refusal(flipped), LoadError::Damaged);
    let mut longer = whole;
    longer.push(0);
    assert_eq!(refusal(longer), LoadError::Damaged);
}

#[test]
fn the_shipped_bytes_load_as_if_from_outside() {
    let again = Catalog::from_bytes(Catalog::shipped_bytes()).expect("sound");
    assert_eq!(again.facts(), catalog().facts());
    assert_eq!(again.revision(), catalog().revision());
}

#[test]
fn what_every_operation_takes_is_a_schema_of_its_own() {
    let mut calls = 0;
    for resource in catalog().resources() {
        for operation in catalog().operations_of(resource) {
            let called = matches!(operation.role, Role::Function | Role::Action);
            let schema = catalog().arguments(operation).map(|id| catalog().schema(id));
            assert_eq!(schema.is_some(), called, "{}", operation.path);
            let Some(schema) = schema else { continue };
            assert_eq!(catalog().call(schema.name).map(|o| o.path), Some(operation.path), "two of one name");
            let taken = operation.parameters.iter().filter(|p| !matches!(p.place, Place::Key | Place::Header));
            assert_eq!(schema.fields.len(), taken.count(), "{}", operation.path);
            // Such a value would stand in every log of the way.
            let in_path = operation.parameters.iter().filter(|p| p.place == Place::Argument);
            assert!(!in_path.clone().any(|p| catalog().secret_parameter(p)), "{}", operation.path);
            calls += 1;
        }
    }
    assert_eq!(calls, 324);
}
