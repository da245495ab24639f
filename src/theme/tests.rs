//! Themes: the shipped ones are whole, broken ones are explained.

use super::*;
use ratatui::style::{Color, Modifier};

fn load(text: &str) -> Result<(Theme, Vec<String>), String> {
    Theme::load("mine.toml", text).map_err(|e| e.to_string())
}

#[test]
fn every_shipped_theme_says_all_there_is_and_no_more() {
    for (name, text) in SHIPPED {
        let (theme, notices) = Theme::load(name, text).unwrap();
        assert_eq!(notices, Vec::<String>::new(), "{name}");
        assert_eq!(theme.name(), name);
        assert_eq!(Theme::shipped(name), Some(theme));
    }
    assert_eq!(Theme::default().name(), DEFAULT);
    assert_eq!(Theme::shipped("none"), None);
}

#[test]
fn names_of_roles_are_unique() {
    for (i, &role) in Role::ALL.iter().enumerate() {
        assert_eq!(role as usize, i);
        assert_eq!(Role::named(role.name()), Some(role));
    }
}

#[test]
fn the_plain_theme_has_no_colour() {
    let plain = Theme::shipped(PLAIN).unwrap();
    for &role in Role::ALL {
        let style = plain.style(role);
        assert_eq!((style.fg, style.bg, style.underline_color), (None, None, None), "{}", role.name());
    }
}

#[test]
fn the_plain_theme_still_tells_apart_what_must_be_told_apart() {
    let plain = Theme::shipped(PLAIN).unwrap();
    for (a, b) in [
        (Role::ListSelected, Role::Text),
        (Role::FieldDirty, Role::Text),
        (Role::FieldInvalid, Role::FieldDirty),
        (Role::DiffAdded, Role::DiffRemoved),
        (Role::Danger, Role::Text),
        (Role::NoticeError, Role::NoticeInfo),
        (Role::FooterKey, Role::FooterText),
        (Role::BorderFocus, Role::Border),
        (Role::JsonError, Role::JsonString),
        (Role::SearchMatch, Role::ListSelected),
    ] {
        assert_ne!(plain.style(a), plain.style(b), "{} {}", a.name(), b.name());
    }
}

#[test]
fn the_selected_row_is_not_a_painted_bar() {
    for name in Theme::shipped_names() {
        let style = Theme::shipped(name).unwrap().style(Role::ListSelected);
        assert!(style.add_modifier.contains(Modifier::BOLD), "{name}");
        assert!(style.bg.is_none() && !style.add_modifier.contains(Modifier::REVERSED), "{name}");
    }
}

fn linear(colour: Color) -> Option<[f64; 3]> {
    let Color::Rgb(r, g, b) = colour else { return None };
    Some([r, g, b].map(|c| (f64::from(c) / 255.0).powf(2.2)))
}

fn luminance([r, g, b]: [f64; 3]) -> f64 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

#[test]
fn the_contrast_theme_is_readable_from_afar() {
    let theme = Theme::shipped("contrast").unwrap();
    let ground = linear(theme.style(Role::Text).bg.unwrap()).unwrap();
    for &role in Role::ALL {
        let style = theme.style(role);
        let on = style.bg.map_or(ground, |bg| linear(bg).unwrap());
        let ratio = contrast(linear(style.fg.unwrap()).unwrap(), on);
        // The strictest rule there is for texts asks for 7.
        assert!(ratio >= 7.0, "{}: {ratio:.1}", role.name());
        assert!(!style.add_modifier.contains(Modifier::DIM), "{}", role.name());
    }
}

/// What is left of a colour without the red, or without the green cones (Viénot, Brettel, Mollon 1999).
fn seen([r, g, b]: [f64; 3], red_is_missing: bool) -> [f64; 3] {
    if red_is_missing {
        [0.112 * r + 0.888 * g, 0.112 * r + 0.888 * g, 0.004 * r - 0.004 * g + b]
    } else {
        [0.293 * r + 0.707 * g, 0.293 * r + 0.707 * g, -0.022 * r + 0.022 * g + b]
    }
}

#[test]
fn the_colourblind_theme_is_told_apart_without_red_or_green() {
    let theme = Theme::shipped("colourblind").unwrap();
    for (a, b) in [
        (Role::Good, Role::Danger),
        (Role::DiffAdded, Role::DiffRemoved),
        (Role::NoticeInfo, Role::NoticeError),
        (Role::NoticeInfo, Role::NoticeWarning),
        (Role::Focus, Role::FieldDirty),
    ] {
        for red_is_missing in [true, false] {
            let [a, b] = [a, b].map(|role| seen(linear(theme.style(role).fg.unwrap()).unwrap(), red_is_missing));
            let far = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
            assert!(far > 0.4, "{far:.2}");
        }
    }
    let (added, removed) = (theme.style(Role::DiffAdded), theme.style(Role::DiffRemoved));
    assert_ne!(added.add_modifier, removed.add_modifier, "without any colour the weight tells");
    for &role in Role::ALL {
        if let Some(colour) = theme.style(role).fg.and_then(linear) {
            for ground in [[0.0; 3], [1.0; 3]] {
                assert!(contrast(colour, ground) > 3.0, "{}: {:.1}", role.name(), contrast(colour, ground));
            }
        }
    }
}

