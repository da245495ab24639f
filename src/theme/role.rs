//! What a colour can stand for: the closed list of roles, and the one place where they are named.

macro_rules! roles {
    ($($(#[$doc:meta])+ $role:ident = $name:literal,)+) => {
        /// What a piece of the screen means. A theme says how each looks; code never names a colour.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Role {
            $($(#[$doc])+ $role,)+
        }

        impl Role {
            /// Every role.
            pub const ALL: &[Role] = &[$(Role::$role),+];

            /// Its name in theme files.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Role::$role => $name,)+
                }
            }
        }
    };
}

roles! {
    /// What has no meaning of its own.
    Text = "text",
    /// What should not draw the eye: units, counts, what is off.
    Muted = "muted",
    /// What has the keyboard, or leads the eye to it.
    Focus = "focus",
    /// Went well, is connected, is registered.
    Good = "good",
    /// Stands before something that cannot be taken back, or that other people will notice.
    Danger = "danger",
    /// The title line.
    Title = "title",
    /// The name of the PBX in the title line.
    TitlePbx = "title.pbx",
    /// Rules and the frames of what floats.
    Border = "border",
    /// The frame of what has the keyboard.
    BorderFocus = "border.focus",
    /// The heading of a section of a form.
    Section = "section",
    /// The heading of a group in the sidebar.
    SidebarGroup = "sidebar.group",
    /// The headings of a list.
    ListHeader = "list.header",
    /// The gutter sign of the row the cursor is on.
    ListGutter = "list.gutter",
    /// The key cell of the row the cursor is on.
    ListSelected = "list.selected",
    /// The sign of a marked row.
    ListMarked = "list.marked",
    /// The name of a field.
    FieldLabel = "field.label",
    /// A value that was changed and not sent.
    FieldDirty = "field.dirty",
    /// A value that cannot be sent.
    FieldInvalid = "field.invalid",
    /// Nothing: a null, an empty text.
    FieldNull = "field.null",
    /// A switch that is off.
    FieldOff = "field.off",
    /// The mask over a secret.
    FieldSecret = "field.secret",
    /// A value that only the PBX sets.
    FieldReadOnly = "field.readonly",
    /// Where typed text goes.
    InputCursor = "input.cursor",
    /// Text that was selected in an editor.
    InputSelection = "input.selection",
    /// What will be there.
    DiffAdded = "diff.added",
    /// What will go.
    DiffRemoved = "diff.removed",
    /// What will be something else.
    DiffChanged = "diff.changed",
    /// Something went wrong.
    NoticeError = "notice.error",
    /// Something wants attention.
    NoticeWarning = "notice.warning",
    /// Something happened.
    NoticeInfo = "notice.info",
    /// A property name in JSON.
    JsonKey = "json.key",
    /// A text in JSON.
    JsonString = "json.string",
    /// A number in JSON.
    JsonNumber = "json.number",
    /// `true`, `false` and `null` in JSON.
    JsonWord = "json.word",
    /// Braces, brackets, colons and commas in JSON.
    JsonPunct = "json.punct",
    /// What JSON does not allow, or the field does not.
    JsonError = "json.error",
    /// A key in a hint.
    FooterKey = "footer.key",
    /// What a key in a hint does.
    FooterText = "footer.text",
    /// The letters that were searched for.
    SearchMatch = "search.match",
    /// The done part of a progress bar.
    Progress = "progress",
}

impl Role {
    /// The role of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|r| r.name() == name)
    }
}
