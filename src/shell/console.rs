//! The console: a model, a terminal, and what is under way between them.
//!
//! Takes any backend and any source of events, so that tests drive the very loop that people use.

use super::post::{Post, post};
use super::requests::RequestLog;
use super::tasks::{Connecting, Message, Tasks};
use super::{clock, dice, memory, papers};
use crate::api::Exchange;
use crate::app::{
    self, Bytes, Clock, Contents, Dice, Effect, Event, Model, Notice, Request, Shown, Spot, Timer, Tone, Unwritten,
    View,
};
use crate::journal::Journal;
use crate::odata::PbxId;
use crate::theme::Theme;
use crate::ui::{self, Look};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, UnboundedReceiver};
use tokio::time::Instant;

/// No more than one frame in this time, in the long run: a second one would not be seen.
const FRAME: Duration = Duration::from_millis(16);
/// The same for frames that answer nobody: how far a run has come is read, not felt.
const CALM: Duration = Duration::from_millis(100);
/// So many may follow each other at once: what a key did, what was answered to it, and what that brought along.
const BURST: usize = 3;
/// Events taken before a frame is drawn in between: pages of a list must not hold up the screen.
const BATCH: usize = 16;

/// What is to be on the terminal.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Which frame it is.
    pub number: u64,
    /// Its cells.
    pub buffer: Arc<Buffer>,
    /// Where the cursor stands; hidden where it stands nowhere.
    pub cursor: Option<(u16, u16)>,
}

/// Where frames are shown.
pub trait Surface {
    /// Columns and rows.
    fn size(&self) -> (u16, u16);

    /// Shows this frame, now or when the terminal takes it; a newer one stands in for it until then. Says whether it
    /// is on the terminal already; where it is not, an `Event::Drawn` says so later.
    fn show(&mut self, frame: Frame) -> bool;

    /// Nobody knows what the terminal shows: the next frame is drawn whole.
    fn forget(&mut self);
}

/// What the console asks of the terminal beside drawing.
pub trait Host {
    /// Puts text on the clipboard of the user's terminal, or says in words why not.
    ///
    /// # Errors
    /// A sentence for people.
    fn copy(&mut self, text: &str) -> Result<(), String>;

    /// Puts the program into the background and comes back when it is called to the front.
    fn suspend(&mut self);

    /// Gives the terminal to the user's own editor with this text in a file, and comes back when it has ended: with
    /// the text as it is then, or none where nothing was changed.
    ///
    /// # Errors
    /// A sentence for people.
    fn edit(&mut self, _text: &str, _ending: &str) -> Result<Option<String>, String> {
        Err("There is no terminal here that an editor could have.".to_owned())
    }

    /// Asks the terminal to report the mouse, or to keep it to itself.
    fn mouse(&mut self, _on: bool) {}
}

/// Finds a theme by its name, with what there is to say about it; or says in a sentence why not.
pub type Themes = Box<dyn Fn(&str) -> Result<(Theme, Vec<String>), String>>;

/// The console.
pub struct Console<S> {
    model: Model,
    look: Look,
    screen: S,
    host: Box<dyn Host>,
    tasks: Tasks,
    queue: UnboundedReceiver<Message>,
    timers: BTreeMap<Timer, Instant>,
    /// The frame that was shown last.
    shown: Option<Frame>,
    /// The cells of another, to be drawn on again.
    spare: Option<Arc<Buffer>>,
    themes: Themes,
    clock: fn() -> Clock,
    post: Post,
    /// The next frame answers what somebody did; others may come later.
    answers: bool,
    state: Option<PathBuf>,
    /// When the last frames were drawn, newest first.
    drawn_at: [Option<Instant>; BURST],
    stale: bool,
    quit: bool,
}

impl<S: Surface> Console<S> {
    /// A console that has drawn nothing and asked nothing yet.
    pub fn new(
        model: Model,
        look: Look,
        screen: S,
        host: Box<dyn Host>,
        clients: HashMap<PbxId, Connecting>,
        clock: fn() -> Clock,
    ) -> Self {
        let (post, queue) = post();
        Self {
            model,
            look,
            screen,
            host,
            tasks: Tasks::new(clients, post.clone(), clock),
            clock,
            post,
            answers: false,
            state: None,
            queue,
            timers: BTreeMap::new(),
            shown: None,
            spare: None,
            themes: Box::new(|name| Theme::find(name, None)),
            drawn_at: [None; BURST],
            stale: true,
            quit: false,
        }
    }

