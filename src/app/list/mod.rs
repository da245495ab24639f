//! A list of entities as the console holds it: columns, never objects.
//!
//! Owns the cells of what is shown or filtered on, the order, the filter and the selection. Knows nothing of where rows come from
//! or of how they are drawn. Cost grows with what is visible: order and filter are row numbers, texts live in arenas.

mod cells;
mod complete;
mod filter;
mod fold;
mod index;
mod order;
mod rows;
#[cfg(test)]
mod tests;
mod view;

pub use cells::Cells;
pub use fold::{fold, fold_into};
pub use rows::Rows;
pub use rows::Shown;
pub use view::{Names, Order, View, minute, reading};
