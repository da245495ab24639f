//! The one table of commands.
//!
//! A new command is one variant and one row here; key handling, footer, help and palette follow.

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

/// What the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// To the left: fold, or back to the sidebar.
    Left,
    /// To the right: unfold, or into the list.
    Right,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// Half a page up.
    HalfPageUp,
    /// Half a page down.
    HalfPageDown,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// Open, choose or edit what is selected.
    Open,
    /// Back, close, cancel.
    Back,
    /// To the next panel.
    NextPanel,
    /// To the previous panel.
    PreviousPanel,
    /// Narrow a list, find a field.
    Find,
    /// Everything by name.
    Palette,
    /// Contextual help.
    Help,
    /// Read again from the PBX.
    Refresh,
    /// Copy.
    Copy,
    /// Copy what was done as text for a ticket.
    Ticket,
    /// Write what is on the screen to a file.
    ToFile,
    /// Open a plan from a file.
    OpenPlan,
    /// Go on with a run that was cut off.
    Resume,
    /// Show or hide the peek panel.
    Peek,
    /// Sort by the next column.
    SortNext,
    /// Turn the order round.
    SortReverse,
    /// Choose the columns.
    Columns,
    /// Edit the selected entity.
    Edit,
    /// Begin a new entity.
    Create,
    /// What can be done with the selected one.
    Actions,
    /// Mark, and go on.
    Mark,
    /// Mark everything since the last mark.
    MarkRange,
    /// Mark everything that is shown.
    MarkAll,
    /// Take all marks away.
    MarkNone,
    /// The values that many have in a field.
    Values,
    /// Leave one of many out.
    LeaveOut,
    /// Pause a run, or let it go on.
    Pause,
    /// Stop a run.
    Stop,
    /// Send again to those who did not get it.
    Retry,
    /// Toggle what is selected.
    Toggle,
    /// Set to null.
    NotSet,
    /// Back to the value that was read.
    OldValue,
    /// Show a secret for a while.
    ShowSecret,
    /// Show the request that would be sent.
    Preview,
    /// Send what the preview shows.
    Send,
    /// Keep what the user typed, over what is on the PBX now.
    KeepMine,
    /// Take what is on the PBX now.
    TakeTheirs,
    /// Add an element.
    AddElement,
    /// Take the selected element out.
    RemoveElement,
    /// Move the selected element up.
    MoveUp,
    /// Move the selected element down.
    MoveDown,
    /// From table or form to JSON, and back, on the same value.
    SwitchJson,
    /// Complete what is typed.
    Complete,
    /// Put JSON in order.
    Format,
    /// The text in the user's own editor.
    OwnEditor,
    /// Take back the last edit of a text.
    UndoText,
    /// Do the taken-back edit again.
    RedoText,
    /// Answer a question with yes.
    Yes,
    /// The changes sent in this session.
    Changes,
    /// What was done, today and before.
    History,
    /// Take a change back.
    Undo,
    /// Give a change its ticket.
    Attach,
    /// The two that are marked, side by side.
    Compare,
    /// The requests made in this session.
    Requests,
    /// Listen to the mouse, or leave it to the terminal.
    Mouse,
    /// Draw everything again.
    Redraw,
    /// Make a secret at random.
    Generate,
    /// Put the console into the background.
    Suspend,
    /// Close this view; at the top, quit.
    Close,
    /// Quit; at the top only.
    Quit,
}

/// One command: everything that is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The command.
    pub command: Command,
    /// Its name in key files.
    pub name: &'static str,
    /// Its title in footer and palette.
    pub title: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// Where it means something.
    pub contexts: &'static [Context],
    /// Its keys, the first being the one that hints show; `g g` is a sequence.
    pub keys: &'static [&'static str],
    /// Where it stands in the footer: less is earlier, 0 is never.
    pub footer: u8,
}

use Context::{
    Answer, Conflict, Editor, Form, Global, Line, List, Part, Picker, Plan, Preview, Question, Rows, Run, Sidebar,
    Table, Ticks,
};

/// Where nothing is typed, so that letters can be keys.
const LETTERS: &[Context] = &[Sidebar, List, Form, Table, Part, Preview, Conflict, Rows, Answer, Plan, Run];
/// Where letters are typed while something is selected.
const CHOICES: &[Context] = &[Picker, Ticks, Line];

/// One row of the table.
const fn row(
    command: Command,
    name: &'static str,
    title: &'static str,
    help: &'static str,
    contexts: &'static [Context],
    keys: &'static [&'static str],
    footer: u8,
) -> Row {
    Row { command, name, title, help, contexts, keys, footer }
}

