//! Images that travel as text: what kind they are, how big, and whether they may be sent.
//!
//! Owns the marks by which an image is known and the form it has on the wire (base64, behind `data:` where the PBX has
//! it so). Reads no file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What kind of image begins with these bytes.
pub fn kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let text = || String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_lowercase();
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some(("PNG", "image/png")),
        [0xff, 0xd8, 0xff, ..] => Some(("JPEG", "image/jpeg")),
        [b'G', b'I', b'F', b'8', ..] => Some(("GIF", "image/gif")),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(("WebP", "image/webp")),
        _ if text().contains("<svg") => Some(("SVG", "image/svg+xml")),
        _ => None,
    }
}

/// What a value is, for people: `PNG` and its bytes. `None` where it is no image as text, but an address, for one.
pub fn told(text: &str) -> Option<(&'static str, usize)> {
    let code = text.strip_prefix("data:").map_or(Some(text), |rest| rest.split_once(',').map(|(_, code)| code))?;
    let code = code.trim();
    // Whole groups of four; the kind is known by the first bytes, an SVG by a few more.
    let start: String = code.chars().take(512).collect();
    let start = &start[..start.len() / 4 * 4];
    let (name, _) = kind(&STANDARD.decode(start).ok()?)?;
    let padding = code.bytes().rev().take_while(|byte| *byte == b'=').count();
    Some((name, (code.len() / 4 * 3).saturating_sub(padding)))
}

/// The image that a text is: its kind and its bytes.
pub fn decoded(text: &str) -> Option<(&'static str, Vec<u8>)> {
    let code = text.strip_prefix("data:").map_or(Some(text), |rest| rest.split_once(',').map(|(_, code)| code))?;
    let bytes = STANDARD.decode(code.trim()).ok()?;
    kind(&bytes).map(|(name, _)| (name, bytes))
}

/// How many bytes fit into a text of so many characters.
pub fn fits(most: Option<u32>) -> Option<usize> {
    most.map(|most| most as usize / 4 * 3)
}

/// An image as it is sent. `before` is what the PBX has there now: one that stands behind `data:` stays so.
///
/// # Errors
/// A sentence that says why it cannot be sent.
pub fn encoded(bytes: &[u8], most: Option<u32>, before: Option<&str>) -> Result<String, String> {
    let Some((_, mime)) = kind(bytes) else {
        return Err("This is no PNG, JPEG, GIF, WebP or SVG image.".to_owned());
    };
    let code = STANDARD.encode(bytes);
    let text = match before.is_some_and(|before| before.starts_with("data:")) {
        true => format!("data:{mime};base64,{code}"),
        false => code,
    };
    match most.filter(|most| text.len() > *most as usize) {
        Some(most) => {
            let fits = most as usize / 4 * 3;
            Err(format!("It has {} bytes; at most {fits} fit here. A smaller image, please.", bytes.len()))
        }
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0123456789";

    #[test]
    fn images_are_known_by_what_they_begin_with() {
        for (bytes, name) in [
            (PNG, Some("PNG")),
            (b"\xff\xd8\xff\xe0rest".as_slice(), Some("JPEG")),
            (b"GIF89a", Some("GIF")),
            (b"RIFF\x01\x02\x03\x04WEBPVP8", Some("WebP")),
            (b"<?xml version=\"1.0\"?><SVG xmlns=\"x\"/>", Some("SVG")),
            (b"%PDF-1.7", None),
            (b"", None),
        ] {
            assert_eq!(kind(bytes).map(|(name, _)| name), name);
        }
    }

    #[test]
    fn what_is_sent_is_told_again() {
        let text = encoded(PNG, Some(136_533), None).unwrap();
        assert_eq!(told(&text), Some(("PNG", PNG.len())));
        let behind = encoded(PNG, None, Some("data:image/gif;base64,R0lGOA==")).unwrap();
        assert!(behind.starts_with("data:image/png;base64,"), "{behind}");
        assert_eq!(told(&behind), Some(("PNG", PNG.len())));
        for text in ["https://acme.example/logo.png", "", "data:", "\u{1f5bc}"] {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_not_sent() {
        let big = [PNG, &[0; 200]].concat();
        assert!(encoded(&big, Some(100), None).unwrap_err().contains("at most 75 fit"));
        assert!(encoded(b"text", None, None).unwrap_err().contains("no PNG"));
        assert_eq!(fits(Some(136_533)), Some(102_399));
    }
}
