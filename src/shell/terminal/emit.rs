//! What has to be written so that a terminal that shows one screen shows another: as few bytes as are plainly to be
//! had.
//!
//! Pure: cells in, bytes out. Blank cells are compared by what can be seen of them; the cursor goes the shortest way;
//! styles change by their difference; blank ends of rows are erased. What a terminal may count otherwise than we do (a
//! joined emoji) is followed by an absolute move.

use crate::theme::index_of;
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::{Color, Modifier};
use std::io::Write as _;

/// What letters are written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ink {
    fg: Color,
    bg: Color,
    underline: Color,
    modifier: Modifier,
}

const PLAIN: Ink = Ink { fg: Color::Reset, bg: Color::Reset, underline: Color::Reset, modifier: Modifier::empty() };
/// What can be seen of a blank.
const VISIBLE: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);
/// Beyond so many bytes the cursor is hidden while they are written.
const LONG: usize = 256;
/// Fewer blanks than that are written and not erased.
const ERASE: u16 = 4;

/// The place and the ink at which the terminal goes on writing.
#[derive(Debug, Clone)]
pub(super) struct Pen {
    at: Option<(u16, u16)>,
    ink: Ink,
    cursor: Option<(u16, u16)>,
    erases: bool,
}

/// What stands on a cell: a sign, or the right half of the sign beside it.
#[derive(Clone, Copy, PartialEq)]
enum Stands<'b> {
    Sign(&'b str, Ink),
    Half,
}

impl Pen {
    /// The pen of a terminal of which nothing is known. `erases`: it erases in the colour that is set.
    pub(super) fn new(erases: bool) -> Self {
        Self { at: None, ink: PLAIN, cursor: None, erases }
    }

    /// Clears the terminal, whatever it shows; returns what it shows then.
    pub(super) fn clear(&mut self, like: &Buffer, out: &mut Vec<u8>) -> Buffer {
        *self = Self::new(self.erases);
        out.extend_from_slice(b"\x1b[?25l\x1b[m");
        let mut blank = Cell::default();
        if let Some(cell) = like.content().last().filter(|_| self.erases) {
            self.ink(Ink { bg: cell.bg, ..PLAIN }, out);
            blank.bg = cell.bg;
        }
        out.extend_from_slice(b"\x1b[2J");
        Buffer::filled(like.area, blank)
    }

    /// Turns what the terminal shows into what it is to show. Both are of one size.
    pub(super) fn turn(&mut self, before: &Buffer, after: &Buffer, cursor: Option<(u16, u16)>, out: &mut Vec<u8>) {
        // Somebody else may have written on the terminal meanwhile.
        self.at = None;
        let begin = out.len();
        let width = usize::from(after.area.width);
        for y in 0..after.area.height {
            let cells = usize::from(y) * width..usize::from(y + 1) * width;
            if before.content().get(cells.clone()) == after.content().get(cells) {
                // Most keys change two rows.
                continue;
            }
            self.row(&stands(before, y), &stands(after, y), y, out);
        }
        let (written, is_shown) = (out.len() - begin, self.cursor.is_some());
        if is_shown && (written > LONG || cursor.is_none()) {
            out.splice(begin..begin, *b"\x1b[?25l");
            self.cursor = None;
        }
        if let Some((x, y)) = cursor {
            if written > 0 || self.cursor != cursor {
                self.go(x, y, out);
            }
            if self.cursor.is_none() {
                out.extend_from_slice(b"\x1b[?25h");
            }
        }
        self.cursor = cursor;
    }

