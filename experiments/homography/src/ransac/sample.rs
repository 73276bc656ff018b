//! Four pairs at random, and whether a camera could see them.

use rand::seq::index;
use retrace_lab::random::stream;

use crate::dlt::{self, FEWEST_PAIRS};
use crate::homography::Homography;
use crate::point::{Pair, Point, doubled_area};

/// The homography of the four pairs of trial number `trial`, or `None` when they determine none.
pub(super) fn homography_of_trial(pairs: &[Pair], seed: u64, trial: u32) -> Option<Homography> {
    let mut stream = stream(seed, "homography/ransac", u64::from(trial));
    let sample: Vec<Pair> = index::sample(&mut stream, pairs.len(), FEWEST_PAIRS)
        .into_iter()
        .map(|index| pairs[index])
        .collect();
    if !keeps_orientation(&sample) {
        return None;
    }
    dlt::normalized(&sample).ok()
}

/// Whether the triangles of four pairs keep their orientation, or all turn it round.
///
/// A camera that looks at a plane sees all of it from one side, so no horizon passes between the
/// points and the triangles of four of them either all keep or all change their orientation.
/// OpenCV asks the same of its samples. Three points on a line are refused along the way.
fn keeps_orientation(sample: &[Pair]) -> bool {
    let orientation = |triple: [usize; 3], point: fn(&Pair) -> Point| {
        let [a, b, c] = triple.map(|index| point(&sample[index]));
        doubled_area(a, b, c)
    };
    let products = [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]
        .map(|triple| orientation(triple, |pair| pair.from) * orientation(triple, |pair| pair.to));
    products.iter().all(|product| *product > 0.0) || products.iter().all(|product| *product < 0.0)
}