    /// Which themes are offered while the console runs, and where they are found. Without this, none are.
    pub fn offer(&mut self, names: Vec<String>, themes: Themes) {
        self.model.themes = names;
        self.themes = themes;
    }

    /// Takes the requests that are told there.
    pub fn listen(&mut self, log: &RequestLog) {
        log.listen(self.post.clone());
        self.model.log_path = log.path().map(|path| path.display().to_string());
    }

    /// Keeps in this folder how the PBX is looked at, from one run to the next. Without this, nothing is kept.
    pub fn keep(&mut self, folder: PathBuf) {
        self.state = Some(folder);
    }

    /// Writes changes down there. Without this, in memory.
    pub fn record(&mut self, journal: Journal) {
        self.tasks.record(journal);
    }

    /// Writes down how the PBX is looked at.
    pub fn leave(&self) {
        if let Some(folder) = &self.state {
            // Whoever leaves is not to be told that a convenience failed.
            let _ = memory::write(folder, &self.model.pbx().id, &self.model.memory());
        }
    }

    /// Reads how the PBX was looked at, once the first frame is on the terminal.
    fn recall(&mut self) {
        let Some(folder) = self.state.clone() else { return };
        let pbx = self.model.pbx().id.clone();
        self.tasks.aside(move || match memory::read(&folder, &pbx) {
            // Who has not been here before begins with nothing to remember.
            Ok(memory) => Some(Event::Recalled(memory.unwrap_or_default())),
            Err(text) => Some(Event::Say(Notice { tone: Tone::Bad, text })),
        });
    }

    /// The state.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The terminal.
    pub fn screen(&self) -> &S {
        &self.screen
    }

    /// The terminal, to be changed from outside: a test resizes it.
    pub fn screen_mut(&mut self) -> &mut S {
        &mut self.screen
    }

    /// The user has quit.
    pub fn has_quit(&self) -> bool {
        self.quit
    }

    /// Something is under way or waits to be taken.
    pub fn is_busy(&self) -> bool {
        !self.tasks.is_empty() || !self.queue.is_empty() || self.post.has_left()
    }

    /// Draws the first frame and asks the first questions, in this order.
    pub fn start(&mut self) {
        self.draw();
        if self.model.mouse {
            self.host.mouse(true);
        }
        let effects = app::start(&mut self.model);
        self.perform(effects);
        self.recall();
        self.stale = true;
    }

    /// Takes one event.
    pub fn take(&mut self, event: Event) {
        let logged = matches!(event, Event::Requested(_)) && !matches!(self.model.view(), Some(View::Requests { .. }));
        let silent = logged || matches!(event, Event::Drawn(_));
        let resized = matches!(event, Event::Resize(..));
        let event = match event {
            Event::Mouse { at, kind, on: None } => Event::Mouse { at, kind, on: self.spot(at) },
            event => event,
        };
        let effects = app::update(&mut self.model, event);
        self.perform(effects);
        self.stale |= !silent;
        if resized {
            // A terminal that was smaller in between has forgotten what it showed, even if it has its old size again.
            self.redraw();
        }
    }

    /// What stands on a cell of the screen.
    fn spot(&self, at: (u16, u16)) -> Option<Spot> {
        let (width, height) = self.model.size;
        ui::spot(&self.model, &self.look, Rect { x: 0, y: 0, width, height }, at)
    }

    /// Draws what is there now, and tells the model when it was seen.
    pub fn draw(&mut self) {
        let number = self.model.frame;
        let (width, height) = self.screen.size();
        let area = Rect::new(0, 0, width, height);
        // The drawing clears all cells. Those of a frame that nobody looks at any more do as well as new ones.
        let spare = self.spare.take().and_then(Arc::into_inner).filter(|spare| spare.area == area);
        let mut buffer = spare.unwrap_or_else(|| Buffer::empty(area));
        let cursor = ui::draw(&self.model, &self.look, area, &mut buffer);
        // Cells that are shown already are not compared again.
        let drawn = Arc::new(buffer);
        let before = self.shown.take().map(|shown| shown.buffer);
        let (buffer, spare) = match before {
            Some(before) if before == drawn => (before, Some(drawn)),
            before => (drawn, before),
        };
        self.spare = spare;
        let frame = Frame { number, buffer, cursor };
        self.shown = Some(frame.clone());
        (self.stale, self.answers) = (false, false);
        self.drawn_at.rotate_right(1);
        self.drawn_at[0] = Some(Instant::now());
        if self.screen.show(frame) {
            self.take(Event::Drawn(number));
        }
    }

