//! Any plan, any interleaving of failures, other people and kills, with real processes: afterwards everybody is at the
//! goal or reported, nothing was applied twice, what others did stays, the journal agrees with the PBX; and all of it can
//! be taken back.

use crate::process::{Home, Watchdog, signal};
use cordboard::catalog::Catalog;
use cordboard::journal::Journal;
use cordboard::odata::EntityKey;
use cordboard::plan::{End, Past, Progress, Wanted};
use cordboard::shell::Aside;
use cordboard::sim::{self, Answer, Faults, Matcher, Seen};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use rustix::process::Signal;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Number and key of people on this PBX.
const PEOPLE: [(u32, u32); 8] =
    [(207, 50), (208, 51), (209, 52), (210, 53), (211, 54), (212, 55), (213, 56), (214, 57)];

/// Fields that a plan may change: what is typed, what was there, what somebody else may make of it.
const FIELDS: [(&str, &str, &str); 5] = [
    ("VMEnabled", "true", "false"),
    ("CallScreening", "true", "false"),
    ("Require2FA", "false", "true"),
    ("Mobile", "+4930{Number}", "+49170"),
    ("OutboundCallerID", "+493012345", ""),
];

/// What else can happen to one request.
#[derive(Debug, Clone)]
struct Mishap {
    who: Index,
    write: bool,
    good: usize,
    answer: Answer,
}

/// Where the program is killed: when this request of this person stands at the door.
#[derive(Debug, Clone)]
struct Kill {
    who: Index,
    write: bool,
    good: usize,
}

/// Somebody else changes this field of this person, in between.
#[derive(Debug, Clone)]
struct Meddling {
    who: Index,
    field: Index,
}

#[derive(Debug, Clone)]
struct Story {
    people: Vec<(u32, u32)>,
    fields: Vec<(&'static str, &'static str, &'static str)>,
    /// Who has all of it already.
    done: Vec<Index>,
    mishaps: Vec<Mishap>,
    /// What happens at the end of each run of the program but the last.
    sessions: Vec<(Kill, Option<Meddling>)>,
    at_once: usize,
    /// The first run goes in batches; those that go on with it never do.
    fast: bool,
}

/// Stories of plans that go one by one, or of such that go in batches: there all get the same, and are three or more.
fn story(fast: bool) -> impl Strategy<Value = Story> {
    let answers = [
        Answer::Refused(vec![("Mobile".to_owned(), "WARNINGS.INVALID".to_owned())]),
        Answer::Cut,
        Answer::Lost,
        Answer::Truncated,
        Answer::Unauthorized,
        Answer::Busy { retry_after: Some(0) },
        Answer::Broken,
        Answer::Reply(503, String::new()),
    ];
    let mishap = (any::<Index>(), prop::bool::weighted(0.8), 0..3_usize, select(answers.to_vec())).prop_map(
        move |(who, write, good, answer)| Mishap { who, write, good: if write && !fast { 0 } else { good }, answer },
    );
    let kill = (any::<Index>(), any::<bool>(), 0..3_usize).prop_map(move |(who, write, good)| Kill {
        who,
        write,
        good: if write { good.min(usize::from(fast)) } else { good },
    });
    let meddling = (any::<Index>(), any::<Index>()).prop_map(|(who, field)| Meddling { who, field });
    let same: Vec<_> = FIELDS.into_iter().filter(|(_, goal, _)| !fast || !goal.contains('{')).collect();
    (
        subsequence(PEOPLE.to_vec(), if fast { 4 } else { 1 }..=PEOPLE.len()),
        subsequence(same, 1..=3),
        prop::collection::vec(any::<Index>(), 0..=1),
        prop::collection::vec(mishap, 0..=4),
        prop::collection::vec((kill, prop::option::weighted(0.6, meddling)), 0..=3),
        1..=3_usize,
    )
        .prop_map(move |(people, fields, done, mishaps, sessions, at_once)| Story {
            people,
            fields,
            done,
            mishaps,
            sessions,
            at_once,
            fast,
        })
}

/// A PBX in this process, and somebody who is configured for it.
struct Stage {
    home: Home,
    world: Aside,
    faults: Faults,
    _pbx: sim::Simulator,
}

impl Stage {
    fn new() -> Self {
        let world = Aside::start().unwrap();
        let options = sim::Options { users: 30, ..sim::Options::default() };
        let secret = options.client_secret.clone();
        let pbx = world.block_on(sim::start(options)).unwrap();
        let home = Home::new();
        let key = home.write(".config/cordboard/key", &secret);
        std::fs::set_permissions(key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let config = format!(
            "[[pbx]]\nname = \"acme\"\nurl = \"{}\"\nclient_id = \"{}\"\nclient_secret_file = \"key\"\n",
            pbx.url(),
            pbx.client_id()
        );
        home.write(".config/cordboard/config.toml", &config);
        let faults = pbx.faults().clone();
        Self { home, world, faults, _pbx: pbx }
    }

    fn look(&self, key: u32, field: &str) -> Value {
        self.faults.look("Users", Some(&key.to_string()), field).unwrap_or(Value::Null)
    }

    fn patch(&self, key: u32, field: &str, value: Value) {
        let values = Map::from_iter([(field.to_owned(), value)]);
        assert!(self.faults.patch("Users", Some(&key.to_string()), values));
    }

    /// Everything there is of somebody, but for some fields.
    fn rest(&self, key: u32, but: &[String]) -> BTreeMap<&'static str, Value> {
        let catalog = Catalog::shipped();
        let schema = catalog.schema(catalog.resource("Users").unwrap().schema.unwrap());
        let others = schema.fields.iter().map(|field| field.name).filter(|name| !but.iter().any(|b| b == name));
        others.map(|name| (name, self.look(key, name))).collect()
    }

