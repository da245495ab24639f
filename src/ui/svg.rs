//! A picture of a screen: a drawn buffer as SVG, for the documentation.
//!
//! Owns the colours the sixteen names stand for there and the measures of a cell. The picture is a function of the
//! buffer alone, so that a change of it is a change of the screen. Knows nothing of what was drawn.

use crate::theme::index_of;
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::{Color, Modifier};
use std::fmt::Write;

/// A cell; the width is six tenths of the font's size, as in nearly every monospaced font.
const CELL: (usize, usize) = (9, 19);
const FONT_SIZE: usize = 15;
/// From the top of a cell to the line the letters stand on.
const BASELINE: usize = 14;
/// Around the screen.
const MARGIN: usize = 12;
const INK: u32 = 0xd7_d7d0;
const PAPER: u32 = 0x16_181d;
const FONTS: &str = "ui-monospace,'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace";

/// The sixteen, in the terminal's order, on dark paper.
const SIXTEEN: [u32; 16] = [
    0x2a_2d35, 0xe4_6876, 0x98_bb6c, 0xe6_c384, 0x7e_9cd8, 0xb7_9fd6, 0x7f_b4ca, 0xc8_c8c0, 0x7c_7f8c, 0xff_8b94,
    0xb5_d68a, 0xff_dca0, 0x9d_b9f0, 0xd3_b8f0, 0xa0_d3e8, 0xff_ffff,
];

/// The buffer as an SVG document. `title` is what somebody is told who cannot see it.
pub fn svg(buffer: &Buffer, title: &str) -> String {
    let (columns, rows) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let (width, height) = (columns * CELL.0 + 2 * MARGIN, rows * CELL.1 + 2 * MARGIN);
    let mut paper = String::new();
    let mut ink = String::new();
    for row in 0..rows {
        let cells = &buffer.content[row * columns..(row + 1) * columns];
        let mut at = 0;
        while let Some(run) = Run::next(cells, at) {
            run.draw(row, &mut paper, &mut ink);
            at = run.end;
        }
    }
    let title = escape(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{}\"/>\n\
         <g transform=\"translate({MARGIN} {MARGIN})\">\n{paper}\
         <g font-family=\"{FONTS}\" font-size=\"{FONT_SIZE}\" fill=\"{}\" xml:space=\"preserve\">\n{ink}</g>\n</g>\n</svg>\n",
        hex(PAPER),
        hex(INK),
    )
}

/// How a run of cells looks, with reversal and hiding already done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    ink: u32,
    paper: u32,
    modifiers: Modifier,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let (mut ink, mut paper) = (rgb(cell.fg, INK), rgb(cell.bg, PAPER));
        if cell.modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut ink, &mut paper);
        }
        if cell.modifier.contains(Modifier::HIDDEN) {
            ink = paper;
        }
        let drawn = Modifier::BOLD | Modifier::DIM | Modifier::ITALIC | Modifier::UNDERLINED | Modifier::CROSSED_OUT;
        Self { ink, paper, modifiers: cell.modifier & drawn }
    }

    fn attributes(self) -> String {
        let mut text = String::new();
        let has = |m| self.modifiers.contains(m);
        if self.ink != INK {
            let _ = write!(text, " fill=\"{}\"", hex(self.ink));
        }
        for (on, attribute) in [
            (has(Modifier::BOLD), " font-weight=\"bold\""),
            (has(Modifier::DIM), " opacity=\".6\""),
            (has(Modifier::ITALIC), " font-style=\"italic\""),
            (has(Modifier::UNDERLINED), " text-decoration=\"underline\""),
            (has(Modifier::CROSSED_OUT), " text-decoration=\"line-through\""),
        ] {
            if on {
                text.push_str(attribute);
            }
        }
        text
    }
}

/// Neighbouring cells of one look: narrow letters, one wide character, or one sign repeated that is drawn as a shape.
struct Run {
    start: usize,
    end: usize,
    look: Look,
    text: String,
    shape: Option<char>,
}

impl Run {
    fn next(cells: &[Cell], start: usize) -> Option<Self> {
        let first = cells.get(start)?;
        let look = Look::of(first);
        let shape = shape_of(first);
        let wide = width_of(first);
        let mut run = Self { start, end: start + wide, look, text: symbol(first).to_owned(), shape };
        run.end = run.end.min(cells.len());
        while wide == 1
            && let Some(cell) = cells.get(run.end)
            && Look::of(cell) == look
            && shape_of(cell) == shape
            && width_of(cell) == 1
        {
            run.text.push_str(symbol(cell));
            run.end += 1;
        }
        Some(run)
    }

