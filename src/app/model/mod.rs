//! The whole state of the console. Changed by `update` alone; drawn by `ui` from a shared reference.

mod layers;
mod lists;
mod screens;

pub use layers::{Ask, Asked, Choice, Layer, Offers, Picker};
pub use lists::{List, ListId, Load, Peek, Sidebar, SidebarRow};
pub use screens::{Editor, EditorIssue, Preview, View};

use super::bulk::{Bulk, BulkId};
use super::effect::Effect;
use super::event::{Clock, JobId, Request, Spot, Stage, Ticket};
use super::form::Form;
use super::history::{Aside, Undone};
use super::list::Names;
use super::memory::Sort;
use crate::catalog::{Catalog, Resource};
use crate::draft::{ChangeSet, Entity, Fetched, Kept, Outcome, Seen, Step};
use crate::input::{Context, Key, Keymap};
use crate::odata::{EntityKey, Failure, PbxId, Target};
use crate::plan::{EntryId, Offered, Own, RunId, Tempo, called, number_and_name};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

/// A PBX that this console holds.
#[derive(Debug)]
pub struct Pbx {
    /// Its stable id, which is also what people call it.
    pub id: PbxId,
    /// Where it is, for the title line.
    pub address: String,
    /// Who is signed in.
    pub client: String,
    /// The extension of whoever uses it, where they have said it.
    pub me: Option<String>,
    /// Its roles, by wire name; empty until the PBX has told.
    pub roles: Vec<String>,
    /// Certificates are not checked.
    pub insecure: bool,
    /// It is the embedded simulator.
    pub demo: bool,
    /// What its API is.
    pub catalog: &'static Catalog,
    /// Whether it answers.
    pub greeting: Greeting,
    /// What its entities are called.
    pub names: Names,
}

impl Pbx {
    /// A PBX that has not answered yet, and of which nothing is known but its name. What its API is, the document
    /// tells that ships.
    pub fn unheard(name: &str) -> Self {
        Self {
            id: PbxId::new(name),
            address: String::new(),
            client: String::new(),
            me: None,
            roles: Vec::new(),
            insecure: false,
            demo: false,
            catalog: Catalog::shipped(),
            greeting: Greeting::Waiting,
            names: Names::default(),
        }
    }

    /// Where plans for it belong. The demo is at another address each time, and is the same.
    pub(super) fn home(&self) -> &str {
        if self.demo { &self.id.0 } else { &self.address }
    }

    /// By which numbers whoever signs in is known.
    pub(super) fn own(&self) -> Own<'_> {
        Own { client: &self.client, me: self.me.as_deref() }
    }
}

/// Whether a PBX answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Greeting {
    /// Not yet.
    Waiting,
    /// Yes; this is its build, where it says so.
    Here(Option<String>),
    /// No, for this reason.
    Failed(Failure),
}

/// A panel that can have the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// The sidebar.
    Sidebar,
    /// What stands beside it.
    Main,
}

/// A write, from the moment it is handed over.
#[derive(Debug)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// What was sent.
    pub change_set: Arc<ChangeSet>,
    /// How far it has come.
    pub stage: Stage,
    /// What it came to.
    pub outcome: Option<(Outcome, Clock)>,
    /// Under which name it stands in the journal: its run, and its own.
    pub written: Option<(RunId, EntryId)>,
}

impl Job {
    /// It has ended, and the PBX has what was sent or what it made of it.
    pub fn is_saved(&self) -> bool {
        use Outcome::{Altered, NotConfirmed, Saved};
        matches!(self.outcome, Some((Saved { .. } | Altered { .. } | NotConfirmed { seen: Seen::Applied, .. }, _)))
    }
}

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good news.
    Good,
    /// For information.
    Plain,
    /// Something went wrong.
    Bad,
}

/// A line for people; gone at the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
}

/// What a read is for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Purpose {
    Greet(PbxId),
    /// The sign-in is tried once more, for a run that waits for it.
    SignIn(PbxId, BulkId),
    List(ListId),
    Form(Target),
    Unfold(Target, String, Vec<Step>),
    /// A fresh read for a form waits for the tree of a long list that is open there or edited.
    Unfolding(Target, Box<Fetched>, Clock),
    Peek(Target),
    Reveal(Target, String),
    Find(ListId, String),
    /// Of these many, from this place on.
    Many(BulkId, usize),
    Propose(Target),
    Like(Target, String),
    Refer(Target),
    Compare(Target),
    Begin(BulkId),
    Unfinished,
    LeftOver,
    Answer,
    Dice,
    Names,
    Image(String),
    BeginOne(JobId),
    History,
    LookBack,
    TakeBack,
    Undo(Box<Undone>),
    TakeDraft(Box<Offered>),
}

