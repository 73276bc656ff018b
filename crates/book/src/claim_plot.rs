//! A claim's interval as a small picture beside its numbers: the post's side, the interval, the
//! estimate and each seed.

use std::fmt::Write;

use retrace_lab::statistics::quantile;
use retrace_lab::{Claim, number};

const WIDTH: f64 = 260.0;
const HEIGHT: f64 = 34.0;
const MIDDLE: f64 = 13.0;
/// Share of the drawn range that is left free at each end.
const MARGIN: f64 = 0.12;
/// How far beyond the rest, by its width, seeds are shown in their place; others at the edge.
const BEYOND: f64 = 1.5;

/// The picture as SVG with classes for the style sheet; `None` without an estimate.
pub(crate) fn claim_plot(claim: &Claim) -> Option<String> {
    let estimate = claim.estimate?;
    let ends = [
        Some(estimate),
        claim.low,
        claim.high,
        claim.holds_from,
        claim.holds_to,
    ];
    let core = Scale::over(ends.into_iter().flatten())?;
    let scale = Scale::over(ends.into_iter().flatten().chain(core.near(&claim.values)))?;
    let mut svg = format!(
        "<svg class=\"claim-plot\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\" role=\"img\" aria-label=\"{}\">",
        words(claim, estimate)
    );
    // Writing to a String cannot fail.
    if claim.holds_from.is_some() || claim.holds_to.is_some() {
        let from = claim.holds_from.map_or(0.0, |v| scale.place(v));
        let to = claim.holds_to.map_or(WIDTH, |v| scale.place(v));
        let _ = write!(
            svg,
            "<rect class=\"side\" x=\"{from:.1}\" y=\"2\" width=\"{:.1}\" height=\"22\"/>",
            (to - from).max(1.0)
        );
    }
    for bound in [claim.holds_from, claim.holds_to].into_iter().flatten() {
        let x = scale.place(bound);
        let _ = write!(
            svg,
            "<line class=\"bound\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"1\" y2=\"25\"/>\
             <text x=\"{:.1}\" y=\"33.5\" text-anchor=\"middle\">{}</text>",
            x.clamp(16.0, WIDTH - 16.0),
            number(bound)
        );
    }
    if !claim.values.is_empty() {
        let mark = |value: &f64| format!("M{:.1} 5v16", scale.place(*value));
        let marks: String = claim.values.iter().map(mark).collect();
        let _ = write!(svg, "<path class=\"seeds\" d=\"{marks}\"/>");
    }
    if let (Some(low), Some(high)) = (claim.low, claim.high) {
        let _ = write!(
            svg,
            "<line class=\"interval\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{MIDDLE}\" y2=\"{MIDDLE}\"/>",
            scale.place(low),
            scale.place(high)
        );
    }
    let _ = write!(
        svg,
        "<circle class=\"estimate\" cx=\"{:.1}\" cy=\"{MIDDLE}\" r=\"4\"/></svg>",
        scale.place(estimate)
    );
    Some(svg)
}

fn words(claim: &Claim, estimate: f64) -> String {
    let mut words = format!("Estimate {}", number(estimate));
    if let (Some(low), Some(high)) = (claim.low, claim.high)
        && low < high
    {
        let _ = write!(words, ", interval {} to {}", number(low), number(high));
    }
    if let [_, _, ..] = claim.values[..] {
        let [least, most] = [0.0, 1.0].map(|q| number(quantile(&claim.values, q)));
        let _ = write!(words, ", seeds {least} to {most}");
    }
    let side = match (claim.holds_from, claim.holds_to) {
        (Some(from), Some(to)) => format!("from {} to {}", number(from), number(to)),
        (Some(from), None) => format!("above {}", number(from)),
        (None, Some(to)) => format!("below {}", number(to)),
        (None, None) => return words,
    };
    let _ = write!(words, "; the claim's side is {side}");
    words
}

/// From values to places in the plot.
struct Scale {
    low: f64,
    span: f64,
}