    fn row(&mut self, before: &[Stands<'_>], after: &[Stands<'_>], y: u16, out: &mut Vec<u8>) {
        let width = after.len() as u16;
        let differs = |x: u16| before[usize::from(x)] != after[usize::from(x)];
        let Some(last) = (0..width).rev().find(|x| differs(*x)) else { return };
        let blank = blank_end(after);
        let erased = (blank..width).find(|x| differs(*x)).filter(|from| {
            let Stands::Sign(_, ink) = after[usize::from(*from)] else { return false };
            last - from + 1 >= ERASE && (self.erases || ink.bg == Color::Reset)
        });
        for x in (0..erased.unwrap_or(width)).filter(|x| differs(*x)) {
            if let Stands::Sign(sign, ink) = after[usize::from(x)] {
                self.approach(x, y, after, out);
                self.ink(self.for_sign(sign, ink), out);
                out.extend_from_slice(sign.as_bytes());
                let wide = after.get(usize::from(x) + 1) == Some(&Stands::Half);
                let next = x + 1 + u16::from(wide);
                self.at = (next < width && is_sure(sign)).then_some((next, y));
            }
        }
        if let Some(from) = erased
            && let Stands::Sign(sign, ink) = after[usize::from(from)]
        {
            self.go(from, y, out);
            self.ink(self.for_sign(sign, ink), out);
            out.extend_from_slice(b"\x1b[K");
        }
    }

