//! **Does a distance tell one man from the rest?** The post's pictures, all measured by the four
//! criteria, and its closing remark on thresholds.
//!
//! Unseen pictures of the man are his two test pictures and the 16 training pictures, each
//! measured with the eigenfaces of the other 15. The drawing counts as neither face nor thing.

use ndarray::s;
use retrace_figure::{Axis, BarSeries, Bars, Colour, Dash, Figure, Picture, Rule};
use retrace_lab::statistics::mean;
use retrace_lab::{Arrays, Claim, Drawing, Result};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::data::{Faces, POST_SET, Shows, TESTS};
use crate::decomposition::{Decomposed, Decomposition, name};
use crate::distances::{Criterion, Distances};
use crate::pca::{Pca, PcaError};
use crate::pictures::{Levels, grid, tiles};
use crate::{All, OURS, POST, ROUNDING, origin};

/// A picture and its distances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Short name.
    pub name: String,
    /// What it shows.
    pub shows: Shows,
    /// Whether the eigenfaces know it.
    #[serde(rename = "seen")]
    pub role: Role,
    /// Its distances.
    pub distances: Distances,
}

/// Whether the eigenfaces know a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A training picture.
    Trained,
    /// A training picture, measured with the eigenfaces of the other 15.
    LeftOut,
    /// A test picture.
    Test,
}

/// Every picture of the post, measured with the config's number of eigenfaces, `chosen`.
///
/// # Errors
/// Pictures without eigenfaces.
pub fn measured(config: &Config, faces: &Faces, chosen: &Pca) -> Result<Vec<Measured>, PcaError> {
    let training = &faces.training.pictures;
    let weights = chosen.project(training)?;
    let trained = Distances::measure(chosen, &weights, training)?;
    let trained = trained.into_iter().enumerate();
    let mut measured: Vec<Measured> = trained
        .map(|(index, distances)| of_training(index, Role::Trained, distances))
        .collect();
    for index in 0..training.nrows() {
        let others: Vec<usize> = (0..training.nrows())
            .filter(|other| *other != index)
            .collect();
        let others = faces.training.select(&others);
        let pca = Pca::fit(&others)?.truncated(config.components);
        let left_out = training.slice(s![index..=index, ..]);
        let distances = Distances::measure(&pca, &pca.project(&others)?, &left_out)?;
        measured.push(of_training(index, Role::LeftOut, distances[0]));
    }
    let tests = Distances::measure(chosen, &weights, &faces.tests.pictures)?;
    let tests = TESTS.iter().zip(tests);
    measured.extend(tests.map(|((name, shows), distances)| Measured {
        name: (*name).to_owned(),
        shows: *shows,
        role: Role::Test,
        distances,
    }));
    Ok(measured)
}

fn of_training(index: usize, role: Role, distances: Distances) -> Measured {
    Measured {
        name: name(index),
        shows: Shows::TheMan,
        role,
        distances,
    }
}

/// The test pictures in face space, and the distances of all pictures.
///
/// # Errors
/// Outcomes without the arrays that they were written with.
pub fn figures(results: &All) -> Result<Vec<Drawing>> {
    let Some(cell) = results.of::<Decomposition>().first() else {
        return Ok(Vec::new());
    };
    let figures = [
        test_pictures(results, &cell.arrays, &cell.outcome)?,
        distances(results, &cell.outcome),
    ];
    Ok(figures.map(Drawing::from).to_vec())
}

/// The test pictures, and what the eigenfaces make of them.
fn test_pictures(results: &All, arrays: &Arrays, decomposed: &Decomposed) -> Result<Figure> {
    let name = |index: usize| TESTS.get(index).map_or("", |test| test.0).to_owned();
    let distances = distances_of(decomposed, Criterion::FromFaceSpace, |one| {
        one.role == Role::Test
    });
    let error = |index: usize| {
        distances.get(index).map_or_else(String::new, |distance| {
            format!("error {:.1}", distance / (decomposed.pixels as f64).sqrt())
        })
    };
    let originals = tiles(arrays, "tests", Levels::Natural, name)?;
    let together = tiles(arrays, "tests-rebuilt", Levels::Natural, error)?;
    let pairs = originals.into_iter().zip(together);
    let pictures: Vec<Picture> = pairs
        .flat_map(|(original, rebuilt)| [original, rebuilt])
        .collect();
    let title = "Test pictures, and what the eigenfaces of one man make of them";
    let caption = format!(
        "Left each picture, right the nearest picture in face space ({} eigenfaces). The error \
         is the distance from face space as root of the mean squared error, in grey \
         levels.{}",
        results.config().components,
        origin(results, &[POST_SET])
    );
    Ok(Figure::new("test-pictures", title)
        .caption(caption)
        .panel(grid("", 6, pictures)))
}

