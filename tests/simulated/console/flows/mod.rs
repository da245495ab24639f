//! What people do, from the first key to the last word on the screen.

mod blf;
mod everything;
mod excess;
mod forms;
mod json;
mod lists;
mod nested;
mod operations;
mod outcomes;
mod secrets;
mod trouble;
mod under_way;
mod undo;
mod undo_many;
mod ways;