    /// Goes to a cell; over a small gap by writing again what stands there.
    fn approach(&mut self, x: u16, y: u16, row: &[Stands<'_>], out: &mut Vec<u8>) {
        if let Some((from, line)) = self.at
            && line == y
            && from < x
        {
            let gap = &row[usize::from(from)..usize::from(x)];
            let same = gap.iter().all(|cell| match cell {
                Stands::Sign(sign, ink) => self.for_sign(sign, *ink) == self.ink && is_sure(sign),
                Stands::Half => false,
            });
            let text = || gap.iter().map(|cell| if let Stands::Sign(sign, _) = cell { sign } else { "" });
            if same && text().map(str::len).sum::<usize>() <= ahead(x - from).len() {
                text().for_each(|sign| out.extend_from_slice(sign.as_bytes()));
                self.at = Some((x, y));
            }
        }
        self.go(x, y, out);
    }

    /// Goes to a cell by the shortest way.
    fn go(&mut self, x: u16, y: u16, out: &mut Vec<u8>) {
        let mut best = match (x, y) {
            (0, 0) => "\x1b[H".to_owned(),
            (0, y) => format!("\x1b[{}H", y + 1),
            (x, y) => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        if let Some((from, line)) = self.at {
            let way = match (x, y) {
                (to, row) if row == line && to == from => Some(String::new()),
                (to, row) if row == line && to > from => Some(ahead(to - from)),
                (0, row) if row >= line => Some(format!("\r{}", "\n".repeat(usize::from(row - line)))),
                (to, row) if row == line => Some("\x08".repeat(usize::from(from - to))),
                (to, row) if row > line && to == from => Some("\n".repeat(usize::from(row - line))),
                _ => None,
            };
            best = way.filter(|way| way.len() < best.len()).unwrap_or(best);
        }
        out.extend_from_slice(best.as_bytes());
        self.at = Some((x, y));
    }

    /// What a sign has to be written with. Of a blank not everything is seen: the rest stays as it is.
    fn for_sign(&self, sign: &str, ink: Ink) -> Ink {
        if sign != " " || ink.modifier.intersects(VISIBLE) {
            return ink;
        }
        Ink { bg: ink.bg, modifier: self.ink.modifier - VISIBLE, ..self.ink }
    }

    /// Changes the ink: by the difference, or from the beginning, whichever is shorter.
    fn ink(&mut self, ink: Ink, out: &mut Vec<u8>) {
        if self.ink == ink {
            return;
        }
        let difference = codes(self.ink, ink);
        let anew = codes(PLAIN, ink);
        let shortest = if difference.len() <= anew.len() + 2 {
            difference
        } else if anew.is_empty() {
            anew
        } else {
            format!("0;{anew}")
        };
        // Writing into memory does not fail.
        let _ = write!(out, "\x1b[{shortest}m");
        self.ink = ink;
    }
}

/// What stands on the cells of a row.
fn stands(buffer: &Buffer, y: u16) -> Vec<Stands<'_>> {
    let width = usize::from(buffer.area.width);
    let cells = &buffer.content()[usize::from(y) * width..][..width];
    let mut row = Vec::with_capacity(width);
    while let Some(cell) = cells.get(row.len()) {
        let ink = Ink { fg: cell.fg, bg: cell.bg, underline: cell.underline_color, modifier: cell.modifier };
        let sign = cell.symbol();
        // Nothing that would do anything but stand there gets out, wherever it came from.
        let wide = if sign.contains(char::is_control) { 0 } else { usize::from(cell.cell_width()) };
        if sign != " " && wide > 0 && row.len() + wide <= width {
            row.push(Stands::Sign(sign, ink));
            row.extend((1..wide).map(|_| Stands::Half));
        } else {
            row.push(Stands::Sign(" ", seen(ink)));
        }
    }
    row
}

/// What of an ink is seen on a blank.
fn seen(ink: Ink) -> Ink {
    let modifier = ink.modifier & VISIBLE;
    if modifier.is_empty() { Ink { bg: ink.bg, ..PLAIN } } else { Ink { modifier, ..ink } }
}

/// Where the blanks of one colour begin with which a row ends.
fn blank_end(row: &[Stands<'_>]) -> u16 {
    let end = match row.last() {
        Some(Stands::Sign(" ", ink)) if ink.modifier.is_empty() => Stands::Sign(" ", *ink),
        _ => return row.len() as u16,
    };
    row.iter().rposition(|cell| *cell != end).map_or(0, |at| at as u16 + 1)
}

/// Whether every terminal gives a sign the width that we give it.
fn is_sure(sign: &str) -> bool {
    let mut signs = sign.chars();
    match (signs.next(), signs.next()) {
        (Some(sign), None) => {
            sign < '\u{1100}' || ('\u{2000}'..='\u{25ff}').contains(&sign) || ('\u{3000}'..='\u{9fff}').contains(&sign)
        }
        _ => false,
    }
}

/// Some cells to the right.
fn ahead(cells: u16) -> String {
    if cells == 1 { "\x1b[C".to_owned() } else { format!("\x1b[{cells}C") }
}

/// The parameters that lead from one ink to another.
fn codes(from: Ink, to: Ink) -> String {
    let mut codes: Vec<String> = Vec::new();
    let (off, mut on) = (from.modifier - to.modifier, to.modifier - from.modifier);
    let weight = Modifier::BOLD | Modifier::DIM;
    if off.intersects(weight) {
        // One code ends both.
        codes.push("22".to_owned());
        on |= to.modifier & weight;
    }
    let blink = Modifier::SLOW_BLINK | Modifier::RAPID_BLINK;
    if off.intersects(blink) {
        codes.push("25".to_owned());
        on |= to.modifier & blink;
    }
    for (modifier, begin, end) in [
        (Modifier::BOLD, "1", ""),
        (Modifier::DIM, "2", ""),
        (Modifier::ITALIC, "3", "23"),
        (Modifier::UNDERLINED, "4", "24"),
        (Modifier::SLOW_BLINK, "5", ""),
        (Modifier::RAPID_BLINK, "6", ""),
        (Modifier::REVERSED, "7", "27"),
        (Modifier::HIDDEN, "8", "28"),
        (Modifier::CROSSED_OUT, "9", "29"),
    ] {
        if off.contains(modifier) && !end.is_empty() {
            codes.push(end.to_owned());
        }
        if on.contains(modifier) {
            codes.push(begin.to_owned());
        }
    }
    if from.fg != to.fg {
        codes.push(colour(to.fg, 30));
    }
    if from.bg != to.bg {
        codes.push(colour(to.bg, 40));
    }
    if from.underline != to.underline {
        codes.push(match to.underline {
            Color::Reset => "59".to_owned(),
            // With colons: a terminal that does not know it leaves out all of it.
            colour => self::colour(colour, 50).replace(';', ":"),
        });
    }
    codes.join(";")
}

/// The parameters of a colour; `base` is 30 for letters, 40 for what is behind them, 50 for lines below them.
fn colour(colour: Color, base: u8) -> String {
    if let Color::Rgb(r, g, b) = colour {
        return format!("{};2;{r};{g};{b}", base + 8);
    }
    let Some(index) = index_of(colour) else { return (base + 9).to_string() };
    match index {
        // Only the sixteen of letters and of what is behind them have short names.
        _ if base == 50 || matches!(colour, Color::Indexed(_)) => format!("{};5;{index}", base + 8),
        ..8 => (base + index).to_string(),
        _ => (base + 60 + index - 8).to_string(),
    }
}

#[cfg(test)]
mod tests;
