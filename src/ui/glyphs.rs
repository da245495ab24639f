//! The signs the console draws with, for locales that have UTF-8 and for those that have not.
//!
//! Owns every sign that stands for a state (changed, marked, selected, masked …), so that a screen names the
//! meaning and never the character. Each sign of a set is as wide as its twin in the other, so a layout is the
//! same in both. Knows nothing of themes or screens.

use super::text::{ascii, visible};
use std::borrow::Cow;

/// A set of signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glyphs {
    /// The gutter of the row the cursor is on.
    pub gutter: &'static str,
    /// A marked row.
    pub mark: &'static str,
    /// A changed field.
    pub changed: &'static str,
    /// A line of a difference that is new.
    pub added: &'static str,
    /// A line of a difference that goes.
    pub removed: &'static str,
    /// A field or a row with a problem.
    pub problem: &'static str,
    /// On, registered, connected.
    pub on: &'static str,
    /// Off, not registered.
    pub off: &'static str,
    /// A favourite.
    pub star: &'static str,
    /// Nothing there; separates parts of a line too.
    pub dot: &'static str,
    /// Text goes on where there is no room.
    pub ellipsis: &'static str,
    /// Stands for a secret, always as long.
    pub mask: &'static str,
    /// From one value to another.
    pub arrow: &'static str,
    /// Between the parts of a path.
    pub step: &'static str,
    /// Something opens below.
    pub open: &'static str,
    /// Something is folded.
    pub closed: &'static str,
    /// Sorted upwards.
    pub up: &'static str,
    /// Sorted downwards.
    pub down: &'static str,
    /// A horizontal rule.
    pub rule: &'static str,
    /// A vertical rule.
    pub bar: &'static str,
    /// The corners of a floating box: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    /// The done part of a progress bar.
    pub full: &'static str,
    /// The rest of a progress bar.
    pub empty: &'static str,
    /// The handle of a scroll bar.
    pub thumb: &'static str,
    /// Where typed text goes.
    pub caret: &'static str,
    /// How keys are written in hints.
    pub keys: KeyNames,
    plain: bool,
}

/// How keys are written in hints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyNames {
    /// The Enter key.
    pub enter: &'static str,
    /// The space bar.
    pub space: &'static str,
    /// The backspace key.
    pub backspace: &'static str,
    /// The arrow keys: left, right, up, down.
    pub arrows: [&'static str; 4],
}

/// Signs for a terminal that shows UTF-8.
pub const UTF8: Glyphs = Glyphs {
    gutter: "▌",
    mark: "●",
    changed: "~",
    added: "+",
    removed: "-",
    problem: "!",
    on: "●",
    off: "○",
    star: "★",
    dot: "·",
    ellipsis: "…",
    mask: "••••••",
    arrow: "→",
    step: "›",
    open: "▾",
    closed: "▸",
    up: "▲",
    down: "▼",
    rule: "─",
    bar: "│",
    corners: ["╭", "╮", "╰", "╯"],
    full: "█",
    empty: "░",
    thumb: "┃",
    caret: "▏",
    keys: KeyNames { enter: "⏎", space: "␣", backspace: "⌫", arrows: ["←", "→", "↑", "↓"] },
    plain: false,
};

/// Signs for every other terminal.
pub const ASCII: Glyphs = Glyphs {
    gutter: ">",
    mark: "*",
    changed: "~",
    added: "+",
    removed: "-",
    problem: "!",
    on: "@",
    off: "o",
    star: "*",
    dot: ".",
    ellipsis: "~",
    mask: "******",
    arrow: ">",
    step: ">",
    open: "v",
    closed: ">",
    up: "^",
    down: "v",
    rule: "-",
    bar: "|",
    corners: ["+", "+", "+", "+"],
    full: "#",
    empty: ".",
    thumb: "#",
    caret: "_",
    // Words, because no ASCII character is known for them; hints are laid out by what they measure.
    keys: KeyNames { enter: "Enter", space: "Space", backspace: "Bksp", arrows: ["Left", "Right", "Up", "Down"] },
    plain: true,
};

impl Glyphs {
    /// The set for a terminal that shows ASCII only (`true`) or UTF-8.
    pub fn of(ascii: bool) -> &'static Self {
        if ascii { &ASCII } else { &UTF8 }
    }

    /// Whether this is the set for terminals without UTF-8.
    pub fn is_ascii(&self) -> bool {
        self.plain
    }

    /// Hints as this terminal can write them: the signs for keys become words where they cannot be shown.
    pub fn hint<'t>(&self, hint: &'t str) -> Cow<'t, str> {
        if !self.plain || hint.is_ascii() {
            return Cow::Borrowed(hint);
        }
        let (from, to) = (UTF8.keys, &self.keys);
        let signs = [(from.enter, to.enter), (from.space, to.space), (from.backspace, to.backspace), ("⇧", "Shift-")];
        let arrows = from.arrows.into_iter().zip(to.arrows);
        let words =
            signs.into_iter().chain(arrows).fold(hint.to_owned(), |text, (sign, word)| text.replace(sign, word));
        Cow::Owned(words)
    }

    /// Text from a PBX, fit for this terminal: visible, and without UTF-8 where there is none.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let safe = visible(text);
        if !self.plain || safe.is_ascii() {
            return safe;
        }
        Cow::Owned(ascii(&safe).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::width;
    use super::*;

    fn signs(g: &Glyphs) -> Vec<&'static str> {
        let mut all = vec![
            g.gutter, g.mark, g.changed, g.added, g.removed, g.problem, g.on, g.off, g.star, g.dot, g.ellipsis, g.mask,
            g.arrow, g.step, g.open, g.closed, g.up, g.down, g.rule, g.bar, g.full, g.empty, g.thumb, g.caret,
        ];
        all.extend(g.corners);
        all
    }

    #[test]
    fn both_sets_measure_the_same() {
        for (wide, plain) in signs(&UTF8).into_iter().zip(signs(&ASCII)) {
            assert_eq!(width(wide), width(plain), "{wide} {plain}");
        }
    }

    #[test]
    fn the_ascii_set_is_ascii_and_safe() {
        let keys = ASCII.keys;
        for sign in signs(&ASCII).into_iter().chain([keys.enter, keys.space, keys.backspace]).chain(keys.arrows) {
            assert!(sign.is_ascii() && visible(sign) == sign, "{sign}");
        }
        for sign in signs(&UTF8) {
            assert_eq!(visible(sign), sign);
        }
    }

    #[test]
    fn text_follows_the_terminal() {
        assert_eq!(Glyphs::of(false).text("Ito, 明\u{1b}[2J"), "Ito, 明␛[2J");
        assert_eq!(Glyphs::of(true).text("Ito, 明\u{1b}[2J"), "Ito, ???[2J");
        assert!(matches!(Glyphs::of(true).text("Ada"), Cow::Borrowed("Ada")));
        assert_eq!(Glyphs::of(true).text("Users › 214 · “x” …"), "Users > 214 . \"x\" ~");
    }

    #[test]
    fn hints_name_keys_in_words_where_signs_cannot_be_shown() {
        for (hint, plain) in [("⏎", "Enter"), ("⇧Tab", "Shift-Tab"), ("^S", "^S"), ("␣ or →", "Space or Right")]
        {
            assert_eq!(Glyphs::of(true).hint(hint), plain);
            assert_eq!(Glyphs::of(false).hint(hint), hint);
        }
    }
}
