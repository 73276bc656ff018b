//! The pairs as the search sees them: each once, in coordinates of size 1, with what it counts;
//! how four of them make a homography, and how well all of them agree with one.

use std::cmp::Ordering;
use std::collections::HashMap;

use rand::RngExt;
use rand::seq::SliceRandom;

use super::Threshold;
use super::polish::Equations;
use crate::dlt::{FEWEST_PAIRS, Similarity};
use crate::homography::{Homography, HomographyError, Matrix, Pair, Point, doubled_area};

/// The pairs without repeats, in the order in which a homography is checked.
///
/// That order, and all that follows from it, depends on the set of pairs and on the seed alone:
/// not on the order in which they were given, nor on how often one of them was.
pub(super) struct Scene {
    /// What brings the source picture to coordinates of size 1.
    from: Similarity,
    /// The same for the target picture.
    to: Similarity,
    /// The pairs in these coordinates.
    pub pairs: Vec<Pair>,
    /// The witness that each of them belongs to.
    witness: Vec<usize>,
    /// How many witnesses there are.
    pub witnesses: usize,
    /// What each pair counts: those of a witness together 1.
    votes: Vec<f64>,
    /// The thresholds in these coordinates.
    pub threshold: Threshold,
}

/// Four pairs that were drawn.
pub(super) enum Sample {
    /// They determine no homography.
    Degenerate,
    /// Theirs is none that a camera could see.
    Crossed,
    /// Their homography.
    Map(Matrix),
}

/// A homography in the scene's coordinates, and who agrees with it.
#[derive(Clone, Copy)]
pub(super) struct Fit {
    pub matrix: Matrix,
    /// The sum over all pairs of what they count times how well they agree: 1 without any error, 0
    /// at the threshold. Unlike a number of inliers it has no step there.
    pub score: f64,
    /// Pairs that agree.
    pub inliers: usize,
}

/// Pairs checked between two looks at whether it is worth to go on.
const BLOCK: usize = 32;

impl Scene {
    /// The scene of finite pairs.
    pub fn new(pairs: &[Pair], threshold: Threshold, random: &mut impl RngExt) -> Self {
        let mut pairs = pairs.to_vec();
        let keys = |pair: &Pair| [pair.from.x, pair.from.y, pair.to.x, pair.to.y];
        // Finite numbers have an order.
        pairs.sort_by(|a, b| keys(a).partial_cmp(&keys(b)).unwrap_or(Ordering::Equal));
        pairs.dedup();
        let [from, to] = [|pair: &Pair| pair.from, |pair: &Pair| pair.to]
            .map(|point| Similarity::of_most(&pairs.iter().map(point).collect::<Vec<_>>()));
        let (witness, witnesses) = witnesses(&pairs, threshold);
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        order.shuffle(random);
        let near = |place: &usize| {
            let pair = pairs[*place];
            Pair::new(from.apply(pair.from), to.apply(pair.to))
        };
        let mut members = vec![0.0; witnesses];
        for group in &witness {
            members[*group] += 1.0;
        }
        let vote = |place: &usize| 1.0 / members[witness[*place]];
        Self {
            pairs: order.iter().map(near).collect(),
            votes: order.iter().map(vote).collect(),
            witness: order.iter().map(|place| witness[*place]).collect(),
            witnesses,
            threshold: Threshold {
                from: threshold.from * from.scale,
                to: threshold.to * to.scale,
            },
            from,
            to,
        }
    }

    /// A matrix of the scene in the coordinates that were given.
    pub fn in_given_coordinates(&self, matrix: &Matrix) -> Result<Homography, HomographyError> {
        let back = self.to.homography()?.inverse()?;
        back.after(&Homography::new(*matrix)?.after(&self.from.homography()?)?)
    }

    /// Four pairs of different witnesses, drawn at random.
    pub fn draw(&self, random: &mut impl RngExt) -> Sample {
        let mut places = [0; FEWEST_PAIRS];
        for k in 0..FEWEST_PAIRS {
            let place = random.random_range(0..self.pairs.len());
            let same = |other: &usize| self.witness[*other] == self.witness[place];
            if places[..k].iter().any(same) {
                return Sample::Degenerate;
            }
            places[k] = place;
        }
        homography_of_four(places.map(|place| self.pairs[place]))
    }

    /// The squared [error](Threshold::error) of a pair, as a share of the squared threshold: at most
    /// 1 when it agrees.
    #[inline(always)]
    fn deviation(&self, matrix: &Matrix, pair: &Pair) -> f64 {
        let equations = Equations::new(matrix, pair, self.threshold);
        // Nearly all wrong pairs end here, before any division.
        if equations.is_within(1.0) {
            equations.deviation()
        } else {
            f64::INFINITY
        }
    }

