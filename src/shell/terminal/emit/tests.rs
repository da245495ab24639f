//! What is written, read by a terminal: any screen turned into any other.

use super::*;
use proptest::prelude::*;
use ratatui::layout::Rect;
use std::num::NonZeroU16;

const SIZE: (u16, u16) = (24, 6);

fn terminal() -> vt100::Parser {
    vt100::Parser::new(NonZeroU16::new(SIZE.1).unwrap(), NonZeroU16::new(SIZE.0).unwrap(), 0)
}

fn empty() -> Buffer {
    Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1))
}

fn colour_of(colour: Color) -> vt100::Color {
    match colour {
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        Color::Indexed(n) => vt100::Color::Idx(n),
        Color::Red => vt100::Color::Idx(1),
        Color::White => vt100::Color::Idx(15),
        _ => vt100::Color::Default,
    }
}

/// Fails unless the terminal shows what stands in the buffer.
fn shows(terminal: &vt100::Parser, buffer: &Buffer) {
    for y in 0..SIZE.1 {
        for (x, stands) in stands(buffer, y).into_iter().enumerate() {
            let cell = terminal.screen().cell(y, x as u16).unwrap();
            let Stands::Sign(sign, ink) = stands else {
                assert!(cell.is_wide_continuation(), "{x},{y}");
                continue;
            };
            let shown = if cell.has_contents() { cell.contents() } else { " " };
            assert_eq!((shown, cell.bgcolor()), (sign, colour_of(ink.bg)), "{x},{y}");
            if sign != " " {
                let has = |modifier| ink.modifier.contains(modifier);
                let shown = (cell.fgcolor(), cell.italic());
                assert_eq!(shown, (colour_of(ink.fg), has(Modifier::ITALIC)), "{x},{y}");
                // This terminal knows one of the two at a time.
                if !(has(Modifier::BOLD) && has(Modifier::DIM)) {
                    assert_eq!((cell.bold(), cell.dim()), (has(Modifier::BOLD), has(Modifier::DIM)), "{x},{y}");
                }
            }
            let (underlined, reversed) = (Modifier::UNDERLINED, Modifier::REVERSED);
            let wanted = (ink.modifier.contains(underlined), ink.modifier.contains(reversed));
            assert_eq!((cell.underline(), cell.inverse()), wanted, "{x},{y}");
        }
    }
}

fn style() -> impl Strategy<Value = (Color, Color, Modifier)> {
    let colours = vec![Color::Reset, Color::Reset, Color::Red, Color::White, Color::Indexed(200), Color::Rgb(1, 2, 3)];
    let modifiers = vec![
        Modifier::empty(),
        Modifier::empty(),
        Modifier::BOLD,
        Modifier::DIM,
        Modifier::ITALIC,
        Modifier::UNDERLINED,
        Modifier::REVERSED,
        Modifier::UNDERLINED | Modifier::ITALIC,
    ];
    (prop::sample::select(colours.clone()), prop::sample::select(colours), prop::sample::select(modifiers))
}

/// Some texts here and there: blanks, letters, frames, wide and joined signs.
fn screen() -> impl Strategy<Value = Buffer> {
    let text = prop::sample::select(vec![
        "",
        " ",
        "      ",
        "                        ",
        "a",
        "abc def",
        "───────",
        "▌ 214",
        "日本語",
        "é",
        "e\u{301}x",
        "ÄÖ",
        "x😀y",
    ]);
    let part = (text, 0..SIZE.0, 0..SIZE.1, style());
    prop::collection::vec(part, 0..24).prop_map(|parts| {
        let mut buffer = empty();
        for (text, x, y, (fg, bg, modifier)) in parts {
            let style = ratatui::style::Style::new().fg(fg).bg(bg).add_modifier(modifier);
            buffer.set_stringn(x, y, text, usize::from(SIZE.0 - x), style);
        }
        buffer
    })
}

proptest! {
    #[test]
    fn any_screen_becomes_any_other(
        screens in prop::collection::vec((screen(), prop::option::of((0..SIZE.0, 0..SIZE.1))), 1..4),
        erases in any::<bool>(),
    ) {
        let mut terminal = terminal();
        terminal.process(b"\x1b[31;44mwhat the shell left\x1b[5;5H");
        let mut pen = Pen::new(erases);
        let mut out = Vec::new();
        let mut shown = pen.clear(&screens[0].0, &mut out);
        for (screen, cursor) in screens {
            pen.turn(&shown, &screen, cursor, &mut out);
            terminal.process(&out);
            shows(&terminal, &screen);
            prop_assert_eq!(terminal.screen().hide_cursor(), cursor.is_none());
            if let Some((x, y)) = cursor {
                prop_assert_eq!(terminal.screen().cursor_position(), (y, x));
            }
            out.clear();
            pen.turn(&screen, &screen, cursor, &mut out);
            prop_assert_eq!(&out, b"", "what is there is not written again");
            shown = screen;
        }
    }
}

/// What is written between two screens.
fn written(before: &Buffer, after: &Buffer) -> String {
    let mut out = Vec::new();
    Pen::new(true).turn(before, after, None, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn as_few_bytes_as_are_plainly_to_be_had() {
    let with = |texts: &[(u16, u16, &str, Color)]| {
        let mut buffer = empty();
        for (x, y, text, bg) in texts {
            buffer.set_string(*x, *y, text, ratatui::style::Style::new().bg(*bg));
        }
        buffer
    };
    let plain = Color::Reset;
    for (before, after, bytes) in [
        // A letter; two with a gap that is shorter than the way over it; a marker that moves down.
        (with(&[]), with(&[(3, 2, "a", plain)]), "\x1b[3;4Ha"),
        (with(&[(0, 0, "abc", plain)]), with(&[(0, 0, "xbz", plain)]), "\x1b[Hxbz"),
        (with(&[(0, 1, ">", plain)]), with(&[(0, 2, ">", plain)]), "\x1b[2H \r\n>"),
        // A far gap is skipped, the end of a row erased.
        (with(&[]), with(&[(0, 0, "a", plain), (20, 0, "b", plain)]), "\x1b[Ha\x1b[19Cb"),
        (with(&[(0, 1, "abcdefgh", plain)]), with(&[(0, 1, "a", plain)]), "\x1b[2;2H\x1b[K"),
        (with(&[]), with(&[(0, 0, &" ".repeat(24), Color::Red)]), "\x1b[H\x1b[41m\x1b[K"),
    ] {
        assert_eq!(written(&before, &after), bytes);
    }
}

#[test]
fn what_would_act_is_not_written() {
    let mut buffer = empty();
    for (x, sign) in ["\x1b[2J", "\x07", "\u{9b}", "a"].into_iter().enumerate() {
        buffer[(x as u16, 0)].set_symbol(sign);
    }
    assert_eq!(written(&empty(), &buffer), "\x1b[1;4Ha");
}

#[test]
fn a_terminal_that_erases_without_colour_gets_its_colours_written() {
    let mut buffer = empty();
    buffer.set_string(0, 0, " ".repeat(24), ratatui::style::Style::new().bg(Color::Red));
    let mut out = Vec::new();
    Pen::new(false).turn(&empty(), &buffer, None, &mut out);
    assert!(!String::from_utf8(out).unwrap().contains("\x1b[K"));
}
