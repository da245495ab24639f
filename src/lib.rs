//! cordboard: a terminal console for 3CX phone systems (the V20 Configuration API, XAPI).
//!
//! Help-desk staff find a person by number, change fields, see exactly the PATCH that will be sent, send it without
//! the screen ever freezing, and see it read back. Every screen derives from a catalog of the API.
//!
//! # The house
//!
//! A pure core inside an effect shell. Modules in reading order; imports run one way, and a test holds that.
//!
//! ```text
//! catalog   what the API is: resources, operations, schemas, enums, and what people call them    pure
//! odata     the wire grammar: keys, paths, queries, pages, failures and their words              pure
//! draft     editing: three-state values, drafts, minimal change sets, conflicts, JSON            pure
//! plan      many at once: a line for each target, templates, warnings, the pace of a run         pure
//! input     what keys mean: Key -> Keymap -> Command, from one table                             pure
//! app       the decisions: Event -> update(&mut Model) -> [Effect]                               pure
//! theme     roles and styles                      settings   file + environment + arguments      pure
//! source    places and nearest words in files people write by hand, for both of them          pure
//! order     one sort for all that may take a moment                                          pure
//! ui        the drawing: (&Model, &Look, Rect) -> cells                                          pure
//! api       the client: token, lists, reads, the one way of a write                              async
//! journal   the memory: every write before it is sent and after, in SQLite                       async
//! shell     the loop: terminal, one queue, tasks, timers                                         async
//! cli       the verbs                             sim        the embedded PBX                    async
//! main      arguments -> settings -> a PBX or the simulator -> the console or a verb
//! ```
//!
//! `catalog <- odata <- draft <- plan <- app <- ui <- shell <- main`; `input <- app`; `api` knows odata, catalog, draft
//! and plan and never app or ui; `sim` knows the catalog only and reads requests with its own code, so that a misreading of the API
//! on one side shows on the other.
//!
//! # The way of a key press, and of a change
//!
//! ```text
//! terminal -shell-> Key -Keymap-> Command -app::update-> [Effect] -shell-> task -> Event (same queue)
//!                                                        queue empty -> ui::draw once
//!
//! edit -> Draft -> check -> ChangeSet -> preview shows exactly that value -> y
//!      -> read afresh -> same as when it was opened? -> gate -> PATCH -> read again -> compare
//!         no: conflict, decided per field      refused: in words on the field      answer lost: read first
//! ```
//!
//! # What always holds (each is a test)
//!
//! 1. The pure modules do no IO, never await, never read the clock, the environment or randomness.
//! 2. What is previewed is what is sent. No edit gives an empty change set, for every schema of the API.
//! 3. A write is never retried blindly: after a lost answer the target is read before anything is sent again.
//! 4. No secret can be printed, logged, snapshotted or put in an error; a token never leaves the configured origin.
//! 5. Text from a PBX cannot move the cursor, colour the screen or set the title.
//! 6. The terminal is restored on quit, error, panic, SIGTERM and SIGHUP.
//! 7. Every command is reachable by the palette and shown by help with the key that is bound now.
//!
//! # How to add things
//!
//! A resource: nothing, it is in the catalog. A better title, column, secret or reference: one line of
//! `catalog/data/overlay.toml`. A command: one variant and one row of `input::TABLE`. A field kind: one variant of
//! `catalog::FieldKind`, and the compiler lists the matches.

pub mod api;
pub mod app;
pub mod catalog;
pub mod cli;
pub mod draft;
pub mod input;
pub mod journal;
pub mod odata;
pub mod order;
pub mod plan;
pub mod settings;
pub mod shell;
pub mod sim;
pub mod source;
pub mod theme;
pub mod ui;
