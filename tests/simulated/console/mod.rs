//! The console: the real loop on a terminal in memory.

mod bad_input;
mod batches;
mod bulk;
mod columns;
mod create;
mod cut_off;
mod deletions;
mod drafts;
mod each;
mod flows;
mod look;
mod past;
mod pictures;
mod plan_files;
mod screen;
mod silent;
mod snapshots;
mod states;
mod support;
mod sweep;
mod tasks;
