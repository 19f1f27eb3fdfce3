//! Throughput of all systems, a panel for each target and number of producers.

use super::report::Report;
use crate::Result;

#[cfg(not(feature = "charts"))]
pub(super) fn draw(_report: &Report) -> Result<Option<String>> {
    Ok(None)
}

#[cfg(feature = "charts")]
pub(super) fn draw(report: &Report) -> Result<Option<String>> {
    panels::draw(report).map(Some)
}

#[cfg(feature = "charts")]
mod panels {
    use plotters::coord::Shift;
    use plotters::prelude::*;

    use super::super::report::{Cell, Report, Runs};
    use super::super::system::Kind;
    use crate::Result;
    use crate::chart::{INK, PAPER, font};
    use crate::target::Target;

    type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

    /// Pixels of one system's bar, the gap included.
    const BAR: usize = 22;
    /// Room for the names.
    const NAMES: i32 = 178;

    pub(super) fn draw(report: &Report) -> Result<String> {
        let systems = report.cells.iter().map(|cell| cell.runs.len()).max().unwrap_or(0);
        let rows = report.cells.len().div_ceil(2).max(1);
        let columns = report.cells.len().clamp(1, 2);
        let height = u32::try_from(rows * (systems * BAR + 46) + 8)?;
        let width = u32::try_from(columns * 520)?;
        let mut svg = String::new();
        {
            let root = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
            root.fill(&PAPER)?;
            for (area, cell) in root.split_evenly((rows, columns)).iter().zip(&report.cells) {
                panel(area, cell)?;
            }
            root.present()?;
        }
        Ok(svg)
    }

    fn panel(area: &Area<'_>, cell: &Cell) -> Result<()> {
        let plural = if cell.producers == 1 { "" } else { "s" };
        let title = format!(
            "{}, {} producer{plural}: million lines/s, and what ringmail causal is of it",
            cell.target.name(),
            cell.producers
        );
        area.draw_text(&title, &font(13), (10, 12))?;
        // To /dev/null the ceiling is out of sight.
        let is_shown = |runs: &&Runs| cell.target != Target::Null || runs.kind != Kind::Ceiling;
        let speeds = cell.runs.iter().filter(is_shown).map(|runs| runs.speed().median);
        let most = speeds.fold(1.0, f64::max);
        let ours = cell.runs.iter().find(|runs| runs.system == "ringmail causal");
        let ours = ours.map_or(0.0, |runs| runs.speed().median);
        let room = f64::from(area.dim_in_pixel().0) - f64::from(NAMES) - 100.0;
        let mut top = 34;
        for runs in &cell.runs {
            let speed = runs.speed().median;
            #[expect(clippy::cast_possible_truncation, reason = "it fits the picture")]
            let length = (room * (speed / most).min(1.0)) as i32;
            let colour = match runs.kind {
                Kind::Ours => RGBColor(34, 110, 180),
                Kind::Ceiling => RGBColor(170, 170, 170),
                Kind::Direct => RGBColor(224, 150, 60),
                Kind::Queued => RGBColor(190, 80, 90),
            };
            area.draw_text(runs.system, &font(12), (10, top + 2))?;
            let bar =
                Rectangle::new([(NAMES, top), (NAMES + length.max(1), top + 15)], colour.filled());
            area.draw(&bar)?;
            let paired =
                cell.ratios().find(|(of, to, _)| *of == "ringmail causal" && *to == runs.system);
            let ratio = paired
                .map_or_else(String::new, |(_, _, ratio)| format!("  ({:.1}x)", ratio.median));
            let ratio = match runs.kind {
                Kind::Ceiling if speed > 0.0 => format!("  ({:.2}x)", ours / speed),
                _ => ratio,
            };
            let label = format!("{:.2}{ratio}", speed / 1e6);
            area.draw_text(&label, &font(12).color(&INK), (NAMES + length + 6, top + 2))?;
            top += i32::try_from(BAR)?;
        }
        Ok(())
    }
}
