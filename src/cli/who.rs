//! `cordboard who`: which PBX this would talk to, as whom, and what was left unfinished here.
//!
//! Signs in and reads nothing else. Owns how that is told; knows no secret.

use super::exit::{FAILED, Stop};
use super::whom::{Session, Whom};
use crate::ui::text::visible;
use serde_json::json;
use std::io::{self, Write};

/// How it is told.
#[derive(Debug, Clone, clap::Args)]
pub struct WhoArgs {
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// Which PBX.
    #[command(flatten)]
    pub whom: Whom,
}

/// Tells which PBX answers, who is signed in with which roles, where the journal is and what stands open in it.
///
/// # Errors
/// When the PBX refuses the sign-in or does not answer, or the journal cannot be read.
pub async fn who(session: &Session, args: WhoArgs) -> Result<u8, Stop> {
    let catalog = session.catalog();
    let greeting = session.client.hello().await.map_err(|failure| Stop::failure(catalog, &failure))?;
    let stop = |trouble: crate::journal::Trouble| Stop::new(FAILED, trouble.to_string());
    let unfinished = session.journal.unfinished(&session.pbx).await.map_err(stop)?;
    let drafts = session.journal.drafts(&session.pbx).await.map_err(stop)?;
    let journal = session.journal.path().map(|path| path.display().to_string());
    let roles: Vec<&str> = greeting.roles.iter().map(String::as_str).collect();
    let open: usize = unfinished.iter().map(|run| run.open()).sum();
    let mut out = io::stdout().lock();
    if args.json {
        let told = json!({
            "pbx": session.pbx.to_string(),
            "address": session.address,
            "version": greeting.version,
            "client_id": session.client.client_id(),
            "roles": roles,
            "me": session.me,
            "operator": session.journal.operator(),
            "journal": journal,
            "unfinished": { "runs": unfinished.len(), "changes": open },
            "unsent": drafts.len(),
            "catalog": catalog.revision(),
            "cordboard": env!("CARGO_PKG_VERSION"),
        });
        writeln!(out, "{told:#}")?;
        return Ok(0);
    }
    let titled = |role: &&str| {
        let known = catalog.choices("roles").iter().find(|(wire, _)| wire == role);
        known.map_or_else(|| (*role).to_owned(), |(wire, title)| format!("{title} ({wire})"))
    };
    let some = |text: Option<String>, none: &str| text.unwrap_or_else(|| none.to_owned());
    let runs = match unfinished.len() {
        0 => "nothing".to_owned(),
        1 => format!("1 run, {open} of its changes open; cordboard resume goes on with it"),
        n => format!("{n} runs, {open} of their changes open; cordboard resume goes on"),
    };
    let unsent = match drafts.as_slice() {
        [] => "nothing".to_owned(),
        [one] => format!("edits of {}; D in the console", one.kept.label),
        all => format!("edits of {}; D in the console", all.len()),
    };
    let rows = [
        ("PBX", session.pbx.to_string()),
        ("Address", session.address.clone()),
        ("Build", some(greeting.version, "not told")),
        ("API client", session.client.client_id().to_owned()),
        (
            "Roles",
            if roles.is_empty() {
                "none told".to_owned()
            } else {
                roles.iter().map(titled).collect::<Vec<_>>().join(", ")
            },
        ),
        ("You", some(session.me.clone(), "not said; `me` in the configuration names your extension")),
        ("Operator", session.journal.operator().to_owned()),
        ("Journal", some(journal, "in memory, gone at the end")),
        ("Unfinished", runs),
        ("Not sent", unsent),
    ];
    for (name, text) in rows {
        writeln!(out, "{name:<11} {}", visible(&text))?;
    }
    Ok(0)
}
