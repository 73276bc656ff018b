//! Sixteen numbers at once: the vector instructions that the kernels are written in.
//!
//! The kernels are generic over [`Simd`], which has two implementations: [`Avx512`], one register
//! of sixteen lanes, and [`Avx2`], two of eight. A value of either type is a proof that the
//! processor has the instructions: there is no way to one but through [`Instructions::detect`].
//! That is why the operations on vectors are safe functions.
//!
//! A function is compiled for AVX-512 only inside a function marked so. [`Simd::run`] is that
//! function: it calls a closure, into which everything is inlined (`#[inline(always)]`
//! throughout; [`vectorized!`] marks the closure). A call that is not inlined would still be
//! right, only very slow.
#![allow(unsafe_code)] // one store

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::Avx512;

use std::sync::OnceLock;

/// Numbers in a vector.
pub(crate) const LANES: usize = 16;

/// `count` rounded up to whole vectors.
pub(crate) const fn whole_vectors(count: usize) -> usize {
    count.div_ceil(LANES) * LANES
}

/// Evaluates an expression compiled with the instructions that `$simd` is the proof of.
macro_rules! vectorized {
    ($simd:expr, $body:expr) => {
        $simd.run(
            #[inline(always)]
            || $body,
        )
    };
}
pub(crate) use vectorized;

/// Operations on vectors of [`LANES`] numbers.
pub(crate) trait Simd: Copy + Send + Sync + 'static {
    /// Sixteen numbers.
    type Vector: Copy;

    /// Rows of the largest tile that the registers hold, see [`kernel`](crate::kernel).
    const TILE_ROWS: usize;
    /// Its columns.
    const TILE_COLUMNS: usize;

    /// Runs `work` compiled with these instructions, see [`vectorized!`].
    fn run<T>(self, work: impl FnOnce() -> T) -> T;

    /// The same number in all lanes.
    fn splat(self, value: f32) -> Self::Vector;
    /// Sixteen numbers from memory.
    fn load(self, from: &[f32; LANES]) -> Self::Vector;
    /// Sixteen numbers to memory.
    fn store(self, to: &mut [f32; LANES], value: Self::Vector);
    /// `a + b`
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a - b`
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a * b`
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a * b + c`, rounded once.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// `value` where `sign` is positive or not a number, else 0.
    fn keep_positive(self, value: Self::Vector, sign: Self::Vector) -> Self::Vector;
    /// The larger of the two magnitudes by their bits: what is not a number counts as larger than
    /// infinity, and so is never lost.
    fn larger_magnitude(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Rows become columns.
    fn transpose(self, rows: [Self::Vector; LANES]) -> [Self::Vector; LANES];

    /// All lanes 0.
    #[inline(always)]
    fn zero(self) -> Self::Vector {
        self.splat(0.0)
    }

    /// The first numbers of a vector from a slice of at most sixteen, the others 0.
    fn load_part(self, from: &[f32]) -> Self::Vector;

    /// The first `count` numbers of a vector, at most sixteen, to memory that may be fresh.
    ///
    /// # Safety
    /// `count` numbers from `to` on can be written, by nobody else meanwhile.
    unsafe fn store_first(self, to: *mut f32, count: usize, value: Self::Vector);

    /// The first numbers of a vector to a slice of at most sixteen.
    #[inline(always)]
    fn store_part(self, to: &mut [f32], value: Self::Vector) {
        assert!(to.len() <= LANES);
        // Safety: the slice is borrowed mutably.
        unsafe { self.store_first(to.as_mut_ptr(), to.len(), value) };
    }
}

/// The vector instructions of a processor.
#[derive(Clone, Copy)]
pub(crate) enum Instructions {
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
}

/// Evaluates an expression with `$simd`, the proof of these [`Instructions`].
macro_rules! with_instructions {
    ($instructions:expr, $simd:ident => $body:expr) => {
        match $instructions {
            #[cfg(target_arch = "x86_64")]
            $crate::simd::Instructions::Avx512($simd) => $body,
            #[cfg(target_arch = "x86_64")]
            $crate::simd::Instructions::Avx2($simd) => $body,
        }
    };
}
pub(crate) use with_instructions;

impl Instructions {
    /// The best that this processor has; `None` where it has neither kind.
    ///
    /// `RETRACE_CONV=avx2` and `RETRACE_CONV=none` in the environment choose less, for tests and
    /// measurements.
    pub(crate) fn detect() -> Option<Self> {
        static BEST: OnceLock<Option<Instructions>> = OnceLock::new();
        *BEST.get_or_init(|| Self::within(&std::env::var("RETRACE_CONV").unwrap_or_default()))
    }

    /// The best of those that `limit` allows.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn within(limit: &str) -> Option<Self> {
        let avx512 = || Avx512::detect().map(Self::Avx512);
        let avx2 = || Avx2::detect().map(Self::Avx2);
        match limit {
            "none" => None,
            "avx2" => avx2(),
            _ => avx512().or_else(avx2),
        }
    }

    /// None but on x86-64.
    #[cfg(not(target_arch = "x86_64"))]
    pub(crate) fn within(_: &str) -> Option<Self> {
        None
    }
}

/// Evaluates an expression, a test, with each kind of instructions that the processor has.
#[cfg(test)]
macro_rules! with_all {
    ($simd:ident => $body:expr) => {
        for limit in ["avx2", "avx512"] {
            if let Some(instructions) = $crate::simd::Instructions::within(limit) {
                $crate::simd::with_instructions!(
                    instructions,
                    $simd => $crate::simd::vectorized!($simd, $body)
                );
            }
        }
    };
}
#[cfg(test)]
pub(crate) use with_all;

#[cfg(test)]
mod tests {
    use super::*;

    /// Sixteen numbers that are all different.
    fn numbered() -> [f32; LANES] {
        std::array::from_fn(|lane| lane as f32 + 1.25)
    }

    #[test]
    fn a_part_is_loaded_with_zeros_behind_it() {
        with_all!(simd => for count in 0..=LANES {
            let (mut loaded, mut expected) = ([1.0; LANES], numbered());
            expected[count..].fill(0.0);
            simd.store(&mut loaded, simd.load_part(&numbered()[..count]));
            assert_eq!(loaded, expected);
        });
    }

    #[test]
    fn a_part_is_stored_and_nothing_beside_it() {
        with_all!(simd => for start in [0, 1, 7, LANES] {
            for count in 0..=LANES {
                let mut memory = [-77.0; 3 * LANES];
                let mut expected = memory;
                expected[start..start + count].copy_from_slice(&numbered()[..count]);
                simd.store_part(&mut memory[start..start + count], simd.load(&numbered()));
                assert_eq!(memory, expected, "{count} from {start}");
            }
        });
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn fewer_instructions_can_be_chosen() {
        let name = |limit: &str| match Instructions::within(limit) {
            Some(Instructions::Avx512(_)) => "avx512",
            Some(Instructions::Avx2(_)) => "avx2",
            None => "none",
        };
        let avx2 = Avx2::detect().map_or("none", |_| "avx2");
        let best = Avx512::detect().map_or(avx2, |_| "avx512");
        assert_eq!(["none", "avx2", ""].map(name), ["none", avx2, best]);
    }
}
