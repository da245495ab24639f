//! What happened, as plain data: it comes in by one queue, and `update` answers with effects.
//!
//! Every read carries a ticket, every write a job.

use super::bulk::BulkId;
use super::memory::Memory;
use super::model::Notice;
use super::papers::Paper;
use crate::draft::{Answer, Entity, Fetched, Outcome, Proposal, Referrers};
use crate::input::{Command, Key};
use crate::odata::{EntityKey, Failure, Page};
use crate::plan::file::PlanFile;
use crate::plan::{EntryId, Offered, Past, PastRun, Proof, RunId};
use std::fmt;
use std::time::Duration;

/// Why a file was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unwritten {
    /// There is one of this name already: what there is to say of it.
    There(String),
    /// What stood in the way, as a sentence.
    Failed(String),
}

/// Names one read. A reply whose ticket is no longer expected is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// Names one write. Its outcome is never dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u64);

/// A clock time for people, such as `14:02`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clock(pub String);

/// A text that is or may hold a secret: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown(pub String);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown(••••••)")
    }
}

/// What is in a file: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({})", self.0.len())
    }
}

/// Dice that a secret is made of: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Dice(pub Vec<u8>);

impl fmt::Debug for Dice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dice({})", self.0.len())
    }
}

/// How far a write has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Handed over, nothing sent.
    Waiting,
    /// Reading the target afresh.
    Reading,
    /// Being written down before it is sent.
    Recording,
    /// The change is on its way.
    Sending,
    /// Reading back what the PBX has now.
    ReadingBack,
}

/// A PBX that answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// Its build, where it says so.
    pub build: Option<String>,
    /// Where it is.
    pub address: String,
    /// Who is signed in.
    pub client: String,
    /// Its roles, by wire name.
    pub roles: Vec<String>,
}

/// What a list came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// What the PBX said there are.
    pub count: Option<u64>,
    /// Every row the PBX counted has been read.
    pub complete: bool,
}

/// A time that was asked for has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Timer {
    /// The selection has rested long enough to be looked at closely.
    Rest,
    /// A shown secret is to be hidden again.
    HideSecrets,
    /// A run has left the PBX alone for as long as it was asked to.
    GoOn(BulkId),
    /// More is to be worked out of what many have, or of their plan.
    Work(BulkId),
}

/// Something on the screen that can be pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// A row of the sidebar.
    Sidebar(usize),
    /// A row of the list, by its place among those shown.
    Row(usize),
    /// The heading of a column of the list.
    Column(usize),
    /// A field of the form.
    Field(String),
    /// A section of the form, by its first field.
    Section(String),
    /// A choice of what lies on top.
    Choice(usize),
    /// A row of any other screen, by its place.
    Line(usize),
}

/// What the mouse does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointer {
    /// The left button went down.
    Click,
    /// The wheel was turned away.
    WheelUp,
    /// The wheel was turned towards.
    WheelDown,
}

