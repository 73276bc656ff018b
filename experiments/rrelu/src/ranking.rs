//! **Is RReLU among the worst, and ReLU the best or nearly so?** The post's verdict, a ranking, beside
//! the rankings of each seed, for each reading of RReLU.

use retrace_figure::{Axis, Chart, Colour, Figure, Line, Marker, Points, Span};
use retrace_lab::{Claim, Drawing, Reported, Result, Results, statistics};

use crate::arm::{Function, Norm, RELU, RRELU, RRELU_AS_WRITTEN};
use crate::training::{On, Outcome, Trainings};
use crate::{NEGLIGIBLE, POST, Rrelu};

/// Accuracy (0-1) on the test images after the training on all images; nothing after a divergence.
fn accuracy(outcome: &Outcome) -> Option<f64> {
    On::All.accuracy(outcome)
}

/// A reading of RReLU among those that it is compared with, in the order of figures.
fn group(reading: Function) -> Vec<Function> {
    let belongs = |f: &Function| *f == reading || f.reading.is_none();
    Function::ALL.into_iter().filter(belongs).collect()
}

/// The place of each network of `group`, a list per seed: 1 is the best, ties share the mean of
/// their places, and what diverged is last. A seed in which a network is missing or all diverged is
/// left out.
fn places(results: &Results<Rrelu>, norm: Norm, group: &[Function]) -> Vec<Vec<f64>> {
    let trainings = results.of::<Trainings>();
    let of_seed = |seed| -> Option<Vec<f64>> {
        let accuracy = |function: &Function| {
            let cell = trainings.get(&norm.of(*function), seed)?;
            Some(accuracy(&cell.outcome))
        };
        let accuracies: Vec<Option<f64>> = group.iter().map(accuracy).collect::<Option<_>>()?;
        let is_ranked = accuracies.iter().any(Option::is_some);
        let accuracies = accuracies.into_iter();
        let accuracies: Vec<f64> = accuracies
            .map(|accuracy| accuracy.unwrap_or(f64::NEG_INFINITY))
            .collect();
        is_ranked.then(|| places_of(&accuracies))
    };
    (0..results.seeds()).filter_map(of_seed).collect()
}

/// The place of `function` beside a reading of RReLU, one per seed; see [`group`] and [`places`].
fn places_beside(
    reading: Function,
    results: &Results<Rrelu>,
    norm: Norm,
    function: Function,
) -> Vec<f64> {
    let group = group(reading);
    let Some(index) = group.iter().position(|other| *other == function) else {
        return Vec::new();
    };
    let places = places(results, norm, &group);
    places.into_iter().map(|places| places[index]).collect()
}

/// The place of each number, the largest first.
fn places_of(numbers: &[f64]) -> Vec<f64> {
    let place = |number: &f64| {
        let better = numbers.iter().filter(|other| *other > number).count();
        let equal = numbers.iter().filter(|other| *other == number).count();
        better as f64 + (equal as f64 + 1.0) / 2.0
    };
    numbers.iter().map(place).collect()
}

/// The network of `group` with the largest mean accuracy over seeds; nothing without outcomes.
fn best(results: &Results<Rrelu>, norm: Norm, group: &[Function]) -> Option<Function> {
    let trainings = results.of::<Trainings>();
    let mean = |function: &Function| trainings.mean(&norm.of(*function), accuracy);
    let means = group.iter().map(|function| (mean(function), *function));
    let there = means.filter(|(mean, _)| mean.is_finite());
    let best = there.max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, function)| function)
}

/// Half the distance between a network's two rows.
const ROW_OFFSET: f64 = 0.17;

/// One panel for each reading of RReLU.
pub(crate) fn figures(results: &Results<Rrelu>) -> Result<Vec<Drawing>> {
    let figure = Figure::new(
        "ranking",
        "Place of each activation function, by the reading of RReLU",
    )
    .shared_legend()
    .caption(
        "Place by accuracy on the test images among six networks, once for each reading of RReLU. \
         Large marks: mean over seeds; small ones: each seed; bars from the best place to the \
         worst. Black: the post's words, ReLU best with batch normalisation and nearly best \
         without, RReLU among the worst (the shaded places).",
    );
    let figure = Function::readings().fold(figure, |figure, reading| {
        figure.panel_sized(panel(results, reading), 640, 310)
    });
    Ok(vec![figure.into()])
}

