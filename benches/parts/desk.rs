//! What the others stand on: a company of any size, its pages, and a console that shows it.

use cordboard::api::{Client, Connection, ListQuery};
use cordboard::app::list::{Names, Order, Rows, View};
use cordboard::app::{Clock, Event, Model, Pbx};
use cordboard::catalog::{Catalog, Resource};
use cordboard::input::Key;
use cordboard::journal::Journal;
use cordboard::odata::{Page, PbxId};
use cordboard::shell::{Aside, Console, Frame, Host, Surface, connected};
use cordboard::sim::{self, Options, Simulator};
use cordboard::theme::Theme;
use cordboard::ui::{Look, glyphs::UTF8};
use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// As many people as the largest list that is promised to be quick.
pub(crate) const MANY: usize = 100_000;
/// As many as the demo has.
pub(crate) const FEW: usize = 312;
/// Columns and rows of the screen.
pub(crate) const SIZE: (u16, u16) = (120, 40);

/// The resource that people are in.
pub(crate) fn users() -> &'static Resource {
    Catalog::shipped().resource("Users").expect("the catalog has it")
}

pub(crate) fn runtime() -> Aside {
    Aside::start().expect("a thread")
}

pub(crate) fn simulator(runtime: &Aside, users: usize) -> Simulator {
    runtime.block_on(sim::start(Options { users, ..Options::default() })).expect("a port")
}

pub(crate) fn client(simulator: &Simulator) -> Client {
    let secret = Options::default().client_secret;
    let connection = Connection::new(PbxId::new("acme"), simulator.url(), simulator.client_id(), secret);
    Client::new(connection, Catalog::shipped())
}

/// The pages of the list of a hundred thousand, as the client decodes them.
pub(crate) fn pages() -> &'static [Page] {
    static PAGES: OnceLock<Vec<Page>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let runtime = runtime();
        let simulator = simulator(&runtime, MANY);
        let fields = Rows::new(Catalog::shipped(), users()).fields().to_vec();
        let mut pages = Vec::new();
        let query = ListQuery::new("Users", fields);
        runtime.block_on(client(&simulator).list(&query, |page| pages.push(page))).expect("a list");
        pages
    })
}

/// All rows of the hundred thousand, made once.
pub(crate) fn rows() -> &'static Rows {
    static ROWS: OnceLock<Rows> = OnceLock::new();
    ROWS.get_or_init(|| {
        let mut rows = Rows::new(Catalog::shipped(), users());
        pages().iter().for_each(|page| {
            rows.append(page);
        });
        rows
    })
}

/// A list as it is looked at first: everybody, in the order of their numbers.
pub(crate) fn view() -> View {
    let mut view = View::default();
    view.set_order(Order { column: 0, reverse: false }, rows(), &Names::default());
    view.rebuild(rows(), Catalog::shipped(), &Names::default());
    view
}

/// The processor time that this thread has taken so far; where nobody tells it, the time that has passed.
pub(crate) fn spent() -> Duration {
    // The system counts it up to the last time that it looked: it looks when something else might run.
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split_whitespace().next().and_then(|spent| spent.parse().ok());
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    nanoseconds.map_or_else(|| BEGAN.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

pub(crate) struct Nowhere;

impl Host for Nowhere {
    fn copy(&mut self, _text: &str) -> Result<(), String> {
        Ok(())
    }

    fn suspend(&mut self) {}
}

impl Surface for Nowhere {
    fn size(&self) -> (u16, u16) {
        SIZE
    }

    fn show(&mut self, _frame: Frame) -> bool {
        true
    }

    fn forget(&mut self) {}
}

/// A console on a simulator, with the threads that both need.
pub(crate) struct Desk {
    pub(crate) console: Console<Nowhere>,
    runtime: Aside,
    simulator: Simulator,
}

/// A PBX as the console holds it before it has answered.
pub(crate) fn pbx() -> Pbx {
    Pbx { demo: true, ..Pbx::unheard("acme") }
}

pub(crate) fn look() -> Look {
    Look { theme: Theme::default(), glyphs: &UTF8 }
}

impl Desk {
    /// A console that has read the list of so many people and has come to rest.
    pub(crate) fn of(people: usize) -> Self {
        let runtime = runtime();
        let simulator = simulator(&runtime, people);
        let clients = HashMap::from([(PbxId::new("acme"), connected(client(&simulator)))]);
        let model = Model::new(pbx(), SIZE);
        let console = Console::new(model, look(), Nowhere, Box::new(Nowhere), clients, Clock::default);
        let mut desk = Self { console, runtime, simulator };
        let inside = desk.runtime.handle().clone();
        let _inside = inside.enter();
        desk.console.start();
        desk.rest();
        desk
    }

    /// Waits until nothing is under way.
    pub(crate) fn rest(&mut self) {
        let inside = self.runtime.handle().clone();
        let _inside = inside.enter();
        loop {
            while self.console.receive_all() {}
            if self.console.is_busy() {
                self.runtime.block_on(self.console.wait());
            } else if !self.console.fire_timer() {
                break;
            }
        }
        self.console.draw();
    }

    /// Waits until nothing is under way, drawing as often as the console does, and tells the longest that the loop was
    /// busy between two waits, in processor time: for so long no key would have been taken.
    pub(crate) fn watch(&mut self) -> Duration {
        self.watch_until(|_| false)
    }

    /// The same, until something can be seen.
    pub(crate) fn watch_until(&mut self, seen: impl Fn(&Model) -> bool) -> Duration {
        let inside = self.runtime.handle().clone();
        let _inside = inside.enter();
        let (mut longest, mut drawn, mut began) = (Duration::ZERO, Instant::now(), spent());
        loop {
            self.console.receive_all();
            let goes_on = self.console.is_busy() || self.console.fire_timer();
            if drawn.elapsed() >= Duration::from_millis(16) || !goes_on {
                self.console.draw();
                drawn = Instant::now();
            }
            let now = spent();
            (longest, began) = (longest.max(now - began), now);
            if !goes_on || seen(self.console.model()) {
                return longest;
            }
            if self.console.is_busy() {
                // What it takes from the queue counts too, and no processor time is spent on waiting.
                self.runtime.block_on(self.console.wait());
            }
        }
    }

    /// Presses a key, and follows it to its end: how long the loop was busy with it, and at most with what came of it.
    pub(crate) fn follow(&mut self, key: &str) -> (Duration, Duration) {
        let began = spent();
        self.press(key);
        (spent() - began, self.watch())
    }

    /// Another console on the same PBX, with its list read; both write down in this folder.
    pub(crate) fn again(&mut self, home: &Path) {
        let inside = self.runtime.handle().clone();
        let _inside = inside.enter();
        let clients = HashMap::from([(PbxId::new("acme"), connected(client(&self.simulator)))]);
        let model = Model::new(pbx(), SIZE);
        self.console = Console::new(model, look(), Nowhere, Box::new(Nowhere), clients, Clock::default);
        self.console.record(Journal::own(home, "ada"));
        self.console.start();
        self.rest();
    }

    /// Presses keys one after the other, each drawn, and waits for nothing.
    pub(crate) fn press(&mut self, keys: &str) {
        let inside = self.runtime.handle().clone();
        let _inside = inside.enter();
        for key in keys.split(' ') {
            self.console.take(Event::Key(Key::parse(key).expect("a key")));
            self.console.draw();
        }
    }

    /// Presses keys and waits after each until nothing is under way.
    pub(crate) fn keys(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.press(key);
            self.rest();
        }
    }
}
