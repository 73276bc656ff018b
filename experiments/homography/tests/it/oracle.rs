//! Homographies and warped pictures against NumPy, scikit-image and OpenCV 5.0: the numbers that
//! `scripts/homography_oracle.py` prints.

use std::path::{Path, PathBuf};

use homography::data::read_matrix;
use homography::dlt::{eigenvector, forward_error, normalized, plain, singular_values};
use homography::notebook::{EIGHT, corners};
use homography::ransac::{Ransac, ransac};
use homography::warp::{Frame, Sampling, warp};
use homography::{Homography, Matrix, Pair, Point};
use image::{GrayImage, Rgb, RgbImage};

use crate::{correlation, pairs};

const TRUE: Matrix = [[0.9, 0.1, 10.0], [-0.05, 1.02, 6.0], [2e-4, 1e-4, 1.0]];

/// A grid of points through TRUE, up to 0.8 pixels off, and far off where `wrong` says so.
fn noisy(wrong: impl Fn(u8) -> bool) -> Vec<Pair> {
    let truth = Homography::new(TRUE).unwrap();
    let pair = |k: u8| {
        let n = f64::from(k);
        let from = Point::new(
            10.0 + 24.0 * f64::from(k % 6),
            8.0 + 25.0 * f64::from(k / 6),
        );
        let mut to = truth.apply(from).unwrap();
        to.x += 0.8 * (12.9898 * n).sin();
        to.y += 0.8 * (78.233 * n).sin();
        if wrong(k) {
            to.x += 40.0 * n.cos();
            to.y += 30.0 * (2.0 * n).cos();
        }
        Pair::new(from, to)
    };
    (0..30).map(pair).collect()
}

/// The largest distance, in pixels, between where `ours` and the expected matrix send the points.
fn gap(ours: &Homography, expected: Matrix, pairs: &[Pair]) -> f64 {
    crate::gap(ours, &Homography::new(expected).unwrap(), pairs)
}

#[test]
fn the_notebook_s_homography_is_that_of_opencv() {
    let expected = [
        [3.167915867393e+00, 5.648235124496e-01, -6.813297243540e+02],
        [-5.699810662493e-01, 1.847124700063e+00, 2.883498654870e+02],
        [2.269888909655e-03, -1.077870929037e-04, 1.0],
    ];
    let pairs = corners();
    // Twelve digits of coordinates near 1000.
    assert!(gap(&normalized(&pairs).unwrap(), expected, &pairs) < 1e-8);
    // The condition number of A, 5.5e6, takes six more off the plain method, and its square all
    // but three off the eigenvector of A'A.
    assert!(gap(&plain(&pairs).unwrap(), expected, &pairs) < 1e-6);
    assert!(gap(&eigenvector(&pairs).unwrap(), expected, &pairs) < 0.1);
}

#[test]
fn the_singular_values_of_the_notebook_are_those_of_numpy() {
    let expected = [
        6.760690391e+05,
        1.918240668e+05,
        1.064359695e+03,
        4.693461114e+02,
        1.831201572e+02,
        5.317519146e+01,
        5.036713922e+01,
        1.221644876e-01,
    ];
    let values = singular_values(&corners()).unwrap();
    for (value, expected) in values.iter().zip(expected) {
        assert!((value / expected - 1.0).abs() < 1e-6, "{value} {expected}");
    }
    // Four pairs make eight rows: the ninth value is the zero whose vector is the answer.
    assert!(values[8] < 1e-9, "{values:?}");
}

