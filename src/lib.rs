//! cordboard
pub mod api;
pub mod app;
pub mod catalog;
pub mod cli;
pub mod draft;
pub mod input;
pub mod odata;
pub mod settings;
pub mod shell;
pub mod sim;
pub mod source;
pub mod theme;
pub mod ui;
