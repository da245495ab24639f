//! How a verb ends: exit codes, and the sentence that goes with them.

use crate::catalog::Catalog;
use crate::journal::Trouble;
use crate::odata::{Failure, FailureKind};
use std::fmt::Write as _;
use std::io;

/// It failed under way.
pub const FAILED: u8 = 1;
/// It could not begin: arguments, settings or files are wrong.
pub const USAGE: u8 = 2;
/// Some of many failed.
pub const SOME_FAILED: u8 = 3;
/// Nobody is signed in, or the role is too low.
pub const SIGN_IN: u8 = 4;
/// What was asked for does not exist.
pub const NOT_FOUND: u8 = 5;
/// The PBX has something else than the plan says.
pub const CONFLICT: u8 = 6;
/// The PBX was not reached; it may be tried again.
pub const UNREACHABLE: u8 = 7;
/// It was not agreed to.
pub const NOT_AGREED: u8 = 8;
/// Changes are pending, and it was asked whether they are.
pub const PENDING: u8 = 10;
/// Somebody stopped it.
pub const INTERRUPTED: u8 = 130;

/// Every code, and what it means.
const TABLE: [(u8, &str); 11] = [
    (0, "done; nothing was to be done; or what was asked for is shown"),
    (FAILED, "failed under way"),
    (USAGE, "not begun: a mistake in arguments, settings or files"),
    (SOME_FAILED, "done for some and not for others, or refused by the PBX; each is named"),
    (SIGN_IN, "the sign-in was refused, or the role of the API client is too low"),
    (NOT_FOUND, "what was asked for does not exist"),
    (CONFLICT, "the PBX has something else than the plan or the preview says; nothing is overwritten"),
    (UNREACHABLE, "the PBX was not reached or not ready; it may be tried again"),
    (NOT_AGREED, "not agreed to: the answer was no, or the number typed is not that of the changes"),
    (PENDING, "changes are pending (only with --detailed-exitcode)"),
    (INTERRUPTED, "stopped by Ctrl-C; what was under way has ended, the rest was not sent"),
];

/// The table, for people.
pub fn table() -> String {
    let mut text = "Exit codes\n\n".to_owned();
    for (code, words) in TABLE {
        let _ = writeln!(text, "{code:>4}  {words}");
    }
    text
}

/// Why a verb does not go on: a sentence, and how the program ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The sentence; empty where everything has been said.
    pub sentence: String,
    /// The exit code.
    pub code: u8,
}

impl Stop {
    /// Ends with this sentence and code.
    pub fn new(code: u8, sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code }
    }

    /// The command line, a setting or a file is wrong.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self::new(USAGE, sentence)
    }

    /// The journal cannot be used.
    pub fn trouble(trouble: &Trouble) -> Self {
        Self::new(FAILED, format!("{} {}", trouble.what, trouble.next))
    }

    /// A request failed.
    pub fn failure(catalog: &Catalog, failure: &Failure) -> Self {
        let problem = failure.problem(catalog, None);
        let words = [problem.what, problem.why, problem.next].join(" ");
        Self::new(code_of(failure), words.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Whoever reads the output has closed it, as `head` does once it has its lines.
            io::ErrorKind::BrokenPipe => Self::new(0, ""),
            _ => Self::new(FAILED, format!("The output cannot be written: {error}.")),
        }
    }
}

/// The exit code for a failure.
pub fn code_of(failure: &Failure) -> u8 {
    use FailureKind as K;
    match failure.kind {
        K::SignInRefused | K::TokenTaken | K::NoRights => SIGN_IN,
        K::NotFound => NOT_FOUND,
        K::Unreachable(_) | K::Tls(_) | K::TimedOut | K::Busy | K::Lost | K::Redirected | K::NotJson => UNREACHABLE,
        K::ServerError if matches!(failure.status, Some(502..=504)) => UNREACHABLE,
        K::Misconfigured(_) => USAGE,
        K::Cancelled => INTERRUPTED,
        K::NotRecorded(_) => FAILED,
        K::NotOffered | K::Refused | K::BadQuery | K::ServerError | K::Truncated | K::Malformed | K::TooLarge => FAILED,
    }
}