#[test]
fn the_post_s_eight_pairs_give_numpy_s_matrices() {
    let pairs = EIGHT;
    let numpy_plain = [
        [2.837928604724e+00, 7.064220749142e-01, -6.431389188184e+02],
        [-4.523468333035e-01, 1.612785865957e+00, 2.782716988605e+02],
        [1.962228338098e-03, 2.623375016548e-04, 1.0],
    ];
    let numpy_normalized = [
        [2.536353368055e+00, 6.279038695414e-01, -5.521486781256e+02],
        [-4.475232696063e-01, 1.471888686145e+00, 2.734254444689e+02],
        [1.656374389393e-03, 1.971581540646e-04, 1.0],
    ];
    assert!(gap(&plain(&pairs).unwrap(), numpy_plain, &pairs) < 1e-6);
    assert!(gap(&normalized(&pairs).unwrap(), numpy_normalized, &pairs) < 1e-8);
    // OpenCV goes on from the DLT to the least sum of squared forward errors, another question,
    // and the middles of the sides are no middles in perspective: both answers miss the pairs by
    // 3.7 pixels (root mean square), and each other by half a pixel.
    let opencv = [
        [2.544659729763e+00, 6.234480870978e-01, -5.527124755878e+02],
        [-4.479635065743e-01, 1.473905462426e+00, 2.741263599840e+02],
        [1.669299969422e-03, 1.922698843280e-04, 1.0],
    ];
    assert!(gap(&normalized(&pairs).unwrap(), opencv, &pairs) < 0.6);
}

#[test]
fn noisy_pairs_give_numpy_s_matrices_and_nearly_those_of_others() {
    let pairs = noisy(|_| false);
    let numpy_plain = [
        [8.835520635534e-01, 8.421368604077e-02, 1.119479865185e+01],
        [-5.416083495951e-02, 1.003419045803e+00, 6.565962580718e+00],
        [1.233311148161e-04, 1.491967629923e-05, 1.0],
    ];
    let numpy_normalized = [
        [9.007622306532e-01, 9.420541418591e-02, 1.031825097320e+01],
        [-4.908555492749e-02, 1.020995916395e+00, 5.921692264267e+00],
        [2.009546712397e-04, 1.067655094028e-04, 1.0],
    ];
    let (ours_plain, ours) = (plain(&pairs).unwrap(), normalized(&pairs).unwrap());
    assert!(gap(&ours_plain, numpy_plain, &pairs) < 1e-8);
    assert!(gap(&ours, numpy_normalized, &pairs) < 1e-9);
    // scikit-image scales to a root mean square distance instead of Hartley's mean distance.
    let scikit_image = [
        [9.007622307463e-01, 9.420542199203e-02, 1.031824011454e+01],
        [-4.908559575822e-02, 1.020996005178e+00, 5.921685145452e+00],
        [2.009540499257e-04, 1.067655118180e-04, 1.0],
    ];
    assert!(gap(&ours, scikit_image, &pairs) < 1e-4);
    let opencv = [
        [9.007614461032e-01, 9.432124213039e-02, 1.032033631400e+01],
        [-4.907069207614e-02, 1.021000033461e+00, 5.928598146978e+00],
        [2.012672713162e-04, 1.082231368596e-04, 1.0],
    ];
    assert!(gap(&ours, opencv, &pairs) < 0.05);
}

#[test]
fn ransac_finds_the_wrong_pairs_that_opencv_finds() {
    let pairs = noisy(|k| k % 5 == 3);
    let found = ransac(&pairs, &Ransac::default()).unwrap();
    let outliers: Vec<usize> = (0..30).filter(|k| !found.inliers[*k]).collect();
    assert_eq!(outliers, [3, 8, 13, 18, 23, 28]);
    let opencv = [
        [8.994494935658e-01, 9.246288920655e-02, 1.033859107942e+01],
        [-4.949270154600e-02, 1.018151532462e+00, 5.967739970809e+00],
        [1.925698902080e-04, 8.289932710803e-05, 1.0],
    ];
    assert!(gap(&found.homography, opencv, &pairs) < 0.1);
}

/// Numbers from 0 to 1 that look like chance.
fn unit(k: usize) -> f64 {
    let v = 43758.5453 * (12.9898 * k as f64).sin();
    v - v.floor()
}

/// Pairs of which few are right, as the script makes them, and how far OpenCV's MAGSAC is off.
struct Scene {
    name: &'static str,
    truth: Matrix,
    right: usize,
    wrong: usize,
    /// Wrong pairs in five clusters.
    clustered: usize,
    /// Copies of each of five wrong pairs.
    copies: usize,
    /// Root mean square on a grid, in pixels, with MAGSAC's own cap of 2,000 trials ...
    capped: f64,
    /// ... and with one of a million.
    magsac: f64,
}

