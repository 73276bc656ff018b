//! Scores of colours that are known.

use colorization::bins::{Bins, Grid};
use colorization::data::Photo;
use colorization::evaluation::constant_scores;
use colorization::metrics::{Rarity, Sums, psnr};
use image::{Rgb, RgbImage};

const GRID: Grid = Grid { window: 10.0 };
const COMMON: [f32; 2] = [5.0, 5.0];
const RARE: [f32; 2] = [65.0, 45.0];

/// Nineteen pixels of twenty are common.
fn bins() -> Bins {
    let mut counts = vec![0; GRID.cells()];
    counts[GRID.cell(COMMON)] = 19;
    counts[GRID.cell(RARE)] = 1;
    Bins::of_counts(GRID, &counts).unwrap()
}

fn sums(pairs: &[([f32; 2], [f32; 2])]) -> Sums {
    let bins = bins();
    let rarity = Rarity::new(&bins);
    let mut sums = Sums::default();
    for (colour, truth) in pairs {
        sums.pixel(&rarity, *colour, *truth);
    }
    sums
}

#[test]
fn the_truth_is_exact() {
    let scores = sums(&[(COMMON, COMMON), (RARE, RARE)]).scores();
    assert_eq!(
        (scores.rmse, scores.accuracy, scores.rebalanced_accuracy),
        (0.0, 1.0, 1.0)
    );
    assert_eq!(
        (scores.chroma_ratio, scores.rare_ratio),
        (Some(1.0), Some(1.0))
    );
    assert_eq!(scores.psnr, None);
}

#[test]
fn errors_are_those_by_hand() {
    // One pixel 30 off in a, one exact.
    let scores = sums(&[([35.0, 5.0], COMMON), (COMMON, COMMON)]).scores();
    assert!((scores.rmse - (900.0_f64 / 4.0).sqrt()).abs() < 1e-9);
    // Half the pixels within 0 to 29, all within 30 to 150; trapezoids of width 1.
    let area = (0.5 * 29.5 + 120.5) / 150.0;
    assert!((scores.accuracy - area).abs() < 1e-9, "{}", scores.accuracy);
    let chroma = (35.0_f64.hypot(5.0) + 50.0_f64.sqrt()) / (2.0 * 50.0_f64.sqrt());
    assert!((scores.chroma_ratio.unwrap() - chroma).abs() < 1e-6);
    // Nothing is farther than 150.
    let far = sums(&[([110.0, 110.0], [-110.0, -110.0])]).scores();
    assert_eq!(far.accuracy, 0.0);
}

#[test]
fn rebalanced_rare_colours_weigh_as_much_as_common_ones() {
    let mut pairs = vec![(COMMON, COMMON); 19];
    pairs.push((COMMON, RARE));
    let scores = sums(&pairs).scores();
    let away = f64::from((60.0_f32).hypot(40.0)).ceil();
    let late = 1.0 - (away - 0.5) / 150.0;
    let raw = (19.0 + late) / 20.0;
    assert!((scores.accuracy - raw).abs() < 1e-9, "{}", scores.accuracy);
    let rebalanced = f64::midpoint(1.0, late);
    assert!((scores.rebalanced_accuracy - rebalanced).abs() < 1e-9);
    assert_eq!(scores.rare_ratio, Some(0.0));
}

#[test]
fn sums_of_parts_are_the_sum_of_the_whole() {
    let pairs = [(COMMON, RARE), ([1.0, 2.0], COMMON), (RARE, [9.0, -3.0])];
    let whole = sums(&pairs).scores();
    let parts = sums(&pairs[..1]).and(sums(&pairs[1..])).scores();
    assert!((whole.rmse - parts.rmse).abs() < 1e-9);
    assert_eq!(
        (whole.accuracy, whole.rare_ratio),
        (parts.accuracy, parts.rare_ratio)
    );
}

#[test]
fn psnr_is_that_of_its_definition() {
    let black = RgbImage::new(3, 2);
    let mut other = black.clone();
    other.put_pixel(1, 1, Rgb([30, 0, 0]));
    // scikit-image: peak_signal_noise_ratio(black, other, data_range=255)
    let mean = 900.0 / 18.0;
    let expected = 10.0 * (255.0_f64.powi(2) / mean).log10();
    assert!((psnr(&black, &other).unwrap() - expected).abs() < 1e-9);
    assert!((expected - 31.141_103_565_318_56).abs() < 1e-9);
    assert_eq!(psnr(&black, &black), None);
}

#[test]
fn a_constant_colour_has_the_scores_of_its_pixels() {
    let image = RgbImage::from_fn(20, 20, |x, _| Rgb([10 * x as u8, 120, 90]));
    let photo = Photo {
        category: "coast".into(),
        name: "a".into(),
        image,
    };
    let bins = bins();
    let rarity = Rarity::new(&bins);
    let scores = constant_scores(&rarity, &[&photo], [0.0, 0.0]);
    let mut by_hand = Sums::default();
    for row in 0..20 {
        for column in 0..20 {
            let [_, a, b] = photo.lab(row, column);
            by_hand.pixel(&rarity, [0.0, 0.0], [a, b]);
        }
    }
    assert!((scores.rmse - by_hand.rmse()).abs() < 1e-9);
    assert_eq!(scores.chroma_ratio, Some(0.0));
    assert!((10.0..40.0).contains(&scores.psnr.unwrap()));
}
