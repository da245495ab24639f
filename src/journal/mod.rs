//! The memory of what was done: every write, before it is sent and after.
//!
//! Owns the file, the thread that talks to it, and the gate that every write passes. What is intended is on the
//! disk before anything is sent; what became of it follows within 50 ms. Never sees a secret in the clear, never knows
//! a model or a screen. The file is opened by the thread at the first question, never on the way to the first frame.

mod ahead;
mod consoles;
mod drafts;
mod gate;
mod keeper;
mod reads;
mod store;
#[cfg(test)]
mod tests;
mod trouble;
mod writes;

pub use gate::JournalGate;
pub use trouble::Trouble;

use crate::draft::{ChangeSet, Kept};
use crate::odata::{Failure, PbxId, Target};
use crate::plan::{Closing, ConsoleId, EntryId, Intent, Offered, Past, PastRun, RunId, Wanted};
use jiff::{Timestamp, ToSpan};
use keeper::{Ask, Gathered, Keeper, Keeping, Listener, Shared};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, OnceLock};
use store::{Place, Store};
use tokio::sync::oneshot;
use writes::{Beginning, News, Sending};

/// A way to the journal; copies lead to the same one.
#[derive(Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

struct Inner {
    place: Place,
    operator: String,
    thread: OnceLock<Option<Mutex<Sender<Ask>>>>,
    keeping: Shared,
    news: Gathered,
    listener: Listener,
}

impl Journal {
    /// The journal in the person's own folder; the folder is made if need be.
    pub fn own(folder: &Path, operator: &str) -> Self {
        Self::at(Place::Own(folder.to_owned()), operator)
    }

    /// The journal in a folder that is there already. If its group may write there, the journal is the group's.
    pub fn given(folder: &Path, operator: &str) -> Self {
        Self::at(Place::Given(folder.to_owned()), operator)
    }

    /// No journal at all: nothing can be written down, and so nothing sent.
    pub fn nowhere(operator: &str) -> Self {
        Self::at(Place::Nowhere, operator)
    }

    /// A journal that ends with this process and leaves nothing behind.
    pub fn in_memory(operator: &str) -> Self {
        Self::at(Place::Memory, operator)
    }

    fn at(place: Place, operator: &str) -> Self {
        Self::of(place, operator, None, Arc::default())
    }

    fn of(place: Place, operator: &str, days: Option<usize>, listener: Listener) -> Self {
        let news = Gathered::default();
        let keeping = Keeping::new(place.clone(), operator.to_owned(), days, news.clone());
        let (thread, operator, keeping) = (OnceLock::new(), operator.to_owned(), Arc::new(Mutex::new(keeping)));
        Self { inner: Arc::new(Inner { place, operator, thread, keeping, news, listener }) }
    }

    /// The same, forgetting what is older than so many days. To be said before anything is asked.
    #[must_use]
    pub fn keeping(self, days: usize) -> Self {
        let Inner { place, operator, listener, .. } = &*self.inner;
        Self::of(place.clone(), operator, Some(days), Arc::clone(listener))
    }

    /// Who writes.
    pub fn operator(&self) -> &str {
        &self.inner.operator
    }

    /// The file, where there is one.
    pub fn path(&self) -> Option<PathBuf> {
        match &self.inner.place {
            Place::Memory | Place::Nowhere => None,
            Place::Own(folder) | Place::Given(folder) => Some(folder.join(store::FILE)),
        }
    }

    /// Tells trouble that nobody waits for: what became of a write could not be written down.
    pub fn listen(&self, listener: impl Fn(Trouble) + Send + Sync + 'static) {
        // The first one stays.
        let _ = self.inner.listener.set(Box::new(listener));
    }