/// Bars for the pictures that the post measures, one panel per criterion.
fn distances(results: &All, decomposed: &Decomposed) -> Figure {
    let figure = Figure::new("distances", "How far each picture is, by four criteria")
        .caption(format!(
            "The post's nine test pictures and its first training picture, im1, with {} \
             eigenfaces; above them all 16 training pictures, measured with the eigenfaces of all \
             (trained) and of the 15 others (left out): bars are means, dots pictures. Dashed: the \
             least threshold that accepts both unseen pictures of the man. Blue: the man; orange: \
             other faces; grey: no faces.{}",
            results.config().components,
            origin(results, &[POST_SET])
        ))
        .columns(2);
    Criterion::ALL.iter().fold(figure, |figure, criterion| {
        figure.panel_sized(panel(decomposed, *criterion), 430, 400)
    })
}

/// One bar: its name, the distances of its pictures, its colour.
type Bar = (String, Vec<f64>, Colour);

fn panel(decomposed: &Decomposed, criterion: Criterion) -> Bars {
    let bars = bars(decomposed, criterion);
    let means: Vec<f64> = bars.iter().map(|bar| mean(&bar.1)).collect();
    let several = |bar: &Bar| {
        if bar.1.len() > 1 {
            bar.1.clone()
        } else {
            Vec::new()
        }
    };
    let series = BarSeries::new("", means)
        .points(bars.iter().map(several).collect::<Vec<_>>())
        .colour_each(bars.iter().map(|bar| bar.2).collect::<Vec<_>>());
    let threshold = largest(&of_the_man(decomposed, &[Role::Test], criterion));
    let rule = Rule::at_y("", threshold).dash(Dash::Dashed);
    let names = bars.into_iter().map(|bar| bar.0);
    let axis = Axis::new("distance (grey levels)");
    Bars::new(heading(criterion), names, axis)
        .series(series)
        .rule(rule.colour(Colour::BLACK))
        .horizontal()
}