fn panel(results: &Results<Rrelu>, reading: Function) -> Chart {
    let group = group(reading);
    let count = group.len() as f64;
    let rows = (1..).map(f64::from).zip(&group);
    let names = rows.map(|(row, function)| (count - row, function.label));
    let places_axis = Axis::new("place, 1 is the best")
        .range(0.5, count + 0.5)
        .ticks((1..=group.len()).map(|place| (place as f64, place.to_string())));
    let names_axis = Axis::new("").range(-0.6, count - 0.4).ticks(names);
    let worst = Span::x("among the worst", count - 1.5, count + 0.5);
    let chart = Chart::new(reading.label, places_axis, names_axis).with(worst);
    let chart = Norm::BOTH.iter().fold(chart, |chart, norm| {
        with_places(results, chart, *norm, &group)
    });
    verdicts(&group)
        .into_iter()
        .fold(chart, |chart, (place, row)| {
            let diamond = Points::new("the post", [place], [row]).marker(Marker::Diamond);
            chart.with(diamond.colour(Colour::BLACK).radius(4.5))
        })
}

/// The post's places: (place, row).
fn verdicts(group: &[Function]) -> Vec<(f64, f64)> {
    let count = group.len() as f64;
    let row = |wanted: fn(&Function) -> bool| {
        let index = group.iter().position(wanted);
        index.map(|index| count - 1.0 - index as f64)
    };
    let relu = row(|function| *function == RELU);
    let rrelu = row(|function| function.reading.is_some());
    let mut verdicts = Vec::new();
    verdicts.extend(relu.map(|row| (1.0, row - ROW_OFFSET)));
    verdicts.extend(relu.map(|row| (2.0, row + ROW_OFFSET)));
    verdicts.extend(rrelu.map(|row| (count - 0.5, row - ROW_OFFSET)));
    verdicts.extend(rrelu.map(|row| (count - 0.5, row + ROW_OFFSET)));
    verdicts
}

fn with_places(results: &Results<Rrelu>, chart: Chart, norm: Norm, group: &[Function]) -> Chart {
    let (shift, marker, label) = match norm {
        Norm::Plain => (ROW_OFFSET, Marker::Circle, "without batch normalisation"),
        Norm::Batch => (-ROW_OFFSET, Marker::Square, "with batch normalisation"),
    };
    let seeds = places(results, norm, group);
    // The legend's sample: the marks themselves have the colours of their functions.
    let sample = Points::new(label, [], [])
        .marker(marker)
        .colour(Colour::GREY);
    let chart = chart.with(sample);
    let rows = (0..group.len()).rev().map(|row| row as f64 + shift);
    rows.zip(group)
        .enumerate()
        .fold(chart, |chart, (index, (row, function))| {
            let own: Vec<f64> = seeds.iter().map(|places| places[index]).collect();
            let ends = [0.0, 1.0].map(|q| statistics::quantile(&own, q));
            let colour = function.colour();
            let seeds = Points::new("", own.clone(), vec![row; own.len()]);
            let mean = Points::new("", [statistics::mean(&own)], [row]);
            chart
                .with(Line::new("", ends, [row; 2]).colour(colour))
                .with(seeds.colour(colour).marker(marker).radius(3.0).opacity(0.5))
                .with(mean.colour(colour).marker(marker).radius(6.5))
        })
}

/// "Among the worst" of six: between the fourth place and the fifth.
pub(crate) const AMONG_THE_WORST: f64 = 4.5;

/// Why the verdict does not hold of the paper's function.
const ANOTHER_FUNCTION: &str = "The post ran another function: its code multiplies negative inputs \
    by 3 to 8, the paper divides by that. The paper's RReLU is LReLU x/5.5 at test, does about as \
    well, and stands in the middle.";

/// The verdict, by the reading of RReLU.
pub(crate) fn claims(results: &Results<Rrelu>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for reading in Function::readings() {
        for norm in Norm::BOTH {
            claims.push(among_the_worst(results, reading, norm));
            claims.push(below_the_others(results, reading, norm));
        }
    }
    for reading in [RRELU_AS_WRITTEN, RRELU] {
        claims.push(relu_best(results, reading));
        claims.push(relu_nearly_best(results, reading));
    }
    claims
}

fn among_the_worst(results: &Results<Rrelu>, reading: Function, norm: Norm) -> Claim {
    let id = format!("{}-among-the-worst{}", reading.name, norm.suffix());
    let own = places_beside(reading, results, norm, reading);
    let statement = format!("{} is among the worst {}", reading.words(), norm.title());
    let claim = Claim::says(id, POST, statement)
        .measured_by("place by test accuracy among six, 1 the best", "")
        .mean_is_above(AMONG_THE_WORST, &own)
        .shown_in("ranking");
    if reading == RRELU && norm == Norm::Plain {
        claim.if_contradicted(ANOTHER_FUNCTION)
    } else {
        claim
    }
}

