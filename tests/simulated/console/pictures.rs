//! The pictures of the documentation, made from real screens. `CORDBOARD_REGENERATE=1` makes them anew.

use super::states::{look, reach};
use cordboard::theme::Theme;
use cordboard::ui::{Look, svg};
use std::path::Path;

#[tokio::test]
async fn the_pictures_show_the_screens_of_today() {
    let look = Look { theme: Theme::shipped("dark").unwrap(), ..look() };
    for (file, state, title) in [
        ("list", "list", "A list of users, with a look at the selected one"),
        ("form", "form_changed", "The form of a user with three changes that are not sent"),
        ("json", "json_schema", "A forwarding profile in the JSON editor, with a mistake marked"),
        ("preview", "preview_list", "What would be sent, before it is sent"),
        ("history", "history", "What was done: by whom, for which ticket, and what it came to"),
        ("undo", "undo_conflict", "Taking a change back where somebody else changed one of its fields since"),
        ("resume", "resume", "A run that was cut off, as it stands on the PBX now"),
    ] {
        let scene = reach(state, (120, 34), look.clone()).await;
        let picture = svg::svg(scene.bench.console.screen().buffer(), title);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("screenshots/{file}.svg"));
        if std::env::var_os("CORDBOARD_REGENERATE").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &picture).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == picture, "screenshots/{file}.svg is not this screen: CORDBOARD_REGENERATE=1 makes it anew");
    }
}