    /// Writes down all that a run is about to send, on the disk before this returns. Of one that is gone on with all of
    /// that stands there already: it becomes this console's own, and nobody else goes on with it.
    ///
    /// # Errors
    /// When it cannot be written down; nothing may be sent then.
    pub async fn begin(
        &self,
        intent: Intent,
        client: &str,
        changes: Vec<Arc<ChangeSet>>,
    ) -> Result<(RunId, Vec<EntryId>), Failure> {
        if let Some((run, from)) = intent.goes_on {
            let taken = self.ask(move |store| store.go_on(run, from)).await;
            return taken.map(|()| (run, Vec::new())).map_err(|trouble| trouble.failure());
        }
        let beginning = Beginning { intent, client: client.to_owned(), operator: self.inner.operator.clone(), changes };
        self.ask(move |store| store.begin(&beginning)).await.map_err(|trouble| trouble.failure())
    }

    /// The gate for a write that a run has begun.
    pub fn gate(&self, entry: EntryId) -> JournalGate {
        JournalGate::of_run(self.clone(), entry)
    }

    /// The gate for a write of its own: it is written down the moment before it is sent.
    pub fn gate_of_one(&self, intent: Intent, client: &str) -> JournalGate {
        JournalGate::of_one(self.clone(), intent, client)
    }

    /// Runs on this PBX with writes that have not ended and that nobody is busy with, oldest first.
    ///
    /// # Errors
    /// When the journal cannot be used.
    pub async fn unfinished(&self, pbx: &PbxId) -> Result<Vec<PastRun>, Trouble> {
        let pbx = pbx.clone();
        self.ask(move |store| store.unfinished(&pbx)).await
    }

    /// One run and its writes, in the order in which they were meant.
    ///
    /// # Errors
    /// When the journal cannot be used.
    pub async fn run(&self, id: RunId) -> Result<Option<(PastRun, Vec<Past>)>, Trouble> {
        self.ask(move |store| store.run(id)?.map(|run| Ok((run, store.entries(id)?))).transpose()).await
    }

    /// One write, and its run.
    ///
    /// # Errors
    /// When the journal cannot be used.
    pub async fn entry(&self, id: EntryId) -> Result<Option<(PastRun, Vec<Past>)>, Trouble> {
        self.ask(move |store| store.entry(id)).await
    }

    /// The last run of mine on this PBX that can be taken back, and its writes.
    ///
    /// # Errors
    /// When the journal cannot be used.
    pub async fn last(&self, pbx: &PbxId) -> Result<Option<(PastRun, Vec<Past>)>, Trouble> {
        let (pbx, operator) = (pbx.clone(), self.inner.operator.clone());
        self.ask(move |store| {
            store.last_of(&pbx, &operator)?.map(|run| Ok((run.clone(), store.entries(run.id)?))).transpose()
        })
        .await
    }

    /// The runs that are wanted, newest first.
    ///
    /// # Errors
    /// When the journal cannot be used.
    pub async fn history(&self, wanted: Wanted) -> Result<Vec<PastRun>, Trouble> {
        self.ask(move |store| store.history(&wanted)).await
    }

    /// Gives a run its ticket, or takes it away.
    ///
    /// # Errors
    /// When the journal cannot be used.
    pub async fn attach(&self, run: RunId, ticket: Option<String>) -> Result<(), Trouble> {
        self.ask(move |store| store.attach(run, ticket.as_deref())).await
    }

    /// Nobody will go on with these writes: those that have not ended end here.
    pub fn close(&self, closings: Vec<Closing>) {
        if !closings.is_empty() {
            self.tell(News::Closed(closings, now()));
        }
    }

    /// Keeps what was edited and not sent, in the place of what was kept of it before. Nobody waits for this.
    pub fn keep(&self, kept: Kept) {
        self.tell(News::Kept(Box::new(kept), self.inner.operator.clone(), now()));
    }

    /// Keeps a draft of this console no longer: it was sent, taken back or thrown away.
    pub fn drop_draft(&self, target: Target) {
        self.tell(News::Dropped(target, self.inner.operator.clone()));
    }

    /// What this operator edited on this PBX and did not send, on consoles that are gone; the newest first.
    ///
    /// # Errors
    /// When the journal cannot be used.
    pub async fn drafts(&self, pbx: &PbxId) -> Result<Vec<Offered>, Trouble> {
        let (pbx, operator) = (pbx.clone(), self.inner.operator.clone());
        self.ask(move |store| store.drafts(&pbx, &operator)).await
    }

