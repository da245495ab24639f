//! The thread of all that waits for a PBX, a clock or a signal, and of what is made of the answers.
//!
//! Owns that it is one, and that it ends with whoever began it. It is not the screen's, which has the main one. With two,
//! each answer woke the one that had nothing to do, which cost a run over many a tenth of its rate.

use std::future::Future;
use std::io;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// A thread on which tasks run, until this is dropped.
#[derive(Debug)]
pub struct Aside {
    handle: Handle,
    /// Gone, it ends.
    _until: oneshot::Sender<()>,
}

impl Aside {
    /// Begins it.
    ///
    /// # Errors
    /// When the system gives no thread, or nothing to wait with.
    pub fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (until, ends) = oneshot::channel::<()>();
        std::thread::Builder::new().name("network".to_owned()).spawn(move || {
            let _ = runtime.block_on(ends);
            runtime.shutdown_background();
        })?;
        Ok(Self { handle, _until: until })
    }

    /// The way to it, for whoever begins tasks from elsewhere.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Does this on the calling thread; what it spawns, and all that it waits for, is done aside.
    pub fn block_on<F: Future>(&self, work: F) -> F::Output {
        self.handle.block_on(work)
    }
}