    /// Who agrees with a homography.
    pub fn fit(&self, matrix: Matrix) -> Fit {
        // A share of inliers of none is never beneath what is seen.
        self.fit_if_better(matrix, &Bail::NEVER).unwrap_or(Fit {
            matrix,
            score: 0.0,
            inliers: 0,
        })
    }

    /// The same, or `None` as soon as so few agree that the rest will hardly make up for it.
    pub fn fit_if_better(&self, matrix: Matrix, bail: &Bail) -> Option<Fit> {
        let (mut score, mut inliers) = (0.0, 0);
        let blocks = self.pairs.chunks(BLOCK).zip(self.votes.chunks(BLOCK));
        let mut checked = 0;
        for (pairs, votes) in blocks {
            for (pair, vote) in pairs.iter().zip(votes) {
                let deviation = self.deviation(&matrix, pair);
                if deviation <= 1.0 {
                    score += vote * (1.0 - deviation);
                    inliers += 1;
                }
            }
            checked += pairs.len();
            if bail.is_hopeless(inliers, checked) {
                return None;
            }
        }
        Some(Fit {
            matrix,
            score,
            inliers,
        })
    }

    /// How many witnesses have a pair that agrees.
    pub fn agreeing_witnesses(&self, matrix: &Matrix) -> usize {
        let mut agrees = vec![false; self.witnesses];
        for (pair, group) in self.pairs.iter().zip(&self.witness) {
            agrees[*group] |= self.deviation(matrix, pair) <= 1.0;
        }
        agrees.into_iter().filter(|agrees| *agrees).count()
    }

    /// The share of pairs that agree with a homography by chance: of those whose targets are
    /// exchanged, so that all are wrong.
    pub fn share_by_chance(&self, matrix: &Matrix) -> f64 {
        let count = self.pairs.len();
        let rounds = (MOST_EXCHANGED / count).clamp(1, count - 1);
        let mut agreeing = 0;
        for shift in 1..=rounds {
            for (place, pair) in self.pairs.iter().enumerate() {
                let other = &self.pairs[(place + shift) % count];
                let pair = Pair::new(pair.from, other.to);
                agreeing += usize::from(self.deviation(matrix, &pair) <= 1.0);
            }
        }
        agreeing as f64 / (rounds * count) as f64
    }
}

/// Exchanged pairs that are looked at.
const MOST_EXCHANGED: usize = 200_000;

/// When to stop checking a homography: Wald's sequential test, as Matas & Chum use it (Randomized
/// RANSAC with sequential probability ratio test, ICCV 2005). The pairs come in random order; each
/// that agrees speaks for a right homography, each other one against it.
pub(super) struct Bail {
    /// What the logarithm of the likelihood ratio gains by a pair that agrees ...
    agreeing: f64,
    /// ... and by one that does not.
    other: f64,
}

/// A right homography is given up with at most this chance.
const GIVEN_UP: f64 = 0.01;
/// Of the pairs that a right homography has on its side, the share that agree with that of a mere
/// four of them, which have errors of their own.
const OF_SAMPLE: f64 = 0.5;
/// A wrong homography, which may be nearly right, has this share of the inliers of a right one.
const OF_WRONG: f64 = 0.05;

impl Bail {
    const NEVER: Self = Self {
        agreeing: 0.0,
        other: 0.0,
    };

    /// For a search of a homography that this share of the pairs, 0 to 1, agree with.
    pub fn new(inliers: f64, by_chance: f64) -> Self {
        let right = (OF_SAMPLE * inliers).min(0.9);
        let wrong = by_chance.max(OF_WRONG * right).min(0.9 * right);
        Self {
            agreeing: (wrong / right).ln(),
            other: ((1.0 - wrong) / (1.0 - right)).ln(),
        }
    }

    fn is_hopeless(&self, inliers: usize, checked: usize) -> bool {
        let others = (checked - inliers) as f64;
        inliers as f64 * self.agreeing + others * self.other > -GIVEN_UP.ln()
    }
}

/// Twice the areas below which four points do not determine anything, in coordinates of size 1.
const NO_AREA: f64 = 1e-9;

