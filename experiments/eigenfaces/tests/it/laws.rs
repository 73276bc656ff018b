//! Laws of the experiment's measurements, and what the published sets hold.

use std::collections::HashSet;
use std::path::PathBuf;

use eigenfaces::data::{Faces, load};
use eigenfaces::distances::{Criterion, Distances};
use eigenfaces::pca::Pca;
use eigenfaces::recognition::{Named, rates};
use eigenfaces::{Config, roc};
use ndarray::{Array2, s};
use retrace_lab::{Config as _, DataSets, Input, InputKind, Preset};

fn smoke() -> (Faces, Vec<Input>) {
    let loaded = load(&Config::preset(Preset::Smoke), &DataSets::synthetic()).unwrap();
    (loaded.data, loaded.inputs)
}

/// The first half of each person's pictures, and the second.
fn halves(faces: &Faces) -> (Vec<usize>, Vec<usize>) {
    let numbers = 0..faces.persons.len();
    numbers.partition(|number| number % faces.each < faces.each / 2)
}

fn named(weights: Array2<f64>, numbers: &[usize], faces: &Faces) -> Named {
    Named {
        weights,
        persons: numbers.iter().map(|number| number / faces.each).collect(),
    }
}

#[test]
fn all_eigenfaces_recognise_exactly_whom_the_pixels_do() {
    // What lies outside of face space is the same for all training pictures, so it moves no
    // nearest neighbour.
    let (faces, _) = smoke();
    let (training, tests) = halves(&faces);
    let (seen, unseen) = (
        faces.persons.select(&training),
        faces.persons.select(&tests),
    );
    let pca = Pca::fit(&seen).unwrap();
    let by_weights = rates(
        &named(pca.project(&seen).unwrap(), &training, &faces),
        &named(pca.project(&unseen).unwrap(), &tests, &faces),
    );
    let by_pixels = rates(
        &named(seen, &training, &faces),
        &named(unseen, &tests, &faces),
    );
    assert_eq!(by_weights.last(), by_pixels.last());
    assert!(by_pixels.last().unwrap() > &0.2, "far above 1 in 8");
}

#[test]
fn sum_and_mean_rank_all_pictures_alike() {
    let (faces, _) = smoke();
    let (training, tests) = halves(&faces);
    let seen = faces.persons.select(&training);
    let pca = Pca::fit(&seen).unwrap();
    let weights = pca.project(&seen).unwrap();
    let measured = |pictures: &Array2<f64>| Distances::measure(&pca, &weights, pictures).unwrap();
    let unseen = measured(&faces.persons.select(&tests));
    let things = measured(&faces.things.pictures);
    let area = |criterion| {
        let of = |all: &[Distances]| all.iter().map(|d| d.by(criterion)).collect::<Vec<_>>();
        roc::area(&of(&unseen), &of(&things))
    };
    assert!((area(Criterion::Sum) - area(Criterion::Mean)).abs() < 1e-12);
}

#[test]
fn the_twins_are_named_with_their_origin_and_the_same_every_time() {
    let (faces, inputs) = smoke();
    for input in &inputs {
        assert_eq!(input.kind, InputKind::Synthetic, "{input}");
    }
    assert_eq!(inputs, smoke().1);
    assert_eq!((faces.training.len(), faces.tests.len()), (16, 9));
    assert_eq!((faces.persons(), faces.persons.size), (8, (28, 23)));
}

#[test]
fn the_stored_twins_have_the_sizes_and_numbers_of_the_published_sets() {
    let config = Config::preset(Preset::Post);
    let faces = load(&config, &DataSets::synthetic()).unwrap().data;
    assert_eq!((faces.training.len(), faces.tests.len()), (16, 9));
    assert_eq!(faces.training.size, (235, 235));
    let sizes = (faces.persons.size, faces.things.size);
    assert_eq!(sizes, ((112, 92), (112, 92)));
    assert_eq!((faces.persons(), faces.each), (40, 10));
    assert_eq!(faces.things.len(), config.things);
    // No picture is there twice, those seen in a mirror included.
    for album in [&faces.persons, &faces.things] {
        let rows = album.pictures.rows().into_iter();
        let levels = rows.map(|row| row.iter().map(|level| *level as u8).collect());
        let different: HashSet<Vec<u8>> = levels.collect();
        assert_eq!(different.len(), album.len());
    }
}

#[test]
fn more_pictures_than_a_twin_has_are_refused() {
    let more: [fn(&mut Config); 3] = [
        |config| config.persons = 41,
        |config| config.pictures = 11,
        |config| config.things = 401,
    ];
    for change in more {
        let mut config = Config::preset(Preset::Post);
        change(&mut config);
        let error = load(&config, &DataSets::synthetic()).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{}", error.chain());
    }
}

fn published() -> Faces {
    let folder = PathBuf::from(std::env::var_os("RETRACE_DATA").unwrap());
    let loaded = load(&Config::preset(Preset::Post), &DataSets::real(folder)).unwrap();
    let kinds = loaded.inputs.iter().map(|input| input.kind);
    assert!(kinds.into_iter().all(|kind| kind == InputKind::Real));
    loaded.data
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn the_published_sets_hold_what_their_authors_say() {
    let faces = published();
    assert_eq!((faces.training.len(), faces.tests.len()), (16, 9));
    assert_eq!(faces.training.size, (235, 235));
    assert_eq!(
        (faces.persons(), faces.each, faces.persons.size),
        (40, 10, (112, 92))
    );
    assert_eq!(faces.things.len(), 400);
    // Pillow: np.asarray(Image.open("faces-orl/s1/1.pgm")).sum(), the same of s40/10.pgm, and
    // np.asarray(Image.open("faces-laid/im1.png").getchannel("L")).sum().
    let sum = |pictures: &Array2<f64>, row: usize| pictures.slice(s![row, ..]).sum();
    assert_eq!(sum(&faces.persons.pictures, 0), SUMS[0]);
    assert_eq!(sum(&faces.persons.pictures, 399), SUMS[1]);
    assert_eq!(sum(&faces.training.pictures, 0), SUMS[2]);
}

const SUMS: [f64; 3] = [1_322_397.0, 1_215_504.0, 6_520_967.0];

#[test]
#[ignore = "needs RETRACE_DATA"]
fn the_orl_faces_are_recognised_as_often_as_by_scikit_learn() {
    let faces = published();
    let (training, tests) = halves(&faces);
    let seen = faces.persons.select(&training);
    let pca = Pca::fit(&seen).unwrap();
    let weights = |numbers: &[usize]| {
        let weights = pca.project(&faces.persons.select(numbers)).unwrap();
        named(weights, numbers, &faces)
    };
    let rates = rates(&weights(&training), &weights(&tests));
    // scripts/eigenfaces_recognition.py: k, and how many of 200.
    let expected = [
        (1, 23),
        (2, 64),
        (5, 140),
        (10, 168),
        (50, 177),
        (100, 175),
        (199, 180),
    ];
    for (k, right) in expected {
        assert_eq!(
            (rates[k - 1] * 200.0).round() as usize,
            right,
            "{k} eigenfaces"
        );
    }
    assert_eq!(pca.components_for_share(0.95), 110);
}
