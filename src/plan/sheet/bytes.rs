//! The bytes of a table as text: UTF-8, UTF-16, or what Windows writes where nobody chose.

use std::borrow::Cow;

/// How the bytes were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a mark in front.
    Utf8,
    /// UTF-16, in either order.
    Utf16,
    /// Windows-1252, of which Latin-1 is a part.
    Windows,
}

/// The text of a file.
///
/// # Errors
/// A sentence, where it is no text.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), String> {
    if let Some(rest) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        let text = std::str::from_utf8(rest).map_err(|e| {
            format!("The file says that it is UTF-8, and from byte {} on it is not.", e.valid_up_to() + 4)
        })?;
        return plain(Cow::Borrowed(text), Encoding::Utf8);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return utf16(rest, u16::from_be_bytes);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err("This is a workbook, not a table of text: save it as CSV first.".to_owned());
    }
    // Without a mark UTF-16 shows itself by the zeros in every second place.
    let start = &bytes[..bytes.len().min(64)];
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|b| **b == 0).count() * 4 > start.len();
    match (zeros(0), zeros(1)) {
        (false, true) => return utf16(bytes, u16::from_le_bytes),
        (true, false) => return utf16(bytes, u16::from_be_bytes),
        _ => {}
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => plain(Cow::Borrowed(text), Encoding::Utf8),
        Err(_) => plain(Cow::Owned(bytes.iter().map(|b| windows(*b)).collect()), Encoding::Windows),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<(Cow<'_, str>, Encoding), String> {
    if !bytes.len().is_multiple_of(2) {
        return Err("The file is UTF-16 and breaks off in the middle of a character.".to_owned());
    }
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) => plain(Cow::Owned(text), Encoding::Utf16),
        Err(_) => Err("The file looks like UTF-16 and holds what is no character.".to_owned()),
    }
}

fn plain(text: Cow<'_, str>, encoding: Encoding) -> Result<(Cow<'_, str>, Encoding), String> {
    match text.contains('\0') {
        true => Err("The file holds zeros: it is no table of text.".to_owned()),
        false => Ok((text, encoding)),
    }
}

/// A byte of Windows-1252. The few that stand for nothing there are what they are in Latin-1.
fn windows(byte: u8) -> char {
    const UPPER: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => UPPER[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}