/// Every command, in the order in which help shows them. A command may stand in several rows where its words differ.
pub static TABLE: &[Row] = &[
    row(Command::Open, "open", "open", "Open the selected one", &[List, Sidebar, Rows], &["enter"], 10),
    row(
        Command::Open,
        "edit-field",
        "edit",
        "Edit the selected field: type, choose or JSON",
        &[Form, Part],
        &["enter"],
        20,
    ),
    row(Command::Open, "open-element", "open", "Open the selected element as a form", &[Table], &["enter"], 10),
    row(
        Command::AddElement,
        "add-element",
        "add",
        "Add an element; asks what tells it apart first",
        &[Table],
        &["+"],
        20,
    ),
    row(
        Command::RemoveElement,
        "remove-element",
        "take out",
        "Take the selected element out of the list",
        &[Table],
        &["del"],
        25,
    ),
    row(
        Command::OldValue,
        "old-element",
        "old value",
        "Back to the element that was read; puts back what was taken out",
        &[Table],
        &["backspace"],
        30,
    ),
    row(
        Command::MoveUp,
        "move-up",
        "move up",
        "Move the element up, where the order means something",
        &[Table],
        &["<", "shift-up"],
        50,
    ),
    row(
        Command::MoveDown,
        "move-down",
        "move down",
        "Move the element down, where the order means something",
        &[Table],
        &[">", "shift-down"],
        51,
    ),
    row(
        Command::SwitchJson,
        "as-json",
        "as JSON",
        "The same value as JSON text",
        &[Form, Table, Part],
        &["f2", "ctrl-t"],
        55,
    ),
    row(
        Command::SwitchJson,
        "as-table",
        "as table",
        "The same value as table or form",
        &[Editor],
        &["f2", "ctrl-t"],
        25,
    ),
    row(Command::Open, "choose", "choose", "Choose the selected one", &[Picker, Ticks], &["enter"], 10),
    row(Command::Open, "accept", "accept", "Accept what is typed", &[Line], &["enter"], 10),
    row(Command::Edit, "edit", "edit", "Open the selected one to change it", &[List], &["e"], 20),
    row(Command::Create, "create", "new", "Begin a new one; sends nothing by itself", &[List], &["+"], 58),
    row(
        Command::Actions,
        "actions",
        "actions",
        "What can be done with this one, and with all of them: operations, a new one like it, delete",
        &[List, Form],
        &["."],
        57,
    ),
    row(Command::Mark, "mark", "mark", "Mark, and go on to the next", &[List], &["space"], 25),
    row(Command::MarkRange, "mark-range", "mark range", "Mark everything since the last mark", &[List], &["v"], 0),
    row(Command::MarkAll, "mark-all", "mark all", "Mark everything that is shown", &[List], &["a"], 0),
    row(Command::Compare, "compare", "compare", "Compare the two that are marked", &[List], &["="], 26),
    row(Command::MarkNone, "mark-none", "mark none", "Take all marks away", &[List], &["A"], 0),
    row(
        Command::Values,
        "values",
        "values",
        "The values that the marked have here; choosing one keeps those marked",
        &[Form],
        &["v"],
        12,
    ),
    row(Command::Send, "send-plan", "send", "Send what the plan shows to each", &[Plan], &["y"], 10),
    row(Command::Open, "look", "look at one", "What would be sent to the selected one", &[Plan], &["enter"], 20),
    row(
        Command::LeaveOut,
        "leave-out",
        "leave out",
        "Leave the selected one out, or take it in again",
        &[Plan],
        &["x"],
        30,
    ),
    row(Command::Open, "open-one", "open", "Open the selected one", &[Run], &["enter"], 10),
    row(
        Command::Ticket,
        "ticket",
        "ticket text",
        "Copy what was done, before and after, as text for a ticket",
        &[Form, Run, Rows],
        &["t"],
        55,
    ),
    row(
        Command::ToFile,
        "to-file",
        "to a file",
        "Write what became of each to a file of yours: CSV or JSON, no secrets",
        &[Run],
        &["w"],
        50,
    ),
    row(
        Command::ToFile,
        "plan-to-file",
        "to a file",
        "Write the plan to a file, to be sent later or by somebody else; no secrets",
        &[Plan],
        &["w"],
        50,
    ),
    row(
        Command::OpenPlan,
        "open-plan",
        "open a plan",
        "Open a plan from a file and see what it would send",
        &[List],
        &["P"],
        0,
    ),
    row(
        Command::Resume,
        "resume",
        "go on",
        "Go on with a run that was cut off: how each stands is seen first",
        &[List],
        &["R"],
        0,
    ),
    row(Command::Pause, "pause", "pause", "Pause the run, or let it go on", &[Run], &["p"], 20),
    row(Command::Stop, "stop", "stop", "Stop the run: who was not sent to yet is skipped", &[Run], &["x"], 30),
    row(Command::Retry, "retry", "retry failed", "Send again to those who did not get it", &[Run], &["r"], 40),
    row(Command::Toggle, "toggle", "toggle", "Switch on or off; choose", &[Form, Part], &["space"], 10),
    row(Command::Toggle, "tick", "tick", "Tick or untick a member of a list", &[Ticks], &["space"], 20),
    row(
        Command::Find,
        "filter",
        "filter",
        "Narrow the list while typing; name=value looks in one column",
        &[List],
        &["/"],
        30,
    ),
    row(Command::Find, "find-field", "find", "Find a field by its plain or its wire name", &[Form], &["/"], 50),
    row(
        Command::OldValue,
        "old-value",
        "old value",
        "Back to the value that was read",
        &[Form, Part],
        &["backspace"],
        30,
    ),
    row(Command::NotSet, "not-set", "not set", "Set to 'not set' (null)", &[Form, Part], &["del"], 40),
    row(Command::ShowSecret, "show-secret", "show secret", "Show a secret for 20 seconds", &[Form], &["s"], 45),
    row(
        Command::Preview,
        "preview",
        "preview",
        "Show exactly what would be sent; sends nothing",
        &[Form, Table, Part, Editor],
        &["ctrl-s"],
        15,
    ),
    row(
        Command::Generate,
        "generate",
        "make one",
        "Make a password or PIN at random; it is shown until it is accepted",
        &[Line],
        &["ctrl-g"],
        20,
    ),
    row(Command::Send, "send", "send", "Send what the preview shows", &[Preview], &["y"], 10),
    row(
        Command::KeepMine,
        "keep-mine",
        "keep yours",
        "Keep your value over what is on the PBX now",
        &[Conflict],
        &["m"],
        10,
    ),
    row(Command::TakeTheirs, "take-pbx", "take the PBX's", "Take what is on the PBX now", &[Conflict], &["t"], 20),
    row(
        Command::Complete,
        "complete",
        "complete",
        "What can stand here: names of properties, members of enums",
        &[Editor],
        &["tab"],
        18,
    ),
    row(
        Command::Complete,
        "complete-filter",
        "complete",
        "Complete the column or the value of a filter, or the name of a file",
        &[Line, Picker],
        &["tab"],
        0,
    ),
    row(Command::Format, "format", "format", "Put the JSON in order", &[Editor], &["ctrl-f"], 20),
    row(
        Command::OwnEditor,
        "own-editor",
        "your editor",
        "Go on with this text in your own editor (VISUAL, EDITOR) and come back with it",
        &[Editor],
        &["ctrl-e"],
        22,
    ),
    row(Command::UndoText, "undo-text", "undo typing", "Take back the last typing", &[Editor, Line], &["ctrl-x"], 30),
    row(Command::RedoText, "redo-text", "redo typing", "Type it again", &[Editor, Line], &["ctrl-r"], 0),
    row(Command::Yes, "yes", "yes", "Answer yes", &[Question], &["y"], 10),
    row(Command::Copy, "copy", "copy", "Copy the selected value", &[List, Form, Part], &["c"], 0),
    row(
        Command::Copy,
        "copy-curl",
        "copy as curl",
        "Copy the request as a curl command, secrets left out",
        &[Preview],
        &["c"],
        20,
    ),
    row(
        Command::Copy,
        "copy-answer",
        "copy",
        "Copy the answer; secrets only while they are shown",
        &[Answer],
        &["c"],
        20,
    ),
    row(Command::ShowSecret, "show-answer", "show secret", "Show the secrets for 20 seconds", &[Answer], &["s"], 30),
    row(Command::SwitchJson, "answer-as-json", "as JSON", "The answer as JSON, or as a table", &[Answer], &["f2"], 40),
    row(Command::Refresh, "ask-again", "ask again", "Ask the function again", &[Answer], &["r"], 50),
    row(Command::Refresh, "refresh", "refresh", "Read again from the PBX", &[List, Form], &["r"], 92),
    row(Command::SortNext, "sort", "sort", "Sort by the next column", &[List], &["o"], 93),
    row(Command::SortReverse, "sort-reverse", "reverse", "Turn the order round", &[List], &["O"], 0),
    row(
        Command::Columns,
        "columns",
        "columns",
        "Choose which columns are shown, and in which order",
        &[List],
        &["C"],
        0,
    ),
    row(
        Command::MoveUp,
        "column-left",
        "move left",
        "Move the column to the left, while columns are chosen",
        &[Ticks],
        &["shift-up"],
        0,
    ),
    row(
        Command::MoveDown,
        "column-right",
        "move right",
        "Move the column to the right, while columns are chosen",
        &[Ticks],
        &["shift-down"],
        0,
    ),
    row(Command::Peek, "peek", "peek", "Show or hide the panel beside the list", &[List], &["p"], 0),
    row(Command::Changes, "changes", "changes", "The changes sent in this session", &[Global], &["f4"], 0),
    row(
        Command::History,
        "history",
        "history",
        "What was done, today and before: by whom, with before and after",
        LETTERS,
        &["H"],
        0,
    ),
    row(
        Command::Undo,
        "undo",
        "undo",
        "Take your last change back; shows what would be sent first",
        &[List, Form, Run],
        &["u"],
        0,
    ),
    row(
        Command::Undo,
        "undo-this",
        "undo",
        "Take this change back; shows what would be sent first",
        &[Rows],
        &["u"],
        15,
    ),
    row(
        Command::Attach,
        "attach-ticket",
        "ticket",
        "Give this change the number of a ticket",
        &[Rows, Preview],
        &["#"],
        60,
    ),
    row(
        Command::Find,
        "search-history",
        "search",
        "Search what was done: person, field, day, ticket, operator",
        &[Rows],
        &["/"],
        20,
    ),
    row(
        Command::Palette,
        "palette",
        "anything",
        "Resources, operations, people and commands by name",
        LETTERS,
        &[":", "ctrl-p"],
        80,
    ),
    row(
        Command::Palette,
        "palette-anywhere",
        "anything",
        "Resources, operations, people and commands by name",
        &[Global],
        &["ctrl-p"],
        0,
    ),
    row(Command::Help, "help", "help", "What can be done here", LETTERS, &["?", "f1"], 90),
    row(Command::Help, "help-anywhere", "help", "What can be done here", &[Global], &["f1"], 0),
    row(Command::Back, "back", "back", "Back, close, cancel; clears the filter first", &[Global], &["esc"], 95),
    row(Command::NextPanel, "next-panel", "next panel", "To the next panel", &[Sidebar, List, Form, Rows], &["tab"], 0),
    row(
        Command::PreviousPanel,
        "previous-panel",
        "previous panel",
        "To the previous panel",
        &[Sidebar, List, Form],
        &["shift-tab"],
        0,
    ),
    row(Command::Up, "up", "up", "One row up", LETTERS, &["up", "k"], 0),
    row(Command::Down, "down", "down", "One row down", LETTERS, &["down", "j"], 0),
    row(Command::Left, "left", "left", "Fold a group; back to the sidebar", &[Sidebar, List], &["left", "h"], 0),
    row(Command::Right, "right", "right", "Unfold a group; into the list", &[Sidebar, List], &["right", "l"], 0),
    row(Command::PageUp, "page-up", "page up", "One page up", LETTERS, &["pgup"], 0),
    row(Command::PageDown, "page-down", "page down", "One page down", LETTERS, &["pgdn"], 0),
    row(Command::HalfPageUp, "half-page-up", "half page up", "Half a page up", LETTERS, &["ctrl-u"], 0),
    row(Command::HalfPageDown, "half-page-down", "half page down", "Half a page down", LETTERS, &["ctrl-d"], 0),
    row(Command::Top, "top", "top", "To the first row", LETTERS, &["home", "g g"], 0),
    row(Command::Bottom, "bottom", "bottom", "To the last row", LETTERS, &["end", "G"], 0),
    row(Command::Up, "choice-up", "up", "One choice up", CHOICES, &["up"], 0),
    row(Command::Down, "choice-down", "down", "One choice down", CHOICES, &["down"], 0),
    row(Command::PageUp, "choice-page-up", "page up", "One page of choices up", CHOICES, &["pgup"], 0),
    row(Command::PageDown, "choice-page-down", "page down", "One page of choices down", CHOICES, &["pgdn"], 0),
    row(Command::Requests, "requests", "requests", "The requests made in this session", &[Global], &["f5"], 0),
    row(
        Command::Mouse,
        "mouse",
        "mouse",
        "The mouse, or not; with Shift it is the terminal's own",
        &[Global],
        &["f6"],
        0,
    ),
    row(Command::Redraw, "redraw", "redraw", "Draw everything again", &[Global], &["ctrl-l"], 0),
    row(
        Command::Suspend,
        "suspend",
        "suspend",
        "Put the console into the background; fg brings it back",
        &[Global],
        &["ctrl-z"],
        0,
    ),
    row(Command::Close, "close", "close", "Close this view; at the top, quit", LETTERS, &["q"], 0),
    row(Command::Quit, "quit", "quit", "Quit from the top", &[Global], &["ctrl-c"], 0),
];
