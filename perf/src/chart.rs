//! What charts have in common.

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::Result;

pub(crate) const PAPER: RGBColor = WHITE;
pub(crate) const INK: RGBColor = RGBColor(40, 40, 40);

const COLOURS: [RGBColor; 4] = [
    RGBColor(34, 110, 180),
    RGBColor(224, 150, 60),
    RGBColor(190, 80, 90),
    RGBColor(110, 110, 110),
];

/// Pixels of a panel.
const WIDTH: u32 = 900;
const HEIGHT: u32 = 260;

pub(crate) fn font(size: i32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}

/// Lines over one axis.
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) x: &'static str,
    pub(crate) y: &'static str,
    /// Whether the figures are shown by their logarithm.
    pub(crate) is_log: bool,
    pub(crate) lines: Vec<Line>,
}

pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
}

/// Panels below each other, as SVG.
pub(crate) fn draw(panels: &[Panel]) -> Result<String> {
    let mut svg = String::new();
    {
        let size = (WIDTH, HEIGHT * u32::try_from(panels.len())?);
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        root.fill(&PAPER)?;
        for (area, panel) in root.split_evenly((panels.len(), 1)).iter().zip(panels) {
            draw_panel(area, panel)?;
        }
        root.present()?;
    }
    Ok(svg)
}

fn draw_panel(area: &DrawingArea<SVGBackend<'_>, Shift>, panel: &Panel) -> Result<()> {
    let points = || panel.lines.iter().flat_map(|line| &line.points);
    let last = points().map(|point| point.0).fold(1.0, f64::max);
    let most = points().map(|point| point.1).fold(f64::MIN_POSITIVE, f64::max);
    let least = points().map(|point| point.1).filter(|figure| *figure > 0.0);
    let least = least.fold(most, f64::min);
    let mut builder = ChartBuilder::on(area);
    builder.caption(&panel.title, font(14)).margin(8).x_label_area_size(32).y_label_area_size(64);
    // The two axes have types of their own.
    macro_rules! draw_on {
        ($range:expr) => {{
            let mut chart = builder.build_cartesian_2d(0.0..last, $range)?;
            chart
                .configure_mesh()
                .light_line_style(WHITE)
                .x_desc(panel.x)
                .y_desc(panel.y)
                .label_style(font(11))
                .axis_desc_style(font(11))
                .draw()?;
            for (line, colour) in panel.lines.iter().zip(COLOURS) {
                let floor = if panel.is_log { least } else { 0.0 };
                let points = line.points.iter().map(|(x, y)| (*x, y.max(floor)));
                chart
                    .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
                    .label(line.name)
                    .legend(move |(x, y)| {
                        PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2))
                    });
            }
            chart
                .configure_series_labels()
                .background_style(WHITE.mix(0.8))
                .label_font(font(11))
                .position(SeriesLabelPosition::UpperRight)
                .draw()?;
        }};
    }
    if panel.is_log {
        draw_on!((least..most * 1.5).log_scale());
    } else {
        draw_on!(0.0..most * 1.15);
    }
    Ok(())
}