fn heading(criterion: Criterion) -> String {
    let label = criterion.label();
    let (first, rest) = label.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

fn bars(decomposed: &Decomposed, criterion: Criterion) -> Vec<Bar> {
    let all = |role| distances_of(decomposed, criterion, |one| one.role == role);
    let man = colour(Shows::TheMan);
    let mut bars = vec![
        ("trained (16)".to_owned(), all(Role::Trained), man),
        ("left out (16)".to_owned(), all(Role::LeftOut), man),
    ];
    let with_role = |role| {
        let measured = decomposed.measured.iter();
        measured.filter(move |one| one.role == role)
    };
    let alone = with_role(Role::Trained)
        .take(1)
        .chain(with_role(Role::Test));
    bars.extend(alone.map(|one| {
        let distance = one.distances.by(criterion);
        (one.name.clone(), vec![distance], colour(one.shows))
    }));
    bars
}

fn colour(shows: Shows) -> Colour {
    match shows {
        Shows::TheMan => Colour::series(0),
        Shows::AnotherMan | Shows::Drawing => Colour::series(4),
        Shows::Thing => Colour::GREY,
    }
}

/// The answers, without chance.
pub fn claims(results: &All) -> Vec<Claim> {
    let Some(cell) = results.of::<Decomposition>().first() else {
        return Vec::new();
    };
    let claims = thresholds(&cell.outcome).into_iter();
    let claims = claims.chain(separation(&cell.outcome));
    claims.map(|claim| claim.shown_in("distances")).collect()
}

/// The post's closing remark. The threshold is the least that accepts both unseen pictures of the
/// man; the remark holds when the farthest training picture lies beyond it.
fn thresholds(decomposed: &Decomposed) -> Vec<Claim> {
    let beyond = |criterion| {
        let unseen = of_the_man(decomposed, &[Role::Test], criterion);
        let trained = of_the_man(decomposed, &[Role::Trained], criterion);
        largest(&trained) - largest(&unseen)
    };
    let trained = of_the_man(decomposed, &[Role::Trained], Criterion::Minimum);
    let n = trained.len();
    vec![
        Claim::says(
            "mean-rejects-a-training-picture",
            POST,
            "A threshold on the mean distance can reject a picture of the training set itself.",
        )
        .measured_by(
            "the threshold that just accepts both unseen pictures of the man, minus the mean \
             distance of the farthest training picture",
            "grey levels",
        )
        .largest_is_at_most(0.0, -beyond(Criterion::Mean), n),
        Claim::says(
            "minimum-accepts-training-pictures",
            OURS,
            "No threshold on the minimum distance rejects a training picture: it is at distance 0.",
        )
        .measured_by(
            "largest minimum distance of a training picture",
            "grey levels",
        )
        .largest_is_at_most(ROUNDING, largest(&trained), n),
        Claim::says(
            "face-space-accepts-training-pictures",
            OURS,
            "A threshold on the distance from face space that accepts the unseen pictures of the \
             man rejects no training picture.",
        )
        .measured_by(
            "distance of the farthest training picture from face space, minus the threshold that \
             just accepts both unseen pictures of the man",
            "grey levels",
        )
        .largest_is_at_most(0.0, beyond(Criterion::FromFaceSpace), n),
    ]
}

fn separation(decomposed: &Decomposed) -> Vec<Claim> {
    vec![
        separates(
            decomposed,
            "mean-separates-the-post-pictures",
            POST,
            "A threshold on the mean distance accepts the man and refuses what is no face.",
            Criterion::Mean,
        )
        .if_contradicted(
            "The mean distance asks how unusual a picture's weights are, not whether they are \
             those of a training picture: a thing with ordinary weights is nearer than an unusual \
             picture of the man.",
        ),
        separates(
            decomposed,
            "minimum-separates-the-post-pictures",
            OURS,
            "A threshold on the minimum distance accepts the man and refuses what is no face.",
            Criterion::Minimum,
        )
        .if_contradicted(
            "Weights hold nothing that eigenfaces cannot express. The threshold must accept the \
             man's most unusual picture, and a thing's weights may be as near to a training \
             picture, however little of the thing they tell.",
        ),
        separates(
            decomposed,
            "face-space-separates-the-post-pictures",
            OURS,
            "A threshold on the distance from face space accepts the man and refuses what is no \
             face.",
            Criterion::FromFaceSpace,
        ),
    ]
}

/// Whether the least threshold that accepts all unseen pictures of the man refuses all things.
fn separates(
    decomposed: &Decomposed,
    id: &'static str,
    source: &'static str,
    statement: &str,
    criterion: Criterion,
) -> Claim {
    let threshold = largest(&of_the_man(
        decomposed,
        &[Role::Test, Role::LeftOut],
        criterion,
    ));
    let things = distances_of(decomposed, criterion, |one| {
        one.role == Role::Test && one.shows == Shows::Thing
    });
    let accepted = things.iter().filter(|d| **d <= threshold).count();
    Claim::says(id, source, statement)
        .measured_by(
            "pictures without a face that the threshold accepts which just accepts all unseen \
             pictures of the man",
            "",
        )
        .largest_is_at_most(0.0, accepted as f64, things.len())
}

/// Distances of the pictures of the man that have one of these roles.
fn of_the_man(decomposed: &Decomposed, roles: &[Role], criterion: Criterion) -> Vec<f64> {
    distances_of(decomposed, criterion, |one| {
        one.shows == Shows::TheMan && roles.contains(&one.role)
    })
}

/// Distances of the pictures that are `wanted`.
fn distances_of(
    decomposed: &Decomposed,
    criterion: Criterion,
    wanted: impl Fn(&Measured) -> bool,
) -> Vec<f64> {
    let chosen = decomposed.measured.iter().filter(|one| wanted(one));
    chosen.map(|one| one.distances.by(criterion)).collect()
}

/// The largest, or NaN of none, which no rule accepts.
fn largest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NAN, f64::max)
}
