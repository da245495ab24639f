//! Deletions, of one and of several together: however they end, the journal says what the PBX has, nothing is sent
//! twice, and that they cannot be taken back is said.

use super::cut_off::{console, die_doing, runtime};
use super::support::simulator;
use cordboard::draft::Verb;
use cordboard::odata::PbxId;
use cordboard::plan::{End, Past, Progress, Wanted};
use cordboard::shell::Aside;
use cordboard::sim::{Answer, Matcher, Simulator};

/// A deletion: the keys that lead to its question and those that answer it, whom it is about, and its request.
struct Deletion {
    asks: &'static str,
    agrees: &'static str,
    keys: &'static [u32],
    names: &'static str,
    request: fn() -> Matcher,
}

const ALONE: Deletion = Deletion {
    asks: "2 1 4 enter . 'delete enter",
    agrees: "'214 enter",
    keys: &[57],
    names: "214 Lovelace, Ada",
    request: || Matcher::new("DELETE", "/xapi/v1/Users(57)"),
};

const TOGETHER: Deletion = Deletion {
    asks: "2 0 7 esc space space space . 'marked enter",
    agrees: "'3 enter",
    keys: &[50, 51, 52],
    names: "207 Bauer, Jürgen, 208 Keller, Xenia, 209 O'Neill, Greta",
    request: || Matcher::new("POST", "/xapi/v1/Users/Pbx.BatchDelete"),
};

/// How many of them are there.
fn there(pbx: &Simulator, deletion: &Deletion) -> usize {
    let is = |key: &&u32| pbx.faults().look("Users", Some(&key.to_string()), "Id").is_some();
    deletion.keys.iter().filter(is).count()
}

async fn written(journal: &cordboard::journal::Journal) -> Vec<Past> {
    journal.settled().await.unwrap();
    let mut all = Vec::new();
    for run in journal.history(Wanted::default()).await.unwrap() {
        all.extend(journal.run(run.id).await.unwrap().unwrap().1);
    }
    all
}

#[tokio::test]
async fn however_a_deletion_ends_the_journal_says_who_is_there() {
    let refused = || Answer::Refused(vec![("Number".to_owned(), "WARNINGS.INVALID".to_owned())]);
    let mishaps = [
        None,
        Some(refused()),
        Some(Answer::Cut),
        Some(Answer::Lost),
        Some(Answer::Truncated),
        Some(Answer::Unauthorized),
        Some(Answer::Busy { retry_after: Some(0) }),
        Some(Answer::Broken),
        Some(Answer::Reply(503, String::new())),
        Some(Answer::BadGateway),
        Some(Answer::Forbidden),
    ];
    for deletion in [ALONE, TOGETHER] {
        let all = deletion.keys.len();
        for mishap in &mishaps {
            let told = format!("{} with {mishap:?}", deletion.names);
            let home = tempfile::tempdir().unwrap();
            let pbx = simulator().await;
            let (mut bench, journal) = console(&pbx, home.path()).await;
            bench.keys(deletion.asks).await;
            mishap.iter().for_each(|answer| pbx.faults().answer((deletion.request)(), 1, answer.clone()));
            bench.keys(deletion.agrees).await;
            let left = there(&pbx, &deletion);
            let sent = pbx.faults().count(&(deletion.request)());
            let again = usize::from(matches!(mishap, Some(Answer::Unauthorized)));
            assert_eq!(sent, 1 + again, "{told}:\n{}", bench.screen());
            let entries = written(&journal).await;
            let [past] = &entries[..] else { panic!("{told}: {entries:?}") };
            assert_eq!((past.progress, past.label.as_str()), (Progress::Ended, deletion.names), "{told}");
            let words = match past.end {
                Some(End::Deleted | End::Called) => {
                    assert_eq!(left, 0, "{told}");
                    "deleted"
                }
                Some(End::Found) => {
                    assert_eq!(left, 0, "{told}");
                    "all are gone"
                }
                Some(End::Refused) => {
                    assert_eq!(left, all, "{told}");
                    "not d"
                }
                Some(End::NotApplied) => {
                    assert_eq!(left, all, "{told}");
                    "still there"
                }
                other => panic!("{told}: {other:?} {}\n{}", past.words, bench.screen()),
            };
            if !(matches!(mishap, Some(Answer::Lost | Answer::Truncated)) && past.verb == Verb::Delete) {
                bench.shows(&[words]);
            }
            // Who is gone is gone from the list too, and the others are there still.
            bench.keys("esc esc").await;
            bench.shows(&[&format!("{0} of {0}", 312 - all + left)]);
            bench.keys("u").await;
            if left == 0 && past.end != Some(End::Called) {
                bench.shows(&["cannot be"]);
            }
            assert_eq!(pbx.faults().count(&(deletion.request)()), sent, "{told}");
            bench.keys("H").await;
            bench.shows(&[&deletion.names[..8]]);
        }
    }
}

#[test]
fn a_deletion_that_was_cut_off_is_looked_at_and_never_sent_again() {
    // What was under way when the console died may have been carried out, or not, or in part.
    let stories = [
        (ALONE, 0, "it is still there; a deletion is not gone on with", End::Unknown),
        (ALONE, 1, "1 already at the goal", End::Found),
        (TOGETHER, 0, "it may have been run already", End::Unknown),
        (TOGETHER, 1, "it may have been run already", End::Unknown),
        (TOGETHER, 3, "it may have been run already", End::Unknown),
    ];
    for (deletion, done, words, end) in stories {
        let home = tempfile::tempdir().unwrap();
        let world = Aside::start().unwrap();
        let pbx = world.block_on(simulator());
        die_doing(&pbx, home.path(), ((deletion.request)(), 0), (deletion.asks, deletion.agrees));
        for key in &deletion.keys[..done] {
            assert!(pbx.faults().remove("Users", &key.to_string()));
        }
        pbx.faults().forget_requests();
        runtime().block_on(async {
            let (mut bench, journal) = console(&pbx, home.path()).await;
            bench.keys("R").await;
            match end {
                // What is done has nobody to be asked about.
                End::Found => bench.shows(&["Change 1 is done", words]),
                _ => {
                    bench.shows(&["was cut off", words, "Nothing of it is left to send"]);
                    bench.keys("y").await;
                }
            }
            let sent =
                pbx.faults().requests().into_iter().filter(|seen| seen.method != "GET" && seen.path.contains("Users"));
            assert_eq!(sent.count(), 0, "{} {done}", deletion.names);
            let entries = written(&journal).await;
            assert_eq!((entries.len(), entries[0].end), (1, Some(end)), "{} {done}", deletion.names);
            bench.keys("R").await;
            bench.shows(&["No run was cut off here"]);
            assert!(journal.unfinished(&PbxId::new("acme")).await.unwrap().is_empty());
            bench.keys("u").await;
            bench.shows(&["cannot be"]);
        });
    }
}
