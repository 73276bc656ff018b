//! Thresholds from pictures that are left out, by hand.

use eigenfaces::distances::{Distances, Thresholds, Verdict};
use eigenfaces::model::{Components, FaceModel};
use eigenfaces::pictures::{Label, PictureSize, Pictures};
use ndarray::{Array2, array};

fn pictures(rows: Array2<f64>, people: &[&str]) -> Pictures {
    let label = |(number, person): (usize, &&str)| Label {
        file: format!("{number}.png"),
        person: (*person).to_owned(),
    };
    Pictures {
        size: PictureSize {
            width: rows.ncols() as u32,
            height: 1,
        },
        labels: people.iter().enumerate().map(label).collect(),
        rows,
        notes: Vec::new(),
    }
}

#[track_caller]
fn assert_near(values: &[f64], by_hand: &[f64]) {
    assert_eq!(values.len(), by_hand.len(), "{values:?}");
    let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-12;
    assert!(
        values.iter().zip(by_hand).all(near),
        "{values:?}, by hand {by_hand:?}"
    );
}

#[test]
fn pictures_are_left_out_and_measured_against_the_rest() {
    let rows = array![[0.0, 0.0], [2.0, 0.0], [4.0, 3.0]];
    let all_different = pictures(rows.clone(), &["a", "b", "c"]);
    let model = FaceModel::train(all_different, Components::Count(1)).unwrap();
    // Without the third the space is the first axis. Without the first it is (2, 3)/sqrt(13)
    // through (2, 0); without the second (4, 3)/5 through the origin.
    let held_out = model.held_out();
    let root = 13.0_f64.sqrt();
    assert_near(&held_out.from_face_space, &[6.0 / root, 6.0 / 5.0, 3.0]);
    assert_near(&held_out.to_same, &[4.0 / root, 8.0 / 5.0, 2.0]);
    assert!(held_out.to_others.is_empty());
    assert_eq!(held_out.strangers_accepted(1e9), None);

    let model = FaceModel::train(pictures(rows, &["a", "a", "c"]), Components::Count(1)).unwrap();
    let held_out = model.held_out();
    assert_near(&held_out.to_same, &[4.0 / root, 8.0 / 5.0]);
    // Without both pictures of `a` a single one is left, and nothing varies.
    assert_near(&held_out.to_others, &[2.0]);
    let median = held_out.thresholds(0.5).unwrap();
    assert_near(&[median.from_face_space], &[6.0 / root]);
    assert_near(&[median.minimum], &[(4.0 / root + 8.0 / 5.0) / 2.0]);
}

#[test]
fn strangers_are_measured_with_all_their_pictures_left_out() {
    // Without `a` the space is the line x = 4, without `b` the first axis.
    let rows = array![[0.0, 0.0], [4.0, 3.0], [2.0, 0.0], [4.0, 7.0]];
    let all = pictures(rows, &["a", "b", "a", "b"]);
    let model = FaceModel::train(all, Components::Count(1)).unwrap();
    let held_out = model.held_out();
    assert_near(&held_out.to_others, &[3.0, 3.0, 2.0, 2.0]);
    assert_eq!(held_out.strangers_accepted(2.5), Some(0.5));
    let alone = pictures(array![[0.0, 0.0], [4.0, 3.0], [2.0, 0.0]], &["a", "a", "a"]);
    let model = FaceModel::train(alone, Components::Count(1)).unwrap();
    assert_eq!(model.held_out().strangers_accepted(1e9), None);
}

#[test]
fn a_picture_must_pass_both_thresholds_to_be_known() {
    let thresholds = Thresholds {
        from_face_space: 10.0,
        minimum: 5.0,
    };
    let verdict = |from_face_space, minimum| {
        thresholds.verdict(&Distances {
            sum: 0.0,
            mean: 0.0,
            minimum,
            from_face_space,
        })
    };
    assert_eq!(verdict(10.0, 5.0), Verdict::Known);
    assert_eq!(verdict(10.0, 5.1), Verdict::UnknownFace);
    assert_eq!(verdict(10.1, 5.0), Verdict::NotAFace);
    assert_eq!(verdict(10.1, 5.1), Verdict::NotAFace);
}