const SCENES: [Scene; 5] = [
    Scene {
        name: "few",
        truth: TRUE,
        right: 20,
        wrong: 480,
        clustered: 0,
        copies: 0,
        capped: 314.546,
        magsac: 0.973,
    },
    Scene {
        name: "zoom",
        truth: [[0.16, 0.01, 300.0], [-0.02, 0.17, 200.0], [1e-5, 2e-5, 1.0]],
        right: 40,
        wrong: 260,
        clustered: 0,
        copies: 0,
        capped: 0.362,
        magsac: 0.362,
    },
    Scene {
        name: "enlarged",
        truth: [
            [6.0, 0.3, -1500.0],
            [-0.4, 5.8, -1200.0],
            [2e-4, -1e-4, 1.0],
        ],
        right: 60,
        wrong: 240,
        clustered: 0,
        copies: 0,
        capped: 1545.824,
        magsac: 3.792,
    },
    Scene {
        name: "clusters",
        truth: [[0.9, -0.3, 120.0], [0.3, 0.8, -30.0], [3e-4, -1e-4, 1.0]],
        right: 30,
        wrong: 170,
        clustered: 150,
        copies: 0,
        capped: 354.582,
        magsac: 355.003,
    },
    Scene {
        name: "repeats",
        truth: [[1.1, 0.2, -60.0], [-0.1, 0.9, 40.0], [-2e-4, 1e-4, 1.0]],
        right: 30,
        wrong: 170,
        clustered: 0,
        copies: 40,
        capped: 433.687,
        magsac: 433.687,
    },
];

impl Scene {
    /// Noise of up to 1.5 pixels in both pictures; the right ones first.
    fn pairs(&self, number: usize) -> Vec<Pair> {
        let truth = Homography::new(self.truth).unwrap();
        let middle = self.right + self.wrong;
        let pair = |i: usize| {
            let u = |i: usize, j: usize| unit(10_000 * number + 8 * i + j);
            let anchor = if i < middle { i } else { middle + i % 5 };
            let mut from = Point::new(800.0 * u(anchor, 1), 600.0 * u(anchor, 2));
            let mut to = Point::new(800.0 * u(anchor, 3), 600.0 * u(anchor, 4));
            if i < self.right {
                to = truth.apply(from).unwrap();
            }
            if i >= middle {
                for point in [&mut from, &mut to] {
                    point.x += 10.0 * u(i, 7);
                    point.y += 10.0 * u(i, 8);
                }
            }
            let off = |j: usize| 3.0 * u(i, j) - 1.5;
            from = Point::new(from.x + off(5), from.y + off(6));
            to = Point::new(to.x + off(7), to.y + off(8));
            Pair::new(from, to)
        };
        let mut pairs: Vec<Pair> = (0..middle + self.clustered).map(pair).collect();
        for k in 0..5 * self.copies {
            pairs.push(pairs[self.right + k % 5]);
        }
        pairs
    }

    /// Root mean square of how far `found` is off on a grid, in pixels.
    fn miss(&self, found: &Homography) -> f64 {
        let truth = Homography::new(self.truth).unwrap();
        let miss = |k: u8| {
            let (column, row) = (f64::from(k % 5), f64::from(k / 5));
            let point = Point::new(100.0 + 150.0 * column, 100.0 + 100.0 * row);
            let off = truth
                .apply(point)
                .unwrap()
                .distance(found.apply(point).unwrap());
            off * off
        };
        ((0..25).map(miss).sum::<f64>() / 25.0).sqrt()
    }
}

#[test]
fn ransac_is_as_near_as_opencv_s_magsac_and_where_that_fails() {
    for (number, scene) in SCENES.iter().enumerate() {
        let found = ransac(&scene.pairs(number), &Ransac::default()).unwrap();
        let miss = scene.miss(&found.homography);
        let best = scene.capped.min(scene.magsac);
        assert!(
            miss < 1.0 && miss < best + 0.05,
            "{}: {miss}, {best}",
            scene.name
        );
    }
}

