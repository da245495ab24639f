//! The queue on which tasks tell the console what happened.
//!
//! Owns what wakes the console and what can wait: in a run over thousands most messages say only how far something
//! has come, and a thread that is woken for each costs more than what it does with it.

use super::tasks::Message;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What can wait is looked at after so long, if nothing else comes: sooner than it would be seen.
const SOON: Duration = Duration::from_millis(25);

/// A way to the console; copies lead to the same one.
#[derive(Clone)]
pub(super) struct Post {
    queue: UnboundedSender<Message>,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Default)]
struct Waiting {
    messages: Vec<Message>,
    /// Somebody is on the way to tell that there is something.
    told: bool,
}

/// A way to the console, and its other end.
pub(super) fn post() -> (Post, UnboundedReceiver<Message>) {
    let (queue, messages) = unbounded_channel();
    (Post { queue, waiting: Arc::default() }, messages)
}

impl Post {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what the console is to see at once.
    pub(super) fn send(&self, message: Message) {
        // The receiver is gone only when the console is: nobody is left to tell.
        let _ = self.queue.send(message);
    }

    /// Leaves what can wait for the next message, or for a moment.
    pub(super) fn leave(&self, message: Message) {
        let Ok(runtime) = Handle::try_current() else { return self.send(message) };
        let mut waiting = self.waiting();
        waiting.messages.push(message);
        if !std::mem::replace(&mut waiting.told, true) {
            drop(waiting);
            let post = self.clone();
            runtime.spawn(async move {
                tokio::time::sleep(SOON).await;
                post.waiting().told = false;
                post.send(Message::Look);
            });
        }
    }

    /// What was left since the last time, in its order.
    pub(super) fn left(&self) -> Vec<Message> {
        std::mem::take(&mut self.waiting().messages)
    }

    /// Whether anything was left.
    pub(super) fn has_left(&self) -> bool {
        !self.waiting().messages.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn many_that_can_wait_wake_once() {
        let (post, mut queue) = post();
        for task in 0..100 {
            post.leave(Message::Ended(task));
        }
        assert!(post.has_left());
        assert!(matches!(queue.recv().await, Some(Message::Look)));
        assert!(queue.try_recv().is_err(), "one call for all of them");
        assert_eq!(post.left().len(), 100);
        assert!(!post.has_left());
        post.leave(Message::Ended(100));
        assert!(matches!(queue.recv().await, Some(Message::Look)), "and again for the next");
    }

    #[test]
    fn without_anybody_who_could_call_later_it_is_sent_at_once() {
        let (post, mut queue) = post();
        post.leave(Message::Ended(1));
        assert!(matches!(queue.try_recv(), Ok(Message::Ended(1))));
    }
}
