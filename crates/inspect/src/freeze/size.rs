//! Sizes that depend on the input: which formula gives what was recorded at every size.

use burn::backend::ir::TensorId;

/// A whole number of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Size {
    /// The same for inputs of every size.
    Fixed(i64),
    /// `product of the sides * times / over + plus`.
    Open {
        /// Tensors and axes.
        sides: Vec<(TensorId, usize)>,
        times: i64,
        over: i64,
        plus: i64,
    },
}

impl Size {
    pub fn fixed(&self) -> Option<i64> {
        match self {
            Self::Fixed(value) => Some(*value),
            Self::Open { .. } => None,
        }
    }
}

/// A side of a tensor that depends on the input, at every recorded size.
#[derive(Debug, Clone)]
pub(super) struct Side {
    pub tensor: TensorId,
    pub axis: usize,
    pub values: Vec<i64>,
    /// Operations that are done before the tensor is there.
    pub ready: usize,
}

/// The formula of `values` in the sides that are there before operation number `at`: a constant, a
/// side, a multiple of one plus a constant, a multiple of the product of two. The first of them that
/// agrees with all recordings; sides come in their order, so inputs before what is computed.
pub(super) fn formula(sides: &[Side], values: &[i64], at: usize) -> Option<Size> {
    if let Some(&first) = values.first()
        && values.iter().all(|value| *value == first)
    {
        return Some(Size::Fixed(first));
    }
    let there = || sides.iter().filter(|side| side.ready <= at);
    let equal = there().find(|side| side.values == values);
    let multiple = || {
        there().find_map(|side| {
            let (times, over) = slope(&side.values, values)?;
            let plus = values[0] - exact(side.values[0], times, over)?;
            let fits = |(x, y): (&i64, &i64)| exact(*x, times, over).map(|x| x + plus) == Some(*y);
            let all = side.values.iter().zip(values).all(fits);
            all.then(|| open(&[side], times, over, plus))
        })
    };
    let product = || {
        let pairs = there().flat_map(|a| there().map(move |b| (a, b)));
        pairs.into_iter().find_map(|(a, b)| {
            let products = a.values.iter().zip(&b.values).map(|(a, b)| a * b);
            let products: Vec<i64> = products.collect();
            let (times, over) = reduced(values[0], products[0]);
            let fits = |(x, y): (&i64, &i64)| exact(*x, times, over) == Some(*y);
            let all = products.iter().zip(values).all(fits);
            all.then(|| open(&[a, b], times, over, 0))
        })
    };
    equal
        .map(|side| open(&[side], 1, 1, 0))
        .or_else(multiple)
        .or_else(product)
}

fn open(sides: &[&Side], times: i64, over: i64, plus: i64) -> Size {
    let sides = sides.iter().map(|side| (side.tensor, side.axis)).collect();
    Size::Open {
        sides,
        times,
        over,
        plus,
    }
}

/// How much `y` changes with `x`, as a fraction.
fn slope(x: &[i64], y: &[i64]) -> Option<(i64, i64)> {
    let other = x.iter().position(|value| *value != x[0])?;
    Some(reduced(y[other] - y[0], x[other] - x[0]))
}

fn reduced(times: i64, over: i64) -> (i64, i64) {
    let (mut a, mut b) = (times.unsigned_abs(), over.unsigned_abs());
    while b > 0 {
        (a, b) = (b, a % b);
    }
    let common = (a.max(1) as i64) * if over < 0 { -1 } else { 1 };
    (times / common, over / common)
}

/// `x * times / over` where that is whole.
fn exact(x: i64, times: i64, over: i64) -> Option<i64> {
    let product = x.checked_mul(times)?;
    (over != 0 && product % over == 0).then(|| product / over)
}
