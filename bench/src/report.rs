//! The measurements as a table.

use std::time::Duration;

use crate::pair::{Best, Measured, Times};

/// A line for each pair: medians of the times, and the median of the ratios of the pairs.
pub(crate) fn table(measured: &[Measured<'_>], pairs: u32, latency: u32) -> String {
    let head = ["statement", "compared with", "base ms", "ms", "ratio", "at best"];
    let mut lines = vec![head.map(str::to_owned)];
    lines.extend(measured.iter().map(line));
    let widths: Vec<usize> = (0..head.len())
        .map(|column| lines.iter().filter_map(|l| l.get(column)).map(|c| c.chars().count()).max())
        .map(Option::unwrap_or_default)
        .collect();
    let shown = lines.iter().map(|cells| {
        let cells = cells.iter().zip(&widths).enumerate();
        let padded = cells.map(|(n, (cell, width))| match n {
            0 | 1 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        padded.collect::<Vec<_>>().join("  ")
    });
    let shown: Vec<_> = shown.collect();
    format!(
        "Medians over {pairs} pairs; an answer of Okta takes {latency} ms.\n\n{}",
        shown.join("\n")
    )
}

fn line(measured: &Measured<'_>) -> [String; 6] {
    let Measured { pair, times } = measured;
    let of = |value: &dyn Fn(&Times) -> f64| median(times.iter().map(value).collect());
    let base = |times: &Times| seconds(times.base.iter().sum());
    let best = match pair.best {
        Best::Trips(trips) => f64::from(trips),
        Best::LongestOfBase => {
            of(&|times| seconds(times.base.iter().max().copied().unwrap_or_default()) / base(times))
        }
    };
    [
        pair.what.to_owned(),
        pair.than.to_owned(),
        format!("{:.0}", of(&base) * 1000.0),
        format!("{:.0}", of(&|times| seconds(times.statement)) * 1000.0),
        format!("{:.2}", of(&|times| seconds(times.statement) / base(times))),
        format!("{best:.2}"),
    ]
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

/// The value in the middle; of two, the upper one.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_does_not_care_about_order_or_outliers() {
        assert_eq!(median(vec![3.0, 1.0, 900.0]), 3.0);
        assert!(median(Vec::new()).is_nan());
    }
}
