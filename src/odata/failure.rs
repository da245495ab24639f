//! What went wrong with a request, as plain data.
//!
//! Owns the vocabulary of failures: sign-in, rights, refusals, lost answers, answers that are no answers. Holds
//! neither keys, tokens nor query strings, so a failure may be logged, journalled and shown. What it means for
//! people is in `problem`; how it is found out is in `answer` and in the client.

use super::text;
use std::time::Duration;

/// The longest excerpt of a foreign text that a failure keeps, in characters.
const EXCERPT: usize = 240;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailureKind {
    /// The token endpoint refused id and key; they are not tried again by themselves.
    SignInRefused,
    /// A token that was fetched a moment ago was refused: somebody else signed in with this client id.
    TokenTaken,
    /// 403: the role is too low, or the address is not allowed by the console restrictions.
    NoRights,
    /// 404: no such entity, set or function.
    NotFound,
    /// 405: the PBX does not offer this method here.
    NotOffered,
    /// The PBX looked at what was sent and refused it; `details` says which fields, where it told.
    Refused,
    /// 400 without a field: the question was not understood.
    BadQuery,
    /// 429: too many requests.
    Busy,
    /// 5xx.
    ServerError,
    /// No connection came about, so nothing was sent.
    Unreachable(Reach),
    /// The TLS handshake failed, so nothing was sent.
    Tls(Distrust),
    /// Sent, and no answer within the time allowed. Of a read only: a write becomes [`FailureKind::Lost`].
    TimedOut,
    /// A write was sent and the answer was lost: it may or may not have been applied.
    Lost,
    /// Something answered with a web page or another text that is not JSON.
    NotJson,
    /// The answer broke off.
    Truncated,
    /// The answer is JSON, yet not of the form that was asked for.
    Malformed,
    /// The answer is larger than cordboard takes.
    TooLarge,
    /// The PBX sent us elsewhere, and a token never leaves the address it was made for.
    Redirected,
    /// Stopped on this side before an answer came.
    Cancelled,
    /// It could not be written down before it was sent, and so was not sent.
    NotRecorded(Box<Hindrance>),
    /// Something is wrong on this side, in these words.
    Misconfigured(String),
}

/// What stood in the way on this side, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hindrance {
    /// What is wrong, as a sentence.
    pub what: String,
    /// What to do about it.
    pub next: String,
}

/// How far an attempt to connect came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The host name is not known.
    Name,
    /// The host answered that nobody listens there.
    Refused,
    /// Nobody answered in time.
    TimedOut,
    /// There is no way to that host.
    NoRoute,
    /// Anything else.
    Other,
}

/// Why a certificate, or the connection it was to protect, was not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Distrust {
    /// Issued by nobody this machine trusts (self-signed among them).
    UnknownIssuer,
    /// Out of date.
    Expired,
    /// Not valid yet: usually a wrong clock.
    NotYetValid,
    /// Made for another name.
    OtherName,
    /// Withdrawn by its issuer.
    Revoked,
    /// Not a certificate this program understands.
    Unreadable,
    /// The other side does not speak TLS, or none that this program speaks.
    NoTls,
}

/// One complaint of the PBX.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Detail {
    /// The property it is about, as the PBX spells it.
    pub target: Option<String>,
    /// The key of the complaint, such as `WARNINGS.XAPI.ALREADY_IN_USE`; empty where the PBX gave none.
    pub code: String,
    /// What the PBX said beside the key; may be empty.
    pub message: String,
}

/// What went wrong with one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// The request line without its query: `PATCH /xapi/v1/Users(57)`.
    pub request: String,
    /// The address of the PBX, `https://pbx.acme.example`; empty where no connection was involved.
    pub address: String,
    /// The client id that was signed in with; empty where no connection was involved.
    pub client: String,
    /// The status of the answer, if one came.
    pub status: Option<u16>,
    /// What the PBX complains about, one by one.
    pub details: Vec<Detail>,
    /// A short excerpt of what was answered, free of control characters.
    pub text: String,
    /// How long the PBX asked us to wait.
    pub retry_after: Option<Duration>,
    /// It was said of so many that were sent together: which of them it means nobody knows.
    pub said_of: Option<usize>,
}

impl Failure {
    /// A failure of this kind, of a request such as `PATCH /xapi/v1/Users(57)`.
    pub fn new(kind: FailureKind, request: impl Into<String>) -> Self {
        Self {
            kind,
            request: request.into(),
            address: String::new(),
            client: String::new(),
            status: None,
            details: Vec::new(),
            text: String::new(),
            retry_after: None,
            said_of: None,
        }
    }

    /// A failure on this side, in words.
    pub fn misconfigured(words: impl Into<String>) -> Self {
        Self::new(FailureKind::Misconfigured(words.into()), "")
    }

    /// Of several that were asked for together one may be the reason, and not the line nor the PBX as a whole.
    pub fn may_be_of_one(&self) -> bool {
        use FailureKind as K;
        match self.kind {
            K::Malformed | K::TooLarge | K::TimedOut | K::Truncated | K::Refused => true,
            K::ServerError => !matches!(self.status, Some(502..=504)),
            _ => false,
        }
    }

    /// The same, with a foreign text: made harmless and short.
    #[must_use]
    pub fn with_text(mut self, foreign: &str) -> Self {
        self.text = text::excerpt(foreign, EXCERPT);
        self
    }

    /// The same, with the status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The same, said of several that were sent together.
    #[must_use]
    pub fn of_several(mut self, count: usize) -> Self {
        self.said_of = (count > 1).then_some(count);
        self
    }

    /// What came in the place of a yes or a no.
    pub fn unanswered(&self) -> String {
        match self.status {
            Some(status) if status >= 500 => format!("the PBX answered {status}"),
            _ => "the answer was lost".to_owned(),
        }
    }

    /// Whom else it was said of: ` with 4 others`, or nothing.
    pub fn with_others(&self) -> String {
        match self.said_of {
            Some(2) => " with another one".to_owned(),
            Some(count) => format!(" with {} others", count.saturating_sub(1)),
            None => String::new(),
        }
    }

    /// The same, with who was asked and as whom.
    #[must_use]
    pub fn at(mut self, address: &str, client: &str) -> Self {
        self.address = address.to_owned();
        self.client = client.to_owned();
        self
    }

    /// Takes these texts out of everything the PBX said: it may quote what it was sent.
    #[must_use]
    pub fn without(mut self, secrets: &[&str]) -> Self {
        for secret in secrets.iter().filter(|s| s.chars().count() >= 3) {
            let clean = text::excerpt(secret, EXCERPT);
            let blot = |said: &mut String| {
                for form in [*secret, clean.as_str()] {
                    if said.contains(form) {
                        *said = said.replace(form, "••••••");
                    }
                }
            };
            blot(&mut self.text);
            self.details.iter_mut().for_each(|d| blot(&mut d.message));
        }
        self
    }
}
