//! Principal components against scikit-learn 1.9.1, angles against SciPy 1.17.1, on a matrix from
//! a formula and on the ORL faces.
//!
//! The numbers are those of `scripts/eigenfaces_oracle.py`. Both sides work with 16 digits, and
//! scikit-learn by a singular value decomposition of the pictures. Each tolerance is the error
//! that the covariance may have: 1e-15 of the largest eigenvalue, over the eigenvalue or the gap
//! to its neighbour, times about a hundred.

use std::path::{Path, PathBuf};

use eigenfaces::distances::Thresholds;
use eigenfaces::model::{Components, FaceModel};
use eigenfaces::pca::{Pca, principal_angles};
use eigenfaces::pictures::{Label, PictureSize, Pictures};
use ndarray::{Array2, ArrayRef2, Axis, concatenate, s};
use retrace_data::{grey, picture_files, read_picture};
use serde::Deserialize;

/// What the script keeps of one fit.
#[derive(Deserialize)]
struct Fitted {
    mean: Vec<f64>,
    explained_variance: Vec<f64>,
    explained_variance_ratio: Vec<f64>,
    singular_values: Vec<f64>,
    components: Vec<Vec<f64>>,
    weights: Vec<Vec<f64>>,
    entries: Vec<usize>,
    kept: Vec<usize>,
    distances_from_face_space: Vec<Vec<f64>>,
    shares: Vec<f64>,
    components_for_share: Vec<usize>,
}

#[derive(Deserialize)]
struct OfFormula {
    few: Fitted,
    many: Fitted,
    angles: Vec<f64>,
}

#[derive(Deserialize)]
struct OfOrl {
    all: Fitted,
    half: Fitted,
    angles: Vec<f64>,
    recognised: usize,
}

#[track_caller]
fn assert_near<'a>(
    ours: impl IntoIterator<Item = &'a f64>,
    theirs: &[f64],
    tolerance: f64,
    what: &str,
) {
    let ours: Vec<f64> = ours.into_iter().copied().collect();
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (place, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        assert!(
            (ours - theirs).abs() <= tolerance,
            "{what} {place}: {ours}, scikit-learn has {theirs}"
        );
    }
}

fn assert_spectrum_is_that_of(pca: &Pca, theirs: &Fitted) {
    let largest = theirs.explained_variance[0];
    let variances = &theirs.explained_variance;
    assert_near(pca.eigenvalues(), variances, 1e-13 * largest, "variance");
    let ratio = pca.explained_variance_ratio();
    let first = theirs.explained_variance_ratio.len();
    let ratios = &theirs.explained_variance_ratio;
    assert_near(&ratio.to_vec()[..first], ratios, 1e-13, "ratio");
    let squares = pca.eigenvalues() * (pca.pictures() as f64 - 1.0);
    let singular = squares.sqrt();
    let tolerance = 1e-11 * singular[0];
    let values = &theirs.singular_values;
    assert_near(
        &singular.to_vec()[..first],
        values,
        tolerance,
        "singular value",
    );
    let counts: Vec<usize> = theirs
        .shares
        .iter()
        .map(|share| pca.components_for_share(*share))
        .collect();
    assert_eq!(counts, theirs.components_for_share);
}

/// Signs agree too: both make the largest entry positive.
fn assert_directions_are_those_of(pca: &Pca, theirs: &Fitted, probes: &ArrayRef2<f64>) {
    let mean = pca.mean().select(Axis(0), &theirs.entries);
    assert_near(&mean, &theirs.mean, 1e-12, "mean");
    let first = pca.truncated(theirs.components.len());
    let entries = first.components().select(Axis(1), &theirs.entries);
    for (ours, theirs) in entries.rows().into_iter().zip(&theirs.components) {
        assert_near(ours, theirs, 1e-11, "component");
    }
    // A weight is a sum of grey levels over 10,304 pixels, up to about 1e4.
    let weights = first.project(probes).unwrap();
    for (ours, theirs) in weights.rows().into_iter().zip(&theirs.weights) {
        assert_near(ours, theirs, 1e-7, "weight");
    }
    for (k, theirs) in theirs.kept.iter().zip(&theirs.distances_from_face_space) {
        let lost = pca.truncated(*k).distances_from_face_space(probes).unwrap();
        assert_near(&lost, theirs, 1e-8, "distance from face space");
    }
}

