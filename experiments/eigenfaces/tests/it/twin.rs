//! Laws of the synthetic twins.

use eigenfaces::data::{Album, TESTS};
use eigenfaces::distances::Criterion;
use eigenfaces::pca::Pca;
use eigenfaces::roc;
use eigenfaces::twin::{Thing, persons, posted, things};
use ndarray::{Array2, Axis};
use retrace_lab::random::stream;

/// A quarter of the ORL faces' size.
const SIZE: (usize, usize) = (56, 46);

fn distance(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    (a - b)
        .mapv(|difference| difference * difference)
        .sum()
        .sqrt()
}

#[test]
fn the_same_name_gives_the_same_picture_and_another_name_another() {
    assert_eq!(posted(40), posted(40));
    assert_eq!(persons(2, 2, SIZE), persons(2, 2, SIZE));
    assert_eq!(things(5, SIZE), things(5, SIZE));
    for thing in Thing::ALL {
        let draw = |index| thing.draw(SIZE, &mut stream(0, "thing", index));
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2), "{}", thing.label());
    }
}

#[test]
fn a_larger_set_begins_with_the_smaller_one() {
    assert_eq!(persons(3, 4, SIZE)[..2], persons(2, 4, SIZE));
    assert_eq!(things(7, SIZE)[..4], things(4, SIZE));
}

#[test]
fn pictures_hold_whole_grey_levels_from_0_to_255_and_use_many_of_them() {
    let drawn = posted(59);
    let faces = persons(4, 2, SIZE).concat();
    let everything = [drawn.training, drawn.tests, faces, things(9, SIZE)].concat();
    for (index, picture) in everything.iter().enumerate() {
        let whole = |v: &f64| (0.0..=255.0).contains(v) && v.fract() == 0.0;
        assert!(picture.iter().all(whole), "picture {index}");
        assert!(picture.std(0.0) > 10.0, "picture {index} is nearly flat");
    }
}

#[test]
fn the_post_s_twin_has_its_numbers_and_sizes() {
    let drawn = posted(47);
    assert_eq!((drawn.training.len(), drawn.tests.len()), (16, TESTS.len()));
    let sizes = drawn.training.iter().chain(&drawn.tests).map(Array2::dim);
    assert!(sizes.into_iter().all(|size| size == (47, 47)));
}

#[test]
fn persons_differ_more_than_pictures_of_one_person() {
    let people = persons(12, 4, SIZE);
    let mut within = Vec::new();
    let mut between = Vec::new();
    for (a, first) in people.iter().enumerate() {
        for (b, second) in people.iter().enumerate().skip(a) {
            for (i, one) in first.iter().enumerate() {
                for (j, other) in second.iter().enumerate() {
                    if a == b && i < j {
                        within.push(distance(one, other));
                    } else if a != b {
                        between.push(distance(one, other));
                    }
                }
            }
        }
    }
    // The area under the curve is the share of pairs in which one person's pictures are nearer.
    let nearer = roc::area(&within, &between);
    assert!(nearer > 0.75, "{nearer}");
}

#[test]
fn one_man_s_expressions_differ_less_than_two_men() {
    let drawn = posted(59);
    let man = Album::of(&drawn.training)
        .pictures
        .mean_axis(Axis(0))
        .unwrap_or_default();
    let far = |picture: &Array2<f64>| (&picture.flatten() - &man).mapv(|d| d * d).sum().sqrt();
    let farthest = drawn
        .training
        .iter()
        .chain(&drawn.tests[..2])
        .map(far)
        .fold(0.0, f64::max);
    for (other, (name, _)) in drawn.tests.iter().zip(TESTS).skip(2) {
        assert!(far(other) > farthest, "{name}");
    }
}

#[test]
fn things_lie_farther_from_the_space_of_faces_than_unseen_faces()
-> Result<(), eigenfaces::pca::PcaError> {
    let people = persons(16, 4, SIZE);
    let training = Album::of(&people[..12].concat());
    let pca = Pca::fit(&training.pictures)?.truncated(30);
    let far = |pictures: &[Array2<f64>]| {
        let distances = pca.distances_from_face_space(&Album::of(pictures).pictures);
        distances.map(|distances| distances.to_vec())
    };
    let faces = far(&people[12..].concat())?;
    let others = far(&things(18, SIZE))?;
    let area = roc::area(&faces, &others);
    assert!(area > 0.9, "{}: {area}", Criterion::FromFaceSpace.label());
    Ok(())
}
