//! From low to high: what the file says, what the environment says, what the command line says.

use super::file::{self, File, Partial};
use super::{Arguments, Entry, Pbx, SECRET_VARIABLE, SecretSource, Settings, SettingsError, address};
use crate::source::did_you_mean;
use crate::theme;
use std::path::Path;

type Environment<'e> = dyn Fn(&str) -> Option<String> + 'e;

/// A variable of the environment; an empty one counts as none.
pub(super) fn value(environment: &Environment<'_>, name: &str) -> Option<String> {
    environment(name).filter(|v| !v.is_empty())
}

pub(super) fn no_such<'n>(name: &str, names: impl Iterator<Item = &'n str>, path: Option<&Path>) -> SettingsError {
    let names: Vec<&str> = names.collect();
    SettingsError::new(if names.is_empty() {
        format!("There is no PBX `{name}`: none is configured. {}", how_to_begin(path))
    } else {
        let hint = match did_you_mean(name, names.iter().copied()) {
            hint if hint.is_empty() => format!(". Configured are {}.", names.join(", ")),
            hint => hint,
        };
        format!("There is no PBX `{name}`{hint}")
    })
}

fn how_to_begin(path: Option<&Path>) -> String {
    let file = path.unwrap_or(Path::new("config.toml")).display();
    format!(
        "Set XAPI_URL, XAPI_CLIENT_ID and XAPI_CLIENT_SECRET, or put a [[pbx]] into {file} (the README shows one). \
         `cordboard demo` needs no PBX."
    )
}

impl Settings {
    /// Defaults, then the file (its path and its text), then the environment, then the arguments.
    ///
    /// What is wrong with one PBX is told when that PBX is asked for, so that the others can be used.
    ///
    /// # Errors
    /// When the file is no TOML, or something in it is unknown, contradicts itself or makes no sense.
    pub fn resolve(
        file: Option<(&Path, &str)>,
        environment: &Environment<'_>,
        arguments: &Arguments,
    ) -> Result<Self, SettingsError> {
        let home = value(environment, "HOME");
        let mut file = match file {
            Some((path, text)) => file::read(path, text, home.as_deref().map(Path::new))?,
            None => File::default(),
        };
        let dumb = value(environment, "TERM").as_deref() == Some("dumb");
        let chosen = choose(&mut file, environment, arguments);
        if let Ok(chosen) = chosen {
            adjust(&mut file.pbxs[chosen], environment, arguments);
        }
        Ok(Self {
            theme: theme_of(&file, dumb, environment, arguments),
            // Whoever says so in the file knows better than a guess from the locale.
            ascii: arguments.ascii || file.ascii.unwrap_or(dumb || !speaks_utf8(environment)),
            mouse: file.mouse.unwrap_or(true),
            confirm_count: file.confirm_count.unwrap_or(20),
            stop_after: file.stop_after.unwrap_or(3),
            at_once: file.at_once.unwrap_or(2),
            plain: arguments.plain || accessible(environment).unwrap_or(file.plain.unwrap_or(false)),
            journal: file.journal,
            journal_days: file.journal_days.unwrap_or(400),
            dumb,
            pbxs: file.pbxs.into_iter().map(|p| Entry { name: p.name.clone(), pbx: complete(p) }).collect(),
            chosen,
        })
    }
}

/// Whether the environment asks every program for plain lines, or asks none to.
fn accessible(environment: &Environment<'_>) -> Option<bool> {
    value(environment, "ACCESSIBLE").map(|value| !matches!(value.as_str(), "0" | "false" | "no"))
}

fn theme_of(file: &File, dumb: bool, environment: &Environment<'_>, arguments: &Arguments) -> String {
    let plain = || theme::PLAIN.to_owned();
    let when = |variable: &str| value(environment, variable).map(|_| plain());
    // NO_COLOR speaks to every program, CORDBOARD_THEME to this one alone.
    arguments
        .no_color
        .then(plain)
        .or_else(|| arguments.theme.clone())
        .or_else(|| when("CORDBOARD_NO_COLOR"))
        .or_else(|| value(environment, "CORDBOARD_THEME"))
        .or_else(|| when("NO_COLOR"))
        .or_else(|| dumb.then(plain))
        .or_else(|| file.theme.clone())
        .unwrap_or_else(|| theme::DEFAULT.to_owned())
}

