//! Settings as tables: what was given, what holds.

use super::*;
use std::path::Path;

const ACME: &str = r#"
[[pbx]]
name = "acme"
url = "https://pbx.acme.example/xapi/v1"
client_id = "900"
client_secret_file = "acme.secret"
"#;
const BOTH: &str = r#"
default = "branch"
theme = "dark"
[[pbx]]
name = "acme"
url = "https://pbx.acme.example"
client_id = "900"
client_secret_command = ["pass", "show", "pbx/acme"]
insecure = true
[[pbx]]
name = "branch"
url = "https://branch.acme.example:5001"
client_id = "901"
client_secret_file = "~/branch.secret"
ca_file = "/etc/branch.pem"
"#;
const TRIO: [(&str, &str); 3] =
    [("XAPI_URL", "https://other.example"), ("XAPI_CLIENT_ID", "77"), ("XAPI_CLIENT_SECRET", "hunter2")];

fn resolve(file: &str, environment: &[(&str, &str)], arguments: &Arguments) -> Result<Settings, String> {
    let path = Path::new("/etc/cb/config.toml");
    let look = |name: &str| environment.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
    Settings::resolve(Some((path, file)), &look, arguments).map_err(|e| e.to_string())
}

fn chosen(file: &str, environment: &[(&str, &str)], arguments: &Arguments) -> Result<Pbx, String> {
    resolve(file, environment, arguments)?.chosen().cloned().map_err(|e| e.to_string())
}

fn named(pbx: &str) -> Arguments {
    Arguments { pbx: Some(pbx.to_owned()), ..Arguments::default() }
}

#[test]
fn the_sample_says_what_holds_without_it() {
    let none = Arguments::default();
    assert_eq!(resolve(Settings::sample(), &[], &none), resolve("", &[], &none));
}

#[test]
fn the_sample_explains_settings_that_exist() {
    let live: String = Settings::sample()
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(code) if code.starts_with("[[") || code.split(' ').nth(1) == Some("=") => code,
            _ => line,
        })
        .filter(|line| !line.starts_with("theme = \"mine\"") && !line.starts_with("client_secret_command"))
        .map(|line| format!("{line}\n"))
        .collect();
    let settings = resolve(&live, &[], &Arguments::default()).unwrap();
    assert!(settings.ascii);
    assert_eq!(settings.chosen().unwrap().secret, SecretSource::File("/etc/cb/acme.secret".into()));
    assert_eq!(settings.chosen().unwrap().me.as_deref(), Some("214"));
    for key in ["client_secret_command", "ca_file", "insecure", "default", "theme", "ascii"] {
        assert!(Settings::sample().contains(key), "{key}");
    }
}

#[test]
fn a_pbx_is_read_whole() {
    assert_eq!(
        chosen(ACME, &[], &Arguments::default()).unwrap(),
        Pbx {
            name: "acme".to_owned(),
            url: "https://pbx.acme.example".to_owned(),
            client_id: "900".to_owned(),
            secret: SecretSource::File("/etc/cb/acme.secret".into()),
            ca_file: None,
            insecure: false,
            me: None,
        }
    );
    let branch = chosen(BOTH, &[("HOME", "/home/ada")], &Arguments::default()).unwrap();
    assert_eq!(branch.name, "branch");
    assert_eq!(branch.secret, SecretSource::File("/home/ada/branch.secret".into()));
    assert_eq!(branch.ca_file, Some("/etc/branch.pem".into()));
    let acme = chosen(BOTH, &[("HOME", "/home/ada")], &named("acme")).unwrap();
    let words = ["pass", "show", "pbx/acme"].map(str::to_owned).to_vec();
    assert_eq!((acme.secret, acme.insecure), (SecretSource::Command(words), true));
}

