//! The little language of a style, `"yellow on black bold"`: words become a `Style`.
//!
//! Owns colours and modifiers. Knows nothing of roles or files: what it refuses it says in a sentence, and the
//! caller knows where.

use crate::source::did_you_mean;
use ratatui::style::{Color, Modifier, Style};
use std::collections::BTreeMap;

/// The terminal's own colours, in their own order, and the one that means "as it was".
const NAMES: [(&str, Color); 17] = [
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
    ("default", Color::Reset),
];

/// Where a colour stands among the 256 of a terminal, its own sixteen first. `None` for what is none of them.
pub fn index_of(colour: Color) -> Option<u8> {
    if let Color::Indexed(index) = colour {
        return Some(index);
    }
    let sixteen = NAMES.iter().filter(|(_, named)| *named != Color::Reset);
    sixteen.zip(0..).find_map(|((_, named), index)| (*named == colour).then_some(index))
}

const MODIFIERS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
];

/// Colours by the names a theme gives them.
pub(super) type Palette = BTreeMap<String, Color>;

/// A colour by itself.
pub(super) fn colour(word: &str, palette: &Palette) -> Result<Color, String> {
    if let Some(&colour) = palette.get(word) {
        return Ok(colour);
    }
    if let Some(&(_, colour)) = NAMES.iter().find(|(name, _)| *name == word) {
        return Ok(colour);
    }
    if let Some(hex) = word.strip_prefix('#') {
        let digits = hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit());
        return match u32::from_str_radix(hex, 16) {
            Ok(rgb) if digits => Ok(Color::from_u32(rgb)),
            _ => Err(format!("`{word}` is no colour: after # come six digits or letters a to f, as in #7fb4ca.")),
        };
    }
    if !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()) {
        return word
            .parse()
            .map(Color::Indexed)
            .map_err(|_| format!("`{word}` is no colour: the terminal's colours are numbered 0 to 255."));
    }
    let known = palette.keys().map(String::as_str).chain(NAMES.iter().map(|(n, _)| *n));
    Err(format!(
        "`{word}` is no colour{} A colour is one of the sixteen names (red, bright-blue …), `default`, 0 to 255, \
         #rrggbb, or a name of [palette].",
        end(did_you_mean(word, known))
    ))
}

/// A style: a colour, `on` and a background, modifiers; each may be left out.
pub(super) fn style(text: &str, palette: &Palette) -> Result<Style, String> {
    let mut style = Style::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if word == "on" {
            let Some(word) = words.next() else {
                return Err("After `on` comes the colour of the background, as in `black on yellow`.".to_owned());
            };
            if style.bg.replace(colour(word, palette)?).is_some() {
                return Err("A style has one background.".to_owned());
            }
        } else if let Some(&(_, modifier)) = MODIFIERS.iter().find(|(name, _)| *name == word) {
            style = style.add_modifier(modifier);
        } else if style.fg.is_none() {
            style.fg = Some(colour_or_modifier(word, palette)?);
        } else if colour(word, palette).is_ok() {
            return Err(format!("A style has one colour; `{word}` is a second. A background is written `on {word}`."));
        } else {
            return Err(unknown_modifier(word));
        }
    }
    Ok(style)
}

/// The first word that is no modifier should be a colour; a misspelt modifier deserves its own sentence.
fn colour_or_modifier(word: &str, palette: &Palette) -> Result<Color, String> {
    let known = palette.keys().map(String::as_str).chain(NAMES.iter().map(|(n, _)| *n));
    colour(word, palette).map_err(|complaint| {
        let like_colour = crate::source::nearest(word, known).is_some();
        let like_modifier = crate::source::nearest(word, MODIFIERS.iter().map(|(n, _)| *n)).is_some();
        if like_modifier && !like_colour { unknown_modifier(word) } else { complaint }
    })
}

fn unknown_modifier(word: &str) -> String {
    let names = MODIFIERS.map(|(name, _)| name);
    format!("`{word}` is no modifier{} Modifiers are {}.", end(did_you_mean(word, names)), names.join(", "))
}

/// Ends a sentence that a suggestion has not ended already.
fn end(suggestion: String) -> String {
    if suggestion.is_empty() { ".".to_owned() } else { suggestion }
}
