//! Text from a PBX, made safe to draw and cut to cells.
//!
//! Owns two promises: what comes from elsewhere cannot move the cursor, colour the screen, reorder a line or hide in
//! it (everything invisible is shown as a mark), and what is cut never takes more cells than it was given. Widths are
//! those the drawing itself counts with. Knows nothing of screens, themes or where the text came from.

use nucleo_matcher::chars;
use ratatui::buffer::CellWidth;
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;

/// Stands for a character that has no picture of its own.
const UNSHOWN: char = '\u{fffd}';
/// Stands for a character that would turn the direction of the text around.
const TURNED: char = '⇄';
/// Stands for the end of a line inside a value.
const LINE_END: char = '⏎';
/// Carries an accent that has no letter to stand on.
const NO_LETTER: char = '◌';
/// Signs of our own sentences that read as well in ASCII.
const TWINS: [(&str, char); 6] = [("·", '.'), ("›→", '>'), ("…", '~'), ("“”", '"'), ("‘’", '\''), ("–—", '-')];
/// More accents on one letter than this would paint over the lines above and below.
const ACCENTS: usize = 4;

/// Shows what cannot be seen: controls, escapes, direction marks and invisible characters become visible marks, a
/// line end `⏎`, a tab a space. Text without any of them is handed through untouched.
///
/// The result is for the eye only: it is never parsed, compared or sent back.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return Cow::Borrowed(text);
    }
    let shown = redraw(text);
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

fn redraw(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    let mut before: Option<char> = None;
    let mut accents = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        let mark = match c {
            '\t' => Some(' '),
            '\n' | '\u{2028}' | '\u{2029}' => Some(LINE_END),
            '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32),
            '\u{7f}' => Some('␡'),
            // Which form of a sign is meant is not told by terminals alike, and its width with it: the sign stays.
            '\u{fe0e}' | '\u{fe0f}' if before.is_some_and(|b| !is_invisible(b)) => continue,
            '\u{200c}' | '\u{200d}' if joins(before, chars.peek().copied()) => continue,
            _ if turns(c) => Some(TURNED),
            _ if is_invisible(c) => Some(UNSHOWN),
            _ => None,
        };
        if let Some(mark) = mark {
            shown.push(mark);
            accents = 0;
        } else if combines(c) {
            accents += 1;
            if before.is_none() {
                shown.push(NO_LETTER);
            }
            shown.push(if accents > ACCENTS { UNSHOWN } else { c });
        } else {
            shown.push(c);
            accents = 0;
        }
        before = shown.chars().next_back();
    }
    shown
}

/// A joiner where it belongs, between two pictures or two letters of a script that joins its letters. It tells the
/// font how to draw; left out, the text reads the same and every terminal measures it alike.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    let kind = |c: char| match c {
        '\u{600}'..='\u{dff}' => Some(true),
        '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => Some(false),
        _ => None,
    };
    matches!((before.and_then(kind), after.and_then(kind)), (Some(a), Some(b)) if a == b)
}

/// Direction marks, embeddings, overrides and isolates.
fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters that take part in a text without being seen: controls, format characters, fillers, variation
/// selectors, tags; and those that mean nothing between strangers: private use and noncharacters.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || turns(c)
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' | '\u{fdd0}'..='\u{fdef}')
        || (c as u32) & 0xfffe == 0xfffe
}

/// Takes no cell of its own but sits on the character before.
fn combines(c: char) -> bool {
    let mut buffer = [0; 4];
    c as u32 >= 0x300 && cells(c.encode_utf8(&mut buffer)) == 0
}

fn cells(grapheme: &str) -> usize {
    // The drawing leaves controls out; counted as one cell here, a text that has them is cut too short, never too long.
    if grapheme.contains(char::is_control) { 1 } else { usize::from(grapheme.cell_width()) }
}

/// How many cells a text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(cells).sum()
}

/// Every byte is a sign of its own that takes one cell.
pub(super) fn is_plain(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The longest start of a text that takes no more than `room` cells, and the cells it takes.
pub fn start(text: &str, room: usize) -> (&str, usize) {
    // One more than is taken: a mark behind the last letter would belong to it.
    if is_plain(&text.as_bytes()[..text.len().min(room.saturating_add(1))]) {
        let end = text.len().min(room);
        return (&text[..end], end);
    }
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let wide = cells(grapheme);
        if used + wide > room {
            return (&text[..at], used);
        }
        used += wide;
    }
    (text, used)
}

/// Whether a text takes no more than `room` cells; of a longer one no more is looked at than that.
pub fn fits(text: &str, room: usize) -> bool {
    start(text, room).0.len() == text.len()
}

