//! What is on the screen: the main job from the first key, what keeps a console from opening, problems in words,
//! terminals that can do less, and text from a PBX that would like to do more.

use crate::process::{Home, Simulator};
use crate::terminal::{Terminal, words};
use rustix::process::Signal;
use std::io::{Read, Write};
use std::net::TcpListener;

/// The environment that leads to a PBX.
fn leads_to<'a>(url: &'a str, secret: &'a str) -> [(&'a str, &'a str); 3] {
    [("XAPI_URL", url), ("XAPI_CLIENT_ID", "900"), ("XAPI_CLIENT_SECRET", secret)]
}

fn opened(home: &Home, simulator: &Simulator) -> Terminal {
    let (url, secret) = (simulator.text("url"), simulator.text("client_secret"));
    Terminal::with(home, &[], &leads_to(&url, &secret))
}

#[test]
fn a_voicemail_is_switched_and_the_terminal_given_back() {
    let home = Home::new();
    let mut terminal = Terminal::with(&home, &["demo"], &[]);
    terminal.until("312 of 312");
    terminal.is_taken();
    terminal.keys("214\r");
    terminal.until("Identity");
    terminal.keys("/vm\r");
    terminal.until("Voicemail");
    terminal.keys(" ");
    terminal.until("1 changed");
    terminal.keys("\x13");
    terminal.until("y send");
    terminal.agree();
    terminal.until("saved and read back");
    // Alone, Esc is a key and no beginning of another one.
    terminal.keys("\x1b");
    terminal.until("Last name");
    terminal.keys("q");
    terminal.until("312 of 312");
    terminal.keys("q");
    terminal.until("Quit");
    terminal.keys("y");
    let end = terminal.end();
    assert_eq!((end.code, end.screen.as_str()), (0, ""));
    terminal.is_given_back();
}

#[test]
fn what_keeps_the_console_from_opening_is_explained() {
    let home = Home::new();
    home.write("typo.toml", "theme = \"dark\"\n\n[[pbx]]\nname = \"acme\"\nulr = \"https://pbx.acme.example\"\n");
    home.write("broken.toml", "theme = \n");
    home.write("two.toml", "[[pbx]]\nname = \"acme\"\n\n[[pbx]]\nname = \"umbrella\"\n");
    // Where it would be read from here.
    let file = home.path().join(".config/cordboard/config.toml").display().to_string();
    for (arguments, environment, says) in [
        (&[][..], ("XAPI_URL", ""), &["No PBX is configured", "XAPI_CLIENT_SECRET", &file, "cordboard demo"][..]),
        (&[], ("XAPI_URL", "pbx.example:5001"), &["XAPI_URL: ", "write https://pbx.example:5001"]),
        (&[], ("XAPI_URL", "https://pbx.example"), &["has no client id and no client secret", "XAPI_CLIENT_ID"]),
        (&["--config", "typo.toml"], ("LANG", "C"), &["typo.toml:5:1: ", "`ulr`", "did you mean `url`?"]),
        (&["--config", "broken.toml"], ("LANG", "C"), &["broken.toml:1:", "This is no TOML"]),
        (&["--config", "two.toml"], ("LANG", "C"), &["2 PBXs are configured: acme, umbrella", "--pbx"]),
        (&["--config", "none.toml"], ("LANG", "C"), &["none.toml cannot be read"]),
        (&["demo"], ("TERM", "dumb"), &["TERM=dumb"]),
    ] {
        let mut terminal = Terminal::with(&home, arguments, &[environment]);
        let end = terminal.end();
        let said = words(&end.screen);
        assert_eq!(end.code, 2, "{arguments:?}: {said}");
        assert!(said.starts_with("cordboard: "), "{said}");
        for part in says {
            // Lines of a terminal are broken anywhere.
            let (said, part) = (said.replace(' ', ""), part.replace(' ', ""));
            assert!(said.contains(&part), "{arguments:?}: {part} is missing in {said}");
        }
        terminal.is_given_back();
    }
}