fn below_the_others(results: &Results<Rrelu>, reading: Function, norm: Norm) -> Claim {
    let id = format!("{}-below-the-others{}", reading.name, norm.suffix());
    let trainings = results.of::<Trainings>();
    let arm = norm.of(reading);
    let behind = trainings.of(&arm).filter_map(|cell| {
        let of = |f: Function| accuracy(&trainings.get(&norm.of(f), cell.seed)?.outcome);
        let others: Option<Vec<f64>> = Function::others().map(of).collect();
        Some(accuracy(&cell.outcome)? - statistics::median(&others?))
    });
    let behind: Vec<f64> = behind.collect();
    let statement = format!("{} is behind the others {}", reading.words(), norm.title());
    Claim::says(id, POST, statement)
        .measured_by("test accuracy minus the median of the five others'", "")
        .mean_is_below(0.0, &behind)
        .shown_in("test-error")
}

fn relu_best(results: &Results<Rrelu>, reading: Function) -> Claim {
    let id = format!("relu-best-with-bn{}", among(reading));
    let (ahead, rival) = relu_ahead(results, reading, Norm::Batch);
    let statement = format!(
        "ReLU is the best {}, {} among the others",
        Norm::Batch.title(),
        reading.words()
    );
    Claim::says(id, POST, statement)
        .measured_by(rival, "")
        .mean_is_above(0.0, &ahead)
        .shown_in("test-error")
}

fn relu_nearly_best(results: &Results<Rrelu>, reading: Function) -> Claim {
    let id = format!("relu-nearly-best{}", among(reading));
    let (ahead, rival) = relu_ahead(results, reading, Norm::Plain);
    let statement = format!(
        "ReLU is the best or at most {NEGLIGIBLE} behind {}, {} among the others",
        Norm::Plain.title(),
        reading.words()
    );
    Claim::says(id, POST, statement)
        .measured_by(rival, "")
        .mean_is_above(-NEGLIGIBLE, &ahead)
        .shown_in("test-error")
}

/// The end of an id: which readings ReLU stands among.
pub(crate) fn among(reading: Function) -> &'static str {
    if reading == RRELU_AS_WRITTEN {
        ""
    } else {
        "-among-the-papers"
    }
}

/// ReLU's accuracy minus that of the best of the others, and what that is in words. The best is
/// chosen by its mean over seeds: the best of each seed would win by luck alone.
fn relu_ahead(results: &Results<Rrelu>, reading: Function, norm: Norm) -> (Vec<f64>, String) {
    let others: Vec<Function> = group(reading)
        .into_iter()
        .filter(|function| *function != RELU)
        .collect();
    let Some(rival) = best(results, norm, &others) else {
        return (
            Vec::new(),
            "test accuracy, ReLU minus the best other".into(),
        );
    };
    let trainings = results.of::<Trainings>();
    (
        trainings.differences(&norm.of(RELU), &norm.of(rival), accuracy),
        format!("test accuracy, ReLU minus the best other, {}", rival.label),
    )
}

/// The post's ranking, as it words it; its figure is lost.
const RANKING: [(Function, Norm, &str); 4] = [
    (RELU, Norm::Batch, "the best"),
    (RELU, Norm::Plain, "almost the best"),
    (RRELU_AS_WRITTEN, Norm::Batch, "among the worst"),
    (RRELU_AS_WRITTEN, Norm::Plain, "among the worst"),
];

/// The post's ranking, beside ours.
pub fn reported(results: &Results<Rrelu>) -> impl Iterator<Item = Reported> {
    let row = |(function, norm, words): (Function, Norm, &str)| {
        let places = places_beside(RRELU_AS_WRITTEN, results, norm, function);
        let quantity = format!("place of {} among six {}", function.label, norm.title());
        Reported::mean(quantity, POST, words, &places)
    };
    RANKING.into_iter().filter_map(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_is_first_and_ties_share_their_places() {
        assert_eq!(places_of(&[0.9, 0.7, 0.8]), [1.0, 3.0, 2.0]);
        assert_eq!(places_of(&[0.9, 0.9, 0.8, 0.9]), [2.0, 2.0, 4.0, 2.0]);
        // scipy.stats.rankdata([-3, -1, -4, -1, -5]) = [3, 4.5, 2, 4.5, 1]
        let scipy = [3.0, 4.5, 2.0, 4.5, 1.0];
        assert_eq!(places_of(&[3.0, 1.0, 4.0, 1.0, 5.0]), scipy);
    }

    #[test]
    fn what_diverged_is_last() {
        let places = places_of(&[f64::NEG_INFINITY, 0.1, 0.2]);
        assert_eq!(places, [3.0, 2.0, 1.0]);
    }
}