    /// Makes a draft of a console that is gone this one's own; false where another console has it by now.
    ///
    /// # Errors
    /// When the journal cannot be used.
    pub async fn take_draft(&self, from: ConsoleId, target: Target) -> Result<bool, Trouble> {
        let operator = self.inner.operator.clone();
        self.ask(move |store| store.take_draft(&operator, from.0, &target)).await
    }

    /// Throws the draft of a console that is gone away.
    ///
    /// # Errors
    /// When the journal cannot be used.
    pub async fn discard_draft(&self, of: ConsoleId, target: Target) -> Result<(), Trouble> {
        let operator = self.inner.operator.clone();
        self.ask(move |store| store.discard_draft(&operator, of.0, &target)).await
    }

    /// Waits until all that was told is written down.
    ///
    /// # Errors
    /// When it could not be.
    pub async fn settled(&self) -> Result<(), Trouble> {
        // A journal that was never asked has nothing to write.
        if self.inner.thread.get().is_none() {
            return Ok(());
        }
        self.ask(|_| Ok(())).await
    }

    /// Waits until all that was told is written down, and stands in the file itself: a copy of that has all of it.
    ///
    /// # Errors
    /// When it could not be.
    pub async fn end(&self) -> Result<(), Trouble> {
        if self.inner.thread.get().is_none() {
            return Ok(());
        }
        self.ask(Store::lay_down).await
    }

    /// Has the thread do something; it opens the file first if it is not open.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Trouble> {
        let (reply, answer) = oneshot::channel();
        let task = move |store: Result<&mut Store, Trouble>| {
            let result = store.and_then(|store| work(store).map_err(|e| store.trouble(&e)));
            // Whoever asked may have gone.
            let _ = reply.send(result);
        };
        self.send(Ask::Do(Box::new(task)))?;
        answer.await.unwrap_or_else(|_| Err(Trouble::gone()))
    }

    /// Writes down that a write of a run is about to be sent, together with what else there is to write.
    async fn sending(&self, sending: Sending) -> Result<(), Trouble> {
        let Err(sending) = keeper::send_at_once(&self.inner.keeping, sending) else {
            self.look(self.inner.news.stir());
            return Ok(());
        };
        let (reply, answer) = oneshot::channel();
        self.send(Ask::Sending(sending, reply))?;
        answer.await.unwrap_or_else(|_| Err(Trouble::gone()))
    }

    /// Tells the thread something that nobody waits for.
    fn tell(&self, news: News) {
        // In a run over thousands the thread is told once in a while, not for each.
        self.look(self.inner.news.put(news));
    }

    /// Has the thread look by and by, unless it will.
    fn look(&self, is_new: bool) {
        if !is_new {
            return;
        }
        if let (Err(trouble), Some(listener)) = (self.send(Ask::Look), self.inner.listener.get()) {
            listener(trouble);
        }
    }

    fn send(&self, ask: Ask) -> Result<(), Trouble> {
        let thread = self.inner.thread.get_or_init(|| {
            let (sender, asked) = mpsc::channel();
            let keeper = Keeper::new(Arc::clone(&self.inner.keeping), Arc::clone(&self.inner.listener));
            let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(move || keeper.run(&asked));
            thread.ok().map(|_| Mutex::new(sender))
        });
        let sent = thread.as_ref().and_then(|sender| sender.lock().ok()?.send(ask).ok());
        sent.ok_or_else(Trouble::gone)
    }
}

/// The time, in UTC: `2026-11-22T13:02:11.123Z`. It sorts as it reads.
fn now() -> String {
    spelt(Timestamp::now())
}

fn spelt(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn minutes_ago(minutes: i64) -> String {
    let now = Timestamp::now();
    spelt(now.checked_sub(minutes.minutes()).unwrap_or(now))
}

fn days_ago(days: usize) -> String {
    minutes_ago(i64::try_from(days.min(1_000_000)).unwrap_or(0) * 24 * 60)
}
