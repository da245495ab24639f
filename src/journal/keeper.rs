//! Who talks to the file: a thread, and whoever can be served at once.
//!
//! Owns the order in which it is asked, what is gathered in between, and what happens when something cannot be written.
//! One at a time; what may have to wait for a disk or for another console is left to the thread. Knows nothing of what
//! the rows mean.

use super::days_ago;
use super::store::{Place, Store};
use super::trouble::Trouble;
use super::writes::{News, Sending};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// What became of writes is gathered for so long before it is written down together.
const GATHER: Duration = Duration::from_millis(50);
/// So much of it goes along with whoever writes at that moment: more would only make them wait.
const ALONG: usize = 64;
/// After a failure nothing is tried again for so long.
const PAUSE: Duration = Duration::from_secs(10);

/// Told of trouble that nobody waits for.
pub(super) type Listener = Arc<OnceLock<Box<dyn Fn(Trouble) + Send + Sync>>>;

/// What is done with an open journal, or with the reason why it is not.
pub(super) type Task = Box<dyn FnOnce(Result<&mut Store, Trouble>) + Send>;

/// Who waits until it is written down that something is about to be sent.
pub(super) type Told = oneshot::Sender<Result<(), Trouble>>;

/// What the thread is asked.
pub(super) enum Ask {
    Do(Task),
    /// There is news that nobody waits for.
    Look,
    Sending(Sending, Told),
}

/// News that nobody waits for, until the thread takes it.
#[derive(Clone, Default)]
pub(super) struct Gathered(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    news: Vec<News>,
    /// The thread knows that there is some, and will look.
    known: bool,
}

impl Gathered {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one; says whether the thread has to be told.
    pub(super) fn put(&self, news: News) -> bool {
        let mut waiting = self.waiting();
        waiting.news.push(news);
        !std::mem::replace(&mut waiting.known, true)
    }

    /// There is something to be looked at by and by; says whether the thread has to be told.
    pub(super) fn stir(&self) -> bool {
        !std::mem::replace(&mut self.waiting().known, true)
    }

    /// What is there now. The thread has said when it will look again.
    fn take(&self) -> Vec<News> {
        std::mem::take(&mut self.waiting().news)
    }

    /// What goes along with this write: enough to be worth it, or what has to stand there before it.
    fn take_with(&self, sending: &Sending) -> Vec<News> {
        let mut waiting = self.waiting();
        let goes = waiting.news.len() >= ALONG || waiting.news.iter().any(|news| news.is_before(sending.entry));
        if goes { std::mem::take(&mut waiting.news) } else { Vec::new() }
    }

    /// All of it, and the thread has to be told of the next.
    fn take_last(&self) -> Vec<News> {
        std::mem::take(&mut *self.waiting()).news
    }
}

/// The file, for one at a time.
pub(super) struct Keeping {
    place: Place,
    operator: String,
    days: Option<usize>,
    store: Option<Store>,
    gathered: Gathered,
    /// What could not be written down yet.
    news: Vec<News>,
}

/// The way to the file for the thread and for others.
pub(super) type Shared = Arc<Mutex<Keeping>>;

/// Writes down that a write is about to be sent, now and then with what else there is to write: a transaction costs more
/// the more pages it touches. Gives it back where the thread has to do it.
pub(super) fn send_at_once(keeping: &Shared, sending: Sending) -> Result<(), Sending> {
    let Ok(mut keeping) = keeping.try_lock() else { return Err(sending) };
    let keeping = &mut *keeping;
    let Some(store) = keeping.store.as_mut().filter(|_| keeping.news.is_empty()) else { return Err(sending) };
    let (news, sending) = (keeping.gathered.take_with(&sending), [sending]);
    let [sending] = match store.at_once(|store| store.take(&news, &sending)) {
        Some(Ok(())) => return Ok(()),
        // The thread tries it once more, and tells what is wrong.
        Some(Err(_)) | None => sending,
    };
    keeping.news = news;
    Err(sending)
}

/// The thread's own.
pub(super) struct Keeper {
    listener: Listener,
    keeping: Shared,
}

impl Keeper {
    pub(super) fn new(keeping: Shared, listener: Listener) -> Self {
        Self { listener, keeping }
    }

