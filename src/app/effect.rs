//! What `update` asks the shell to do. An effect is plain data: nothing here does anything.
//!
//! Three kinds, by who answers: a PBX, the journal, or the machine the console runs on. It must not know how any of
//! them does it.

use super::bulk::BulkId;
use super::event::{JobId, Shown, Ticket, Timer};
use super::papers::{Contents, Paper, PlanReader};
use crate::draft::{ChangeSet, Kept, LongList, ReadPlan};
use crate::odata::{PbxId, Target};
use crate::plan::{Closing, ConsoleId, EntryId, Intent, RunId, Wanted};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask a PBX, or tell it.
    Pbx(PbxTask),
    /// Ask the journal, or tell it.
    Journal(JournalTask),
    /// Keep what is edited and not sent, in the place of what was kept of it before.
    Keep(Box<Kept>),
    /// What was edited of this is sent or given up: it is kept no longer.
    Forget(Target),
    /// Look which files there are whose names begin so.
    Name {
        /// Which look.
        ticket: Ticket,
        /// What is typed of the path.
        typed: String,
    },
    /// Read a file.
    Fetch {
        /// Which read.
        ticket: Ticket,
        /// Where it is.
        path: String,
        /// A larger one is not read, in bytes.
        most: usize,
    },
    /// Throw dice: something is made at random.
    Dice(Ticket),
    /// Make the tree of a list that is kept as text: it takes longer than a frame.
    Unfold {
        /// Which read.
        ticket: Ticket,
        /// The list; its holders have the tree when it is made.
        list: LongList,
    },
    /// Give back what nobody needs any more.
    LetGo(Spent),
    /// A read is no longer wanted.
    Cancel(Ticket),
    /// Wake me.
    Start {
        /// With what.
        timer: Timer,
        /// After how long; a timer that runs already starts again.
        after: Duration,
    },
    /// Put text on the clipboard of the user's terminal.
    Copy(String),
    /// Read the plan in the file of this name.
    ReadPlan {
        /// The name as it was typed.
        path: String,
        /// How its text is read.
        reader: PlanReader,
    },
    /// Write a file of this name.
    Write {
        /// What it is.
        paper: Paper,
        /// The name as it was typed.
        path: String,
        /// What stands in it.
        contents: Contents,
        /// It may take the place of one that is there: somebody has said so.
        over: bool,
    },
    /// Listen to the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Look like the theme of this name.
    Theme(String),
    /// Draw everything again.
    Redraw,
    /// Put the console into the background.
    Suspend,
    /// Open a text in the user's own editor, and wait until that ends.
    OwnEditor {
        /// The text. It may hold a secret that was typed.
        text: Shown,
        /// What such files end with.
        ending: &'static str,
    },
    /// Begin none of a run that was handed over and is not begun; which these are is told by `Event::Withdrawn`.
    Withdraw(BulkId),
    /// What went wrong with one of a run was seen: the others go on, so many at once.
    Seen {
        /// Which run.
        run: BulkId,
        /// So many are under way at once.
        at_once: usize,
    },
    /// End.
    Quit,
}

/// What has done its work: of thousands it is more than can be given back while a key waits.
#[derive(Debug, Clone)]
pub struct Spent(Arc<dyn Any + Send + Sync>);