#[test]
fn a_theme_that_cannot_be_used_leaves_the_default_and_says_so() {
    let home = Home::new();
    home.write(".config/cordboard/themes/mine.toml", "inherits = \"terminal\"\n[roles]\ntext = \"gren\"\n");
    for (theme, says) in [("nosuch", "There is no theme `nosuch`"), ("mine", "mine.toml:3:")] {
        let mut terminal = Terminal::with(&home, &["demo", "--theme", theme], &[]);
        terminal.until("312 of 312");
        assert!(terminal.contents().contains(says), "{theme}: {says}\n{}", terminal.contents());
    }
}

#[test]
fn problems_of_the_first_minute_are_told_in_words() {
    let home = Home::new();
    let simulator = home.simulator(&["--users", "5"]);
    let pages = answers_with_a_page();
    let nobody = {
        let closed = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", closed.local_addr().unwrap())
    };
    for (url, secret, says) in [
        (
            simulator.text("url"),
            "hunter2",
            ["not signed in", "The PBX refused the sign-in", "Check id and key in Admin"],
        ),
        (nobody, "hunter2", ["offline", "refused the connection", "nothing listens on that port"]),
        (pages, "hunter2", ["offline", "answered with a web page", "sign-in page of a network"]),
    ] {
        let mut terminal = Terminal::with(&home, &[], &leads_to(&url, secret));
        for part in says {
            terminal.until_words(part);
        }
        terminal.keys("qy");
        assert_eq!(terminal.end().code, 0);
        assert!(!String::from_utf8_lossy(&terminal.raw).contains(secret), "the secret is on the screen");
    }
}

#[test]
fn a_key_that_was_put_right_is_taken_by_trying_again() {
    let home = Home::new();
    let simulator = home.simulator(&["--users", "5"]);
    let key = home.write(".config/cordboard/key", "hunter2");
    home.write(
        ".config/cordboard/config.toml",
        &format!(
            "[[pbx]]\nname = \"acme\"\nurl = \"{}\"\nclient_id = \"900\"\nclient_secret_file = \"key\"\n",
            simulator.text("url")
        ),
    );
    let mode = |mode| std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    mode(0o644);
    let mut terminal = Terminal::with(&home, &[], &[]);
    terminal.until_words("Others on this machine may use the secret");
    mode(0o600);
    terminal.keys("r");
    terminal.until_words("The PBX refused the sign-in");
    std::fs::write(&key, simulator.text("client_secret")).unwrap();
    terminal.keys("r");
    terminal.until("5 of 5");
    terminal.keys("qy");
    assert_eq!(terminal.end().code, 0);
}

/// Something that takes every request for one to a web site.
fn answers_with_a_page() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let page = "<!DOCTYPE html><html><body><h1>Welcome to the airport</h1></body></html>";
        for mut stream in listener.incoming().flatten() {
            // What is asked does not matter, but an answer before the question is none.
            let _ = stream.read(&mut [0; 4096]);
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close";
            let _ = write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{page}", page.len());
        }
    });
    url
}

#[test]
fn a_terminal_of_any_size_is_drawn() {
    let home = Home::new();
    let mut terminal = Terminal::with(&home, &["demo"], &[]);
    terminal.until("312 of 312");
    for size in [(1, 1), (200, 60), (1, 60), (200, 1)] {
        terminal.resize(size);
    }
    // A terminal forgets what it showed where it was too small for it, even if all that is seen of it in the end is
    // the size it had before.
    terminal.resize((80, 24));
    terminal.until("312 of 312");
    terminal.until("anything");
    terminal.signal(Signal::STOP);
    for size in [(1, 1), (80, 24)] {
        terminal.resize(size);
    }
    terminal.signal(Signal::CONT);
    terminal.until("312 of 312");
    // A key that is typed while the terminal changes its size is seen, and so is the size.
    for row in 201..=230 {
        terminal.resize(if row % 2 == 0 { (80, 24) } else { (100, 30) });
        terminal.keys("j");
        terminal.until(&format!("▌     {row} "));
        terminal.until("anything");
    }
    terminal.keys("qy");
    assert_eq!(terminal.end().code, 0);
    terminal.is_given_back();
}

