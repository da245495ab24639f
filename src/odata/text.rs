//! Foreign text, made fit to be shown.
//!
//! Owns the rule that a text from the PBX, a proxy or a certificate can neither move a cursor, colour a screen nor
//! turn the direction of reading. Knows nothing of where the text comes from.

/// A short, one-line, harmless form of a foreign text: blanks folded, controls as visible marks, at most `limit`
/// characters.
pub(super) fn excerpt(foreign: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in foreign.split_whitespace() {
        if length > 0 {
            out.push(' ');
            length += 1;
        }
        for c in word.chars() {
            if length >= limit {
                out.push('…');
                return out;
            }
            out.push(visible(c));
            length += 1;
        }
    }
    out
}

/// The sign that stands for a character a terminal would act upon; the character itself otherwise.
fn visible(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => '\u{fffd}',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn a_foreign_text_becomes_one_short_harmless_line() {
        for (foreign, limit, shown) in [
            ("", 9, ""),
            ("  Field:\n\tKEY ", 99, "Field: KEY"),
            ("\u{1b}[31mred\u{7}", 99, "␛[31mred␇"),
            ("a\u{202e}b\u{9b}c", 99, "a\u{fffd}b\u{fffd}c"),
            ("123456789", 8, "12345678…"),
            ("Ünïcödé", 7, "Ünïcödé"),
        ] {
            assert_eq!(excerpt(foreign, limit), shown, "{foreign:?}");
        }
    }
}