impl Scale {
    fn over(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut values = values.filter(|value| value.is_finite());
        let first = values.next()?;
        let (low, high) = values.fold((first, first), |(l, h), v| (l.min(v), h.max(v)));
        let span = high - low;
        // All in one place: anything is wide enough.
        let span = if span > 0.0 { span } else { low.abs().max(1.0) };
        Some(Self {
            low: low - MARGIN * span,
            span: span * (1.0 + 2.0 * MARGIN),
        })
    }

    /// The values, those far outside moved to where the plot may end.
    fn near(&self, values: &[f64]) -> impl Iterator<Item = f64> {
        let (low, high) = (
            self.low - BEYOND * self.span,
            self.low + (1.0 + BEYOND) * self.span,
        );
        values.iter().map(move |value| value.clamp(low, high))
    }

    fn place(&self, value: f64) -> f64 {
        (WIDTH * (value - self.low) / self.span).clamp(0.0, WIDTH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(values: &[f64]) -> Claim {
        Claim::says("id", "the post", "it is so")
            .measured_by("it", "")
            .mean_is_above(0.0, values)
    }

    /// The number of an attribute of the element of a class.
    fn attribute(svg: &str, class: &str, name: &str) -> f64 {
        let page = roxmltree::Document::parse(svg).unwrap();
        let found = page
            .descendants()
            .find(|node| node.attribute("class") == Some(class));
        found.unwrap().attribute(name).unwrap().parse().unwrap()
    }

    #[test]
    fn the_interval_is_drawn_on_its_side_of_the_bound() {
        let svg = claim_plot(&claim(&[1.0, 2.0, 3.0])).unwrap();
        let (bound, dot) = (
            attribute(&svg, "bound", "x1"),
            attribute(&svg, "estimate", "cx"),
        );
        let ends = ["x1", "x2"].map(|end| attribute(&svg, "interval", end));
        assert!(ends[0] < dot && dot < ends[1], "{svg}");
        assert!(bound < dot, "{svg}");
        assert_eq!(attribute(&svg, "side", "x"), bound);
        assert!(svg.contains("the claim's side is above 0"), "{svg}");
        let opposite = claim_plot(&claim(&[-1.0, -1.1, -0.9])).unwrap();
        assert!(attribute(&opposite, "bound", "x1") > attribute(&opposite, "interval", "x2"));
    }

    #[test]
    fn each_seed_has_a_mark_and_one_far_out_does_not_squeeze_the_rest() {
        let svg = claim_plot(&claim(&[1.0, 2.0, 3.0])).unwrap();
        let marks = |svg: &str| -> Vec<f64> {
            let page = roxmltree::Document::parse(svg).unwrap();
            let seeds = |node: &roxmltree::Node| node.attribute("class") == Some("seeds");
            let path = page.descendants().find(seeds).unwrap();
            let marks = path.attribute("d").unwrap().split('M').skip(1);
            let place = |mark: &str| mark.split(' ').next().unwrap().parse().unwrap();
            marks.map(place).collect()
        };
        let places = marks(&svg);
        assert_eq!(places.len(), 3);
        assert!(places.is_sorted());
        assert_eq!(places[1], attribute(&svg, "estimate", "cx"));
        assert!(svg.contains("seeds 1.000 to 3.000"), "{svg}");
        let values: Vec<f64> = (0..40).map(f64::from).chain([1e6]).collect();
        let far = Claim::says("id", "s", "").median_is_above(0.0, &values);
        let far = claim_plot(&far).unwrap();
        let places = marks(&far);
        assert_eq!(places[40], WIDTH);
        let interval = ["x1", "x2"].map(|end| attribute(&far, "interval", end));
        assert!(interval[1] - interval[0] > 0.05 * WIDTH, "{interval:?}");
    }

    #[test]
    fn one_number_has_a_place_and_none_has_no_picture() {
        let one = Claim::says("id", "s", "").largest_is_at_most(0.0, 0.0, 3);
        assert!((0.0..=WIDTH).contains(&attribute(&claim_plot(&one).unwrap(), "estimate", "cx")));
        assert_eq!(claim_plot(&claim(&[])), None);
    }
}
