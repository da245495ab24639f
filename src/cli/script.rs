//! The verbs that talk to a PBX: reading, changing, plans and spreadsheets.
//!
//! Owns what they have in common: their arguments for naming a PBX, and the way from a plan to what became of it.

use super::agree::{self, Agreement};
use super::batch::{self, Fast};
use super::exit::{PENDING, Stop};
use super::run::{self, Going};
use super::whom::{Session, Whom};
use super::{apply, export, import, prepare, resume, show, tell, undo, who};
use crate::api::Gate;
use crate::catalog::Resource;
use crate::draft::ChangeSet;
use crate::plan::{Closing, Columns, EntryId, Intent, Own, Past, Plan, Planned, warnings};
use std::io::{self, Write};
use std::sync::Arc;

/// The verbs for scripts.
#[derive(Debug, clap::Subcommand)]
pub enum Script {
    /// Show one entry: cordboard get Users 214
    Get(show::GetArgs),
    /// Show the entries of a list: cordboard list Users --where dep=Sales
    List(show::ListArgs),
    /// Change one entry: cordboard set Users 214 VMEnabled=true
    Set(prepare::SetArgs),
    /// Plan a change of many, as a file or for the eye; sends nothing
    Plan(prepare::PlanArgs),
    /// Send what a plan file says, if the PBX still has what it says was there
    Apply(apply::ApplyArgs),
    /// Go on with a run that was interrupted
    Resume(resume::ResumeArgs),
    /// Take back what a run did, where nobody has changed it since
    Undo(undo::UndoArgs),
    /// Write the entries of a list as a spreadsheet or as JSON
    Export(export::ExportArgs),
    /// Change and make entries from a spreadsheet
    Import(import::ImportArgs),
    /// Say which PBX this talks to, as whom, and what was left unfinished
    Who(who::WhoArgs),
}

impl Script {
    /// Which PBX it talks to.
    pub fn whom(&self) -> &Whom {
        match self {
            Self::Get(args) => &args.whom,
            Self::List(args) => &args.whom,
            Self::Set(args) => &args.whom,
            Self::Plan(args) => &args.whom,
            Self::Apply(args) => &args.whom,
            Self::Resume(args) => &args.whom,
            Self::Undo(args) => &args.whom,
            Self::Export(args) => &args.whom,
            Self::Import(args) => &args.whom,
            Self::Who(args) => &args.whom,
        }
    }

    /// Runs the verb. Its exit code where it went to its end.
    ///
    /// # Errors
    /// Why it did not.
    pub async fn run(self, session: &Session) -> Result<u8, Stop> {
        match self {
            Self::Get(args) => show::get(session, args).await,
            Self::List(args) => show::list(session, args).await,
            Self::Set(args) => prepare::set(session, args).await,
            Self::Plan(args) => prepare::plan(session, args).await,
            Self::Apply(args) => apply::apply(session, args).await,
            Self::Resume(args) => resume::resume(session, args).await,
            Self::Undo(args) => undo::undo(session, args).await,
            Self::Export(args) => export::export(session, args).await,
            Self::Import(args) => import::import(session, args).await,
            Self::Who(args) => who::who(session, args).await,
        }
    }
}

/// How a plan is sent, once it has been made.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Sending {
    /// Whether it may be sent.
    #[command(flatten)]
    pub agreement: Agreement,
    /// How fast.
    #[command(flatten)]
    pub going: Going,
    /// A ticket number to keep with what is sent
    #[arg(long, value_name = "TEXT")]
    pub ticket: Option<String>,
    /// Write what became of it as JSON
    #[arg(long)]
    pub json: bool,
}

/// What is sent, and where each stands in the journal.
type Written = (Vec<Arc<ChangeSet>>, Vec<EntryId>);

