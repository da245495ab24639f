//! The console as a conversation: lines in, lines out, no terminal and no screen.

use crate::process::{Home, Said};
use crate::terminal::Terminal;

/// What was answered to each line, in order; the first is what was said before any.
fn answers(said: &Said) -> Vec<String> {
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    assert!(!said.out.contains('\u{1b}'), "a control sequence goes out: {:?}", said.out);
    said.out.split(": \n").flat_map(|part| part.split("> \n")).map(str::to_owned).collect()
}

#[test]
fn somebody_gets_their_voicemail_by_lines_alone() {
    let home = Home::new();
    let lines = ["go 214", "/vm", "1", "2", "3", "preview", "y", "t", "back", "back", "quit"];
    let said = home.say(&["demo", "--plain"], &[], &lines);
    let said = answers(&said);
    assert_eq!(said.len(), lines.len() + 1, "{said:#?}");
    assert!(said[0].contains("1 to 20 of 312; more") && said[0].contains("15. 214, Lovelace, Ada, Sales, VM off"));
    assert!(said[1].contains("Users, 214 Lovelace, Ada") && said[1].contains("14. Voicemail: off"), "{}", said[1]);
    assert!(said[2].contains("1. Voicemail: off\n2. Send by email: None\n"), "{}", said[2]);
    assert_eq!(said[3], "1 changed, not sent\n1. changed, Voicemail: on, was off\n", "only what changed is said");
    assert!(said[4].contains("1. now, None\n2. Notification\n3. Attachment\n"), "{}", said[4]);
    assert_eq!(said[5], "2 changed, not sent\n2. changed, Send by email: Attachment, was None\n");
    assert!(said[6].contains("{ \"VMEmailOptions\": \"Attachment\", \"VMEnabled\": true }"), "{}", said[6]);
    assert!(said[7].contains("saved and read back: Send by email, Voicemail\n"), "{}", said[7]);
    let text = "To be copied by hand:\n";
    let copied = said[8].split_once(text).unwrap().1;
    assert!(copied.contains("Voicemail (VMEnabled): off → on\n"), "what is copied is as it is: {copied}");
    assert!(said[10].starts_with("Users\n15. 214, Lovelace, Ada, Sales, VM on"), "{}", said[10]);
    assert!(said[11].ends_with("Bye.\n"), "{}", said[11]);
    // What comes after the answer has the time in it.
    let without_times = |text: &String| {
        let lines = text.lines().map(|line| if line.starts_with("as of ") { "as of then" } else { line });
        lines.collect::<Vec<_>>().join("\n")
    };
    let told: Vec<String> = said[..7].iter().map(without_times).collect();
    insta::assert_snapshot!("plain_voicemail", told.join("\n----\n"));
}

#[test]
fn many_are_changed_once_their_number_was_typed() {
    let home = Home::new();
    let lines = ["filter dep=Sales", "mark-all", "edit", "/2fa", "1", "preview"];
    let said = answers(&home.say(&["demo", "--plain"], &[], &lines));
    let (_, plan) = said[6].split_once("demo: change ").unwrap();
    let (count, _) = plan.split_once(" users?").unwrap();
    let lines = [&lines[..], &["send", "7", "send", count, "quit"]].concat();
    let said = answers(&home.say(&["demo", "--plain"], &[], &lines));
    assert!(said[2].contains(". marked, "), "{}", said[2]);
    assert!(said[7].ends_with("How many are sent to, or back"), "{}", said[7]);
    assert!(said[8].contains("Nothing was sent"), "{}", said[8]);
    let saved = format!("{count} of {count}, saved {count}, done");
    assert!(said[10].contains(&saved), "{saved}:\n{}", said[10]);
}

#[test]
fn a_plan_that_a_verb_made_for_the_demo_opens_in_its_console() {
    let home = Home::new();
    let made = home.run(&["plan", "Users", "--only", "214", "--set", "Mobile=555", "--demo", "-o", "p.json"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let said = answers(&home.say(&["demo", "--plain"], &[], &["open-plan", "p.json", "quit"]));
    assert!(said.concat().contains("555") && !said.concat().contains("was made for"), "{said:#?}");
}

#[test]
fn what_means_nothing_is_said_and_changes_nothing() {
    let home = Home::new();
    let lines = ["999", "go 4", "go 214", "actions", "delete", "1", "Ada", "back", "quit"];
    let said = answers(&home.say(&["demo"], &[("ACCESSIBLE", "1")], &lines));
    assert!(said[1].contains("! demo has no user with the number 999."), "{}", said[1]);
    assert!(said[2].contains("! demo has no user with the number 4."), "{}", said[2]);
    assert!(said[5].contains("1. Delete user"), "{}", said[5]);
    assert!(said[6].contains("This cannot be undone.") && said[6].ends_with("The name, or back"), "{}", said[6]);
    assert!(said[7].contains("! Nothing was deleted: Ada is not 214."), "{}", said[7]);
    assert_eq!(said[8], "Users, 214 Lovelace, Ada\n");
    assert!(said.last().unwrap().ends_with("Bye.\n"));
}

#[test]
fn a_text_is_changed_by_its_lines_and_help_and_pages_are_there() {
    let home = Home::new();
    let lines = ["help", "more", "previous", "previous", ":departments", "1", "back", "12 x", "quit"];
    let said = answers(&home.say(&["demo", "--plain"], &[], &lines));
    assert!(said[1].contains("mark: Mark, and go on to the next (key Space)"), "{}", said[1]);
    assert!(said[2].contains("21. 220") && said[2].contains("21 to 40 of 312; more"), "{}", said[2]);
    assert!(said[3].contains("1. 200"), "{}", said[3]);
    assert!(said[4].contains("This is the first page."), "{}", said[4]);
    assert!(said[5].contains("1. Departments"), "{}", said[5]);
    assert!(said[6].starts_with("Departments\n"), "{}", said[6]);
}

#[test]
fn on_a_terminal_a_secret_is_not_shown_while_it_is_typed() {
    let home = Home::new();
    let mut terminal = Terminal::with(&home, &["demo", "--plain"], &[("TERM", "dumb")]);
    terminal.until("1 to 20 of 312; more");
    terminal.keys("go 214\n");
    terminal.until_words("1 to 20 of 80; more");
    terminal.keys("/web client pass\n");
    terminal.until_words("Web client password: hidden");
    terminal.keys("1\n");
    terminal.until_words("New secret, nothing keeps it:");
    terminal.keys("hunter2hunter2\n");
    terminal.until_words("changed, Web client password: hidden");
    terminal.keys("quit\n");
    terminal.until_words("is not sent yet");
    terminal.keys("\u{4}");
    let end = terminal.end();
    assert_eq!(end.code, 0, "{}", end.screen);
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    assert!(!raw.contains("hunter2") && !raw.contains('\u{1b}'), "{raw}");
    terminal.is_given_back();
}