/// What the journal keeps of drafts.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    /// As it was written down last.
    pub(super) kept: HashMap<Target, Kept>,
    /// Nothing is written down any more: the user quits and gives it up.
    pub(super) is_over: bool,
}

/// From this many on the count is typed, where nobody said otherwise.
const CONFIRM_COUNT: usize = 20;

/// The state of the console.
#[derive(Debug)]
pub struct Model {
    /// The PBXs.
    pub pbxs: Vec<Pbx>,
    /// The one on the screen.
    pub here: usize,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The bindings in force.
    pub keymap: Keymap,
    /// The last requests, oldest first.
    pub requests: VecDeque<Request>,
    /// The file that has all of them.
    pub log_path: Option<String>,
    /// Orders of lists that are not read yet, from before.
    pub(super) sorts: BTreeMap<String, Sort>,
    /// Columns of lists that are not the usual ones, by resource: the first property of each.
    pub(super) chosen: BTreeMap<String, Vec<String>>,
    /// Something was done already.
    pub(super) touched: bool,
    /// The mouse is listened to.
    pub mouse: bool,
    /// What was clicked on, with no key since.
    pub(super) clicked: Option<Spot>,
    /// The names of the themes there are.
    pub themes: Vec<String>,
    /// The resources.
    pub sidebar: Sidebar,
    /// Which panel has the focus.
    pub focus: Panel,
    /// The screens, the topmost last; never empty.
    pub views: Vec<View>,
    /// What lies on top of the screen, the topmost last.
    pub layers: Vec<Layer>,
    /// The lists read so far.
    pub lists: HashMap<ListId, List>,
    /// The forms opened so far, drafts included.
    pub forms: HashMap<Target, Form>,
    /// What of their drafts the journal keeps.
    pub(super) keeping: Keeping,
    /// What was edited and not sent on consoles that are gone, the newest first.
    pub offered: Vec<Offered>,
    /// Every write of this session, oldest first: names grow.
    pub ledger: Vec<Job>,
    /// Changes of many, oldest first.
    pub bulks: Vec<Bulk>,
    /// From this many on the count is typed before they are changed.
    pub confirm_count: usize,
    /// How a run goes.
    pub tempo: Tempo,
    /// What there is to say of the change on the preview.
    pub aside: Option<Aside>,
    /// The peek panel is wanted.
    pub peek_on: bool,
    /// What it shows.
    pub peek: Option<Peek>,
    /// A text for a ticket that was handed to the clipboard and may not have come there.
    pub(super) not_copied: Option<String>,
    /// A line for people.
    pub notice: Option<Notice>,
    /// What to try first; gone once something was sent.
    pub hints: Vec<String>,
    /// Keys of a sequence pressed so far.
    pub pending: Vec<Key>,
    /// The frame that the next drawing makes; grows with every event.
    pub frame: u64,
    /// The last frame that reached the terminal.
    pub drawn: u64,
    /// The first frame that was drawn for the size of now.
    pub resized: u64,
    /// The entity whose selection was last noticed.
    pub(super) resting: Option<Target>,
    pub(super) reads: HashMap<Ticket, Purpose>,
    pub(super) next: u64,
}

impl Model {
    /// Columns and rows that a screen needs at least; below that a sentence stands in its place.
    pub const LEAST: (u16, u16) = (40, 10);
    /// Columns from which on there is room for a panel beside the list.
    pub const WIDE: u16 = 110;

    /// What has been on the terminal since this frame could be read there: only then may it be agreed to.
    pub(super) fn was_seen(&self, since: u64) -> bool {
        self.drawn >= since.max(self.resized) && self.size.0 >= Self::LEAST.0 && self.size.1 >= Self::LEAST.1
    }

