//! The post's own pictures: its steps one after the other, and the distances that it prints.

use ndarray::{Array1, Array2, Axis, s};
use retrace_lab::Cell;

use super::measure;
use crate::config::Config;
use crate::data::{Faces, Shows, TESTS, upright};
use crate::outcome::{AboveOne, Examined, PostSet, Rebuilt, Seen};
use crate::pca::{Divisor, Pca, PcaError, Posted, eigenfaces_as_posted, principal_angles};

/// The training picture that is put together from eigenfaces: `im6`, the widest open mouth.
pub const SHOWN: usize = 5;

/// Takes the post's steps.
pub fn run(config: &Config, faces: &Faces, cell: &mut Cell) -> Result<PostSet, PcaError> {
    let pictures = &faces.training.pictures;
    let posted = eigenfaces_as_posted(pictures)?;
    let pca = Pca::fit(pictures)?;
    let weights = pca.project(pictures)?;
    let chosen = pca.truncated(config.components);
    let by_svd = Pca::fit_svd(pictures)?;
    let (rebuilt, shown) = rebuilt(config, pictures, &posted);
    keep(faces, cell, &posted, &shown, &chosen)?;
    let errors = pca.reconstruct(&weights)? - pictures;
    Ok(PostSet {
        pixels: pca.pixels(),
        eigenvalues: posted.eigenvalues.to_vec(),
        above_one: above_one(&pca),
        for_share: pca.components_for_share(config.share),
        space_angle: largest(&principal_angles(pca.components(), by_svd.components())?),
        eigenface_angle: eigenface_angle(&pca, &by_svd)?,
        last_within_others: last_within(&posted.eigenfaces, &pca),
        weights: weights.rows().into_iter().map(|row| row.to_vec()).collect(),
        rebuilt,
        largest_error: largest(&errors.flatten().to_owned()),
        examined: examined(config, faces, &chosen)?,
    })
}

fn largest(values: &Array1<f64>) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}

/// Length of the last eigenface within the space of those that `Pca::fit` keeps.
fn last_within(eigenfaces: &Array2<f64>, pca: &Pca) -> f64 {
    let Some(last) = eigenfaces.rows().into_iter().next_back() else {
        return 0.0;
    };
    let within = pca.components().dot(&last);
    within.dot(&within).sqrt()
}

/// Largest angle between two eigenfaces of the same rank, whatever their signs.
fn eigenface_angle(a: &Pca, b: &Pca) -> Result<f64, PcaError> {
    let ranks = 0..a.components().nrows().min(b.components().nrows());
    let angles = ranks.map(|rank| {
        let one = s![rank..=rank, ..];
        let pair = principal_angles(&a.components().slice(one), &b.components().slice(one));
        pair.map(|angles| angles[0])
    });
    let angles = angles.collect::<Result<Array1<f64>, _>>()?;
    Ok(largest(&angles))
}

fn above_one(pca: &Pca) -> Vec<AboveOne> {
    let (none, white_squared) = (Divisor::None, 255.0 * 255.0);
    let of = |name: &str, divisor: f64| AboveOne {
        divisor: name.to_owned(),
        of_255: pca.components_above(divisor, none),
        of_1: pca.components_above(divisor * white_squared, none),
    };
    let n = pca.pictures();
    vec![
        of("1", 1.0),
        of("n", Divisor::Pictures.of(n)),
        of("n - 1", Divisor::PicturesMinusOne.of(n)),
        of("p", pca.pixels() as f64),
    ]
}

/// Errors with some of the 16 eigenfaces of the post, and the shown picture put together from each.
///
/// Step 8 of the post adds up weight times eigenface, for the sixteenth too.
fn rebuilt(
    config: &Config,
    pictures: &Array2<f64>,
    posted: &Posted,
) -> (Vec<Rebuilt>, Array2<f64>) {
    let mut errors = Vec::new();
    let mut shown = Array2::zeros((0, pictures.ncols()));
    for &components in &config.rebuilt_from {
        let eigenfaces = posted.eigenfaces.slice(s![..components, ..]);
        let weights = posted.centred.dot(&eigenfaces.t());
        let together = weights.dot(&eigenfaces) + &posted.mean;
        let squares = (&together - pictures).mapv(|error| error * error);
        let root = |mean: Option<f64>| mean.unwrap_or(0.0).sqrt();
        errors.push(Rebuilt {
            components,
            shown: root(squares.row(SHOWN).mean()),
            all: root(squares.mean()),
        });
        // Widths agree, so a row can always be appended.
        let _ = shown.push_row(together.row(SHOWN));
    }
    (errors, shown)
}

fn examined(config: &Config, faces: &Faces, chosen: &Pca) -> Result<Vec<Examined>, PcaError> {
    let training = &faces.training.pictures;
    let weights = chosen.project(training)?;
    let mut examined = Vec::new();
    let trained = measure(chosen, &weights, training)?;
    for (index, distances) in trained.into_iter().enumerate() {
        examined.push(of_the_man(index, Seen::Trained, distances));
    }
    for index in 0..training.nrows() {
        let others: Vec<usize> = (0..training.nrows())
            .filter(|other| *other != index)
            .collect();
        let others = faces.training.select(&others);
        let pca = Pca::fit(&others)?.truncated(config.components);
        let left_out = faces.training.one(index).to_owned();
        let distances = measure(&pca, &pca.project(&others)?, &left_out)?;
        examined.push(of_the_man(index, Seen::LeftOut, distances[0]));
    }
    let tests = measure(chosen, &weights, &faces.tests.pictures)?;
    examined.extend(
        TESTS
            .iter()
            .zip(tests)
            .map(|((name, shows), distances)| Examined {
                name: (*name).to_owned(),
                shows: *shows,
                seen: Seen::Test,
                distances,
            }),
    );
    Ok(examined)
}

fn of_the_man(index: usize, seen: Seen, distances: crate::distances::Distances) -> Examined {
    Examined {
        name: format!("im{}", index + 1),
        shows: Shows::TheMan,
        seen,
        distances,
    }
}

/// Keeps the pictures that figures show.
fn keep(
    faces: &Faces,
    cell: &mut Cell,
    posted: &Posted,
    shown: &Array2<f64>,
    chosen: &Pca,
) -> Result<(), PcaError> {
    let size = faces.training.size;
    let mut keep = |name: &str, pictures: &Array2<f64>| {
        cell.keep_array(name, upright(pictures, size).into_dyn());
    };
    let (training, tests) = (&faces.training.pictures, &faces.tests.pictures);
    keep("training", training);
    keep("mean", &posted.mean.clone().insert_axis(Axis(0)));
    keep("centred", &posted.centred);
    keep("eigenfaces", &posted.eigenfaces);
    keep("rebuilt", shown);
    keep("tests", tests);
    keep(
        "tests-rebuilt",
        &chosen.reconstruct(&chosen.project(tests)?)?,
    );
    Ok(())
}
