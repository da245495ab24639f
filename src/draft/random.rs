//! Passwords and PINs made at random, from dice that somebody else has thrown.
//!
//! Owns the alphabets, and what a PIN must not be. Knows no source of randomness; keeps and prints nothing.

/// Letters and digits that are not taken for one another when they are read out.
const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const DIGITS: &[u8] = b"0123456789";
/// What is made where nobody has said otherwise.
const LENGTH: usize = 16;

/// A new secret by a rule such as `digits 6`. `None` where the dice are too few.
pub fn secret(rule: Option<&str>, most: Option<usize>, dice: &[u8]) -> Option<String> {
    let (alphabet, length) = rule.and_then(|rule| rule.split_once(' ')).unwrap_or(("letters", ""));
    let length = length.parse().unwrap_or(LENGTH).min(most.unwrap_or(usize::MAX)).max(1);
    let alphabet = if alphabet == "digits" { DIGITS } else { LETTERS };
    // A die that would favour the first letters is not used.
    let fair = 256 - 256 % alphabet.len();
    let letters: Vec<char> = dice
        .iter()
        .filter(|die| usize::from(**die) < fair)
        .map(|die| char::from(alphabet[usize::from(*die) % alphabet.len()]))
        .collect();
    let good = |letters: &&[char]| match alphabet.len() == DIGITS.len() {
        true => length < 3 || !is_guessed(letters),
        false => {
            length < 3
                || [char::is_ascii_lowercase, char::is_ascii_uppercase, char::is_ascii_digit]
                    .iter()
                    .all(|kind| letters.iter().any(kind))
        }
    };
    letters.chunks_exact(length).find(good).map(|letters| letters.iter().collect())
}

/// `1111`, `1234`, `9876`: what is tried first.
fn is_guessed(digits: &[char]) -> bool {
    let steps: Vec<i32> = digits.windows(2).map(|pair| pair[1] as i32 - pair[0] as i32).collect();
    steps.first().is_some_and(|first| first.abs() <= 1 && steps.iter().all(|step| step == first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_no_series_and_a_password_has_of_everything() {
        let pin = secret(Some("digits 4"), None, &[1, 2, 3, 4, 7, 7, 7, 7, 3, 9, 4, 4]);
        assert_eq!(pin.as_deref(), Some("3944"));
        let dice: Vec<u8> = (0..=255).cycle().take(512).map(|n: u8| n.wrapping_mul(97)).collect();
        let password = secret(None, None, &dice).unwrap();
        assert_eq!(password.chars().count(), LENGTH);
        for kind in [char::is_ascii_lowercase, char::is_ascii_uppercase, char::is_ascii_digit] {
            assert!(password.chars().any(|c| kind(&c)), "{password}");
        }
        assert!(!password.contains(['l', 'I', 'O', '0', '1', 'o']), "{password}");
        assert_eq!(secret(Some("letters 16"), Some(8), &dice).map(|p| p.len()), Some(8));
        assert_eq!(secret(Some("digits 6"), None, &[1, 2]), None);
    }

    #[test]
    fn every_letter_is_as_likely_as_another() {
        let dice: Vec<u8> = (0..=255).collect();
        let fair = 256 - 256 % LETTERS.len();
        let mut counts = [0; 128];
        for die in dice.iter().filter(|die| usize::from(**die) < fair) {
            counts[usize::from(LETTERS[usize::from(*die) % LETTERS.len()])] += 1;
        }
        let used: Vec<i32> = counts.into_iter().filter(|count| *count > 0).collect();
        assert!(used.iter().all(|count| *count == used[0]), "{used:?}");
    }
}