#[test]
fn flags_go_before_the_environment_before_the_file() {
    let home = ("HOME", "/home/ada");
    for (environment, arguments, name, id) in [
        (vec![home], Arguments::default(), "branch", "901"),
        (vec![home, ("CORDBOARD_PROFILE", "acme")], Arguments::default(), "acme", "900"),
        (vec![home, ("CORDBOARD_PROFILE", "acme")], named("branch"), "branch", "901"),
        (vec![home, ("CORDBOARD_PROFILE", "")], Arguments::default(), "branch", "901"),
        (vec![home, ("XAPI_CLIENT_ID", "77")], Arguments::default(), "branch", "77"),
        (vec![home, ("XAPI_CLIENT_ID", "77")], named("acme"), "acme", "77"),
        (
            vec![home, ("XAPI_CLIENT_ID", "77")],
            Arguments { client_id: Some("78".to_owned()), ..Arguments::default() },
            "branch",
            "78",
        ),
    ] {
        let pbx = chosen(BOTH, &environment, &arguments).unwrap();
        assert_eq!((pbx.name.as_str(), pbx.client_id.as_str()), (name, id), "{environment:?} {arguments:?}");
    }
    let path = Arguments { client_secret_file: Some("here".into()), insecure: true, ..Arguments::default() };
    let pbx = chosen(BOTH, &[home, TRIO[2]], &path).unwrap();
    assert_eq!((pbx.secret, pbx.insecure), (SecretSource::File("here".into()), true));
}

