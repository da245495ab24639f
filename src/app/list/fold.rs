//! Text made comparable: small letters, no accents.

use memchr::memchr2;
use nucleo_matcher::chars;

/// `Müller-O’Brien` becomes `muller-o’brien`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends the folded form of `text`. A line break becomes a space: in an arena it separates rows. Nothing becomes NUL.
pub fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() && memchr2(0, b'\n', text.as_bytes()).is_none() {
        let at = out.len();
        out.push_str(text);
        out[at..].make_ascii_lowercase();
    } else {
        out.extend(text.chars().map(fold_char));
    }
}

pub(super) fn fold_char(c: char) -> char {
    match c {
        '\0' | '\n' => ' ',
        // Most letters of most names: no table need be asked.
        c if c.is_ascii() => c.to_ascii_lowercase(),
        // `Ä` is lowered before its mark is taken off: the table of marks knows small letters best.
        c => chars::normalize(chars::to_lower_case(c)),
    }
}

/// Folds plain text that lies among folded text, in one go.
pub(super) fn fold_plain(text: &mut [u8]) {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    let mut eights = text.chunks_exact_mut(8);
    for eight in &mut eights {
        let Ok(bytes) = <[u8; 8]>::try_from(&*eight) else { continue };
        let word = u64::from_ne_bytes(bytes);
        // The highest bit of each byte tells that it is a capital: at least `A`, not beyond `Z`, and no part of a sign.
        let low = word & (EACH * 0x7f);
        let is_letter = (low + EACH * (0x80 - u64::from(b'A'))) & !(low + EACH * (0x7f - u64::from(b'Z')));
        let capitals = is_letter & !word & (EACH * 0x80);
        eight.copy_from_slice(&(word | capitals >> 2).to_ne_bytes());
    }
    eights.into_remainder().make_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = memchr2(0, b'\n', &text[from..]) {
        text[from + at] = b' ';
        from += at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding() {
        for (text, folded) in
            [("Müller", "muller"), ("SIÂN", "sian"), ("明 Ito", "明 ito"), ("Peña\nRuiz", "pena ruiz"), ("", "")]
        {
            assert_eq!(fold(text), folded);
        }
        assert_eq!(fold(&fold("ÀÉ")), fold("ÀÉ"));
    }

    #[test]
    fn plain_text_among_folded_text_is_folded_the_same() {
        let plain: String = (0..128_u8).map(char::from).collect();
        for at in 0..9 {
            let text = format!("{}{}", "明é".repeat(at), &plain[at..]);
            let mut bytes = text.clone().into_bytes();
            fold_plain(&mut bytes);
            let expected: String = text.chars().map(|c| if c.is_ascii() { fold_char(c) } else { c }).collect();
            assert_eq!(bytes, expected.as_bytes());
        }
    }
}