    /// Runs the program until it ends or stands at the gate, where it is killed. True if it was.
    fn run(&self, words: &[String], kill: Option<(Matcher, usize)>) -> (bool, String) {
        let gate = kill.map(|(at, good)| self.faults.hold_after(at, good));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut child = self.home.begin(&words);
        let pid = child.id();
        let watchdog = Watchdog::over(pid);
        let killed = self.world.block_on(async {
            let ended = tokio::task::spawn_blocking(move || child.wait());
            let Some(mut gate) = gate else {
                ended.await.unwrap().unwrap();
                return false;
            };
            tokio::select! {
                ended = ended => {
                    ended.unwrap().unwrap();
                    return false;
                }
                () = gate.held(1) => signal(pid, Signal::KILL),
            }
            // What was still to be carried out for it never is.
            gate.deserted().await;
            true
        });
        drop(watchdog);
        let text = |name| std::fs::read_to_string(self.home.path().join(name)).unwrap();
        (killed, format!("$ {}\n{}{}", words.join(" "), text("out"), text("err")))
    }

    fn journal(&self) -> Vec<Past> {
        let journal = Journal::own(&self.home.path().join("state/cordboard"), "ada");
        self.world.block_on(async {
            let mut all = Vec::new();
            for run in journal.history(Wanted::default()).await.unwrap() {
                all.extend(journal.run(run.id).await.unwrap().unwrap().1);
            }
            all
        })
    }
}

/// A request about somebody: in batches the one call for all of them, or a read of several.
fn request(key: u32, write: bool, together: bool) -> Matcher {
    match (write, together) {
        (true, true) => Matcher::new("POST", "/xapi/v1/Users/Pbx.BulkUpdate"),
        // Whether a plan still holds is asked by the page where several are read.
        (false, _) if key.is_multiple_of(if together { 2 } else { 4 }) => {
            Matcher::new("GET", "/xapi/v1/Users?$select=Id,")
        }
        (true, false) => Matcher::new("PATCH", &format!("/xapi/v1/Users({key})")),
        (false, _) => Matcher::new("GET", &format!("/xapi/v1/Users({key})")),
    }
}

/// What is typed as it is on the wire.
fn value(typed: &str, number: u32) -> Value {
    match typed {
        "" => Value::Null,
        "true" => json!(true),
        "false" => json!(false),
        text => json!(text.replace("{Number}", &number.to_string())),
    }
}

fn tell(story: &Story) -> Result<(), TestCaseError> {
    let stage = Stage::new();
    let fields: Vec<String> = story.fields.iter().map(|(name, ..)| (*name).to_owned()).collect();
    for (number, key) in &story.people {
        let done = story.done.iter().any(|who| who.get(&story.people).1 == *key);
        for (name, goal, start) in &story.fields {
            stage.patch(*key, name, value(if done { goal } else { start }, *number));
        }
    }
    let of = |key: u32| story.fields.iter().map(|(name, ..)| stage.look(key, name)).collect::<Vec<Value>>();
    let before: Vec<Vec<Value>> = story.people.iter().map(|(_, key)| of(*key)).collect();
    let others: Vec<_> = story.people.iter().map(|(_, key)| stage.rest(*key, &fields)).collect();

    let mut words = vec!["plan".to_owned(), "Users".to_owned(), "-o".to_owned(), "p.json".to_owned()];
    for (number, _) in &story.people {
        words.extend(["--only".to_owned(), number.to_string()]);
    }
    for (name, goal, _) in &story.fields {
        words.extend(["--set".to_owned(), format!("{name}={goal}")]);
    }
    let mut said = vec![stage.run(&words, None).1];

    for mishap in &story.mishaps {
        let key = mishap.who.get(&story.people).1;
        stage.faults.answer_after(request(key, mishap.write, story.fast), mishap.good, 1, mishap.answer.clone());
    }
    let goals = |number: u32| story.fields.iter().map(move |(name, goal, _)| (*name, value(goal, number)));
    let at_goal = |(number, key): &(u32, u32)| goals(*number).all(|(name, goal)| stage.look(*key, name) == goal);
    // What somebody else made of it: it stays, whenever they came.
    let mut meddled: BTreeMap<(u32, &'static str), Value> = BTreeMap::new();
    let ends = [&story.sessions.iter().map(Some).collect::<Vec<_>>()[..], &[None; 6]].concat();
    let mut finished = false;
    for (nth, end) in ends.into_iter().enumerate() {
        let there: Vec<bool> = story.people.iter().map(at_goal).collect();
        stage.faults.forget_requests();
        let verb = match (nth, story.fast) {
            (0, true) => "apply p.json --fast",
            (0, false) => "apply p.json",
            _ => "resume",
        };
        let line = format!("{verb} --yes --max-parallel {} --stop-after 0", story.at_once);
        let line: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let together = story.fast && nth == 0;
        let at = end.map(|(kill, _)| (request(kill.who.get(&story.people).1, kill.write, together), kill.good));
        let (killed, text) = stage.run(&line, at);
        said.push(text);
        let log = stage.faults.requests().into_iter().filter(|seen| seen.path.contains("/Users("));
        said.push(log.map(|seen| format!("  {} {} {:?}\n", seen.method, seen.path, seen.status)).collect());
        let told = || said.join("\n");
        for (person, was_there) in story.people.iter().zip(there) {
            // Before a 401 nothing is applied; the token of one is that of all.
            let path = format!("/xapi/v1/Users({})", person.1);
            let is_write = |seen: &Seen| seen.method == "PATCH" && seen.path == path && seen.status != Some(401);
            let sent = stage.faults.requests().iter().filter(|seen| is_write(seen)).count();
            let spare = story.mishaps.iter().filter(|mishap| mishap.who.get(&story.people).1 == person.1).count();
            prop_assert!(sent <= 1 + spare, "{} was sent {sent} times:\n{}", person.0, told());
            prop_assert!(!was_there || sent == 0, "{} had it all and was sent to:\n{}", person.0, told());
        }
        if let Some((_, Some(meddling))) = end {
            let ((number, key), (name, goal, start)) =
                (meddling.who.get(&story.people), meddling.field.get(&story.fields));
            // Neither what was there nor what is wanted.
            let theirs = if goal.starts_with('+') { json!("+1555") } else { Value::Null };
            prop_assert!(theirs != value(goal, *number) && theirs != value(start, *number));
            stage.patch(*key, name, theirs.clone());
            meddled.insert((*key, name), theirs);
        }
        if nth > 0 && !killed && said.iter().any(|text| text.contains("waits to be gone on with")) {
            finished = true;
            break;
        }
    }
    let told = said.join("\n");
    prop_assert!(finished, "it is never finished:\n{told}");
    prop_assert!(!told.contains("is not possible here"), "this can go in batches:\n{told}");

    let journal = stage.journal();
    for ((number, key), rest) in story.people.iter().zip(others) {
        let mine = |past: &&Past| past.target.key == Some(EntityKey::Int(i64::from(*key)));
        let entries: Vec<&Past> = journal.iter().filter(mine).collect();
        prop_assert!(entries.len() <= 1, "{number} has {} entries:\n{told}", entries.len());
        prop_assert_eq!(stage.rest(*key, &fields), rest, "what nobody touched:\n{}", told);
        let theirs = |name: &'static str| meddled.get(&(*key, name));
        for (name, goal, start) in &story.fields {
            let now = stage.look(*key, name);
            match theirs(name) {
                Some(theirs) => prop_assert_eq!(&now, theirs, "{} {} by somebody else:\n{}", number, name, told),
                None => prop_assert!(
                    now == value(goal, *number) || now == value(start, *number),
                    "{number} {name} is {now}:\n{told}"
                ),
            }
        }
        let of_nobody: Vec<_> = story.fields.iter().filter(|(name, ..)| theirs(name).is_none()).collect();
        let at = |which: fn(&(&str, &'static str, &'static str)) -> &'static str| {
            of_nobody.iter().all(|field| stage.look(*key, field.0) == value(which(field), *number))
        };
        let (all_there, none_there) = (at(|field| field.1), at(|field| field.2));
        prop_assert!(all_there || none_there, "{number} is half changed:\n{told}");
        let Some(entry) = entries.first() else {
            prop_assert!(
                all_there || told.contains(&format!("{number} ")),
                "nothing was to be done for {number}:\n{told}"
            );
            continue;
        };
        prop_assert_eq!(entry.progress, Progress::Ended, "{}:\n{}", number, told);
        match entry.end {
            Some(End::Saved | End::Found) => {
                prop_assert!(all_there, "the journal says {number} is done:\n{told}");
            }
            // Never sent by us: somebody else brought it there.
            Some(End::AtGoal) => prop_assert!(all_there, "the journal says {number} was at its goal:\n{told}"),
            Some(End::Refused | End::NotApplied | End::NotSent) => {
                prop_assert!(none_there, "the journal says that nothing came of {number}:\n{told}");
            }
            // Said to be looked at: it may be either.
            Some(End::Left | End::Conflict | End::Unknown) => {}
            other => prop_assert!(false, "{number} ended as {other:?}:\n{told}"),
        }
        // Whoever is not at the goal was named, with the reason.
        prop_assert!(all_there || told.contains(&format!("{number} ")), "{number} was not told of:\n{told}");
    }
    if journal.is_empty() {
        return Ok(());
    }

    // Taken back: all that was done is as it was, what others did stays. And back again.
    stage.faults.forget_answers();
    let state = || -> Vec<Value> {
        let of = |key: u32| story.fields.iter().map(move |(name, ..)| (key, *name));
        story.people.iter().flat_map(|(_, key)| of(*key)).map(|(key, name)| stage.look(key, name)).collect()
    };
    let done = state();
    let line: Vec<String> = "undo --yes --stop-after 0".split(' ').map(str::to_owned).collect();
    let back = stage.run(&line, None).1;
    for ((number, key), was) in story.people.iter().zip(&before) {
        for ((name, ..), was) in story.fields.iter().zip(was) {
            let expected = meddled.get(&(*key, *name)).unwrap_or(was);
            prop_assert_eq!(&stage.look(*key, name), expected, "{} {} taken back:\n{}\n{}", number, name, told, back);
        }
    }
    if state() != done {
        let again = stage.run(&line, None).1;
        prop_assert_eq!(state(), done, "and back again:\n{}\n{}\n{}", told, back, again);
    }
    Ok(())
}

/// The same stories each time; another seed tells others.
fn tell_some(cases: u32, fast: bool) {
    let seed = std::env::var("CORDBOARD_STORIES").unwrap_or_default();
    let mut bytes = [7; 32];
    bytes.iter_mut().zip(seed.bytes()).for_each(|(byte, of_seed)| *byte = of_seed);
    let config = Config { cases, max_shrink_iters: 40, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    if let Err(why) = runner.run(&story(fast), |story| tell(&story)) {
        panic!("{why}");
    }
}

#[test]
fn whatever_happens_everybody_is_at_the_goal_or_reported() {
    tell_some(24, false);
}

#[test]
fn whatever_happens_to_a_run_in_batches_everybody_is_at_the_goal_or_reported() {
    tell_some(16, true);
}
