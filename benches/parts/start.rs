//! What stands before the first frame.

use crate::desk::{SIZE, look, pbx};
use cordboard::app::{self, Model};
use cordboard::catalog::Catalog;
use cordboard::ui;
use divan::{Bencher, black_box};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The catalog that ships, read anew and held to be from elsewhere: its hash and its handles are checked too.
#[divan::bench(sample_count = 20)]
fn catalog(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(Catalog::shipped_bytes).bench_values(|bytes| Catalog::from_bytes(bytes).is_ok());
}

#[divan::bench]
fn model(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(pbx).bench_values(|pbx| Model::new(pbx, SIZE));
}

#[divan::bench]
fn first_frame(bencher: Bencher<'_, '_>) {
    let look = look();
    bencher.with_inputs(|| Model::new(pbx(), SIZE)).bench_refs(|model| {
        let area = Rect::new(0, 0, SIZE.0, SIZE.1);
        let mut buffer = Buffer::empty(area);
        ui::draw(model, &look, area, &mut buffer);
        black_box(buffer)
    });
}

#[divan::bench]
fn first_questions(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(|| Model::new(pbx(), SIZE)).bench_refs(|model| app::start(model).len());
}
