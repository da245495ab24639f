//! What a failure means, in words for people: what happened, why, what to do next.
//!
//! Owns the sentences for every kind of failure. Takes the titles of fields from the catalog and the meaning of the
//! PBX's own complaints from `warnings`; knows nothing of requests under way, drafts or screens.

use super::failure::{Detail, Distrust, Failure, FailureKind, Reach};
use super::warnings::warning;
use crate::catalog::{Catalog, Schema};

const CLIENTS: &str = "Admin › Integrations › API";

/// A failure, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What happened, as one sentence.
    pub what: String,
    /// Why, as far as it is known; may be empty.
    pub why: String,
    /// What to do next.
    pub next: String,
    /// What the PBX says of single fields: the property it is pinned to, by wire name, and a clause such as
    /// `is already used by something else on this PBX`.
    pub fields: Vec<(String, String)>,
}

impl Problem {
    fn new(what: impl Into<String>, why: impl Into<String>, next: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.into(), next: next.into(), fields: Vec::new() }
    }
}

impl Failure {
    /// This failure for people. `schema` is that of the entity it was about, for the titles of its fields.
    pub fn problem(&self, catalog: &Catalog, schema: Option<&Schema>) -> Problem {
        let mut problem = self.problem_of_one(catalog, schema);
        if self.said_of.is_some() {
            problem.next = "Send to each alone: then it says of each what is wrong.".to_owned();
        }
        problem
    }

    fn problem_of_one(&self, catalog: &Catalog, schema: Option<&Schema>) -> Problem {
        use FailureKind as K;
        let pbx = self.host();
        match &self.kind {
            K::SignInRefused => Problem::new(
                format!("The PBX refused the sign-in{}.", self.as_whom()),
                or(self.quoted(), "Client id or key is wrong, or the API client was deleted."),
                format!(
                    "Check id and key in {CLIENTS}. They are not tried again by themselves, \
                     because a few wrong keys make a PBX block this address. Nothing you typed is lost."
                ),
            ),
            K::TokenTaken => Problem::new(
                format!("The PBX refused the sign-in{}: another program took this client's token.", self.as_whom()),
                "A client id has one token at a time: whoever signs in last has it, and this one was lost twice in a row.",
                format!(
                    "Give that program a client id of its own ({CLIENTS}). If there is no other program, see that this \
                     API client may use the configuration API. Nothing you typed is lost."
                ),
            ),
            K::NoRights => Problem::new(
                format!("The PBX does not let {} do this.", self.whom()),
                "Its role is too low, or the console restrictions do not allow the address of this machine.",
                format!(
                    "Give the API client the role System Owner in a department ({CLIENTS}), \
                     or allow this address in the console restrictions."
                ),
            ),
            K::NotFound => Problem::new(
                "The PBX does not have it.",
                or(self.quoted(), "It was deleted meanwhile, or this build of the PBX lacks the function."),
                "Load the list again to see what is there now.",
            ),
            K::NotOffered => Problem::new(
                "The PBX does not offer this.",
                format!("It answers {} with 405: not possible here.", self.request),
                "It can be read only, or changed in another place of the console.",
            ),
            K::Refused => self.refused(catalog, schema),
            K::BadQuery => Problem::new(
                "The PBX did not understand the question.",
                or(self.quoted(), "It does not say which part: a filter, a column or the order."),
                "Take the filter or the last column out. If it stays, this build differs from what cordboard knows.",
            ),
            K::Busy => Problem::new(
                "The PBX is busy and turned the request away.",
                match self.retry_after {
                    Some(wait) => format!("It asks to be left alone for {} s.", wait.as_secs()),
                    None => "It had too many requests in a short time.".to_owned(),
                },
                "Wait a little and try again.",
            ),
            K::ServerError => self.server_error(),
            K::Unreachable(reach) => self.unreachable(*reach, &pbx),
            K::Tls(distrust) => self.distrusted(*distrust, &pbx),
            K::TimedOut => Problem::new(
                "The PBX did not answer in time.",
                "It took the request and is slow, or the way to it is.",
                "Try again. A narrower filter or a shorter period helps with large lists.",
            ),
            K::Lost => Problem::new(
                "The answer of the PBX was lost.",
                "The change was sent; whether it was applied is not known.",
                "See what is on the PBX now before you send it again.",
            ),
            K::NotJson => Problem::new(
                "Something between cordboard and the PBX answered with a web page.",
                or(self.quoted(), "A proxy, a firewall or another web server stands at this address."),
                format!("{} {}", self.address_next(), "A sign-in page of a network has to be passed first."),
            ),
            K::Truncated => Problem::new(
                "The answer of the PBX broke off.",
                or(self.told(), "The connection was cut before the end."),
                "Try again.",
            ),
            K::Malformed => Problem::new(
                "The PBX answered in a form cordboard does not know.",
                or(self.told(), &format!("The answer to {} is not what was asked for.", self.request)),
                "See that the address is that of a 3CX V20. A newer build may differ: look at the log.",
            ),
            K::TooLarge => Problem::new(
                "The answer of the PBX is too large.",
                or(self.told(), "It is larger than cordboard takes."),
                "Ask for less: a filter, fewer columns, a shorter period.",
            ),
            K::Redirected => Problem::new(
                "The PBX sends cordboard to another address, and cordboard does not go there.",
                or(self.told(), "A key and a token never leave the address they were given for."),
                self.address_next(),
            ),
            K::Cancelled => {
                Problem::new("Stopped.", "You stopped it before the PBX answered.", "Try again when you like.")
            }
            K::NotRecorded(why) => Problem::new(why.what.clone(), "", why.next.clone()),
            K::Misconfigured(words) => Problem::new(words.clone(), self.quoted(), ""),
        }
    }