    /// Until nobody can ask any more.
    pub(super) fn run(self, asked: &Receiver<Ask>) {
        let mut due: Option<Instant> = None;
        let mut next: Option<Ask> = None;
        loop {
            let ask = match due {
                _ if next.is_some() => next.take().ok_or(RecvTimeoutError::Timeout),
                None => asked.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => asked.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            match ask {
                Ok(Ask::Look) => due = due.or_else(|| Some(Instant::now() + GATHER)),
                Ok(Ask::Sending(sending, told)) => {
                    // Whoever waits as well goes along; what is asked stays in its order.
                    let (mut sending, mut told) = (vec![sending], vec![told]);
                    while let Ok(more) = asked.try_recv() {
                        match more {
                            Ask::Look => due = due.or_else(|| Some(Instant::now() + GATHER)),
                            Ask::Sending(another, waits) => {
                                sending.push(another);
                                told.push(waits);
                            }
                            Ask::Do(_) => {
                                next = Some(more);
                                break;
                            }
                        }
                    }
                    let mut keeping = self.keeping();
                    let news = keeping.gathered.take();
                    let written = keeping.write(news, &sending);
                    due = keeping.after(&written, due);
                    drop(keeping);
                    // Whoever asked may have gone.
                    told.into_iter().for_each(|told| drop(told.send(written.clone())));
                }
                Ok(Ask::Do(work)) => {
                    // Whoever asks is told what is true.
                    let mut keeping = self.keeping();
                    let news = keeping.gathered.take();
                    let written = keeping.write_news(news);
                    due = keeping.after(&written, due);
                    match written {
                        Ok(()) => work(keeping.asked()),
                        Err(trouble) => work(Err(trouble)),
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    let mut keeping = self.keeping();
                    let news = keeping.gathered.take_last();
                    let written = keeping.write_news(news);
                    due = keeping.after(&written, None);
                    drop(keeping);
                    if let (Err(trouble), Some(listener)) = (written, self.listener.get()) {
                        listener(trouble);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    // Nobody is left to be told.
                    let mut keeping = self.keeping();
                    let news = keeping.gathered.take_last();
                    let _ = keeping.write_news(news);
                    return;
                }
            }
        }
    }

    fn keeping(&self) -> MutexGuard<'_, Keeping> {
        self.keeping.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keeping {
    pub(super) fn new(place: Place, operator: String, days: Option<usize>, gathered: Gathered) -> Self {
        Self { place, operator, days, store: None, gathered, news: Vec::new() }
    }

    /// When to look again: what could not be written is given time.
    fn after(&self, written: &Result<(), Trouble>, due: Option<Instant>) -> Option<Instant> {
        let failed = written.is_err() && !self.news.is_empty();
        if failed { Some(Instant::now() + PAUSE) } else { due }
    }

    fn store(&mut self) -> Result<&mut Store, Trouble> {
        match self.store {
            Some(ref mut store) => Ok(store),
            None => {
                let mut store = Store::open(&self.place, &self.operator)?;
                if let Some(days) = self.days {
                    // What is old stands in nobody's way; it is tried again at the next start.
                    let _ = store.forget_before(&days_ago(days));
                }
                Ok(self.store.insert(store))
            }
        }
    }

    /// The store for a question: whatever others left is known to it.
    fn asked(&mut self) -> Result<&mut Store, Trouble> {
        let store = self.store()?;
        store.adopt()?;
        Ok(store)
    }

    /// Writes down what became of writes. What cannot be written is kept for the next time.
    fn write_news(&mut self, news: Vec<News>) -> Result<(), Trouble> {
        let noted = self.store.as_ref().is_some_and(|store| !store.ahead.noted().is_empty());
        if self.news.is_empty() && news.is_empty() && !noted { Ok(()) } else { self.write(news, &[]) }
    }

    fn write(&mut self, more: Vec<News>, sending: &[Sending]) -> Result<(), Trouble> {
        let mut news = std::mem::take(&mut self.news);
        news.extend(more);
        let written = self.store().and_then(|store| store.take(&news, sending).map_err(|e| store.trouble(&e)));
        if written.is_err() {
            // Drafts are a convenience: the next edit tries again, and nobody is told at every key.
            let count = news.len();
            self.news = news.into_iter().filter(|news| !news.is_of_draft()).collect();
            let only_drafts = self.news.is_empty() && count > 0;
            if only_drafts && sending.is_empty() {
                return Ok(());
            }
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::writes::Seen;
    use crate::plan::EntryId;

    #[test]
    fn what_goes_along_with_a_write_is_much_or_has_to_stand_there_before_it() {
        let gathered = Gathered::default();
        let answered = |entry| News::Answered(EntryId(entry), String::new());
        let sending = |entry| Sending { entry: EntryId(entry), seen: Seen::Touched(Vec::new()), together: 1 };
        assert!(gathered.put(answered(1)) && !gathered.put(answered(2)), "the thread is told once");
        assert_eq!(gathered.take_with(&sending(3)).len(), 0, "others do not matter to it");
        assert_eq!(gathered.take_with(&sending(2)).len(), 2, "in their order");
        for entry in 0..ALONG as i64 {
            gathered.put(answered(100 + entry));
        }
        assert_eq!(gathered.take_with(&sending(3)).len(), ALONG);
        assert_eq!((gathered.take().len(), gathered.take_last().len()), (0, 0));
        assert!(gathered.put(answered(1)), "the next is told again");
    }
}