fn assert_is_that_of_scikit_learn(
    pictures: &ArrayRef2<f64>,
    theirs: &Fitted,
    probes: &ArrayRef2<f64>,
) {
    for pca in [Pca::fit(pictures), Pca::fit_svd(pictures)] {
        let pca = pca.unwrap();
        assert_spectrum_is_that_of(&pca, theirs);
        assert_directions_are_those_of(&pca, theirs, probes);
    }
}

/// The matrix of the script: whole numbers, the same on any machine.
fn formula(n: usize, p: usize) -> Array2<f64> {
    Array2::from_shape_fn((n, p), |(i, j)| {
        ((37 * i * i + 11 * j * j + 17 * i * j) % 256) as f64
    })
}

fn angles(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>, k: usize) -> Vec<f64> {
    let [a, b] = [a, b].map(|pictures| Pca::fit(pictures).unwrap().truncated(k));
    let angles = principal_angles(a.components(), b.components());
    angles.unwrap().to_vec()
}

#[test]
fn on_a_formula_components_are_those_of_scikit_learn() {
    let theirs: OfFormula = serde_json::from_str(include_str!("../oracle/formula.json")).unwrap();
    let (few, many) = (formula(8, 60), formula(60, 8));
    let probes = 255.0 - formula(11, 60).slice(s![8.., ..]).to_owned();
    assert_is_that_of_scikit_learn(&few, &theirs.few, &probes);
    assert_is_that_of_scikit_learn(&many, &theirs.many, &probes.slice(s![.., ..8]));
    let others = formula(12, 60);
    let ours = angles(&few, &others.slice(s![4.., ..]), 4);
    assert_near(&ours, &theirs.angles, 1e-12, "angle");
}

/// The ORL faces, 400 x 10,304.
fn orl() -> Array2<f64> {
    let folder = PathBuf::from(std::env::var_os("RETRACE_DATA").unwrap()).join("faces-orl");
    let row = |path: &PathBuf| {
        let picture = read_picture(path).unwrap();
        grey(&picture.image)
            .flatten()
            .insert_axis(Axis(0))
            .into_owned()
    };
    let rows: Vec<_> = picture_files(Path::new(&folder))
        .unwrap()
        .files
        .iter()
        .map(row)
        .collect();
    let views: Vec<_> = rows.iter().map(|row| row.view()).collect();
    concatenate(Axis(0), &views).unwrap()
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn on_the_orl_faces_as_many_persons_are_recognised_as_by_scikit_learn() {
    let faces = orl();
    let theirs: OfOrl = serde_json::from_str(include_str!("../oracle/orl.json")).unwrap();
    let (known, new): (Vec<usize>, Vec<usize>) = (0..400).partition(|picture| picture % 10 < 5);
    let label = |picture: &usize| Label {
        file: format!("s{}/{}.pgm", picture / 10 + 1, picture % 10 + 1),
        person: format!("s{}", picture / 10 + 1),
    };
    let pictures = Pictures {
        rows: faces.select(Axis(0), &known),
        size: PictureSize {
            width: 92,
            height: 112,
        },
        labels: known.iter().map(label).collect(),
        notes: Vec::new(),
    };
    let model = FaceModel::train(pictures, Components::Share(0.95)).unwrap();
    let thresholds = Thresholds {
        from_face_space: f64::INFINITY,
        minimum: f64::INFINITY,
    };
    let right = new.iter().filter(|picture| {
        let row = faces.row(**picture);
        let nearest = model.recognise(&row, thresholds, 1).unwrap().nearest[0];
        model.labels()[nearest.picture].person == label(picture).person
    });
    assert_eq!(right.count(), theirs.recognised);
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn on_the_orl_faces_components_are_those_of_scikit_learn() {
    let faces = orl();
    let theirs: OfOrl = serde_json::from_str(include_str!("../oracle/orl.json")).unwrap();
    let (first, second) = (faces.slice(s![..200, ..]), faces.slice(s![200.., ..]));
    assert_is_that_of_scikit_learn(&faces, &theirs.all, &faces.slice(s![..;57, ..]));
    assert_is_that_of_scikit_learn(&first, &theirs.half, &second.slice(s![..;23, ..]));
    assert_near(&angles(&first, &second, 20), &theirs.angles, 1e-10, "angle");
}