/// A plan, and what was read of each of its targets.
pub struct Prepared<'r> {
    /// The resource.
    pub resource: &'r Resource,
    /// The plan.
    pub plan: Plan,
    /// A row for each line.
    pub entities: Columns,
    /// Standard input is taken by something else.
    pub on_input: bool,
    /// What it is for, as the journal has it.
    pub intent: Intent,
    /// One for each line, where this goes on with a run that was begun.
    pub begun: Vec<Past>,
    /// Whether it is to go in batches.
    pub fast: Fast,
}

impl Prepared<'_> {
    /// Writes the plan with its warnings.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn show(&self, session: &Session, out: &mut dyn Write) -> io::Result<()> {
        let catalog = session.catalog();
        let own = Own { client: session.client.client_id(), me: session.me.as_deref() };
        let found = warnings(catalog, self.resource, &self.plan, &self.entities, own);
        tell::plan(catalog, &self.plan, &found, out)
    }

    /// Shows it, asks, sends it and tells what became of it.
    ///
    /// # Errors
    /// When it was not agreed to, or the output cannot be written.
    pub async fn send(self, session: &Session, sending: &Sending) -> Result<u8, Stop> {
        self.show(session, &mut io::stderr().lock())?;
        let batches = self.fast.batches(session, self.resource, &self.plan)?;
        if let Some(batches) = batches {
            writeln!(io::stderr(), "{}", batches.words())?;
        }
        let blocked = self.plan.counts().blocked > 0;
        let after = |code: u8| if code == 0 && blocked { super::exit::SOME_FAILED } else { code };
        if sending.agreement.dry_run {
            let pending = self.plan.changes().next().is_some() && sending.agreement.detailed_exitcode;
            let mut err = io::stderr();
            writeln!(err, "Nothing was sent. The PBX may still refuse what looks good here.")?;
            return Ok(if pending { PENDING } else { after(0) });
        }
        if self.plan.changes().next().is_none() {
            if !self.begun.is_empty() {
                self.recorded(session, sending).await?;
                writeln!(io::stderr(), "Nothing of it was left to send: the run is done.")?;
            }
            return Ok(after(0));
        }
        let many = session.rules.confirm_count;
        agree::ask(session.catalog(), &self.plan, &sending.agreement, many, self.on_input)?;
        let (sets, entries) = self.recorded(session, sending).await?;
        let gates = |at: usize| -> Arc<dyn Gate> { Arc::new(session.journal.gate(entries[at])) };
        let report = match batches {
            Some(batches) => batch::run(session, sets, (sending.going, batches), &gates, sending.json).await?,
            None => run::run(session, sets, sending.going, &gates, sending.json).await?,
        };
        match sending.json {
            true => writeln!(io::stdout(), "{:#}", report.to_json(session))?,
            false => writeln!(io::stderr(), "{}", report.summary())?,
        }
        if report.is_unfinished() && session.is_real() {
            writeln!(io::stderr(), "`cordboard resume` goes on with it.")?;
        }
        Ok(after(report.code()))
    }

    /// Writes down all that is about to be sent, before any of it is; the change sets, and where each stands in the journal.
    async fn recorded(&self, session: &Session, sending: &Sending) -> Result<Written, Stop> {
        let sets: Vec<Arc<ChangeSet>> = self.plan.changes().cloned().collect();
        let intent = Intent { ticket: sending.ticket.clone(), ..self.intent.clone() };
        let begun = session.journal.begin(intent, session.client.client_id(), sets.clone()).await;
        let (_, entries) = begun.map_err(|failure| Stop::failure(session.catalog(), &failure))?;
        if self.begun.is_empty() {
            return Ok((sets, entries));
        }
        let (mut entries, mut closings) = (Vec::new(), Vec::new());
        for (line, past) in self.plan.lines.iter().zip(&self.begun) {
            match &line.planned {
                Planned::Change(_) => entries.push(past.id),
                planned => closings.push(Closing::of(past.id, planned)),
            }
        }
        session.journal.close(closings);
        Ok((sets, entries))
    }
}