fn picture() -> RgbImage {
    RgbImage::from_fn(160, 120, |x, y| {
        let value = |c: u32| ((3 * x * x + 7 * y * (c + 1) + x * y) % 256) as u8;
        Rgb([value(0), value(1), value(2)])
    })
}

/// Sum of all values, and the second channel at every 15th pixel from row 7 and column 5 on.
const OPENCV: [(Sampling, i64, [[u8; 11]; 8]); 3] = [
    (
        Sampling::Nearest,
        6_217_504,
        [
            [0, 157, 132, 108, 60, 244, 148, 28, 163, 192, 0],
            [0, 99, 148, 173, 174, 151, 104, 212, 220, 83, 0],
            [0, 106, 51, 202, 252, 254, 103, 184, 20, 156, 0],
            [0, 4, 254, 224, 170, 92, 246, 55, 8, 84, 0],
            [0, 191, 165, 184, 179, 150, 188, 214, 7, 88, 0],
            [0, 22, 200, 149, 40, 163, 6, 28, 182, 215, 97],
            [0, 73, 44, 247, 236, 152, 147, 118, 124, 47, 82],
            [0, 190, 57, 104, 40, 108, 152, 172, 108, 116, 56],
        ],
    ),
    (
        Sampling::Bilinear,
        6_209_450,
        [
            [0, 145, 146, 116, 116, 171, 125, 89, 129, 147, 0],
            [0, 132, 141, 175, 167, 133, 144, 143, 171, 127, 0],
            [0, 88, 81, 205, 181, 158, 126, 150, 103, 155, 0],
            [0, 77, 234, 204, 142, 69, 192, 105, 33, 114, 0],
            [0, 160, 126, 173, 147, 121, 157, 196, 85, 139, 0],
            [0, 40, 163, 111, 114, 144, 34, 55, 165, 163, 131],
            [0, 105, 70, 141, 199, 138, 110, 142, 93, 104, 95],
            [0, 191, 90, 151, 108, 102, 161, 146, 145, 139, 85],
        ],
    ),
    (
        Sampling::Bicubic,
        6_207_733,
        [
            [0, 144, 159, 117, 106, 179, 132, 74, 135, 168, 0],
            [0, 138, 137, 175, 166, 122, 157, 153, 182, 121, 0],
            [0, 75, 51, 245, 212, 167, 110, 172, 85, 178, 0],
            [0, 61, 255, 241, 143, 55, 216, 70, 0, 94, 0],
            [0, 184, 121, 186, 145, 106, 183, 219, 78, 126, 0],
            [0, 34, 181, 110, 100, 135, 9, 24, 184, 196, 147],
            [0, 92, 64, 137, 237, 129, 117, 155, 72, 69, 80],
            [0, 207, 93, 161, 78, 98, 176, 161, 138, 155, 80],
        ],
    ),
];

#[test]
fn warped_pictures_are_those_of_opencv() {
    let (picture, truth) = (picture(), Homography::new(TRUE).unwrap());
    for (sampling, sum, grid) in OPENCV {
        let frame = Frame::of_size(160, 120).unwrap();
        let warped = warp(&picture, &truth, frame, sampling).unwrap();
        // OpenCV 5 computes positions and weights in single precision, we in double and single: a
        // mean next to a half may be rounded the other way. Nearest pixels are the same ones.
        let most = i32::from(sampling != Sampling::Nearest);
        for (row, values) in (7..).step_by(15).zip(grid) {
            for (column, expected) in (5..).step_by(15).zip(values) {
                let found = i32::from(warped.get_pixel(column, row)[1]);
                let off = (found - i32::from(expected)).abs();
                assert!(
                    off <= most,
                    "{sampling:?} at {column}, {row}: {found} {expected}"
                );
            }
        }
        let ours: i64 = warped.iter().copied().map(i64::from).sum();
        // Both ways equally often: far fewer than one in a thousand of 48,765 values in excess.
        let off = (ours - sum).abs();
        assert!(off <= 40 * i64::from(most), "{sampling:?}: {ours} {sum}");
    }
}

