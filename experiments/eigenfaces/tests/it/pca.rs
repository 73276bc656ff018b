//! Principal components: values by hand, and what holds for any pictures.

use std::f64::consts::FRAC_PI_2;

use eigenfaces::decomposition::AuthorSteps;
use eigenfaces::distances::{Criterion, Distances, nearest, to_each};
use eigenfaces::pca::{Divisor, Pca, PcaError, principal_angles};
use ndarray::{Array1, Array2, ArrayRef2, Axis, array, s};
use proptest::prelude::*;

/// Grey levels of 2 to 8 pictures of 1 to 20 pixels: more pictures than pixels, and fewer. Few
/// levels make equal pictures and dependent ones.
fn pictures() -> impl Strategy<Value = Array2<f64>> {
    let sizes = (
        2_usize..=8,
        1_usize..=20,
        prop::sample::select(vec![1_u8, 3, 255]),
    );
    let values = sizes.prop_flat_map(|(n, p, most)| {
        let values = prop::collection::vec(0..=most, n * p);
        values.prop_map(move |values| {
            let values = values.into_iter().map(f64::from).collect();
            Array2::from_shape_vec((n, p), values).unwrap()
        })
    });
    values.prop_filter("all pictures are the same", |pictures| {
        pictures
            .rows()
            .into_iter()
            .any(|row| row != pictures.row(0))
    })
}

fn largest(values: &ArrayRef2<f64>) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}

fn distance_from_identity(rows: &ArrayRef2<f64>) -> f64 {
    largest(&(rows.dot(&rows.t()) - Array2::<f64>::eye(rows.nrows())))
}

/// Pictures whose singular values fall by the factor `step` from one to the next.
fn falling(n: usize, p: usize, step: f64) -> Array2<f64> {
    Array2::from_shape_fn((n, p), |(i, j)| {
        let terms = (1..n).map(|k| {
            let (i, j, k) = (i as f64, j as f64, k as f64);
            let wave = (std::f64::consts::PI * k * (i + 0.5) / n as f64).cos();
            100.0 * step.powf(k) * wave * (1.7 * k * k + (0.37 + 0.61 * k) * j).sin()
        });
        terms.sum()
    })
}

#[test]
fn two_pictures_differ_in_one_direction() {
    let pictures = array![[0.0, 0.0, 0.0, 0.0], [2.0, 4.0, 4.0, 0.0]];
    let pca = Pca::fit(&pictures).unwrap();
    assert_eq!(pca.mean(), array![1.0, 2.0, 2.0, 0.0]);
    let eigenface = array![[1.0, 2.0, 2.0, 0.0]] / 3.0;
    assert!(largest(&(pca.components() - &eigenface)) < 1e-15);
    // Each picture is 3 from the mean: 2 * 9, over n - 1 = 1.
    assert!((pca.eigenvalues()[0] - 18.0).abs() < 1e-13);
    assert!((pca.total_variance() - 18.0).abs() < 1e-13);
    let weights = pca.project(&pictures).unwrap();
    assert!(largest(&(weights - array![[-3.0], [3.0]])) < 1e-14);
    let off = pca.distances_from_face_space(&array![[0.0, 0.0, 0.0, 5.0]]);
    assert!((off.unwrap()[0] - 5.0).abs() < 1e-14);
}

#[test]
fn four_pictures_of_two_pixels_vary_along_the_pixels() {
    let pictures = array![[0.0, 0.0], [2.0, 0.0], [0.0, 1.0], [2.0, 1.0]];
    let pca = Pca::fit(&pictures).unwrap();
    assert!(largest(&(pca.components() - &Array2::<f64>::eye(2))) < 1e-15);
    let by = |divisor| pca.eigenvalues_by(divisor).to_vec();
    let near = |a: Vec<f64>, b: [f64; 2]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-14);
    assert!(near(by(Divisor::None), [4.0, 1.0]));
    assert!(near(by(Divisor::Pictures), [1.0, 0.25]));
    assert!(near(by(Divisor::PicturesMinusOne), [4.0 / 3.0, 1.0 / 3.0]));
    assert_eq!(pca.components_above(0.5, Divisor::None), 2);
    assert_eq!(pca.components_above(0.5, Divisor::Pictures), 1);
    assert_eq!(pca.components_for_share(0.79), 1);
    assert_eq!(pca.components_for_share(0.81), 2);
    assert_eq!(pca.components_for_share(1.0), 2);
}

#[test]
fn the_four_criteria_are_those_by_hand() {
    // Weights 0, 3, -4 along one axis, 0 along the second.
    let pictures = array![[1.0, 0.0, 0.0], [4.0, 0.0, 0.0], [-5.0, 0.0, 0.0]];
    let pca = Pca::fit(&pictures).unwrap();
    let training = pca.project(&pictures).unwrap();
    let distances = Distances::measure(&pca, &training, &array![[4.0, 2.0, 0.0]]).unwrap();
    let values = Criterion::ALL.map(|criterion| distances[0].by(criterion));
    for (value, by_hand) in values.iter().zip([12.0, 4.0, 0.0, 2.0]) {
        assert!((value - by_hand).abs() < 1e-13, "{values:?}");
    }
    let each = to_each(&array![4.0], &training).unwrap();
    let order: Vec<usize> = nearest(&each, 2).iter().map(|one| one.picture).collect();
    assert_eq!(order, [1, 0]);
}