    fn refused(&self, catalog: &Catalog, schema: Option<&Schema>) -> Problem {
        let what = match self.request.split(' ').next() {
            Some("GET") => "The PBX refused the request.",
            Some("DELETE") => "The PBX did not delete it.",
            _ => "The PBX did not accept the change.",
        };
        if self.details.iter().all(unbound) && (self.text.contains("delta") || !self.details.is_empty()) {
            return Problem::new(
                what,
                "It could not read one of the properties: it does not know the name, or the value has the wrong type. \
                 It does not say which.",
                "Change one field at a time to find it. This build of the PBX may lack a newer field.",
            );
        }
        let mut problem = Problem::new(what, "", "");
        let mut reasons: Vec<String> = Vec::new();
        for detail in self.details.iter().filter(|d| !unbound(d)) {
            let (words, next) = detail.words();
            let (field, title) = detail.placed(catalog, schema);
            let reason = sentence(title.as_deref(), &words);
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
            if problem.next.is_empty() {
                problem.next = next.to_owned();
            }
            if let Some(field) = field {
                problem.fields.push((field, words));
            }
        }
        problem.why = if reasons.is_empty() { or(self.quoted(), "It does not say why.") } else { reasons.join(" ") };
        if problem.next.is_empty() {
            problem.next =
                if problem.fields.is_empty() { "What you typed is kept." } else { "Correct the field and send again." }
                    .to_owned();
        }
        problem
    }

    fn server_error(&self) -> Problem {
        let status = self.status.map_or(String::new(), |s| format!(" ({s})"));
        match self.status {
            Some(502..=504) => Problem::new(
                format!("The PBX is not ready{status}."),
                or(self.quoted(), "It is starting, overloaded, or the service behind its web server is down."),
                "Wait a little and try again. A shorter period helps with reports.",
            ),
            _ => Problem::new(
                format!("The PBX failed over this request{status}."),
                or(
                    self.quoted(),
                    "It gives no reason. It does so with a value it cannot read, and with some names given twice.",
                ),
                "Check dates, times and names, then try again.",
            ),
        }
    }

    fn unreachable(&self, reach: Reach, pbx: &str) -> Problem {
        let (what, why) = match reach {
            Reach::Name => (format!("The name {pbx} is not known."), "This machine's DNS has no such host."),
            Reach::Refused => {
                (format!("{pbx} refused the connection."), "The host is there, but nothing listens on that port.")
            }
            Reach::TimedOut => {
                (format!("{pbx} does not answer."), "The host is down, or a firewall drops the connection.")
            }
            Reach::NoRoute => {
                (format!("There is no way to {pbx}."), "The network of this machine does not lead there.")
            }
            Reach::Other => (format!("{pbx} cannot be reached."), "The connection broke before anything was sent."),
        };
        Problem::new(what, why, format!("{} Nothing was sent.", self.address_next()))
    }