/// The 100 SIFT matches of graf1 and graf3 that the script chose, most of them wrong.
fn graf_matches() -> Vec<Pair> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/graf_matches.csv");
    let columns = ["from_x", "from_y", "to_x", "to_y"];
    let [x, y, u, v] = retrace_data::read_columns(&file, columns, 100)
        .unwrap()
        .values;
    let rows: Vec<[f64; 4]> = (0..x.len()).map(|k| [x[k], y[k], u[k], v[k]]).collect();
    pairs(&rows)
}

/// graf1 to graf3, from the data set.
const GRAF: Matrix = [
    [7.628_589_8e-1, -2.992_292_9e-1, 2.256_712_3e+2],
    [3.344_347_3e-1, 1.014_390_1e+0, -7.699_997_3e+1],
    [3.466_309_1e-4, -1.436_452_4e-5, 1.0],
];

#[test]
fn ransac_finds_graf_s_homography_among_matches_that_are_mostly_wrong() {
    let pairs = graf_matches();
    let found = ransac(&pairs, &Ransac::default()).unwrap();
    // OpenCV takes 34 of the 100, whose forward error is at most three pixels; a Sampson error of
    // three is one of 4.2 where the map keeps sizes. 31 are within three pixels of the truth.
    let count = found.inlier_count();
    assert!((31..=42).contains(&count), "{count}");
    // OpenCV's RANSAC and its MAGSAC are off by up to 3.8 there.
    let truth = Homography::new(GRAF).unwrap();
    let right = pairs
        .into_iter()
        .filter(|pair| forward_error(&truth, pair) < 4.0);
    let miss = gap(&found.homography, GRAF, &right.collect::<Vec<_>>());
    assert!(miss < 3.8, "{miss} pixels from the truth");
}

/// Folder, first picture, second, the matrix from one to the other, and OpenCV's correlation.
const REAL: [(&str, [&str; 3], f64); 5] = [
    (
        "opencv-samples",
        ["graf1.png", "graf3.png", "H1to3p.xml"],
        0.8678,
    ),
    ("oxford/bikes", ["img1.png", "img2.png", "H1to2p"], 0.9917),
    ("oxford/bikes", ["img1.png", "img3.png", "H1to3p"], 0.9865),
    ("oxford/leuven", ["img1.png", "img2.png", "H1to2p"], 0.9820),
    ("oxford/leuven", ["img1.png", "img3.png", "H1to3p"], 0.9664),
];

#[test]
#[ignore = "needs RETRACE_DATA"]
fn real_pictures_warp_onto_their_partners_as_with_opencv() {
    let data = std::env::var_os("RETRACE_DATA").expect("the folder with the data sets");
    let data = PathBuf::from(data).join("homography");
    let read = |file: PathBuf| retrace_data::read_picture(&file).unwrap().image.to_luma8();
    for (folder, names, expected) in REAL {
        let [first, target, matrix] = names.map(|name| data.join(folder).join(name));
        let (first, target) = (read(first), read(target));
        let homography = read_matrix(&matrix).unwrap().homography;
        let frame = Frame::of_size(target.width(), target.height()).unwrap();
        let warped = warp(&first, &homography, frame, Sampling::Bilinear).unwrap();
        let full = GrayImage::from_pixel(first.width(), first.height(), image::Luma([255]));
        let covered = warp(&full, &homography, frame, Sampling::Nearest).unwrap();
        let both = warped.iter().zip(target.iter()).zip(covered.iter());
        let both = both.filter(|(_, covered)| **covered == 255);
        let values = both.map(|((a, b), _)| (f64::from(*a), f64::from(*b)));
        // Colours become grey a little differently in the two libraries.
        let found = correlation(&values.collect::<Vec<_>>());
        let off = (found - expected).abs();
        assert!(off < 2e-3, "{folder}, {names:?}: {found} {expected}");
    }
}
