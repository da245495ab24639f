//! Sends change sets, a few at once, and tells what became of each as it ends.
//!
//! Owns the order of a run: it goes on when one fails, waits where the PBX asks for it, stops when the line is down or
//! several in a row fail alike, and on Ctrl-C lets what is under way end. Whatever was not sent is named.

use super::exit::{INTERRUPTED, SOME_FAILED};
use super::tell::{self, Ending};
use super::whom::Session;
use crate::api::Gate;
use crate::catalog::number;
use crate::draft::{ChangeSet, Outcome};
use crate::odata::{EntityKey, Failure, FailureKind};
use crate::plan::{Halt, Pace, Tempo};
use crate::ui::text::visible;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often one that was turned away for being one too many has its turn again.
pub(super) const TURNS: usize = 4;

/// How a run is to go.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Going {
    /// Writes under way at once
    #[arg(long, value_name = "N")]
    pub max_parallel: Option<usize>,
    /// Stop after so many failures alike in a row; 0 never stops
    #[arg(long, value_name = "N")]
    pub stop_after: Option<usize>,
}

impl Going {
    /// What was said of it, and else what the settings say.
    pub(super) fn tempo(self, session: &Session) -> Tempo {
        let Tempo { at_once, stop_after } = session.rules.tempo;
        Tempo { at_once: self.max_parallel.unwrap_or(at_once), stop_after: self.stop_after.unwrap_or(stop_after) }
    }
}

/// One of a run.
#[derive(Debug)]
pub struct Sent {
    /// What was to be sent.
    pub set: Arc<ChangeSet>,
    /// What became of it; `None` where it was not sent.
    pub ended: Option<(Outcome, Ending)>,
}

/// What became of a run.
#[derive(Debug)]
pub struct Report {
    /// What became of each, in the order of the plan.
    pub results: Vec<Sent>,
    /// Somebody stopped it.
    pub interrupted: bool,
    /// Why it stopped by itself.
    pub halt: Option<String>,
}

/// Where the gate of each change set comes from.
pub type Gates<'g> = dyn Fn(usize) -> Arc<dyn Gate> + Send + Sync + 'g;

/// Sends change sets. Each ended one is written to `out` as a line, unless the whole is written as JSON afterwards.
///
/// # Errors
/// When the output cannot be written; what is under way ends before that.
pub async fn run(
    session: &Session,
    sets: Vec<Arc<ChangeSet>>,
    going: Going,
    gates: &Gates<'_>,
    json: bool,
) -> io::Result<Report> {
    let catalog = session.catalog();
    let mut pace = Pace::new(going.tempo(session));
    let mut waiting: VecDeque<(usize, usize)> = (0..sets.len()).map(|at| (at, 0)).collect();
    let mut results: Vec<Option<(Outcome, Ending)>> = sets.iter().map(|_| None).collect();
    let mut under_way = FuturesUnordered::new();
    let (mut interrupted, mut halt) = (false, None);
    let mut wait: Option<Duration> = None;
    let single = sets.len() == 1;
    let mut broken: io::Result<()> = Ok(());
    let mut stopped = Box::pin(stopped());
    loop {
        while !interrupted && halt.is_none() && wait.is_none() && under_way.len() < pace.at_once() {
            let Some((at, turn)) = waiting.pop_front() else { break };
            let (set, gate) = (Arc::clone(&sets[at]), gates(at));
            under_way.push(async move {
                let begun = Instant::now();
                let outcome = session.client.save(&set, &*gate, |_| {}).await;
                (at, turn, outcome, begun.elapsed())
            });
        }
        if under_way.is_empty() && (wait.is_none() || interrupted || halt.is_some()) {
            break;
        }
        let pause = async {
            match wait {
                Some(wait) => tokio::time::sleep(wait).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some((at, turn, outcome, took)) = under_way.next() => {
                let next = pace.note(under_way.len() + 1, took, &outcome);
                wait = next.wait.or(wait);
                if let Some(why) = next.halt {
                    halt = Some(halted(session, &why));
                }
                if next.again && turn + 1 < TURNS && halt.is_none() {
                    waiting.push_front((at, turn + 1));
                    continue;
                }
                let ending = tell::ending(catalog, &sets[at], &outcome);
                if !json && broken.is_ok() {
                    broken = line(&sets[at], &ending, single.then_some(&outcome));
                }
                results[at] = Some((outcome, ending));
            }
            () = pause => wait = None,
            () = &mut stopped, if !interrupted => {
                interrupted = true;
                let mut err = io::stderr();
                // Nobody may be left to read it.
                let _ = writeln!(err, "Stopped: {} under way end first, {} are not sent.", under_way.len(), waiting.len());
            }
        }
    }
    broken?;
    let results = sets.into_iter().zip(results).map(|(set, ended)| Sent { set, ended }).collect();
    Ok(Report { results, interrupted, halt })
}

pub(super) fn halted(session: &Session, halt: &Halt) -> String {
    let what = |failure: &Failure| failure.problem(session.catalog(), None).what;
    match halt {
        Halt::Alike(count, failure) => format!("{count} in a row failed alike: {}", what(failure)),
        Halt::First(true) => "The first one went well; the others wait.".to_owned(),
        Halt::First(false) => "The first one did not go well.".to_owned(),
        Halt::Unlike(fields) => {
            let said =
                fields.iter().map(|f| format!("{} is {}, not {}", f.field, tell::read(&f.is), tell::read(&f.wanted)));
            let said: Vec<String> = said.collect();
            format!("the first one is not as it should be: {}. That ends the batches.", said.join("; "))
        }
        Halt::Line(failure) | Halt::SignIn(failure) => what(failure),
    }
}

/// Comes true when somebody wants the run to stop.
#[cfg(unix)]
pub(super) async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        (Ok(mut interrupt), Ok(mut terminate)) => {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        _ => std::future::pending().await,
    }
}

