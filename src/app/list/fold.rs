//! Text made comparable: small letters, no accents.

use nucleo_matcher::chars;

/// `Müller-O’Brien` becomes `muller-o’brien`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends the folded form of `text`. A line break becomes a space: in an arena it separates rows.
pub fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        out.extend(text.bytes().map(|b| if b == b'\n' { ' ' } else { char::from(b.to_ascii_lowercase()) }));
    } else {
        out.extend(text.chars().map(fold_char));
    }
}

pub(super) fn fold_char(c: char) -> char {
    match c {
        '\n' => ' ',
        // `Ä` is lowered before its mark is taken off: the table of marks knows small letters best.
        c => chars::normalize(chars::to_lower_case(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folding() {
        for (text, folded) in
            [("Müller", "muller"), ("SIÂN", "sian"), ("明 Ito", "明 ito"), ("Peña\nRuiz", "pena ruiz"), ("", "")]
        {
            assert_eq!(super::fold(text), folded);
        }
        assert_eq!(fold(&fold("ÀÉ")), fold("ÀÉ"));
    }
}