#[test]
fn the_environment_alone_is_enough() {
    let pbx = chosen("", &TRIO, &Arguments::default()).unwrap();
    assert_eq!((pbx.name.as_str(), pbx.url.as_str(), pbx.client_id.as_str()), ("other.example", TRIO[0].1, "77"));
    assert_eq!(pbx.secret, SecretSource::Variable("XAPI_CLIENT_SECRET"));
    let settings = resolve(ACME, &TRIO, &Arguments::default()).unwrap();
    assert_eq!(settings.names().collect::<Vec<_>>(), ["acme", "other.example"]);
    assert_eq!(settings.chosen().unwrap().name, "other.example");
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn credentials_are_not_sent_where_they_do_not_belong() {
    let acme = chosen(ACME, &TRIO, &named("acme")).unwrap();
    assert_eq!((acme.client_id.as_str(), acme.url.as_str()), ("900", "https://pbx.acme.example"));
    assert_eq!(acme.secret, SecretSource::File("/etc/cb/acme.secret".into()));
    let url = Arguments { url: Some("https://third.example".to_owned()), ..Arguments::default() };
    assert!(chosen(ACME, &TRIO, &url).unwrap_err().contains("has no client id and no client secret"));
}

#[test]
fn an_address_that_is_configured_is_that_pbx() {
    let environment = [("XAPI_URL", "https://pbx.acme.example/"), ("XAPI_CLIENT_ID", "77")];
    let pbx = chosen(ACME, &environment, &Arguments::default()).unwrap();
    assert_eq!((pbx.name.as_str(), pbx.client_id.as_str()), ("acme", "77"));
}

#[test]
fn what_cannot_be_chosen_is_explained() {
    let two = BOTH.replace("default = \"branch\"", "");
    let half = "[[pbx]]\nname = \"acme\"\nclient_id = \"900\"\n";
    let both = Arguments { url: Some("https://x.example".to_owned()), ..named("acme") };
    for (file, environment, arguments, why) in [
        ("", vec![], Arguments::default(), "No PBX is configured. Set XAPI_URL, XAPI_CLIENT_ID"),
        ("", vec![], Arguments::default(), "or put a [[pbx]] into /etc/cb/config.toml (the README"),
        ("", vec![], named("acme"), "There is no PBX `acme`: none is configured."),
        (ACME, vec![], named("acne"), "There is no PBX `acne`; did you mean `acme`?"),
        (ACME, vec![], named("zzz"), "There is no PBX `zzz`. Configured are acme."),
        (two.as_str(), vec![("HOME", "/h")], Arguments::default(), "2 PBXs are configured: acme, branch. Say which"),
        (half, vec![], Arguments::default(), "config.toml:1:1: The PBX `acme` has no address and no client secret."),
        ("", TRIO[..2].to_vec(), Arguments::default(), "The PBX `other.example` has no client secret."),
        ("", vec![("XAPI_URL", "pbx.acme.example")], Arguments::default(), "XAPI_URL: `pbx.acme.example` lacks"),
        ("", vec![("XAPI_URL", "http://pbx.acme.example")], Arguments::default(), "would show the client's secret"),
        (ACME, vec![TRIO[0], ("CORDBOARD_PROFILE", "acme")], Arguments::default(), "Unset one of them"),
        (ACME, vec![], both, "Give --pbx or --url, not both"),
    ] {
        let settings = resolve(file, &environment, &arguments).unwrap();
        let error = settings.chosen().unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn one_broken_pbx_does_not_hide_the_others() {
    let file = format!("default = \"acme\"\n{ACME}\n[[pbx]]\nname = \"half\"\n");
    let settings = resolve(&file, &[], &Arguments::default()).unwrap();
    assert_eq!(settings.chosen().unwrap().name, "acme");
    assert!(settings.pbx("half").unwrap_err().to_string().starts_with("/etc/cb/config.toml:9:1: "));
    assert!(settings.pbx("haff").unwrap_err().to_string().contains("did you mean `half`?"));
}

#[test]
fn files_that_cannot_be_used_are_explained() {
    for (file, why) in [
        ("theme = dark\n", "config.toml:1:9: This is no TOML: "),
        ("them = \"dark\"\n", "config.toml:1:1: There is no setting `them`; did you mean `theme`?"),
        (
            "banana = 1\n",
            "There is no setting `banana`. There are theme, ascii, mouse, plain, confirm_count, stop_after, at_once, \
             journal, journal_days, default, pbx.",
        ),
        ("theme = 3\n", "config.toml:1:9: `theme` is a text, in quotes."),
        ("theme = \" \"\n", "`theme` is empty."),
        (
            "confirm_count = 0\n",
            "config.toml:1:17: `confirm_count` is a whole number from 1 to 100000, without quotes.",
        ),
        ("at_once = \"2\"\n", "`at_once` is a whole number from 1 to 8, without quotes."),
        ("stop_after = -1\n", "`stop_after` is a whole number from 0 to"),
        ("ascii = \"yes\"\n", "`ascii` is true or false, without quotes."),
        ("default = \"acme\"\n", "`default` names `acme`, but there is no [[pbx]] of that name"),
        ("[pbx]\nname = \"acme\"\n", "A PBX begins with [[pbx]], in two brackets"),
        ("[[pbx]]\nurl = \"https://x.example\"\n", "config.toml:1:1: This PBX has no name"),
        ("[[pbx]]\nname = \"a/b\"\n", "has no slash in it"),
        ("[[pbx]]\nname = \"a\"\n[[pbx]]\nname = \"a\"\n", "config.toml:3:1: There are two PBXs named `a`; the first"),
        ("[[pbx]]\nname = \"a\"\nclientid = \"9\"\n", "config.toml:3:1: There is no setting `clientid` of a PBX; did"),
        ("[[pbx]]\nurl = \"x.example\"\n", "config.toml:2:7: `x.example` lacks its scheme"),
        ("[[pbx]]\nclient_secret_command = \"pass show\"\n", "is a list, the program first"),
        ("[[pbx]]\nclient_secret_command = []\n", "is a list, the program first"),
        ("[[pbx]]\nclient_secret_command = [\"a\", 1]\n", "is a list, the program first"),
        ("[[pbx]]\nclient_secret_command = [\"a\"]\nclient_secret_file = \"b\"\n", "not both"),
        ("[[pbx]]\nclient_secret_file = \"~/b\"\n", "HOME is not set"),
        ("[[pbx]]\ninsecure = 1\n", "`insecure` is true or false"),
    ] {
        let error = resolve(file, &[], &Arguments::default()).unwrap_err();
        assert!(error.starts_with("/etc/cb/config.toml:") && error.contains(why), "{file}\n{error}");
    }
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    for key in ["client_secret", "secret", "password"] {
        let file = format!("[[pbx]]\nname = \"a\"\n{key} = \"hunter2\"\n");
        let error = resolve(&file, &[], &Arguments::default()).unwrap_err();
        assert!(error.contains("config.toml:3:1: A secret does not stand in this file."), "{error}");
        assert!(!error.contains("hunter2"));
    }
}

#[test]
fn colours_follow_who_speaks_loudest() {
    let flag = |name: &str| Arguments { theme: Some(name.to_owned()), ..Arguments::default() };
    let no_color = Arguments { no_color: true, ..flag("light") };
    for (file, environment, arguments, theme) in [
        ("", vec![], Arguments::default(), "terminal"),
        ("theme = \"dark\"", vec![], Arguments::default(), "dark"),
        ("theme = \"dark\"", vec![("CORDBOARD_THEME", "mine")], Arguments::default(), "mine"),
        ("theme = \"dark\"", vec![("CORDBOARD_THEME", "mine")], flag("light"), "light"),
        ("theme = \"dark\"", vec![("NO_COLOR", "1")], Arguments::default(), "plain"),
        ("theme = \"dark\"", vec![("NO_COLOR", "")], Arguments::default(), "dark"),
        ("", vec![("NO_COLOR", "1"), ("CORDBOARD_THEME", "mine")], Arguments::default(), "mine"),
        ("", vec![("CORDBOARD_NO_COLOR", "1"), ("CORDBOARD_THEME", "mine")], Arguments::default(), "plain"),
        ("", vec![("NO_COLOR", "1")], flag("light"), "light"),
        ("", vec![], no_color, "plain"),
        ("theme = \"dark\"", vec![("TERM", "dumb")], Arguments::default(), "plain"),
    ] {
        assert_eq!(resolve(file, &environment, &arguments).unwrap().theme, theme, "{file} {environment:?}");
    }
}

#[test]
fn signs_follow_the_locale_unless_told() {
    for (file, environment, ascii) in [
        ("", vec![], false),
        ("", vec![("LANG", "de_DE.UTF-8")], false),
        ("", vec![("LANG", "en_US.utf8")], false),
        ("", vec![("LANG", "C")], true),
        ("", vec![("LANG", "C.UTF-8"), ("LC_ALL", "POSIX")], true),
        ("", vec![("LANG", "C"), ("LC_CTYPE", "C.UTF-8")], false),
        ("", vec![("LANG", "de_DE.ISO-8859-15")], true),
        ("", vec![("LANG", "C.UTF-8"), ("LC_ALL", "")], false),
        ("", vec![("LANG", "C.UTF-8"), ("TERM", "dumb")], true),
        ("ascii = true", vec![("LANG", "C.UTF-8")], true),
        ("ascii = false", vec![("LANG", "C")], false),
    ] {
        let settings = resolve(file, &environment, &Arguments::default()).unwrap();
        assert_eq!(settings.ascii, ascii, "{file} {environment:?}");
        let flag = Arguments { ascii: true, ..Arguments::default() };
        assert!(resolve(file, &environment, &flag).unwrap().ascii);
    }
}

#[test]
fn the_file_is_where_it_was_said_to_be() {
    let own = Some("/home/ada/.config/cordboard");
    for (flag, environment, own, path, named) in [
        (None, vec![], own, Some("/home/ada/.config/cordboard/config.toml"), false),
        (None, vec![("CORDBOARD_CONFIG", "a.toml")], own, Some("a.toml"), true),
        (Some("b.toml"), vec![("CORDBOARD_CONFIG", "a.toml")], own, Some("b.toml"), true),
        (None, vec![("CORDBOARD_CONFIG", "")], own, Some("/home/ada/.config/cordboard/config.toml"), false),
        (None, vec![], None, None, false),
    ] {
        let look = |name: &str| environment.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let found = config_path(flag.map(Path::new), &look, own.map(Path::new));
        assert_eq!(found, path.map(|p| ConfigPath { path: p.into(), named }), "{environment:?}");
    }
}
