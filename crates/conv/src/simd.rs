//! Sixteen numbers at once: the vector instructions that the kernels are written in.
//!
//! The kernels are generic over [`Simd`], which has two implementations: [`Avx512`], one register
//! of sixteen lanes, and [`Avx2`], two of eight. A value of either type is a proof that the
//! processor has the instructions: there is no way to one but through [`Instructions::detect`].
//! That is why the operations on vectors are safe functions.
//!
//! A function is compiled for AVX-512 only inside a function marked so. [`Simd::run`] is that
//! function: it runs a [`Task`], into which everything is inlined (`#[inline(always)]`
//! throughout). A call that is not inlined would still be right, only very slow.
#![allow(unsafe_code)] // one store, and the contract of the micro-kernel

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::Avx512;

use crate::kernel::Tile;

/// Numbers in a vector.
pub(crate) const LANES: usize = 16;

/// `count` rounded up to whole vectors.
pub(crate) const fn whole_vectors(count: usize) -> usize {
    count.div_ceil(LANES) * LANES
}

/// Work to be compiled with the vector instructions on.
pub(crate) trait Task {
    /// What it gives back.
    type Output;

    /// Does the work. Implementations are `#[inline(always)]`.
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// Operations on vectors of [`LANES`] numbers.
pub(crate) trait Simd: Copy + Send + Sync + 'static {
    /// Sixteen numbers.
    type Vector: Copy;

    /// Rows of the largest tile that the registers hold, see [`kernel`](crate::kernel).
    const TILE_ROWS: usize;
    /// Its columns.
    const TILE_COLUMNS: usize;

    /// Runs `task` compiled with these instructions.
    fn run<T: Task>(self, task: T) -> T::Output;

    /// Computes one tile of a product.
    ///
    /// # Safety
    /// All that [`Tile`] asks of its pointers and strides.
    unsafe fn multiply(self, tile: &Tile);

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

/// What is done with the instructions that the processor has.
pub(crate) trait Pass {
    /// What it gives back.
    type Output;

    /// Does it. Not compiled with the instructions on: it cuts the work into [`Task`]s.
    fn run<S: Simd>(&self, simd: S) -> Self::Output;
}

/// The vector instructions of a processor.
#[derive(Clone, Copy)]
pub(crate) enum Instructions {
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
}

impl Instructions {
    /// The best that this processor has; `None` where it has neither kind.
    ///
    /// `RETRACE_CONV=avx2` and `RETRACE_CONV=none` in the environment choose less, for tests and
    /// measurements.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn detect() -> Option<Self> {
        static BEST: std::sync::OnceLock<Option<Instructions>> = std::sync::OnceLock::new();
        *BEST.get_or_init(|| {
            let limit = std::env::var("RETRACE_CONV").unwrap_or_default();
            let avx512 = || Avx512::detect().map(Self::Avx512);
            let avx2 = || Avx2::detect().map(Self::Avx2);
            match limit.as_str() {
                "none" => None,
                "avx2" => avx2(),
                _ => avx512().or_else(avx2),
            }
        })
    }

    /// None but on x86-64.
    #[cfg(not(target_arch = "x86_64"))]
    pub(crate) fn detect() -> Option<Self> {
        None
    }

    /// Runs `pass` with these instructions.
    pub(crate) fn run<P: Pass>(self, pass: &P) -> P::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(simd) => pass.run(simd),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(simd) => pass.run(simd),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
