//! What charts have in common.

use plotters::prelude::*;

pub(crate) const PAPER: RGBColor = WHITE;
pub(crate) const INK: RGBColor = RGBColor(40, 40, 40);

pub(crate) fn font(size: i32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}
