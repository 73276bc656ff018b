//! The page's script against the program: run by `scripts/explorables-check.sh`, which has Node.

use homography::dlt::{self, Method};
use homography::notebook::{Label, corners, with_noise};
use homography::ransac::{Ransac, ransac};
use homography::warp::{Frame, Sampling, push_forward, warp};
use homography::{Homography, Pair};
use image::{Rgba, RgbaImage};
use retrace_lab::random::stream;
use retrace_test_support::explorable::Calls;
use serde_json::json;

/// Both compute in 64 bits, by other decompositions.
const ROUNDING: f64 = 1e-6;

/// Pairs on the label, their sources off by so much.
fn pairs(count: usize, noise: f64) -> Vec<Pair> {
    let mut random = stream(1, "explorable", 0);
    let exact = Label::of_author().pairs(count, &mut random);
    with_noise(&exact, noise, &mut random)
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_estimates_and_maps_pictures() {
    let mut calls = Calls::default();
    for (count, noise) in [(4, 0.0), (4, 2.0), (5, 1.0), (8, 0.0), (12, 3.0)] {
        let pairs = pairs(count, noise);
        let values = dlt::singular_values(&pairs).unwrap();
        calls.expect("singularValues", [&pairs], &values, ROUNDING);
        for (function, method) in [("plain", Method::Plain), ("normalized", Method::Normalized)] {
            let expected = dlt::estimate(&pairs, method).unwrap();
            calls.expect(function, [&pairs], expected, ROUNDING);
            calls.expect("inverse", [expected], expected.inverse().unwrap(), ROUNDING);
        }
    }
    consensus(&mut calls);
    pictures(&mut calls);
    calls.agree("homography");
}

/// One to three wrong pairs of twelve.
fn consensus(calls: &mut Calls) {
    let settings = Ransac::default();
    for wrong in 1..=3 {
        let mut pairs = pairs(12, 0.7);
        for (pair, away) in pairs.iter_mut().rev().zip([70.0, -50.0, 95.0]).take(wrong) {
            pair.to.x += away;
            pair.to.y -= 0.8 * away;
        }
        let found = ransac(&pairs, &settings).unwrap();
        let expected = json!({"matrix": found.homography, "inliers": found.inliers});
        calls.expect(
            "consensus",
            json!([pairs, settings.threshold.to]),
            expected,
            ROUNDING,
        );
    }
}

/// A small picture through a homography that enlarges it, in every way.
fn pictures(calls: &mut Calls) {
    let picture = RgbaImage::from_fn(24, 18, |x, y| {
        let level = |k: u32| ((x * x + 7 * y + k * 31 + x * y) % 256) as u8;
        Rgba([level(0), level(1), level(2), 255])
    });
    let homography = Homography::new([[1.7, 0.4, -3.0], [-0.3, 1.9, 4.0], [0.004, -0.002, 1.0]]);
    let homography = homography.unwrap();
    let frame = Frame::new(-4, -2, 52, 48).unwrap();
    let given = json!({"width": 24, "height": 18, "pixels": picture.as_raw()});
    let part = json!({"left": -4, "top": -2, "width": 52, "height": 48});
    let pushed = push_forward(&picture, &homography, frame).unwrap();
    let expected = json!({
        "pixels": pushed.picture.as_raw(),
        "covered": pushed.filled + pushed.hole_count(),
        "holes": pushed.hole_count(),
    });
    calls.expect(
        "pushForward",
        json!([given, homography, part]),
        expected,
        0.0,
    );
    for sampling in Sampling::ALL {
        let warped = warp(&picture, &homography, frame, sampling).unwrap();
        // The program's weights have 32 bits: a level may be rounded the other way.
        let tolerance = match sampling {
            Sampling::Truncated | Sampling::Nearest => 0.0,
            Sampling::Bilinear | Sampling::Bicubic => 1.0 / 255.0,
        };
        let given = json!([given, homography, part, sampling]);
        calls.expect("warp", given, warped.as_raw(), tolerance);
    }
    let label = Label::of_author();
    let bent = dlt::plain(&pairs(6, 2.0)).unwrap();
    let error = label.mean_error(&bent).unwrap();
    let exact = dlt::plain(&corners()).unwrap();
    let given = json!([bent, exact, homography::notebook::LABEL]);
    calls.expect("meanError", given, error, ROUNDING);
}
