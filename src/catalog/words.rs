//! Titles made from wire names, where nobody has written a better one.

/// `100,000`, so that thousands are seen: as people are told how many there are.
pub fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many somebody says there are: `100,000` or `100000`.
pub fn number_said(text: &str) -> Option<usize> {
    text.trim().replace(',', "").parse().ok()
}

/// The last part of a dotted name: `User` of `Pbx.User`.
pub(super) fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The words of a wire name: `OutboundCallerID` is `Outbound`, `Caller`, `ID`.
pub(super) fn split(name: &str) -> Vec<&str> {
    let letters: Vec<(usize, char)> = name.char_indices().collect();
    let mut words = Vec::new();
    let mut start = 0;
    for (i, &(at, c)) in letters.iter().enumerate() {
        if matches!(c, '_' | '-' | ' ' | '.') {
            if start < at {
                words.push(&name[start..at]);
            }
            start = at + c.len_utf8();
            continue;
        }
        let Some(&(_, before)) = i.checked_sub(1).and_then(|i| letters.get(i)) else { continue };
        let after = letters.get(i + 1).map_or(' ', |&(_, c)| c);
        let begins = if c.is_uppercase() {
            // `Caller|ID`, `VM|Play`, `365|Calendar`, but `2FA` and `PIN` stay whole.
            before.is_lowercase() || (after.is_lowercase() && !is_plural(&letters, i))
        } else {
            c.is_ascii_digit() && before.is_lowercase()
        };
        if begins && start < at {
            words.push(&name[start..at]);
            start = at;
        }
    }
    if start < name.len() {
        words.push(&name[start..]);
    }
    words
}

/// `IDs`, `URLs`: the small letter after the capital ends the word.
fn is_plural(letters: &[(usize, char)], capital: usize) -> bool {
    let letter = |i: usize| letters.get(i).map_or(' ', |&(_, c)| c);
    letter(capital + 1) == 's' && !letter(capital + 2).is_lowercase() && letter(capital.wrapping_sub(1)).is_uppercase()
}

/// A title in sentence case: `Outbound caller ID`. `spelling` knows words that are written in their own way.
pub(super) fn humanise<'w>(name: &'w str, spelling: impl Fn(&str) -> Option<&'w str>) -> String {
    let mut title = String::with_capacity(name.len() + 4);
    for word in split(name) {
        if !title.is_empty() {
            title.push(' ');
        }
        if let Some(known) = spelling(word) {
            title.push_str(known);
        } else if is_acronym(word) {
            title.push_str(word);
        } else {
            title.extend(word.chars().flat_map(char::to_lowercase));
        }
    }
    capitalise(&title)
}

/// The text with a capital first letter.
pub(super) fn capitalise(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A title within a sentence: `DID numbers`, `ring groups`.
pub(super) fn small(title: &str) -> String {
    let word = |w: &str| if is_acronym(w) { w.to_owned() } else { w.to_lowercase() };
    title.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// One of several: `ring group` of `Ring groups`.
pub(super) fn singular(title: &str) -> String {
    let small = small(title);
    let mut words: Vec<String> = small.split(' ').map(str::to_owned).collect();
    if let Some(last) = words.last_mut() {
        if let Some(stem) = last.strip_suffix("ies") {
            *last = format!("{stem}y");
        } else if last.ends_with("sses") || last.ends_with("xes") {
            last.truncate(last.len() - 2);
        } else if last.ends_with('s') && !last.ends_with("ss") && !last.ends_with("us") && !last.ends_with("ings") {
            last.pop();
        }
    }
    words.join(" ")
}

fn is_acronym(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    capitals >= 2 || (capitals == 1 && word.chars().any(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_wire_names() {
        let cases = [
            ("OutboundCallerID", "Outbound caller ID"),
            ("LoggedOut", "Logged out"),
            ("VMPlayMsgDateTime", "VM play msg date time"),
            ("Require2FA", "Require 2FA"),
            ("MS365CalendarEnabled", "MS365 calendar enabled"),
            ("Mobile2", "Mobile 2"),
            ("Play12Hr", "Play 12 hr"),
            ("E164Settings", "E164 settings"),
            ("SkillBasedRouting_RingAll", "Skill based routing ring all"),
            ("SipIDs", "Sip IDs"),
            ("ids", "Ids"),
            ("", ""),
            ("X", "X"),
        ];
        for (name, title) in cases {
            assert_eq!(humanise(name, |_| None), title, "{name}");
        }
        assert_eq!(humanise("VMPlayMsg", |w| (w == "VM").then_some("voicemail")), "Voicemail play msg");
    }

    #[test]
    fn splitting_loses_no_letter() {
        for name in ["OutboundCallerID", "a_b__c", "ÄnderungX", "CDRSettings", "IpV4", "9lives", "IVRs"] {
            let joined = split(name).concat();
            assert_eq!(joined, name.replace('_', ""), "{name}");
        }
    }

    #[test]
    fn one_of_several() {
        let cases = [
            ("Users", "user"),
            ("Ring groups", "ring group"),
            ("Countries", "country"),
            ("Phone settings", "phone settings"),
            ("Email addresses", "email address"),
            ("System status", "system status"),
            ("SIP devices", "SIP device"),
        ];
        for (several, one) in cases {
            assert_eq!(singular(several), one);
        }
    }

    #[test]
    fn thousands_are_seen_in_a_number_and_read_with_their_signs_or_without() {
        for (n, shown) in [(0, "0"), (999, "999"), (1_000, "1,000"), (10_000, "10,000"), (1_234_567, "1,234,567")] {
            assert_eq!(
                (number(n), number_said(shown), number_said(&format!(" {n} "))),
                (shown.to_owned(), Some(n), Some(n))
            );
        }
        for other in ["", "ten", "-1", "1.000"] {
            assert_eq!(number_said(other), None, "{other}");
        }
    }
}