/// The longest end of a text that takes no more than `room` cells.
pub fn end(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += cells(grapheme);
        if used > room {
            return &text[at + grapheme.len()..];
        }
    }
    text
}

/// Cuts a text to `room` cells at most; `…` says that there was more.
pub fn fit(text: &str, room: usize) -> Cow<'_, str> {
    fit_with(text, room, super::glyphs::UTF8.ellipsis)
}

/// Cuts a text to `room` cells at most; `more` says that there was more, where it has room itself.
pub fn fit_with<'t>(text: &'t str, room: usize, more: &str) -> Cow<'t, str> {
    if fits(text, room) {
        return Cow::Borrowed(text);
    }
    match room.checked_sub(width(more)) {
        Some(left) => Cow::Owned(format!("{}{more}", start(text, left).0)),
        None => Cow::Borrowed(start(text, room).0),
    }
}

/// Makes a text exactly `room` cells wide, at the left: cut, or spaces after it.
pub fn pad_right(text: &str, room: usize) -> String {
    let mut padded = fit(text, room).into_owned();
    let gap = room.saturating_sub(width(&padded));
    padded.extend(std::iter::repeat_n(' ', gap));
    padded
}

/// Makes a text exactly `room` cells wide, at the right: cut, or spaces before it.
pub fn pad_left(text: &str, room: usize) -> String {
    let cut = fit(text, room);
    let gap = room.saturating_sub(width(&cut));
    format!("{}{cut}", " ".repeat(gap))
}

/// Breaks a text into lines of at most `room` cells, between words where it can. Line ends in the text stay line
/// ends. A character wider than the room is left out.
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    if room == 0 {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split_whitespace() {
            let wide = width(word);
            if used > 0 && used + 1 + wide <= room {
                line.push(' ');
                line.push_str(word);
                used += 1 + wide;
                continue;
            }
            if used > 0 {
                lines.push(std::mem::take(&mut line));
            }
            let rest = chop(word, room, &mut lines);
            line.push_str(&rest);
            used = width(&line);
        }
        lines.push(line);
    }
    lines
}

