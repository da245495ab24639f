//! What the user can want. How it is called, where it means something and by which keys, the table tells.

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
    /// In batches, or one by one.
    Batches,
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
    /// What was edited and not sent on consoles that are gone.
    Drafts,
    /// Throw one of these away.
    Discard,
    /// Take a change back.
    Undo,
    /// Take back one of a run.
    UndoOne,
    /// Put back what somebody else changed since.
    TakeOver,
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