impl PartialEq for Spent {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Effect {
    /// Gives this back aside.
    pub(super) fn let_go(spent: impl Any + Send + Sync) -> Self {
        Self::LetGo(Spent(Arc::new(spent)))
    }
}

/// What a PBX is asked or told. Each is answered with one event, and failures are in it.
#[derive(Debug, Clone, PartialEq)]
pub enum PbxTask {
    /// Find out whether the PBX answers and which build it is.
    Greet {
        /// Which read.
        ticket: Ticket,
        /// Which PBX.
        pbx: PbxId,
        /// The user says that what stood in the way of the sign-in was put right.
        again: bool,
    },
    /// Read a list, page by page.
    List {
        /// Which read.
        ticket: Ticket,
        /// Which PBX.
        pbx: PbxId,
        /// Which resource.
        resource: String,
        /// Which fields.
        fields: Vec<String>,
        /// At most so many rows, newest first: a window.
        limit: Option<usize>,
    },
    /// Read one entity for its form.
    Open {
        /// Which read.
        ticket: Ticket,
        /// Which entity.
        target: Target,
        /// Which fields.
        plan: ReadPlan,
    },
    /// Read one entity.
    Read {
        /// Which read.
        ticket: Ticket,
        /// Which entity.
        target: Target,
        /// Which fields.
        plan: ReadPlan,
    },
    /// Read several of one set, as many as come in one answer.
    ReadSeveral {
        /// Which read.
        ticket: Ticket,
        /// Which entities.
        targets: Vec<Target>,
        /// Which fields.
        plan: ReadPlan,
    },
    /// Read one secret.
    Reveal {
        /// Which read.
        ticket: Ticket,
        /// Whose.
        target: Target,
        /// Which field.
        field: String,
    },
    /// Look a number up.
    Find {
        /// Which read.
        ticket: Ticket,
        /// Which PBX.
        pbx: PbxId,
        /// In which resource.
        resource: String,
        /// The number.
        number: String,
    },
    /// Ask what the PBX would give a new entity.
    Propose {
        /// Which read.
        ticket: Ticket,
        /// Which PBX.
        pbx: PbxId,
        /// Of which resource.
        resource: String,
    },
    /// Look for what refers to an entity.
    Refer {
        /// Which read.
        ticket: Ticket,
        /// To whom.
        target: Target,
        /// Its number, where it has one.
        number: Option<String>,
    },
    /// Ask a function.
    Ask {
        /// Which read.
        ticket: Ticket,
        /// Which, about whom, and what is given to it.
        call: Box<ChangeSet>,
    },
    /// Write down all that a run is about to send; before that nothing of it is sent.
    Begin {
        /// Which run.
        ticket: Ticket,
        /// Which PBX.
        pbx: PbxId,
        /// What it is for.
        intent: Intent,
        /// What would be sent, in its order.
        changes: Vec<Arc<ChangeSet>>,
    },
    /// Send a change, a new entity, the end of one, or the call of an action.
    Save {
        /// Which write.
        job: JobId,
        /// What exactly.
        change_set: Arc<ChangeSet>,
        /// Under which name its run has written it down; a write without one is a run of its own.
        entry: Option<EntryId>,
        /// It waits for its turn in this run, in which so many are under way at once.
        of_run: Option<(BulkId, usize)>,
    },
    /// Send the same change to several by one call.
    SaveTogether {
        /// The writes of a run, each with what exactly and under which name it is written down.
        jobs: Vec<(JobId, Arc<ChangeSet>, Option<EntryId>)>,
        /// Compare everything there is of them before and after.
        whole: bool,
    },
}

/// What the journal is asked or told.
#[derive(Debug, Clone, PartialEq)]
pub enum JournalTask {
    /// Ask the journal what was done.
    History {
        /// Which read.
        ticket: Ticket,
        /// What is wanted.
        wanted: Wanted,
    },
    /// Ask the journal for one run, or for the last of mine that can be taken back.
    Recollect {
        /// Which read.
        ticket: Ticket,
        /// On which PBX.
        pbx: PbxId,
        /// Which run.
        run: Option<RunId>,
    },
    /// Ask the journal for a run that was cut off.
    Unfinished {
        /// Which read.
        ticket: Ticket,
        /// On which PBX.
        pbx: PbxId,
    },
    /// Ask the journal what was left unfinished.
    LookForLeftOvers(PbxId),
    /// Give a run its ticket.
    Attach {
        /// Which run.
        run: RunId,
        /// The ticket.
        ticket: Option<String>,
    },
    /// Ask the journal for one write, and for its run.
    RecollectOne {
        /// Which read.
        ticket: Ticket,
        /// Which write.
        entry: EntryId,
    },
    /// Nobody will go on with these writes: those that have not ended end here.
    Close(Vec<Closing>),
    /// Ask the journal what was edited and not sent, on consoles that are gone.
    LookForDrafts(PbxId),
    /// Make the draft of a console that is gone this one's own.
    TakeDraft {
        /// Which read.
        ticket: Ticket,
        /// Whose it was.
        console: ConsoleId,
        /// Of which entity.
        target: Target,
    },
    /// Throw the draft of a console that is gone away.
    DiscardDraft {
        /// Whose it was.
        console: ConsoleId,
        /// Of which entity.
        target: Target,
    },
}

impl From<PbxTask> for Effect {
    fn from(task: PbxTask) -> Self {
        Self::Pbx(task)
    }
}

impl From<JournalTask> for Effect {
    fn from(task: JournalTask) -> Self {
        Self::Journal(task)
    }
}
