//! What a step does with one number of a parameter, and with all of them in one pass over memory.

use rayon::prelude::*;

/// The update of one number. What a method does is no more than this, and all rules are swept by
/// the same [`sweep`].
pub(crate) trait Rule<const N: usize>: Copy + Send + Sync {
    /// The number `w` and the `N` numbers of state beside it after a step with the gradient `g`.
    ///
    /// In the order of Burn's operations, each rounded by itself: that decides the last bit.
    fn step(self, w: f32, g: f32, state: [f32; N]) -> (f32, [f32; N]);
}

/// Numbers of a task: four arrays of 64 KiB, which stay in the second cache.
const TASK: usize = 16 * 1024;

/// The arrays of one parameter, of the same length.
pub(crate) struct Arrays<'a, const N: usize> {
    pub parameter: &'a mut [f32],
    pub gradient: &'a [f32],
    pub state: [&'a mut [f32]; N],
}

/// Takes the step for all numbers, on all threads where there are many.
pub(crate) fn sweep<const N: usize>(rule: impl Rule<N>, arrays: Arrays<'_, N>) {
    if arrays.parameter.len() <= TASK {
        // The pool is not asked: to wake a thread takes longer.
        return sweep_here(rule, arrays);
    }
    let tasks: Vec<_> = arrays.tasks().collect();
    tasks
        .into_par_iter()
        .for_each(|task| sweep_here(rule, task));
}

impl<'a, const N: usize> Arrays<'a, N> {
    /// Pieces of [`TASK`] numbers, the last perhaps shorter.
    fn tasks(self) -> impl Iterator<Item = Arrays<'a, N>> {
        let mut state = self.state.map(|array| array.chunks_mut(TASK));
        let pairs = self
            .parameter
            .chunks_mut(TASK)
            .zip(self.gradient.chunks(TASK));
        pairs.map(move |(parameter, gradient)| Arrays {
            parameter,
            gradient,
            state: state
                .each_mut()
                .map(|chunks| chunks.next().unwrap_or_default()),
        })
    }
}

/// On this thread, with the widest vectors that the processor has.
fn sweep_here<const N: usize>(rule: impl Rule<N>, arrays: Arrays<'_, N>) {
    let Arrays {
        parameter,
        gradient,
        state,
    } = arrays;
    let mut state = state.into_iter();
    let [a, b, c] = std::array::from_fn(|_| state.next().unwrap_or_default());
    pulp::Arch::new().dispatch(
        #[inline(always)]
        move || number_by_number(rule, parameter, gradient, a, b, c),
    );
}

/// The first `N` of `a`, `b` and `c` are state.
///
/// A function of its own, and no array of slices: only slices that are a function's arguments are
/// known not to overlap, and else the loop would not become a vector loop, at a twentieth of the
/// speed.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // iterators would not become a vector loop
fn number_by_number<const N: usize>(
    rule: impl Rule<N>,
    parameter: &mut [f32],
    gradient: &[f32],
    a: &mut [f32],
    b: &mut [f32],
    c: &mut [f32],
) {
    const { assert!(N <= 3) };
    let count = parameter.len();
    let lengths = [a.len(), b.len(), c.len()];
    let mut alike = gradient.len() == count;
    for length in &lengths[..N] {
        alike &= *length == count;
    }
    assert!(alike, "the arrays of a parameter are cut alike");
    for i in 0..count {
        let mut numbers = [0.0; N];
        for n in 0..N {
            numbers[n] = match n {
                0 => a[i],
                1 => b[i],
                _ => c[i],
            };
        }
        let (number, after) = rule.step(parameter[i], gradient[i], numbers);
        parameter[i] = number;
        for n in 0..N {
            match n {
                0 => a[i] = after[n],
                1 => b[i] = after[n],
                _ => c[i] = after[n],
            }
        }
    }
}

/// The gradient with the one of weight decay added, where there is a penalty.
#[inline(always)]
pub(crate) fn decayed(penalty: Option<f32>, w: f32, g: f32) -> f32 {
    penalty.map_or(g, |penalty| w * penalty + g)
}