#[test]
fn the_default_theme_keeps_to_the_terminals_own_colours() {
    let theme = Theme::default();
    for &role in Role::ALL {
        let style = theme.style(role);
        for colour in [style.fg, style.bg].into_iter().flatten() {
            assert!(!matches!(colour, Color::Rgb(..) | Color::Indexed(_)), "{}", role.name());
        }
    }
}

#[test]
fn styles_are_words() {
    for (text, style) in [
        ("\"\"", Style::new()),
        ("\"green\"", Style::new().fg(Color::Green)),
        ("\"bold black on bright-yellow\"", Style::new().bold().fg(Color::Black).bg(Color::LightYellow)),
        ("\"#7fb4ca italic\"", Style::new().fg(Color::Rgb(0x7f, 0xb4, 0xca)).italic()),
        ("\"on 236\"", Style::new().bg(Color::Indexed(236))),
        ("8", Style::new().fg(Color::Indexed(8))),
        ("\"ink underline reverse dim\"", Style::new().fg(Color::White).underlined().reversed().dim()),
        ("\"default\"", Style::new().fg(Color::Reset)),
    ] {
        let file = format!("inherits = \"plain\"\n[palette]\nink = \"bright-white\"\n[roles]\n\"text\" = {text}\n");
        assert_eq!(load(&file).unwrap().0.style(Role::Text), style, "{text}");
    }
}

#[test]
fn a_role_falls_back_to_what_stands_before_its_dot() {
    let (theme, notices) = load("[roles]\n\"json\" = \"cyan\"\n\"json.word\" = \"blue\"\n").unwrap();
    assert_eq!(theme.style(Role::JsonKey), Style::new().fg(Color::Cyan));
    assert_eq!(theme.style(Role::JsonWord), Style::new().fg(Color::Blue));
    assert!(!notices.iter().any(|n| n.contains("json")), "{notices:?}");
    assert!(notices.iter().any(|n| n.contains("\"list.selected\"")), "{notices:?}");
}

#[test]
fn a_palette_recolours_what_is_inherited() {
    let (theme, notices) = load("inherits = \"terminal\"\n[palette]\naccent = \"#010203\"\n").unwrap();
    assert_eq!(theme.style(Role::BorderFocus).fg, Some(Color::Rgb(1, 2, 3)));
    assert!(notices.is_empty());
}

#[test]
fn what_means_nothing_is_told() {
    let (_, notices) = load("inherits = \"dark\"\n[roles]\n\"diff.aded\" = \"green\"\n").unwrap();
    assert_eq!(notices, ["mine.toml:3:1: \"diff.aded\" is no role; did you mean `diff.added`?"]);
}

#[test]
fn broken_themes_are_explained() {
    for (text, sentence) in [
        ("[roles\n", "mine.toml:1:"),
        ("[roles]\n\"text\" = \"gren\"\n", "mine.toml:2:10: `gren` is no colour; did you mean `green`? A colour is"),
        ("[roles]\ntext = \"#12345\"\n", "mine.toml:2:8: `#12345` is no colour: after # come six"),
        ("[roles]\ntext = \"#+12345\"\n", "`#+12345` is no colour"),
        ("[roles]\ntext = \"256\"\n", "`256` is no colour: the terminal's colours are numbered 0 to 255."),
        ("[roles]\ntext = -1\n", "`-1` is no colour."),
        ("[roles]\ntext = \"green blod\"\n", "`blod` is no modifier; did you mean `bold`?"),
        ("[roles]\ntext = \"underlin\"\n", "`underlin` is no modifier; did you mean `underline`?"),
        ("[roles]\ntext = \"green red\"\n", "A background is written `on red`."),
        ("[roles]\ntext = \"green on\"\n", "After `on` comes the colour"),
        ("[roles]\ntext = true\n", "A style is a text"),
        ("[roles]\ndiff.added = \"green\"\n", "is written in quotes: \"diff.…\""),
        ("[palette]\nink = \"accent\"\n", "mine.toml:2:7: `accent` is no colour"),
        ("inherits = \"drak\"\n", "mine.toml:1:12: There is no theme `drak` to inherit, only terminal, dark"),
        ("inherits = 3\n", "`inherits` is the name of a theme."),
        ("role = 3\n", "mine.toml:1:1: A theme has `inherits`, [palette] and [roles], but no `role`; did you mean"),
        ("palette = 3\n", "[palette] is a table"),
    ] {
        let error = load(text).unwrap_err();
        assert!(error.contains(sentence), "{text}\n{error}");
        assert!(error.starts_with("mine.toml:"), "{error}");
    }
}

#[test]
fn a_theme_that_cannot_be_used_leaves_the_default() {
    let (theme, notices) = Theme::choose("drak", None);
    assert_eq!(theme, Theme::default());
    assert!(notices[0].contains("did you mean `dark`?"), "{notices:?}");
    let (theme, notices) = Theme::choose("mine", Some(("themes/mine.toml", "[roles]\ntext = \"gren\"")));
    assert_eq!(theme, Theme::default());
    assert!(notices[0].starts_with("themes/mine.toml:2:8: ") && notices[0].ends_with("`terminal` is used."));
    assert_eq!(Theme::choose("light", None), (Theme::shipped("light").unwrap(), vec![]));
}
