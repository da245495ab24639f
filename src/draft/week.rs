//! The times of a day as people write them, on one line: `09:00-12:00, 13:00-17:00`.
//!
//! Owns the words alone; where the periods of a week lie is the catalog's to say.

/// The times of one day: from and to, as the wire spells them.
pub type Times = Vec<(String, String)>;

/// Times on one line: seconds only where there are any.
pub fn shown(times: &Times) -> String {
    let short = |time: &str| match time.strip_suffix(":00") {
        Some(short) if short.len() == 5 => short.to_owned(),
        _ => time.to_owned(),
    };
    times.iter().map(|(from, to)| format!("{}-{}", short(from), short(to))).collect::<Vec<_>>().join(", ")
}