    fn draw(&self, row: usize, paper: &mut String, ink: &mut String) {
        let (x, y) = (self.start * CELL.0, row * CELL.1);
        let (w, h) = ((self.end - self.start) * CELL.0, CELL.1);
        // Writing to a string cannot fail.
        if self.look.paper != PAPER {
            let fill = hex(self.look.paper);
            let _ = writeln!(paper, "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{fill}\"/>");
        }
        if let Some(shape) = self.shape {
            self.draw_shape(shape, x, y, ink);
            return;
        }
        let lined = self.look.modifiers.intersects(Modifier::UNDERLINED | Modifier::CROSSED_OUT);
        let (x, w, text) = if lined {
            (x, w, self.text.as_str())
        } else {
            let ahead = self.text.len() - self.text.trim_start_matches(' ').len();
            let behind = self.text.len() - self.text.trim_end_matches(' ').len();
            let text = self.text.trim_matches(' ');
            if text.is_empty() {
                return;
            }
            (x + ahead * CELL.0, w - (ahead + behind) * CELL.0, text)
        };
        let (y, look, text) = (y + BASELINE, self.look.attributes(), escape(text));
        let _ = writeln!(ink, "<text x=\"{x}\" y=\"{y}\" textLength=\"{w}\"{look}>{text}</text>");
    }

    /// Rules, frames and bars must meet from cell to cell, which letters of a font do not.
    fn draw_shape(&self, shape: char, x: usize, y: usize, ink: &mut String) {
        let cells = self.end - self.start;
        let (w, h) = (cells * CELL.0, CELL.1);
        let (fill, dim) =
            (hex(self.look.ink), if self.look.modifiers.contains(Modifier::DIM) { " opacity=\".6\"" } else { "" });
        let (mx, my) = (CELL.0 / 2, CELL.1 / 2);
        let line = |path: String, wide: usize| {
            format!("<path d=\"{path}\" fill=\"none\" stroke=\"{fill}\" stroke-width=\"{wide}\"{dim}/>")
        };
        let block = |x: usize, w: usize, opacity: &str| {
            format!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{fill}\"{opacity}/>")
        };
        let each = |path: &dyn Fn(usize) -> String| (0..cells).map(|i| path(x + i * CELL.0)).collect::<String>();
        let upright = |x: usize| format!("M{} {y}v{h}", x + mx);
        let drawn = match shape {
            '─' => line(format!("M{x} {}h{w}", y + my), 1),
            '│' => line(each(&upright), 1),
            '┃' => line(each(&upright), 3),
            '╭' => line(each(&|x| format!("M{} {}v-5q0-5 5-5", x + mx, y + h)), 1),
            '╮' => line(each(&|x| format!("M{x} {}q4 0 4 5v5", y + my)), 1),
            '╰' => line(each(&|x| format!("M{} {y}v4q0 5 5 5", x + mx)), 1),
            '╯' => line(each(&|x| format!("M{} {y}v4q0 5-4 5", x + mx)), 1),
            '█' => block(x, w, dim),
            '░' => block(x, w, " opacity=\".25\""),
            // The left half, cell by cell: two of them side by side have a gap.
            _ => (0..cells).map(|i| block(x + i * CELL.0, 4, dim)).collect(),
        };
        ink.push_str(&drawn);
        ink.push('\n');
    }
}

fn shape_of(cell: &Cell) -> Option<char> {
    symbol(cell).chars().next().filter(|c| matches!(c, '─' | '│' | '┃' | '╭' | '╮' | '╰' | '╯' | '█' | '░' | '▌'))
}

fn symbol(cell: &Cell) -> &str {
    match cell.symbol() {
        "" => " ",
        symbol => symbol,
    }
}

fn width_of(cell: &Cell) -> usize {
    let symbol = symbol(cell);
    if symbol.contains(char::is_control) { 1 } else { usize::from(symbol.cell_width()).max(1) }
}

fn rgb(colour: Color, default: u32) -> u32 {
    let index = match colour {
        Color::Reset => return default,
        Color::Rgb(r, g, b) => return u32::from_be_bytes([0, r, g, b]),
        colour => index_of(colour),
    };
    match u32::from(index.unwrap_or_default()) {
        named @ 0..=15 => SIXTEEN[named as usize],
        // A cube of six steps for each of red, green and blue, then a ramp of greys.
        cube @ 16..=231 => {
            let step = |n: u32| if n == 0 { 0 } else { 55 + 40 * n };
            let n = cube - 16;
            (step(n / 36) << 16) | (step(n / 6 % 6) << 8) | step(n % 6)
        }
        grey => (8 + 10 * (grey - 232)) * 0x01_0101,
    }
}