/// Gives away whole lines of a word that is longer than one, and hands back what is left of it.
fn chop(word: &str, room: usize, lines: &mut Vec<String>) -> String {
    let mut line = String::new();
    let mut used = 0;
    for grapheme in word.graphemes(true) {
        let wide = cells(grapheme);
        if wide > room {
            continue;
        }
        if used + wide > room {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        line.push_str(grapheme);
        used += wide;
    }
    line
}

/// The letter under the accents, where there is one.
fn letter(grapheme: &str) -> Option<char> {
    let first = grapheme.chars().next().filter(|_| cells(grapheme) == 1)?;
    let small = chars::normalize(chars::to_lower_case(first));
    let plain = if first.is_uppercase() { small.to_ascii_uppercase() } else { small };
    plain.is_ascii_alphanumeric().then_some(plain)
}

/// The text in ASCII, as wide as before: letters lose their accents, signs that have a twin there become it, all
/// others `?`.
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        if grapheme.is_ascii() {
            plain.push_str(grapheme);
        } else if let Some((_, twin)) = TWINS.iter().find(|(signs, _)| signs.contains(grapheme)) {
            plain.push(*twin);
        } else if let Some(letter) = letter(grapheme) {
            plain.push(letter);
        } else {
            plain.extend(std::iter::repeat_n('?', cells(grapheme)));
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_be_seen_is_shown() {
        for (raw, shown) in [
            ("Lovelace, Ada", "Lovelace, Ada"),
            ("Bauer, Jürgen · Ito, 明", "Bauer, Jürgen · Ito, 明"),
            ("", ""),
            ("\u{1b}]0;pwned\u{7}", "␛]0;pwned␇"),
            ("\u{9b}31mred", "\u{fffd}31mred"),
            ("a\0b\u{7f}", "a␀b␡"),
            ("one\ntwo\r\nthree\rfour\u{2028}", "one⏎two⏎three␍four⏎"),
            ("a\tb", "a b"),
            ("invoice\u{202e}fdp.exe", "invoice⇄fdp.exe"),
            ("\u{2066}214\u{2069}", "⇄214⇄"),
            ("2\u{200b}14", "2\u{fffd}14"),
            ("\u{feff}Ada\u{ad}", "\u{fffd}Ada\u{fffd}"),
            ("\u{3164}", "\u{fffd}"),
            ("\u{e000}\u{10ffff}\u{ffff}", "\u{fffd}\u{fffd}\u{fffd}"),
            ("\u{301}accent first", "◌\u{301}accent first"),
            ("e\u{301}", "e\u{301}"),
            ("Z\u{301}\u{302}\u{303}\u{304}\u{305}", "Z\u{301}\u{302}\u{303}\u{304}\u{fffd}"),
            ("☎\u{fe0f}", "☎"),
            ("\u{fe0f}", "\u{fffd}"),
            ("👩\u{200d}💻", "👩💻"),
            ("a\u{200d}b", "a\u{fffd}b"),
            ("می\u{200c}خواهم", "میخواهم"),
        ] {
            assert_eq!(visible(raw), shown, "{raw:?}");
        }
        assert!(matches!(visible("Ito, 明"), Cow::Borrowed(_)));
    }

    #[test]
    fn texts_are_cut_to_cells() {
        for (text, room, cut) in [
            ("Lovelace", 8, "Lovelace"),
            ("Lovelace", 7, "Lovela…"),
            ("Lovelace", 1, "…"),
            ("Lovelace", 0, ""),
            ("Ito, 明明", 8, "Ito, 明…"),
            ("Ito, 明明", 7, "Ito, …"),
            ("明", 1, "…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
        ] {
            assert_eq!(fit(text, room), cut, "{text} {room}");
        }
        assert_eq!(fit_with("Lovelace", 4, ".."), "Lo..");
        assert_eq!(fit_with("Lovelace", 1, ".."), "L");
        assert_eq!(pad_right("明", 4), "明  ");
        assert_eq!(pad_left("214", 5), "  214");
        assert_eq!(pad_left("Lovelace", 3), "Lo…");
    }

    #[test]
    fn lines_break_between_words() {
        for (text, room, lines) in [
            ("When on, callers can leave a message", 14, vec!["When on,", "callers can", "leave a", "message"]),
            ("a  b", 9, vec!["a b"]),
            ("one\n\ntwo", 9, vec!["one", "", "two"]),
            ("antidisestablishment now", 8, vec!["antidise", "stablish", "ment now"]),
            ("明明明", 5, vec!["明明", "明"]),
            ("明a", 1, vec!["a"]),
            ("", 4, vec![]),
            ("word", 0, vec![]),
        ] {
            assert_eq!(wrap(text, room), lines, "{text} {room}");
        }
    }

    #[test]
    fn ascii_keeps_the_cells() {
        assert_eq!(ascii("Peña, ÁNGEL Ø, 明"), "Pena, ANGEL O, ??");
        assert!(matches!(ascii("Ada"), Cow::Borrowed(_)));
    }

    /// Any text, with more than its share of the nasty ones.
    fn nasty() -> impl Strategy<Value = String> {
        let odd = prop::sample::select(vec![
            '\u{1b}',
            '\u{9b}',
            '\n',
            '\r',
            '\u{202e}',
            '\u{2067}',
            '\u{200b}',
            '\u{200d}',
            '\u{fe0f}',
            '\u{301}',
            '\u{1f3fd}',
            '👩',
            '明',
            'ﾞ',
            '\u{e0041}',
            '🇩',
            '\u{1160}',
            '\u{110bd}',
            'ا',
            '\u{200c}',
        ]);
        prop::collection::vec(prop_oneof![any::<char>(), odd, prop::char::range(' ', '~')], 0..24)
            .prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn visible_text_is_harmless_and_stays_as_it_is(raw in nasty()) {
            let shown = visible(&raw);
            prop_assert!(!shown.chars().any(is_invisible), "{shown:?}");
            prop_assert_eq!(visible(&shown), shown.as_ref());
        }

        #[test]
        fn nothing_takes_more_than_its_room(raw in nasty(), room in 0_usize..20) {
            for text in [raw.as_str(), &visible(&raw)] {
                prop_assert!(width(&fit(text, room)) <= room);
                prop_assert_eq!(width(&pad_right(text, room)), room);
                prop_assert_eq!(width(&pad_left(text, room)), room);
                for line in wrap(text, room) {
                    prop_assert!(width(&line) <= room, "{line:?}");
                }
            }
        }

        #[test]
        fn the_drawing_counts_alike(raw in nasty()) {
            let text = visible(&raw);
            let wide = width(&text);
            let mut buffer = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 200, 1));
            let (end, _) = buffer.set_stringn(0, 0, &text, 200, ratatui::style::Style::new());
            prop_assert_eq!(usize::from(end), wide, "{:?}", text);
        }

        #[test]
        fn ascii_is_ascii_of_the_same_width(raw in nasty()) {
            let text = visible(&raw);
            prop_assert!(ascii(&text).is_ascii());
            prop_assert_eq!(width(&ascii(&text)), width(&text));
        }
    }
}
