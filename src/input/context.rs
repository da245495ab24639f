//! Where keys go. It must not know what they do there.

use super::{Code, Key};

/// Where the keys go: the innermost thing on the screen that has keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Everywhere that no inner context claims the key.
    Global,
    /// The resources at the left, or the picker that stands for them on a narrow screen.
    Sidebar,
    /// A list of entities.
    List,
    /// A form.
    Form,
    /// A table of elements inside a field.
    Table,
    /// The form of an object inside a field.
    Part,
    /// The JSON and long-text editor.
    Editor,
    /// The preview of a change, before it is sent.
    Preview,
    /// What a sent change came to, while it needs a decision.
    Conflict,
    /// A one-line input: filter, number, value.
    Line,
    /// A list to choose one from while typing narrows it: enum members, palette, help.
    Picker,
    /// A list to tick several in.
    Ticks,
    /// Rows that have nothing of their own but a selection.
    Rows,
    /// What an operation answered.
    Answer,
    /// What would be sent to each of many.
    Plan,
    /// What was sent to each of many.
    Run,
    /// A question with a safe answer.
    Question,
}

impl Context {
    /// Every context.
    pub const ALL: [Self; 17] = [
        Self::Global,
        Self::Sidebar,
        Self::List,
        Self::Form,
        Self::Table,
        Self::Part,
        Self::Editor,
        Self::Preview,
        Self::Conflict,
        Self::Line,
        Self::Picker,
        Self::Ticks,
        Self::Rows,
        Self::Answer,
        Self::Plan,
        Self::Run,
        Self::Question,
    ];

    /// Its name in key files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Sidebar => "sidebar",
            Self::List => "list",
            Self::Form => "form",
            Self::Table => "table",
            Self::Part => "part",
            Self::Editor => "editor",
            Self::Preview => "preview",
            Self::Conflict => "conflict",
            Self::Line => "line",
            Self::Picker => "picker",
            Self::Ticks => "ticks",
            Self::Rows => "rows",
            Self::Answer => "answer",
            Self::Plan => "plan",
            Self::Run => "run",
            Self::Question => "question",
        }
    }

    /// The context of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|context| context.name() == name)
    }

    /// Whether a key belongs to a text that is typed here, before any command is looked for.
    pub fn types(self, key: Key) -> bool {
        match self {
            Self::Line | Self::Picker => key.belongs_to_text(),
            Self::Ticks => key.belongs_to_text() && key != Key::char(' '),
            Self::Editor => {
                let moves = matches!(key.code, Code::Enter | Code::Up | Code::Down | Code::PageUp | Code::PageDown);
                key.belongs_to_text() || moves && !key.ctrl && !key.alt
            }
            _ => false,
        }
    }
}
