//! How well a distance tells faces from what is not: thresholds, the curve, the area under it.
//!
//! A picture counts as a face when its distance is at most the threshold. The post has it the other
//! way round in one sentence ("over a threshold ... a face"), against its own step 11; that is a
//! slip of the pen.

/// The area under the curve: the share of pairs of a face and another picture in which the face
/// has the smaller distance; equal distances count half (Mann & Whitney 1947).
///
/// 1 is a perfect separation, 0.5 none, 0 a perfect one the wrong way. NaN without pairs.
pub fn area(faces: &[f64], others: &[f64]) -> f64 {
    let points = points(faces, others);
    let steps = points.windows(2);
    steps
        .map(|pair| 0.5 * (pair[0].1 + pair[1].1) * (pair[1].0 - pair[0].0))
        .sum()
}

/// The share of faces that is accepted when `share` of the others is, for each of `shares`
/// (0 to 1): the curve, straight between its points.
pub fn curve(faces: &[f64], others: &[f64], shares: &[f64]) -> Vec<f64> {
    let points = points(faces, others);
    let height = |share: f64| {
        // Upright pieces of the curve have many heights; the highest is reached at this share.
        let after = points.partition_point(|point| point.0 <= share);
        match (points.get(after.wrapping_sub(1)), points.get(after)) {
            (Some(before), Some(next)) => {
                let along = (share - before.0) / (next.0 - before.0);
                before.1 + along * (next.1 - before.1)
            }
            (Some(last), None) => last.1,
            (None, _) => f64::NAN,
        }
    };
    shares.iter().map(|share| height(*share)).collect()
}

/// The least threshold that accepts at least `share` (0 to 1) of the distances; infinite for none.
pub fn threshold(distances: &[f64], share: f64) -> f64 {
    let sorted = sorted(distances);
    let needed = (share * sorted.len() as f64).ceil() as usize;
    let place = needed.saturating_sub(1);
    sorted.get(place).copied().unwrap_or(f64::INFINITY)
}

/// The share of the distances that are at most `threshold`; NaN of none.
pub fn accepted(distances: &[f64], threshold: f64) -> f64 {
    let count = distances.iter().filter(|d| **d <= threshold).count();
    count as f64 / distances.len() as f64
}

/// Shares of the others and of the faces accepted, from no picture to all: one point for each
/// distance that occurs.
fn points(faces: &[f64], others: &[f64]) -> Vec<(f64, f64)> {
    let (faces, others) = (sorted(faces), sorted(others));
    let mut thresholds = sorted(&[faces.as_slice(), others.as_slice()].concat());
    thresholds.dedup();
    let below = |sorted: &[f64], threshold: f64| {
        let count = sorted.partition_point(|distance| *distance <= threshold);
        count as f64 / sorted.len() as f64
    };
    let point = |threshold: f64| (below(&others, threshold), below(&faces, threshold));
    let first = std::iter::once((0.0, 0.0));
    first.chain(thresholds.into_iter().map(point)).collect()
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACES: [f64; 5] = [0.1, 0.4, 0.35, 0.8, 0.4];
    const OTHERS: [f64; 4] = [0.4, 0.9, 0.5, 0.3];

    #[test]
    fn the_area_is_that_of_scikit_learn() {
        // sklearn.metrics.roc_auc_score([1]*5 + [0]*4, [-d for d in FACES + OTHERS])
        assert!((area(&FACES, &OTHERS) - 0.65).abs() < 1e-12);
        assert!((area(&OTHERS, &FACES) - 0.35).abs() < 1e-12);
    }

    #[test]
    fn a_perfect_separation_has_area_one_and_equal_distances_a_half() {
        assert_eq!(area(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
        assert_eq!(area(&[3.0, 4.0], &[1.0, 2.0]), 0.0);
        assert_eq!(area(&[1.0; 3], &[1.0; 7]), 0.5);
    }

    #[test]
    fn the_curve_rises_from_its_first_step_to_one() {
        let shares = [0.0, 0.25, 0.5, 0.75, 1.0];
        // By hand: others sorted 0.3 0.4 0.5 0.9; faces at most 0.3: 1, 0.4: 4, 0.5: 4, 0.9: 5.
        let expected = [0.2, 0.4, 0.8, 1.0, 1.0];
        let found = curve(&FACES, &OTHERS, &shares);
        for (expected, found) in expected.iter().zip(&found) {
            assert!((expected - found).abs() < 1e-12, "{found}");
        }
    }

    #[test]
    fn a_threshold_accepts_no_more_than_it_must() {
        assert_eq!(threshold(&FACES, 0.8), 0.4);
        assert_eq!(threshold(&FACES, 0.81), 0.8);
        assert_eq!(accepted(&FACES, 0.4), 0.8);
        assert_eq!(accepted(&OTHERS, 0.4), 0.5);
    }
}