fn hex(rgb: u32) -> String {
    format!("#{rgb:06x}")
}

/// Text for XML; what XML has no place for is shown as unknown.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    fn draw(width: u16, lines: &[(&str, Style)]) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, lines.len() as u16));
        for (y, (text, style)) in (0..).zip(lines) {
            buffer.set_string(0, y, text, *style);
        }
        svg(&buffer, "A <list> of \"people\" & more")
    }

    /// The elements that stand for cells, one a line.
    fn ink(svg: &str) -> Vec<&str> {
        svg.lines().skip(4).filter(|l| l.ends_with("</text>") || l.ends_with("/>")).collect()
    }

    #[test]
    fn text_is_escaped_and_placed() {
        let svg = draw(12, &[("  a <b> & \"c", Style::new())]);
        assert_eq!(ink(&svg), ["<text x=\"18\" y=\"14\" textLength=\"90\">a &lt;b&gt; &amp; &quot;c</text>"]);
        assert!(svg.contains("<title>A &lt;list&gt; of &quot;people&quot; &amp; more</title>"));
        assert!(svg.contains("xml:space=\"preserve\""));
    }

    #[test]
    fn looks_become_attributes() {
        for (style, attributes) in [
            (Style::new().bold(), " font-weight=\"bold\""),
            (Style::new().dim().italic(), " opacity=\".6\" font-style=\"italic\""),
            (Style::new().fg(Color::Red), " fill=\"#e46876\""),
            (Style::new().fg(Color::Rgb(1, 2, 3)), " fill=\"#010203\""),
            (Style::new().fg(Color::Indexed(16)), " fill=\"#000000\""),
            (Style::new().fg(Color::Indexed(214)), " fill=\"#ffaf00\""),
            (Style::new().fg(Color::Indexed(255)), " fill=\"#eeeeee\""),
            (Style::new().underlined(), " text-decoration=\"underline\""),
        ] {
            let svg = draw(3, &[("214", style)]);
            assert_eq!(ink(&svg), [format!("<text x=\"0\" y=\"14\" textLength=\"27\"{attributes}>214</text>")]);
        }
    }

    #[test]
    fn reversed_text_has_a_ground() {
        let svg = draw(3, &[(" a ", Style::new().reversed())]);
        assert_eq!(
            ink(&svg),
            [
                "<rect x=\"0\" y=\"0\" width=\"27\" height=\"19\" fill=\"#d7d7d0\"/>",
                "<text x=\"9\" y=\"14\" textLength=\"9\" fill=\"#16181d\">a</text>",
            ]
        );
    }

    #[test]
    fn equal_neighbours_are_one_run_and_wide_characters_stand_alone() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 1));
        buffer.set_string(0, 0, "Ito 明!", Style::new());
        buffer.set_string(0, 0, "It", Style::new().bold());
        let picture = svg(&buffer, "");
        assert_eq!(
            ink(&picture),
            [
                "<text x=\"0\" y=\"14\" textLength=\"18\" font-weight=\"bold\">It</text>",
                "<text x=\"18\" y=\"14\" textLength=\"9\">o</text>",
                "<text x=\"36\" y=\"14\" textLength=\"18\">明</text>",
                "<text x=\"54\" y=\"14\" textLength=\"9\">!</text>",
            ]
        );
    }

    #[test]
    fn rules_are_lines() {
        let svg = draw(4, &[("────", Style::new()), ("▌│", Style::new())]);
        let ink = ink(&svg);
        assert!(ink[0].starts_with("<path d=\"M0 9h36\""), "{ink:?}");
        assert!(ink[1].starts_with("<rect x=\"0\" y=\"19\" width=\"4\""), "{ink:?}");
        assert!(ink[2].starts_with("<path d=\"M13 19v19\""), "{ink:?}");
        assert_eq!(ink.len(), 3);
    }

    #[test]
    fn any_buffer_has_a_picture() {
        for area in [Rect::new(0, 0, 0, 0), Rect::new(3, 4, 1, 1), Rect::new(0, 0, 1, 3)] {
            let mut buffer = Buffer::empty(area);
            for cell in &mut buffer.content {
                cell.set_symbol("明\u{1b}");
            }
            let picture = svg(&buffer, "\u{1b}");
            assert!(picture.ends_with("</svg>\n") && !picture.contains('\u{1b}'));
            assert_eq!(picture, svg(&buffer, "\u{1b}"));
        }
    }
}