    /// Waits for the next end or news of a task. Pending for ever where none is under way.
    pub async fn wait(&mut self) {
        if let Some(message) = self.queue.recv().await {
            self.receive(message);
        }
    }

    /// Takes what tasks have put on the queue, up to a batch; says whether there was anything.
    pub fn receive_all(&mut self) -> bool {
        let mut any = self.look();
        for _ in 0..BATCH {
            let Ok(message) = self.queue.try_recv() else { break };
            self.receive(message);
            any = true;
        }
        any
    }

    /// Takes what could wait; says whether there was anything.
    fn look(&mut self) -> bool {
        let left = self.post.left();
        let any = !left.is_empty();
        left.into_iter().for_each(|message| self.handle(message));
        any
    }

    fn receive(&mut self, message: Message) {
        // It was there before.
        self.look();
        self.handle(message);
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Event(event) => self.take(*event),
            Message::Exchanged(exchange) => {
                let Exchange { method, path, status, took, size, .. } = *exchange;
                let at = (self.clock)();
                self.take(Event::Requested(Request { at, method, path, status, took, size }));
            }
            Message::Ended(task) => self.tasks.ended(task),
            Message::Look => {}
        }
    }

    /// Lets the timer that is due first go off, whether its time has come or not; says whether there was one.
    pub fn fire_timer(&mut self) -> bool {
        let first = self.timers.iter().min_by_key(|(_, at)| **at).map(|(timer, _)| *timer);
        if let Some(timer) = first {
            self.timers.remove(&timer);
            self.take(Event::Timer(timer));
        }
        first.is_some()
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Cancel(ticket) => self.tasks.cancel(ticket),
                Effect::Start { timer, after } => {
                    self.timers.insert(timer, Instant::now() + after);
                }
                Effect::Copy(text) => {
                    let result = self.host.copy(&text);
                    self.take(Event::Copied(result));
                }
                Effect::ReadPlan { path, reader } => self.tasks.aside(move || {
                    let result = papers::text(&path).and_then(|text| reader.read(&text)).map(Box::new);
                    Some(Event::PlanRead { path, result })
                }),
                Effect::Write { paper, path, mut contents, over } => self.tasks.aside(move || {
                    if let Contents::Plan { origin, .. } = &mut contents {
                        origin.made = clock::day_and_time();
                    }
                    let bytes = contents.bytes().map_err(Unwritten::Failed);
                    let result = bytes.and_then(|bytes| papers::write(&path, &bytes, over));
                    Some(Event::Written { paper, path, result })
                }),
                Effect::Unfold { ticket, list } => self.tasks.aside(move || {
                    list.value();
                    Some(Event::Unfolded(ticket))
                }),
                Effect::LetGo(spent) => self.tasks.aside(move || {
                    drop(spent);
                    None
                }),
                Effect::Name { ticket, typed } => {
                    self.tasks.aside(move || Some(Event::Named { ticket, found: papers::begin_so(&typed) }));
                }
                Effect::Fetch { ticket, path, most } => self
                    .tasks
                    .aside(move || Some(Event::Fetched { ticket, result: papers::read(&path, most).map(Bytes) })),
                Effect::Dice(ticket) => self.take(Event::Thrown { ticket, dice: Dice(dice::throw()) }),
                Effect::Mouse(on) => self.host.mouse(on),
                Effect::Theme(name) => self.change_theme(&name),
                Effect::Redraw => self.redraw(),
                Effect::OwnEditor { text, ending } => {
                    let result = self.host.edit(&text.0, ending);
                    self.take(Event::Edited(result.map(|text| text.map(Shown))));
                    self.redraw();
                }
                Effect::Suspend => {
                    self.host.suspend();
                    self.redraw();
                }
                // At once: what is kept and what is forgotten comes to the journal in this order.
                Effect::Keep(kept) => self.tasks.journal().keep(*kept),
                Effect::Forget(target) => self.tasks.journal().drop_draft(target),
                Effect::Quit => self.quit = true,
                Effect::Pbx(task) => self.tasks.start(task),
                Effect::Seen { run, at_once } => self.tasks.seen(run, at_once),
                Effect::Withdraw(run) => {
                    let jobs = self.tasks.withdraw(run);
                    self.take(Event::Withdrawn { run, jobs });
                }
                Effect::Journal(task) => self.tasks.recollect(task),
            }
        }
    }

    /// Changes the colours; a theme that cannot be used leaves those that are there.
    fn change_theme(&mut self, name: &str) {
        let notice = match (self.themes)(name) {
            Ok((theme, notices)) => {
                self.look.theme = theme;
                match notices.first() {
                    Some(first) => Notice { tone: Tone::Bad, text: first.clone() },
                    None => {
                        Notice { tone: Tone::Plain, text: format!("Theme {name}; `theme` in config.toml keeps it.") }
                    }
                }
            }
            Err(sentence) => Notice { tone: Tone::Bad, text: sentence },
        };
        self.take(Event::Say(notice));
        self.redraw();
    }

    /// Everything is drawn again.
    fn redraw(&mut self) {
        self.screen.forget();
        self.shown = None;
        self.stale = true;
    }

    /// Runs until the user quits or the source of events ends.
    pub async fn run(&mut self, events: &mut Receiver<Event>) {
        self.start();
        while !self.quit {
            let due = self.next_due();
            tokio::select! {
                // What the user does comes first; a flood of pages never keeps a key waiting.
                biased;
                event = events.recv() => match event {
                    Some(event) => self.answer(event),
                    None => break,
                },
                () = sleep_until(due) => self.fire_due(),
                () = self.wait() => {}
            }
            while let Ok(event) = events.try_recv() {
                self.answer(event);
            }
            self.receive_all();
            if self.stale && !self.quit && self.next_frame().is_none_or(|at| at <= Instant::now()) {
                self.draw();
            }
        }
        self.leave();
        self.finish().await;
    }

    /// A write under way is given the time to end: its target would otherwise be left in doubt.
    pub(super) async fn finish(&mut self) {
        self.tasks.begin_nothing();
        let limit = Instant::now() + Duration::from_secs(2);
        while !self.tasks.may_end() && Instant::now() < limit {
            tokio::select! {
                () = sleep_until(Some(limit)) => {}
                () = self.wait() => {}
            }
        }
        // What became of writes is on the disk before the program ends.
        let _ = tokio::time::timeout_at(limit, self.tasks.journal().end()).await;
    }

    /// Takes what came from the terminal.
    fn answer(&mut self, event: Event) {
        // That a frame is on the terminal is nothing that anybody did.
        self.answers |= !matches!(event, Event::Drawn(_));
        self.take(event);
    }

    /// When a frame may be drawn again.
    fn next_frame(&self) -> Option<Instant> {
        // Nobody waits for the next of hundreds; whatever else comes was asked for.
        let apart = if self.answers || self.model.waiting() == 0 { FRAME } else { CALM };
        self.drawn_at[BURST - 1].map(|at| at + apart * BURST as u32)
    }

    /// When the next timer goes off or the next frame may be drawn.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let frame = self.next_frame().filter(|_| self.stale);
        self.timers.values().copied().chain(frame).min()
    }

    pub(super) fn fire_due(&mut self) {
        let now = Instant::now();
        let due: Vec<Timer> = self.timers.iter().filter(|(_, at)| **at <= now).map(|(timer, _)| *timer).collect();
        for timer in due {
            self.timers.remove(&timer);
            self.take(Event::Timer(timer));
        }
    }
}

pub(super) async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Pbx;
    use crate::ui::glyphs::UTF8;

    /// A terminal that takes everything at once.
    struct Nowhere;

    impl Surface for Nowhere {
        fn size(&self) -> (u16, u16) {
            (80, 24)
        }

        fn show(&mut self, _frame: Frame) -> bool {
            true
        }

        fn forget(&mut self) {}
    }

    impl Host for Nowhere {
        fn copy(&mut self, _text: &str) -> Result<(), String> {
            Ok(())
        }

        fn suspend(&mut self) {}
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_after_the_first_screens_is_shown_with_the_next_frame() {
        let look = Look { theme: Theme::default(), glyphs: &UTF8 };
        let model = Model::new(Pbx::unheard("acme"), (80, 24));
        let mut console = Console::new(model, look, Nowhere, Box::new(Nowhere), HashMap::new(), Clock::default);
        for _ in 0..BURST {
            console.draw();
        }
        console.take(Event::Say(Notice { tone: Tone::Plain, text: "312 of 312".to_owned() }));
        let due = console.next_due().unwrap().duration_since(Instant::now());
        assert!(due <= FRAME * BURST as u32, "{due:?}");
    }
}