    /// A console on one PBX, at its start page.
    pub fn new(pbx: Pbx, size: (u16, u16)) -> Self {
        let groups = pbx.catalog.groups();
        let folded = (1..groups.len()).collect();
        let start = groups
            .iter()
            .flat_map(|g| &g.resources)
            .find(|r| pbx.catalog.resource(r).is_some_and(|r| pbx.catalog.roles(r).person))
            .or_else(|| groups.iter().flat_map(|g| &g.resources).next())
            .map_or(String::new(), |r| (*r).to_owned());
        let mut sidebar = Sidebar { groups, folded, at: 0 };
        sidebar.show(&start);
        let id = ListId { pbx: pbx.id.clone(), resource: start };
        Self {
            pbxs: vec![pbx],
            here: 0,
            size,
            keymap: Keymap::default(),
            requests: VecDeque::new(),
            log_path: None,
            sorts: BTreeMap::new(),
            chosen: BTreeMap::new(),
            touched: false,
            mouse: false,
            clicked: None,
            themes: Vec::new(),
            sidebar,
            focus: Panel::Main,
            views: vec![View::List(id)],
            layers: Vec::new(),
            lists: HashMap::new(),
            forms: HashMap::new(),
            keeping: Keeping::default(),
            offered: Vec::new(),
            ledger: Vec::new(),
            bulks: Vec::new(),
            confirm_count: CONFIRM_COUNT,
            tempo: Tempo::default(),
            aside: None,
            peek_on: true,
            peek: None,
            not_copied: None,
            notice: None,
            hints: Vec::new(),
            pending: Vec::new(),
            frame: 0,
            drawn: 0,
            resized: 0,
            resting: None,
            reads: HashMap::new(),
            next: 0,
        }
    }

    /// The PBX on the screen.
    pub fn pbx(&self) -> &Pbx {
        &self.pbxs[self.here]
    }

    /// A PBX by its id; the one on the screen where it is not known.
    pub fn pbx_of(&self, id: &PbxId) -> &Pbx {
        self.pbxs.iter().find(|p| p.id == *id).unwrap_or(self.pbx())
    }

