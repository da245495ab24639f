//! The steps of a change of ten thousand, from the first mark to the undo: for how long each keeps the loop from a key.

use crate::desk::Desk;
use cordboard::app::View;
use divan::Bencher;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

/// As many as are promised to be changed together.
const TEN_THOUSAND: usize = 10_000;

/// What is told of each step: the longest that the loop was busy at once, in processor time.
struct Steps(Desk);

impl Steps {
    fn say(&self, step: &str, longest: Duration) {
        let _ = writeln!(std::io::stderr(), "{:6.2} ms  {step}", longest.as_secs_f64() * 1000.0);
    }

    /// Tells how much more memory is in use than then, by the simulator too.
    fn memory(&self, what: &str, before: usize) {
        let _ = writeln!(std::io::stderr(), "{:6.1} MB  {what}", (resident().saturating_sub(before)) as f64 / 1e6);
    }

    /// Presses keys and follows each to its end.
    fn step(&mut self, step: &str, keys: &str) {
        let each: Vec<_> = keys.split(' ').map(|key| (key, self.0.follow(key))).collect();
        let longest = each.into_iter().max_by_key(|(_, (key, after))| *key.max(after));
        if let Some((key, (pressed, after))) = longest {
            let which = if pressed > after { format!("the key {key}") } else { format!("after the key {key}") };
            self.say(&format!("{step} ({which})"), pressed.max(after));
        }
    }

    /// Looks at one of the plan, where there is anything to be seen of it.
    fn look(&mut self) {
        self.step("one looked at", "enter");
        if matches!(self.0.console.model().view(), Some(View::Look(_))) {
            self.step("and left", "esc");
        }
    }

    /// Says yes to the plan on the screen, and returns the keys that type the count.
    fn yes(&mut self) -> String {
        let model = self.0.console.model();
        let plan = match model.view() {
            Some(View::Plan(id)) => model.bulk(*id).and_then(|bulk| bulk.plan.as_ref()),
            _ => None,
        };
        let count = plan.expect("a plan on the screen").plan.counts().change;
        assert!(count > 1_000, "hardly anybody is changed: {count}");
        self.step("yes, and the count", "y");
        keys_of(&count.to_string()) + " enter"
    }
}

/// The memory that this process has in use, where anybody tells it.
fn resident() -> usize {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    told.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}

/// Goes through a story, and tells of each step.
fn told(bencher: Bencher<'_, '_>, story: fn(&mut Steps, &Path)) {
    bencher.bench_local(|| {
        let home = tempfile::tempdir().expect("a folder");
        let mut desk = Desk::of(TEN_THOUSAND);
        desk.again(home.path());
        let _ = writeln!(std::io::stderr(), "\nThe longest that the loop was busy at once:");
        story(&mut Steps(desk), home.path());
    });
}

/// A list changed for all and taken back, the undo cut off and gone on with; and an action for all.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn run_lists(bencher: Bencher<'_, '_>) {
    told(bencher, lists);
}

fn lists(steps: &mut Steps, home: &Path) {
    steps.step("all marked", "a");
    let before = resident();
    steps.step("their form: all read", "e");
    steps.memory("for it", before);
    steps.step("left, with all that was read", "esc");
    steps.step("the form again", "e");
    steps.step("a list changed", "/ f o r w enter enter enter / m o b i l e enter space esc esc");
    steps.step("their plan", "ctrl-s");
    steps.memory("for that and its plan", before);
    steps.look();
    steps.step("left, and planned again", "esc ctrl-s");
    let count = steps.yes();
    steps.step("the run, to its end", &count);
    steps.0.again(home);
    let before = resident();
    steps.step("the plan of its undo: all read", "u");
    steps.memory("for it", before);
    steps.step("left", "esc");
    steps.step("and again", "u");
    let count = steps.yes();
    cut_off(steps, home, &count);
    let before = resident();
    steps.step("gone on with: all read, and the plan", "R");
    steps.memory("for it", before);
    let count = steps.yes();
    steps.step("the rest of it, to its end", &count);
    steps.0.again(home);
    steps.step("all marked", "a");
    steps.step("an action for all: its plan", ". w e l c enter");
    steps.step("left, and planned again", "esc . w e l c enter");
    let count = steps.yes();
    steps.step("the run, to its end", &count);
}

/// A run that is cut off in the middle, as if the console had been killed; and another console.
fn cut_off(steps: &mut Steps, home: &Path, count: &str) {
    for key in count.split(' ') {
        steps.0.press(key);
    }
    let middle = steps.0.watch_until(|model| {
        let Some(View::Run(id)) = model.view() else { return false };
        model.bulk(*id).and_then(|bulk| bulk.run.as_ref()).is_some_and(|run| run.tally.over() > 200)
    });
    steps.say("its run, to its first hundreds", middle);
    steps.step("paused", "p");
    bury(home);
    steps.0.again(home);
}

/// A switch changed for all, all of it seen, taken back, cut off and gone on with, and a plan that lies in a file.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn run_steps(bencher: Bencher<'_, '_>) {
    told(bencher, all);
}

fn all(steps: &mut Steps, home: &Path) {
    steps.step("all marked", "a");
    steps.step("their form: all read", "e");
    steps.step("a switch changed", "/ v m e n enter space");
    steps.step("their plan, with what there is to say of it", "ctrl-s");
    steps.step("keys in the plan", "end pgup down up home");
    steps.step("one left out, and taken in again", "space space");
    steps.look();
    steps.step("in batches, and one by one again", "b b");
    let file = home.join("plan.json");
    let path = keys_of(&file.display().to_string());
    steps.step("the plan written to a file", &format!("w ctrl-u {path} enter"));
    let count = steps.yes();
    steps.step("the run, to its end", &count);
    steps.step("keys in its results", "end pgup down up home");
    steps.step(
        "its results written to a file",
        &format!("w ctrl-u {} enter", keys_of(&home.join("r.csv").display().to_string())),
    );
    steps.step("what was sent in this session", "f4 end up home esc");
    steps.step("the history", "H");
    steps.step("the run in the history", "enter");
    steps.step("keys in it", "end pgup down up home esc esc");
    steps.step("the plan of its undo: all read", "u");
    steps.look();
    let count = steps.yes();
    steps.step("the undo, to its end", &count);
    steps.step("back to the list", "esc esc");
    steps.step("a plan from a file", &format!("P {path} enter"));
    let count = steps.yes();
    cut_off(steps, home, &count);
    steps.step("gone on with: all read, and the plan", "R");
    let count = steps.yes();
    steps.step("the rest of it, to its end", &count);
}

/// A text as keys.
fn keys_of(text: &str) -> String {
    text.chars().map(|sign| sign.to_string()).collect::<Vec<_>>().join(" ")
}

/// As the journal looks when the console that wrote it was a process that is gone.
fn bury(home: &Path) {
    let file = rusqlite::Connection::open(home.join("journal.sqlite")).expect("the journal");
    file.execute("UPDATE consoles SET born = 'another boot', process = 4000000", []).expect("written");
}