    fn distrusted(&self, distrust: Distrust, pbx: &str) -> Problem {
        let why = match distrust {
            Distrust::UnknownIssuer => "It was issued by nobody this machine trusts; perhaps it is self-signed.",
            Distrust::Expired => "It is out of date.",
            Distrust::NotYetValid => "It is not valid yet: see the clock of this machine.",
            Distrust::OtherName => "It was made for another name: use the PBX's own name in the address.",
            Distrust::Revoked => "Its issuer has withdrawn it.",
            Distrust::Unreadable => "It cannot be read or was not made for this use.",
            Distrust::NoTls => {
                return Problem::new(
                    format!("{pbx} does not speak TLS as this program does."),
                    or(self.told(), "The port may serve plain http, or very old TLS only."),
                    self.address_next(),
                );
            }
        };
        Problem::new(
            format!("The certificate of {pbx} is not trusted."),
            format!("{why} {}", self.told()).trim_end().to_owned(),
            "Give the issuer's certificate as `ca_file` in the profile. `insecure = true` there skips the check: \
             only on a network you trust. Nothing was sent.",
        )
    }

    fn host(&self) -> String {
        let host = self.address.split_once("://").map_or(self.address.as_str(), |(_, rest)| rest);
        or(host.to_owned(), "the PBX")
    }

    fn as_whom(&self) -> String {
        if self.client.is_empty() { String::new() } else { format!(" as {}", self.client) }
    }

    fn whom(&self) -> String {
        if self.client.is_empty() { "this API client".to_owned() } else { format!("API client {}", self.client) }
    }

    fn address_next(&self) -> String {
        let at = if self.address.is_empty() { String::new() } else { format!(", {},", self.address) };
        format!("Check the address{at} and its port: 443 on hosted systems, 5001 on most others.")
    }

    /// What we found ourselves, as a sentence.
    fn told(&self) -> String {
        if self.text.is_empty() { String::new() } else { sentence(None, self.text.trim_end_matches('.')) }
    }

    /// What the other side said.
    fn quoted(&self) -> String {
        if self.text.is_empty() { String::new() } else { format!("It says “{}”.", self.text.trim_end_matches('.')) }
    }
}

impl Detail {
    /// What it says, as a clause, and what to do about it (may be empty). A key that is not known is shown as it is.
    pub fn words(&self) -> (String, &'static str) {
        match warning(&self.code) {
            Some(known) if self.message.is_empty() => (known.words.to_owned(), known.next),
            Some(known) => (format!("{} ({})", known.words, self.message), known.next),
            None => {
                let said = [self.code.as_str(), self.message.as_str()].join(" ");
                (format!("the PBX says “{}”", said.trim()), "")
            }
        }
    }

    /// The property it is pinned to (by wire name) and what people call it, with the path within it if there is one.
    fn placed(&self, catalog: &Catalog, schema: Option<&Schema>) -> (Option<String>, Option<String>) {
        let Some(target) = self.target.as_deref().filter(|t| !t.is_empty()) else { return (None, None) };
        let parts: Vec<&str> = target.split(['.', '/', '[']).filter(|p| !p.is_empty()).collect();
        let known = |name: &str| {
            schema.and_then(|s| {
                let exact = s.field(name);
                let field = exact.or_else(|| s.fields.iter().find(|f| f.name.eq_ignore_ascii_case(name)))?;
                Some((field.name, catalog.note(s, field).title))
            })
        };
        // `Holiday.Group` names the schema first, `Routes[0].TrunkId` a field of ours first.
        let own = parts.iter().enumerate().find_map(|(i, part)| known(part).map(|(name, title)| (i, name, title)));
        match own {
            Some((i, name, title)) if i + 1 == parts.len() => (Some(name.to_owned()), Some(title.into_owned())),
            Some((_, name, title)) => (Some(name.to_owned()), Some(format!("{title} ({target})"))),
            None => (Some(target.to_owned()), Some(target.to_owned())),
        }
    }
}

/// The PBX could not bind the body at all: it speaks of its own parameter, `delta`.
fn unbound(detail: &Detail) -> bool {
    detail.target.as_deref().is_some_and(|t| t.eq_ignore_ascii_case("delta"))
        || (detail.code.is_empty() && detail.message.contains("delta") && detail.message.contains("required"))
}

fn or(text: String, otherwise: &str) -> String {
    if text.is_empty() { otherwise.to_owned() } else { text }
}

/// `Email address is …` where the clause is one about a field, `Email address: …` otherwise.
fn sentence(title: Option<&str>, clause: &str) -> String {
    const ABOUT: [&str; 10] =
        ["is ", "has ", "must ", "may ", "cannot ", "exists ", "refers ", "does ", "would ", "should "];
    let about = ABOUT.iter().any(|verb| clause.starts_with(verb));
    match title {
        Some(title) if about => format!("{title} {clause}."),
        Some(title) => format!("{title}: {clause}."),
        None if about => format!("It {clause}."),
        None => {
            let mut letters = clause.chars();
            letters.next().map_or(String::new(), |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
        }
    }
}

#[cfg(test)]
mod tests;