#[test]
fn a_picture_of_another_size_or_other_weights_are_errors_that_say_both_numbers() {
    let pca = Pca::fit(&array![[0.0, 1.0], [2.0, 3.0], [5.0, 0.0]]).unwrap();
    let (expected, found) = (2, 3);
    let error = pca.project(&array![[1.0, 2.0, 3.0]]).unwrap_err();
    assert_eq!(error, PcaError::PixelCount { expected, found });
    assert!(error.to_string().contains('2') && error.to_string().contains('3'));
    let error = pca.reconstruct(&array![[1.0, 2.0, 3.0]]).unwrap_err();
    assert_eq!(error, PcaError::WeightCount { expected, found });
    let error = principal_angles(pca.components(), &array![[1.0, 0.0, 0.0]]).unwrap_err();
    assert_eq!(error, PcaError::PixelCount { expected, found });
}

#[test]
fn pictures_without_components_are_refused() {
    let (picture, pixel) = (1, 1);
    let cases = [
        (array![[1.0, 2.0]], PcaError::TooFewPictures { found: 1 }),
        (Array2::zeros((0, 4)), PcaError::TooFewPictures { found: 0 }),
        (Array2::zeros((3, 0)), PcaError::NoPixels),
        // A tenth is not a binary fraction: the mean of three tenths is not quite one tenth.
        (
            Array2::from_elem((3, 4), 0.1),
            PcaError::NoVariance { pictures: 3 },
        ),
        (
            array![[1.0, 2.0], [3.0, f64::NAN]],
            PcaError::NotFinite { picture, pixel },
        ),
        (array![[1e300, 0.0], [0.0, 1e300]], PcaError::Overflow),
    ];
    for (pictures, error) in cases {
        assert_eq!(Pca::fit(&pictures), Err(error.clone()));
        assert_eq!(Pca::fit_svd(&pictures), Err(error.clone()));
        assert_eq!(AuthorSteps::take(&pictures).unwrap_err(), error);
    }
}

#[test]
fn the_last_eigenface_of_the_post_is_rounding_noise_of_length_one() {
    let pictures = falling(16, 200, 0.9);
    let steps = AuthorSteps::take(&pictures).unwrap();
    let pca = Pca::fit(&pictures).unwrap();
    assert_eq!(steps.eigenfaces.nrows(), 16);
    assert_eq!(pca.components().nrows(), 15);
    let [last, first] = [steps.eigenvalues[15], steps.eigenvalues[0]];
    assert!(last.abs() < 1e-13 * first, "{last} of {first}");
    // All entries of the null eigenvector are 1/4 in size, and alike in sign.
    let null = steps.eigenvectors.row(15);
    assert!(
        null.iter().all(|entry| (entry.abs() - 0.25).abs() < 1e-12),
        "{null}"
    );
    assert!((steps.eigenfaces.row(15).dot(&steps.eigenfaces.row(15)) - 1.0).abs() < 1e-12);
    let others = steps.eigenfaces.slice(s![..15, ..]);
    assert!(principal_angles(&others, pca.components()).unwrap()[14] < 1e-9);
}

#[test]
fn components_stay_orthonormal_when_eigenvalues_span_nine_decades() {
    let pictures = falling(7, 50, 0.1);
    let pca = Pca::fit(&pictures).unwrap();
    assert_eq!(pca.components().nrows(), 6);
    let span = pca.eigenvalues()[5] / pca.eigenvalues()[0];
    assert!(span < 1e-9, "the eigenvalues span only {span}");
    assert!(distance_from_identity(pca.components()) < 1e-9);
}

#[test]
fn angles_are_known_however_small() {
    let plane = array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    for angle in [1e-12_f64, 1e-9, 1e-3, 0.7, 0.8, 1.5, FRAC_PI_2] {
        let line = array![[0.0, angle.cos(), angle.sin()]];
        let other = array![[1.0, 0.0, 0.0], [0.0, angle.cos(), angle.sin()]];
        let alone = principal_angles(&plane, &line).unwrap();
        let second = principal_angles(&plane, &other).unwrap();
        assert_eq!((alone.len(), second.len()), (1, 2));
        assert!(second[0].abs() < 1e-15);
        for found in [alone[0], second[1]] {
            assert!(
                (found / angle - 1.0).abs() < 1e-12,
                "{found} is not {angle}"
            );
        }
    }
    let none = principal_angles(&plane, &plane.slice(s![..0, ..])).unwrap();
    assert!(none.is_empty());
}

