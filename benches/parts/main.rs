//! What single parts cost, in time and in memory: `cargo bench --bench parts`, or `-- list` for one room.
//!
//! Each part is measured as the console uses it, at 120x40, on a made-up company. Knows nothing of terminals; what a
//! whole program costs is measured in `terminal`. Nothing here is run by `cargo test`.

mod big;
mod desk;
mod draw;
mod list;
mod many;
mod start;
mod steps;
mod wire;

/// Counts what each part asks of the allocator. Measured with it, times are a little too long, never too short.
#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}