/// Whether the locale has UTF-8. Where no locale is set at all, as in containers, the terminal most likely has.
fn speaks_utf8(environment: &Environment<'_>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| value(environment, name));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Which PBX is meant. One that is given by its address joins the list, unless it is there already.
fn choose(file: &mut File, environment: &Environment<'_>, arguments: &Arguments) -> Result<usize, SettingsError> {
    let by_name = value(environment, "CORDBOARD_PROFILE");
    let by_url = value(environment, "XAPI_URL");
    match (&arguments.pbx, &arguments.url) {
        (Some(_), Some(_)) => {
            return Err(SettingsError::new("Give --pbx or --url, not both: each says which PBX is meant."));
        }
        (Some(name), None) => return find(file, name),
        (None, Some(url)) => return meet(file, "--url", url),
        (None, None) => {}
    }
    match (by_name, by_url) {
        (Some(name), Some(_)) => Err(SettingsError::new(format!(
            "CORDBOARD_PROFILE names `{name}` and XAPI_URL names an address. Unset one of them, or say --pbx."
        ))),
        (Some(name), None) => find(file, &name),
        (None, Some(url)) => meet(file, "XAPI_URL", &url),
        (None, None) => match (&file.default, file.pbxs.len()) {
            (Some(name), _) => find(file, &name.clone()),
            (None, 0) => {
                Err(SettingsError::new(format!("No PBX is configured. {}", how_to_begin(file.path.as_deref()))))
            }
            (None, 1) => Ok(0),
            (None, n) => {
                let names: Vec<&str> = file.pbxs.iter().map(|p| p.name.as_str()).collect();
                Err(SettingsError::new(format!(
                    "{n} PBXs are configured: {}. Say which with --pbx, CORDBOARD_PROFILE or `default` in the file.",
                    names.join(", ")
                )))
            }
        },
    }
}

fn find(file: &File, name: &str) -> Result<usize, SettingsError> {
    let names = || file.pbxs.iter().map(|p| p.name.as_str());
    names().position(|n| n == name).ok_or_else(|| no_such(name, names(), file.path.as_deref()))
}

fn meet(file: &mut File, from: &str, url: &str) -> Result<usize, SettingsError> {
    let base = address::base(url).map_err(|s| SettingsError { place: Some(from.to_owned()), sentence: s })?;
    if let Some(known) = file.pbxs.iter().position(|p| p.url.as_ref() == Some(&base)) {
        return Ok(known);
    }
    let mut name = address::host(&base).to_owned();
    if file.pbxs.iter().any(|p| p.name == name) {
        name = format!("{name} ({from})");
    }
    file.pbxs.push(Partial { name, url: Some(base), ..Partial::default() });
    Ok(file.pbxs.len() - 1)
}

/// Credentials of the environment and of the command line go to the chosen PBX. Those of the environment belong to
/// the address of the environment: if the command line names another PBX, it must not be sent them.
fn adjust(pbx: &mut Partial, environment: &Environment<'_>, arguments: &Arguments) {
    let named = arguments.pbx.is_some() || arguments.url.is_some();
    let elsewhere = value(environment, "XAPI_URL").is_some_and(|url| address::base(&url).ok() != pbx.url);
    if !(named && elsewhere) {
        if let Some(id) = value(environment, "XAPI_CLIENT_ID") {
            pbx.client_id = Some(id);
        }
        if value(environment, SECRET_VARIABLE).is_some() {
            pbx.secret = Some(SecretSource::Variable(SECRET_VARIABLE));
        }
    }
    if let Some(id) = &arguments.client_id {
        pbx.client_id = Some(id.clone());
    }
    if let Some(path) = &arguments.client_secret_file {
        pbx.secret = Some(SecretSource::File(path.clone()));
    }
    if let Some(path) = &arguments.ca_file {
        pbx.ca_file = Some(path.clone());
    }
    pbx.insecure |= arguments.insecure;
}

fn complete(partial: Partial) -> Result<Pbx, SettingsError> {
    let Partial { name, url, client_id, secret, ca_file, insecure, me, place } = partial;
    match (url, client_id, secret) {
        (Some(url), Some(client_id), Some(secret)) => Ok(Pbx { name, url, client_id, secret, ca_file, insecure, me }),
        (url, client_id, secret) => {
            let lacks: Vec<(&str, &str)> = [
                (url.is_none(), "address", "url = \"https://…\""),
                (client_id.is_none(), "client id", "client_id = \"…\" (or XAPI_CLIENT_ID, --client-id)"),
                (
                    secret.is_none(),
                    "client secret",
                    "client_secret_file = \"…\" or client_secret_command = [\"…\"] (or XAPI_CLIENT_SECRET, \
                     --client-secret-file)",
                ),
            ]
            .into_iter()
            .filter_map(|(missing, what, how)| missing.then_some((what, how)))
            .collect();
            let what: Vec<&str> = lacks.iter().map(|(what, _)| *what).collect();
            let how: Vec<&str> = lacks.iter().map(|(_, how)| *how).collect();
            let sentence = format!("The PBX `{name}` has no {}. Add {}.", what.join(" and no "), how.join("; "));
            Err(SettingsError { place, sentence })
        }
    }
}
