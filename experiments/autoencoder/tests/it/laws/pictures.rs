//! Pictures of circles, and of what no training has seen.

use autoencoder::data::{Circles, Examples, Unseen};

use super::{SIZE, circles};

#[test]
fn a_whole_circle_has_its_area_and_lies_around_its_centre() {
    let circles = circles("training", Circles::ONE);
    let mut whole = 0;
    for number in 0..circles.count {
        let circle = circles.circles(number)[0];
        let inside = (25.0..125.0).contains(&circle.x) && (25.0..75.0).contains(&circle.y);
        let picture = circles.example(number).input;
        assert!(picture.iter().all(|level| [0.0, 100.0].contains(level)));
        let white: Vec<(f64, f64)> = SIZE
            .centres()
            .zip(&picture)
            .filter_map(|(centre, level)| (*level > 0.0).then_some(centre))
            .collect();
        let area = std::f64::consts::PI * 625.0;
        if inside {
            whole += 1;
            // Gauss' circle problem: at radius 25 the count is off by a percent at most.
            assert!((white.len() as f64 / area - 1.0).abs() < 0.01);
            let mean = white.iter().map(|(x, _)| x).sum::<f64>() / white.len() as f64;
            assert!((mean - circle.x).abs() < 0.2);
        } else {
            assert!((white.len() as f64) < area);
        }
    }
    assert!((10..50).contains(&whole), "centres lie anywhere: {whole}");
}

#[test]
fn pictures_are_named_by_seed_purpose_and_number() {
    let training = circles("training", Circles::ONE);
    assert_eq!(training.example(5), training.clone().example(5));
    assert_ne!(training.example(5), training.example(6));
    let validation = circles("validation", Circles::ONE);
    assert_ne!(training.example(5), validation.example(5));
    let other = Circles {
        seed: 4,
        ..training.clone()
    };
    assert_ne!(training.example(5), other.example(5));
    let two = circles("training", Circles::TWO).example(5).input;
    for level in [0.0, 50.0, 100.0] {
        assert!(two.contains(&level), "{level}");
    }
}

#[test]
fn squares_and_triangles_have_the_area_of_the_circles() {
    for kind in [Unseen::Squares, Unseen::Triangles] {
        let shapes = kind.examples(40, SIZE, 20.0);
        let white = |number| {
            let picture = shapes.example(number).input;
            picture.iter().filter(|level| **level > 0.0).count()
        };
        // Most are cut off; the largest one is whole.
        let largest = (0..40).map(white).max().unwrap() as f64;
        let area = std::f64::consts::PI * 400.0;
        assert!((largest / area - 1.0).abs() < 0.06, "{kind:?}: {largest}");
    }
    let text = Unseen::Text.examples(1, SIZE, 20.0).example(0).input;
    // Pixels of letters ten times as large: blocks of a hundred.
    let white = text.iter().filter(|level| **level > 0.0).count();
    assert!(white > 0 && white.is_multiple_of(100), "{white}");
}