/// Comes true when somebody wants the run to stop.
#[cfg(not(unix))]
pub(super) async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

pub(super) fn line(set: &ChangeSet, ending: &Ending, outcome: Option<&Outcome>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}: {}", visible(&set.label), visible(&ending.sentence))?;
    if let Some(outcome) = outcome {
        tell::fields(outcome, &mut out)?;
    }
    out.flush()
}

impl Report {
    /// How many ended well.
    pub fn good(&self) -> usize {
        self.endings().filter(|ending| ending.is_some_and(|ending| ending.code == 0)).count()
    }

    fn endings(&self) -> impl Iterator<Item = Option<&Ending>> {
        self.results.iter().map(|sent| sent.ended.as_ref().map(|(_, ending)| ending))
    }

    /// Somebody was not sent to, and the journal has them still to be sent to.
    pub fn is_unfinished(&self) -> bool {
        self.results.iter().any(|sent| match &sent.ended {
            None => true,
            // It could not even be written down, nor that nothing was sent.
            Some((Outcome::NotSent(Failure { kind: FailureKind::NotRecorded(_), .. }), _)) => true,
            Some((outcome, _)) => Pace::has_turn_again(sent.set.verb, outcome),
        })
    }

    /// The exit code: good, stopped, failed for some; or what was wrong with all of them alike.
    pub fn code(&self) -> u8 {
        if self.interrupted {
            return INTERRUPTED;
        }
        let codes: Vec<u8> = self.endings().flatten().map(|ending| ending.code).filter(|code| *code != 0).collect();
        let unsent = self.endings().any(|ending| ending.is_none());
        match codes.split_first() {
            None if !unsent => 0,
            Some((first, rest)) if self.good() == 0 && rest.iter().all(|code| code == first) => *first,
            _ => SOME_FAILED,
        }
    }

    /// A line of counts, and who was not sent to.
    pub fn summary(&self) -> String {
        let good = self.good();
        let failed = self.endings().flatten().filter(|ending| ending.code != 0).count();
        let unsent: Vec<&str> =
            self.results.iter().filter(|sent| sent.ended.is_none()).map(|sent| sent.set.label.as_str()).collect();
        let mut text = format!("{} of {} done", number(good), number(self.results.len()));
        if failed > 0 {
            text.push_str(&format!(", {} failed", number(failed)));
        }
        if !unsent.is_empty() {
            text.push_str(&format!(", {} not sent", number(unsent.len())));
        }
        text.push('.');
        if let Some(halt) = &self.halt {
            text.push_str(&format!(" Stopped: {}", visible(halt)));
        }
        if !unsent.is_empty() {
            let names: Vec<_> = unsent.iter().map(|label| visible(label)).collect();
            text.push_str(&format!("\nNot sent: {}", names.join("; ")));
        }
        text
    }

    /// The whole, for a program.
    pub fn to_json(&self, session: &Session) -> Value {
        let key = |set: &ChangeSet, outcome: Option<&Outcome>| {
            let made = match outcome {
                Some(Outcome::Created { key, .. }) => key.clone(),
                _ => None,
            };
            made.or_else(|| set.target.key.clone()).map(|key| match key {
                EntityKey::Int(number) => Value::from(number),
                EntityKey::Text(text) | EntityKey::Uuid(text) => Value::from(&*text),
            })
        };
        let result = |Sent { set, ended }: &Sent| match ended {
            Some((outcome, ending)) => json!({
                "key": key(set, Some(outcome)), "label": set.label, "result": ending.word,
                "sentence": ending.sentence, "fields": tell::fields_json(outcome),
            }),
            None => {
                json!({"key": key(set, None), "label": set.label, "result": "not_sent", "sentence": "not sent", "fields": []})
            }
        };
        json!({
            "pbx": session.pbx.to_string(),
            "results": self.results.iter().map(result).collect::<Vec<_>>(),
            "done": self.good(),
            "failed": self.endings().flatten().filter(|ending| ending.code != 0).count(),
            "not_sent": self.endings().filter(Option::is_none).count(),
            "stopped": self.halt,
            "interrupted": self.interrupted,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::draft::Verb;
    use crate::odata::{Hindrance, PbxId, Target};

    #[test]
    fn who_could_not_even_be_written_down_is_still_to_be_sent_to() {
        let target = Target { pbx: PbxId::new("acme"), resource: "Users".into(), key: Some(EntityKey::Int(57)) };
        let (label, revision) = ("214 Lovelace, Ada".to_owned(), Catalog::shipped().revision().to_owned());
        let (schema, changes, unchanged) = ("Pbx.User".to_owned(), Vec::new(), 79);
        let set = Arc::new(ChangeSet { verb: Verb::Change, target, label, revision, schema, changes, unchanged });
        let report = |kind: FailureKind| {
            let outcome = Outcome::NotSent(Failure::new(kind, ""));
            let ending = tell::ending(Catalog::shipped(), &set, &outcome);
            let results = vec![Sent { set: Arc::clone(&set), ended: Some((outcome, ending)) }];
            Report { results, interrupted: false, halt: None }
        };
        let full = Hindrance { what: "The disk is full.".to_owned(), next: "Look at it.".to_owned() };
        assert!(report(FailureKind::NotRecorded(Box::new(full))).is_unfinished());
        assert!(report(FailureKind::Busy).is_unfinished(), "it has its turn again");
        assert!(!report(FailureKind::NotFound).is_unfinished(), "that is its end");
    }
}