    /// What the API of the PBX on the screen is.
    pub fn catalog(&self) -> &'static Catalog {
        self.pbx().catalog
    }

    /// The topmost screen.
    pub fn view(&self) -> Option<&View> {
        self.views.last()
    }

    /// Where keys go now.
    pub fn context(&self) -> Context {
        match (self.layers.last(), self.view()) {
            (Some(Layer::Line(..)), _) => Context::Line,
            (Some(Layer::Picker(picker)), _) if picker.many() => Context::Ticks,
            (Some(Layer::Columns(_)), _) => Context::Ticks,
            (
                Some(Layer::Picker(_) | Layer::Offers(_) | Layer::Palette(_) | Layer::Help { .. } | Layer::Actions(_)),
                _,
            ) => Context::Picker,
            (Some(Layer::Consent(consent)), _) if consent.typed.is_some() => Context::Line,
            (Some(Layer::Sidebar), _) => Context::Sidebar,
            (Some(Layer::Question(_) | Layer::Consent(_)), _) => Context::Question,
            (None, Some(View::Form(target))) if self.forms.get(target).is_some_and(|f| f.typing.is_some()) => {
                Context::Line
            }
            (None, Some(View::Nested(nested))) => match self.forms.get(&nested.target) {
                Some(form) if form.typing.is_some() => Context::Line,
                _ if nested.table => Context::Table,
                _ => Context::Part,
            },
            (None, _) if self.focus == Panel::Sidebar && self.has_sidebar() => Context::Sidebar,
            (None, Some(View::List(_))) => Context::List,
            (None, Some(View::Form(_))) => Context::Form,
            (None, Some(View::Editor(_))) => Context::Editor,
            (None, Some(View::Preview(_))) => Context::Preview,
            (None, Some(View::Plan(_))) => Context::Plan,
            (None, Some(View::Run(_))) => Context::Run,
            (None, Some(View::Conflict(..))) => Context::Conflict,
            (None, Some(View::Answer(_))) => Context::Answer,
            (
                None,
                Some(
                    View::Operations(..)
                    | View::Changes(_)
                    | View::History(_)
                    | View::Drafts(_)
                    | View::Past(_)
                    | View::Requests { .. }
                    | View::Compare(_)
                    | View::Look(_),
                )
                | None,
            ) => Context::Rows,
        }
    }

    /// The sidebar stands beside what is shown.
    pub fn has_sidebar(&self) -> bool {
        self.size.0 >= 100 && matches!(self.view(), Some(View::List(_) | View::Operations(..)))
    }

    /// There is room for the peek panel, and it is wanted.
    pub fn has_peek(&self) -> bool {
        self.peek_on && self.size.0 >= Self::WIDE
    }

    /// Rows of a list that fit on the screen.
    pub fn page(&self) -> usize {
        usize::from(self.size.1.saturating_sub(6)).max(1)
    }

    /// Lines of a form that fit on the screen.
    pub fn form_page(&self) -> usize {
        usize::from(self.size.1.saturating_sub(8)).max(1)
    }

    /// The list on the screen.
    pub fn list(&self) -> Option<(&ListId, &List)> {
        self.views.iter().rev().find_map(|view| match view {
            View::List(id) => Some((id, self.lists.get(id)?)),
            _ => None,
        })
    }

    /// The topmost form.
    pub fn form(&self) -> Option<&Form> {
        self.views.iter().rev().find_map(|view| match view {
            View::Form(target) => self.forms.get(target),
            _ => None,
        })
    }

    pub(super) fn form_mut(&mut self) -> Option<&mut Form> {
        let target = self.form()?.target.clone();
        self.forms.get_mut(&target)
    }

    /// A change of many by its name.
    pub fn bulk(&self, id: BulkId) -> Option<&Bulk> {
        self.bulks.iter().find(|bulk| bulk.id == id)
    }

    /// Forms with changes that are not sent.
    pub fn unsent(&self) -> usize {
        self.forms.values().filter(|f| f.is_dirty()).count()
    }

    /// A write by its name.
    pub fn job(&self, id: JobId) -> Option<&Job> {
        self.ledger.binary_search_by_key(&id, |job| job.id).ok().map(|at| &self.ledger[at])
    }

    pub(super) fn job_mut(&mut self, id: JobId) -> Option<&mut Job> {
        self.ledger.binary_search_by_key(&id, |job| job.id).ok().map(|at| &mut self.ledger[at])
    }

    /// Writes that have not ended.
    pub fn running(&self) -> usize {
        self.ledger.iter().filter(|job| job.outcome.is_none()).count()
    }

    /// Those of runs that were not sent to yet.
    pub fn waiting(&self) -> usize {
        self.bulks.iter().filter_map(|bulk| bulk.run.as_ref()).map(|run| run.tally.waiting).sum()
    }

    pub(super) fn ticket(&mut self, purpose: Purpose) -> Ticket {
        self.next += 1;
        let ticket = Ticket(self.next);
        self.reads.insert(ticket, purpose);
        ticket
    }

    /// The one place where a reply is taken or dropped: it is taken while its ticket is expected.
    pub(super) fn accept(&mut self, ticket: Ticket, last: bool) -> Option<Purpose> {
        if last { self.reads.remove(&ticket) } else { self.reads.get(&ticket).cloned() }
    }

    /// No longer expects the replies of this load.
    pub(super) fn forget(&mut self, load: &Load) -> Vec<Effect> {
        match load {
            Load::Loading(ticket) if self.reads.remove(ticket).is_some() => vec![Effect::Cancel(*ticket)],
            Load::Loading(_) | Load::Done(_) | Load::Failed(_) => Vec::new(),
        }
    }

    /// Shows a warning with the first frame.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.say(Tone::Bad, text);
    }

    pub(super) fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.notice = Some(Notice { tone, text: text.into() });
    }

    /// The same, beside what is said already.
    pub(super) fn say_also(&mut self, tone: Tone, text: impl Into<String>) {
        let said = self.notice.take().map_or_else(String::new, |notice| format!("{} ", notice.text));
        self.say(tone, said + &text.into());
    }

    /// The peek panel is to be read anew.
    pub(super) fn forget_peek(&mut self) {
        (self.peek, self.resting) = (None, None);
    }

    /// The resource of a list.
    pub fn resource(&self, id: &ListId) -> Option<&'static Resource> {
        self.pbx_of(&id.pbx).catalog.resource(&id.resource)
    }

    /// Where a row of a list leads.
    pub fn target(&self, id: &ListId, key: &EntityKey) -> Target {
        Target { pbx: id.pbx.clone(), resource: id.resource.as_str().into(), key: Some(key.clone()) }
    }

    /// What a row is called: its number and its name.
    pub fn row_label(&self, id: &ListId, row: u32) -> String {
        let Some((resource, list)) = self.resource(id).zip(self.lists.get(id)) else { return String::new() };
        let roles = self.pbx_of(&id.pbx).catalog.roles(resource);
        let number = roles.number.map(|f| list.rows.joined_fields(row, &[f], ""));
        let name = list.rows.joined_fields(row, &roles.label, roles.label_join);
        number_and_name(&number.unwrap_or_default(), &name).unwrap_or_else(|| list.rows.key(row).to_string())
    }

    /// What an entity is called: its number and its name.
    pub fn entity_label(&self, target: &Target, entity: &Entity) -> String {
        let catalog = self.pbx_of(&target.pbx).catalog;
        let Some(resource) = catalog.resource(&target.resource) else { return target.resource.to_string() };
        called(catalog, resource, target, entity)
    }
}