/// A person whose name would set the title, beep, colour, move the cursor and turn the line round.
const HOSTILE: &str = r#"{"Users": [{
    "Id": 7, "Number": "700",
    "FirstName": "Ada\u001b]0;owned\u0007\u001b[31m", "LastName": "Love\u202elace\u2066\u009d0;owned\u009c\u001b[1J",
    "DisplayName": "\u001b]0;owned\u0007\r\n\u0008Ada", "EmailAddress": "ada\u200f@acme.example\u001b[77;77H"
}]}"#;

#[test]
fn text_from_a_pbx_is_only_text() {
    let home = Home::new();
    let simulator = home.simulator(&["--seed", home.write("seed.json", HOSTILE).to_str().unwrap()]);
    let mut terminal = opened(&home, &simulator);
    terminal.until("1 of 1");
    terminal.keys("700\r");
    terminal.until("Identity");
    terminal.keys("q");
    terminal.until("1 of 1");
    terminal.keys("qy");
    assert_eq!(terminal.end().code, 0);
    let text = std::str::from_utf8(&terminal.raw).unwrap();
    assert!(text.contains("owned"), "the name was not shown at all");
    let acts = |c: char| matches!(c, '\x07' | '\x08' | '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert_eq!(text.chars().find(|c| acts(*c)), None);
    for sequence in ["\x1b]", "\x1bP", "\x1b[1J", "\x1b[31m", "\x1b[77;77H"] {
        assert!(!text.contains(sequence), "{sequence:?} has come through");
    }
}

#[test]
fn less_is_used_where_there_is_less() {
    let home = Home::new();
    let simulator = home.simulator(&["--seed", home.write("seed.json", HOSTILE).to_str().unwrap()]);
    let (url, secret) = (simulator.text("url"), simulator.text("client_secret"));
    let mut environment = leads_to(&url, &secret).to_vec();
    environment.extend([("LANG", "C"), ("NO_COLOR", "1")]);
    let mut terminal = Terminal::with(&home, &[], &environment);
    terminal.until("1 of 1");
    terminal.keys("700\r");
    terminal.until("Identity");
    terminal.keys("q");
    terminal.until("1 of 1");
    terminal.keys("qy");
    assert_eq!(terminal.end().code, 0);
    let odd: Vec<u8> = terminal.raw.iter().copied().filter(|byte| !byte.is_ascii()).collect();
    assert!(odd.is_empty(), "not ASCII: {}", String::from_utf8_lossy(&odd));
    let coloured: Vec<String> = styles(&terminal.raw).into_iter().filter(|style| is_colour(style)).collect();
    assert_eq!(coloured, Vec::<String>::new());
    assert!(is_colour("1;38;5;8") && !is_colour("1;39;49;59"));
}

/// What the program asked letters to look like: the parameters of each `ESC [ … m`.
fn styles(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let sequences = text.split("\x1b[").skip(1);
    let style =
        |rest: &str| rest.split_once(|c: char| c.is_ascii_alphabetic()).map(|(parameters, _)| parameters.to_owned());
    sequences
        .filter(|rest| rest.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).starts_with('m'))
        .filter_map(style)
        .collect()
}

/// Whether one of the parameters is a colour; 39, 49 and 59 say "as it was".
fn is_colour(style: &str) -> bool {
    let colour = |n: u8| matches!(n, 30..=38 | 40..=48 | 58 | 90..=97 | 100..=107);
    style.split(';').filter_map(|parameter| parameter.parse().ok()).any(colour)
}