/// The homography of four pairs in closed form.
///
/// Four points p1 ... p4 are a projective basis: p4 = l1 p1 + l2 p2 + l3 p3 as vectors (x, y, 1),
/// where the l are ratios of areas of triangles. With m for the targets q, the map
///
/// ```text
/// H = sum of (m_i / l_i) q_i n_i',   n_1 = p2 x p3,  n_2 = p3 x p1,  n_3 = p1 x p2
/// ```
///
/// takes each p to a multiple of its q. A camera that looks at a plane sees all of it from one side,
/// so no horizon passes between the points, and the ratios m / l are positive: the triangles of the
/// four all keep their orientation or all change it. OpenCV asks the same of its samples.
fn homography_of_four(sample: [Pair; 4]) -> Sample {
    // Millions of times, hence written out.
    let [p1, p2, p3, p4] = [
        sample[0].from,
        sample[1].from,
        sample[2].from,
        sample[3].from,
    ];
    let [q1, q2, q3, q4] = [sample[0].to, sample[1].to, sample[2].to, sample[3].to];
    let area = doubled_area;
    let (all, all_to) = (area(p1, p2, p3), area(q1, q2, q3));
    let (l1, l2, l3) = (area(p4, p2, p3), area(p1, p4, p3), area(p1, p2, p4));
    let (m1, m2, m3) = (area(q4, q2, q3), area(q1, q4, q3), area(q1, q2, q4));
    let turn = all * all_to;
    let turns = [l1 * m1 * turn, l2 * m2 * turn, l3 * m3 * turn];
    let is_area = |turn: f64| turn.abs() > NO_AREA.powi(4);
    // What is no number is no area either.
    if !(is_area(turns[0]) && is_area(turns[1]) && is_area(turns[2])) {
        return Sample::Degenerate;
    }
    if turns[0] < 0.0 || turns[1] < 0.0 || turns[2] < 0.0 {
        return Sample::Crossed;
    }
    // All times l1 l2 l3, and of the sign that makes the last coordinate of H p1 positive.
    let sign = (m1 * l2 * l3 * all).signum();
    let (f1, f2, f3) = (
        sign * m1 * l2 * l3,
        sign * m2 * l1 * l3,
        sign * m3 * l1 * l2,
    );
    let (n1, n2, n3) = (normal(p2, p3), normal(p3, p1), normal(p1, p2));
    let row = |a: f64, b: f64, c: f64| {
        let entry = |k: usize| a * n1[k] + b * n2[k] + c * n3[k];
        [entry(0), entry(1), entry(2)]
    };
    Sample::Map([
        row(f1 * q1.x, f2 * q2.x, f3 * q3.x),
        row(f1 * q1.y, f2 * q2.y, f3 * q3.y),
        row(f1, f2, f3),
    ])
}

/// The cross product of (x, y, 1) of two points.
#[inline(always)]
fn normal(a: Point, b: Point) -> [f64; 3] {
    [a.y - b.y, b.x - a.x, a.x * b.y - a.y * b.x]
}

/// Pairs that lie within this many thresholds of each other in both pictures say the same: a
/// homography that one of them agrees with carries the others along, unless it changes the scale
/// there by a quarter.
const SAYS_THE_SAME: f64 = 4.0;

/// The witness of each pair, and how many there are.
///
/// Pairs that say the same are one witness. So are pairs that have one point, up to the threshold,
/// in one of the pictures and differ in the other: a homography takes no two points to one. A pair
/// belongs to the first witness whose first pair it is one with, or is the first of a new one.
fn witnesses(pairs: &[Pair], threshold: Threshold) -> (Vec<usize>, usize) {
    let reach = SAYS_THE_SAME;
    let shares = |pair: &Pair| {
        let of = |point: Point, unit: f64| Point::new(point.x / unit, point.y / unit);
        Pair::new(of(pair.from, threshold.from), of(pair.to, threshold.to))
    };
    let mut sides = [Cells::default(), Cells::default()];
    let mut firsts: Vec<Pair> = Vec::new();
    let groups = pairs.iter().map(|pair| {
        let pair = shares(pair);
        let points = [pair.from, pair.to];
        let near = sides
            .iter()
            .zip(points)
            .flat_map(|(side, point)| side.near(point));
        let same = near.filter(|group| {
            let first = firsts[*group];
            let (from, to) = (first.from.distance(pair.from), first.to.distance(pair.to));
            from.min(to) <= 1.0 || from.max(to) <= reach
        });
        same.min().unwrap_or_else(|| {
            let group = firsts.len();
            firsts.push(pair);
            for (side, point) in sides.iter_mut().zip(points) {
                side.add(point, group);
            }
            group
        })
    });
    let groups: Vec<usize> = groups.collect();
    (groups, firsts.len())
}

/// Numbers at places of a plane, in square cells, so that those near a point are found among few.
#[derive(Default)]
struct Cells(HashMap<[u64; 2], Vec<usize>>);

impl Cells {
    fn cell(point: Point) -> [f64; 2] {
        // Adding zero makes the two zeros one.
        [point.x, point.y].map(|value| (value / SAYS_THE_SAME).floor() + 0.0)
    }

    fn add(&mut self, point: Point, number: usize) {
        let key = Self::cell(point).map(f64::to_bits);
        self.0.entry(key).or_default().push(number);
    }

    /// Those in the cell of a point and in the eight around it.
    fn near(&self, point: Point) -> impl Iterator<Item = usize> + '_ {
        let [x, y] = Self::cell(point);
        let around = (0..9).map(move |k| [x + f64::from(k % 3 - 1), y + f64::from(k / 3 - 1)]);
        let cells = around.filter_map(|cell| self.0.get(&cell.map(f64::to_bits)));
        cells.flatten().copied()
    }
}