#[test]
fn parts_that_are_not_of_a_fit_are_refused() {
    let pca = Pca::fit(&falling(5, 12, 0.7)).unwrap();
    let again = |components: Array2<f64>, eigenvalues: Array1<f64>| {
        let mean = pca.mean().to_owned();
        Pca::from_parts(5, mean, components, eigenvalues, pca.total_variance())
    };
    let (components, eigenvalues) = (pca.components(), pca.eigenvalues());
    assert_eq!(again(components.clone(), eigenvalues.clone()).unwrap(), pca);
    let cases = [
        (components * 2.0, eigenvalues.clone()),
        (components.clone(), eigenvalues * 2.0),
        (components.clone(), -eigenvalues),
        (components.clone(), eigenvalues.slice(s![..;-1]).to_owned()),
        (
            components.slice(s![..3, ..]).to_owned(),
            eigenvalues.clone(),
        ),
        (
            components.slice(s![.., ..9]).to_owned(),
            eigenvalues.clone(),
        ),
    ];
    for (components, eigenvalues) in cases {
        assert!(again(components, eigenvalues).is_err());
    }
}

proptest! {
    #[test]
    fn components_are_orthonormal_and_their_largest_entries_positive(pictures in pictures()) {
        let pca = Pca::fit(&pictures).unwrap();
        prop_assert!(distance_from_identity(pca.components()) < 1e-9);
        for row in pca.components().rows() {
            let most = row.iter().copied().fold(0.0_f64, f64::max);
            prop_assert!(row.iter().all(|entry| entry.abs() <= most));
        }
        prop_assert!(pca.eigenvalues().iter().is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn all_components_rebuild_the_pictures_and_hold_all_variance(pictures in pictures()) {
        let pca = Pca::fit(&pictures).unwrap();
        let rebuilt = pca.reconstruct(&pca.project(&pictures).unwrap()).unwrap();
        // 255 grey levels with 16 digits, over at most 20 terms.
        prop_assert!(largest(&(rebuilt - &pictures)) < 1e-10);
        prop_assert!((pca.explained_variance_ratio().sum() - 1.0).abs() < 1e-12);
        let off = pca.distances_from_face_space(&pictures).unwrap();
        prop_assert!(off.iter().all(|distance| *distance < 1e-9));
    }

    #[test]
    fn the_mean_has_no_weights_and_weights_have_the_eigenvalues_as_variances(
        pictures in pictures(),
    ) {
        let pca = Pca::fit(&pictures).unwrap();
        let mean = pca.mean().view().insert_axis(Axis(0));
        let weights = pca.project(&mean).unwrap();
        prop_assert!(weights.iter().all(|weight| *weight == 0.0));
        let variances = pca.project(&pictures).unwrap().var_axis(Axis(0), 1.0);
        let scale = 1e-12 * pca.eigenvalues()[0];
        prop_assert!((&variances - pca.eigenvalues()).iter().all(|off| off.abs() < scale));
    }

    #[test]
    fn the_small_covariance_gives_what_the_decomposition_of_the_pictures_gives(
        pictures in pictures(),
    ) {
        let (small, svd) = (Pca::fit(&pictures).unwrap(), Pca::fit_svd(&pictures).unwrap());
        prop_assert_eq!(small.components().dim(), svd.components().dim());
        let scale = 1e-12 * svd.eigenvalues()[0];
        let off = small.eigenvalues() - svd.eigenvalues();
        prop_assert!(off.iter().all(|off| off.abs() < scale));
        let angles = principal_angles(small.components(), svd.components()).unwrap();
        prop_assert!(angles.iter().all(|angle| *angle < 1e-9), "{}", angles);
    }

    #[test]
    fn the_order_of_the_pictures_does_not_matter(
        (pictures, order) in pictures().prop_flat_map(|pictures| {
            let order: Vec<usize> = (0..pictures.nrows()).collect();
            (Just(pictures), Just(order).prop_shuffle())
        }),
    ) {
        let pca = Pca::fit(&pictures).unwrap();
        let shuffled = Pca::fit(&pictures.select(Axis(0), &order)).unwrap();
        let scale = 1e-12 * pca.eigenvalues()[0];
        let off = pca.eigenvalues() - shuffled.eigenvalues();
        prop_assert!(off.iter().all(|off| off.abs() < scale));
        let angles = principal_angles(pca.components(), shuffled.components()).unwrap();
        prop_assert!(angles.iter().all(|angle| *angle < 1e-9));
    }

    #[test]
    fn truncation_loses_the_variance_of_what_it_cuts_off(
        pictures in pictures(),
        k in 0_usize..5,
    ) {
        let pca = Pca::fit(&pictures).unwrap();
        let cut = pca.truncated(k);
        let lost = cut.distances_from_face_space(&pictures).unwrap();
        let lost = lost.dot(&lost) / Divisor::PicturesMinusOne.number(pictures.nrows());
        let expected = pca.total_variance() - cut.eigenvalues().sum();
        prop_assert!((lost - expected).abs() < 1e-10 * pca.total_variance());
    }
}