/// A request that was made, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// When.
    pub at: Clock,
    /// The method.
    pub method: String,
    /// The path and what of the query may be shown.
    pub path: String,
    /// The status; none where no answer came.
    pub status: Option<u16>,
    /// How long it took.
    pub took: Duration,
    /// Bytes of the answer.
    pub size: usize,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// The mouse did something.
    Mouse {
        /// Where: column and row.
        at: (u16, u16),
        /// What.
        kind: Pointer,
        /// What stands there; filled in by who knows how the screen is drawn.
        on: Option<Spot>,
    },
    /// Text was pasted.
    Paste(String),
    /// A command was called by its name.
    Run(Command),
    /// The terminal has this size now.
    Resize(u16, u16),
    /// The frame of this number is on the terminal.
    Drawn(u64),
    /// A time has come.
    Timer(Timer),
    /// The PBX greeted.
    Greeted {
        /// Which read.
        ticket: Ticket,
        /// Who greets, or why nobody does.
        result: Result<Hello, Failure>,
    },
    /// A page of a list.
    Page {
        /// Which read.
        ticket: Ticket,
        /// The rows.
        page: Page,
    },
    /// A list has been read to its end, or not.
    Listed {
        /// Which read.
        ticket: Ticket,
        /// What it came to.
        result: Result<Loaded, Failure>,
        /// When.
        at: Clock,
    },
    /// An entity was read for its form.
    Opened {
        /// Which read.
        ticket: Ticket,
        /// Its values, secrets concealed.
        result: Result<Fetched, Failure>,
        /// When.
        at: Clock,
    },
    /// The tree of a long list is there.
    Unfolded(Ticket),
    /// An entity was read.
    Read {
        /// Which read.
        ticket: Ticket,
        /// Its values, secrets concealed.
        result: Result<Entity, Failure>,
        /// When.
        at: Clock,
    },
    /// Several of one set were read.
    ReadSeveral {
        /// Which read.
        ticket: Ticket,
        /// The values of each, secrets concealed, in their order.
        results: Vec<Result<Entity, Failure>>,
    },
    /// A secret was read.
    Revealed {
        /// Which read.
        ticket: Ticket,
        /// The secret, `None` where it is not set.
        result: Result<Option<Shown>, Failure>,
    },
    /// A number was looked up.
    Found {
        /// Which read.
        ticket: Ticket,
        /// The key, if there is such a number.
        result: Result<Option<EntityKey>, Failure>,
    },
    /// The PBX has proposed what a new entity would be given.
    Proposed {
        /// Which read.
        ticket: Ticket,
        /// What it proposes.
        result: Result<Proposal, Failure>,
    },
    /// It was looked for what refers to an entity.
    Referred {
        /// Which read.
        ticket: Ticket,
        /// A line for each resource that can.
        result: Result<Vec<Referrers>, Failure>,
    },
    /// What a run intends has been written down, or not.
    Begun {
        /// Which run was asked for.
        ticket: Ticket,
        /// Its name and those of its writes, in their order; or why nothing may be sent.
        result: Result<(RunId, Vec<EntryId>), Failure>,
        /// When.
        at: Clock,
    },
    /// A function has answered.
    Answered {
        /// Which read.
        ticket: Ticket,
        /// What it answers.
        result: Result<Answer, Failure>,
        /// When.
        at: Clock,
    },
    /// Names of files that begin as was typed.
    Named {
        /// Which were asked for.
        ticket: Ticket,
        /// Whole paths; a folder ends with a slash.
        found: Vec<String>,
    },
    /// A file was read, or not.
    Fetched {
        /// Which was asked for.
        ticket: Ticket,
        /// What is in it, or a sentence.
        result: Result<Bytes, String>,
    },
    /// Dice were thrown.
    Thrown {
        /// Which were asked for.
        ticket: Ticket,
        /// What they show.
        dice: Dice,
    },
    /// The journal has told what was done.
    Told {
        /// Which read.
        ticket: Ticket,
        /// The runs, newest first.
        result: Result<Vec<PastRun>, Failure>,
        /// When.
        at: Clock,
    },
    /// The journal has told one run.
    Recollected {
        /// Which read.
        ticket: Ticket,
        /// The run and its writes, if there is one.
        result: Result<Option<(PastRun, Vec<Past>)>, Failure>,
    },
    /// What was edited and not sent, on consoles that are gone.
    Offered(Vec<Offered>),
    /// The draft of a console that is gone is this one's own; or somebody else has it, or it cannot be told.
    DraftTaken {
        /// Which read.
        ticket: Ticket,
        /// Whether it is.
        result: Result<bool, Failure>,
    },
    /// Runs that a console left unfinished that is gone.
    LeftOver {
        /// The runs, oldest first.
        runs: Vec<PastRun>,
        /// Who is at work here: the login name.
        operator: String,
    },
    /// A write of its own stands in the journal under this name.
    WrittenDown {
        /// Which write.
        job: JobId,
        /// Its run.
        run: RunId,
        /// Its name in that.
        entry: EntryId,
    },
    /// A write has come to a stage.
    Stage {
        /// Which write.
        job: JobId,
        /// How far.
        stage: Stage,
    },
    /// Those of a run that were taken back before they were begun, in the order of their turns.
    Withdrawn {
        /// Which run.
        run: BulkId,
        /// Which writes.
        jobs: Vec<JobId>,
    },
    /// A write has ended.
    Ended {
        /// Which write.
        job: JobId,
        /// What it came to.
        outcome: Outcome,
        /// When.
        at: Clock,
        /// How long it took.
        took: Duration,
    },
    /// Writes that were sent together have ended.
    EndedTogether {
        /// What each came to.
        outcomes: Vec<(JobId, Outcome)>,
        /// What the first one showed, where it was looked at whole.
        proof: Proof,
        /// When.
        at: Clock,
        /// How long it took.
        took: Duration,
    },
    /// This is how the PBX was looked at before.
    Recalled(Memory),
    /// A request was made.
    Requested(Request),
    /// Something is to be said to people.
    Say(Notice),
    /// The user's own editor has ended: the text as it left it; `None` where it is as it was; or why there is none.
    Edited(Result<Option<Shown>, String>),
    /// The clipboard took the text, or why not.
    Copied(Result<(), String>),
    /// A plan file was read that was asked for, or not.
    PlanRead {
        /// The name that was typed.
        path: String,
        /// What stands in it, or why that is no plan.
        result: Result<Box<PlanFile>, String>,
    },
    /// A file was written that was asked for, or not.
    Written {
        /// What was to be written.
        paper: Paper,
        /// The name that was typed.
        path: String,
        /// Where it is, or why it is not.
        result: Result<String, Unwritten>,
    },
    /// The system asks to end.
    Terminate,
}
