//! The micro-kernel: one small tile of a matrix product, held in registers.
//!
//! A tile of the result, up to 14 rows of two vectors, stays in registers while the loop walks
//! along the depth of the product. A step loads one row of the right matrix (two vectors) and
//! multiplies it by one number of each row of the left matrix, which the processor broadcasts:
//!
//! ```text
//!                 b: [ vector | vector ]         one step: 28 multiply-adds
//!   a: row 0   *  -> [  c00   |  c01   ]                   for 14 + 2 loads
//!      row 1   *  -> [  c10   |  c11   ]
//!      ...
//!      row 13  *  -> [  c13,0 |  c13,1 ]
//! ```
//!
//! Two habits come from Goto & van de Geijn, "Anatomy of High-Performance Matrix Multiplication"
//! (2008): the tile in registers, and the right matrix in panels as wide as the tile. The third
//! does not: the left matrix is read where it lies, at any strides, because for a convolution it
//! is the picture itself.
//!
//! The accumulators are separate variables made by a macro: an array of arrays is kept in memory
//! by the compiler, at a quarter of the speed.
#![allow(unsafe_code)] // pointers without bounds checks in the innermost loop

use crate::simd::{LANES, Simd};

/// One tile: `c[i][j] (+)= sum over s, l of a[i, s, l] * b[s, l][j]`.
///
/// The depth is two loops, `segments` of `steps`: the rows of a kernel, or the rows of a picture.
///
/// A caller of [`multiply`] promises, for `i < rows`, `s < segments`, `l < steps`:
/// - `rows <= Simd::TILE_ROWS`, and `columns` is one vector or, if the tile has two, two;
/// - `a + i * a_row + s * a_segment + l * a_step` can be read;
/// - `columns` numbers from `b + s * b_segment + l * b_step` can be read;
/// - `columns` numbers from `c + i * c_row` can be read and written, by nobody else meanwhile.
pub(crate) struct Tile {
    pub rows: usize,
    pub columns: usize,
    pub segments: usize,
    pub steps: usize,
    pub a: *const f32,
    pub a_row: usize,
    pub a_segment: usize,
    pub a_step: usize,
    pub b: *const f32,
    pub b_segment: usize,
    pub b_step: usize,
    pub c: *mut f32,
    pub c_row: usize,
    /// Add to what is in `c` instead of overwriting it.
    pub accumulate: bool,
}

/// Sixteen numbers from `p`.
#[inline(always)]
unsafe fn vector<'a>(p: *const f32) -> &'a [f32; LANES] {
    // Safety: the caller's promise.
    unsafe { &*p.cast() }
}

/// The same pointer, which the compiler cannot express by another one any more. Else it makes one
/// chain of additions of them all, each waiting for the one before: twice the time of the
/// multiply-adds of a narrow tile on a processor with two of their units (Zen 5).
#[inline(always)]
#[cfg_attr(not(target_arch = "x86_64"), allow(unused_mut))]
fn unrelated(mut p: *const f32) -> *const f32 {
    #[cfg(target_arch = "x86_64")]
    // Safety: no instruction at all. (It may read, or clippy doubts the pointer.)
    unsafe {
        std::arch::asm!("/* {0} */", inout(reg) p, options(pure, readonly, nostack, preserves_flags));
    }
    p
}

/// Writes or adds one vector of the result.
#[inline(always)]
unsafe fn finish<S: Simd>(simd: S, c: *mut f32, sum: S::Vector, accumulate: bool) {
    // Safety: the caller's promise.
    unsafe {
        let c: &mut [f32; LANES] = &mut *c.cast();
        let sum = if accumulate {
            simd.add(simd.load(c), sum)
        } else {
            sum
        };
        simd.store(c, sum);
    }
}

/// A kernel for a fixed number of rows. A row is (group of three, place in the group, its two
/// accumulators): a pointer a group keeps all addresses within what one instruction can express.
macro_rules! kernel {
    ($name:ident: $(($group:tt $place:literal $row:literal $left:ident $right:ident))+) => {
        #[inline(always)]
        unsafe fn $name<S: Simd, const WIDE: bool>(simd: S, tile: &Tile) {
            $( let (mut $left, mut $right) = (simd.zero(), simd.zero()); )+
            let (row, step) = (tile.a_row, tile.a_step);
            for segment in 0..tile.segments {
                let a = tile.a.wrapping_add(segment * tile.a_segment);
                let mut a = (
                    a,
                    a.wrapping_add(3 * row),
                    a.wrapping_add(6 * row),
                    a.wrapping_add(9 * row),
                    a.wrapping_add(12 * row),
                );
                let mut b = tile.b.wrapping_add(segment * tile.b_segment);
                for _ in 0..tile.steps {
                    // Safety: the tile's promise for `a` and `b`; what lies beyond is not read.
                    unsafe {
                        let low = simd.load(vector(b));
                        let high = if WIDE { simd.load(vector(b.add(LANES))) } else { low };
                        $(
                            let number = simd.splat(*a.$group.wrapping_add($place * row));
                            $left = simd.mul_add(number, low, $left);
                            if WIDE {
                                $right = simd.mul_add(number, high, $right);
                            }
                        )+
                    }
                    a = (
                        unrelated(a.0.wrapping_add(step)),
                        unrelated(a.1.wrapping_add(step)),
                        unrelated(a.2.wrapping_add(step)),
                        unrelated(a.3.wrapping_add(step)),
                        unrelated(a.4.wrapping_add(step)),
                    );
                    b = b.wrapping_add(tile.b_step);
                }
            }
            $(
                // Safety: the tile's promise for its rows of `c`.
                unsafe {
                    let c = tile.c.add($row * tile.c_row);
                    finish(simd, c, $left, tile.accumulate);
                    if WIDE {
                        finish(simd, c.add(LANES), $right, tile.accumulate);
                    }
                }
            )+
        }
    };
}

/// The kernels of one row, of two, and so on to the end of the list.
macro_rules! kernels {
    ([$($rows:tt)*]) => {};
    ([$($rows:tt)*] $name:ident $row:tt $($more:tt)*) => {
        kernel!($name: $($rows)* $row);
        kernels!([$($rows)* $row] $($more)*);
    };
}

kernels!([]
    rows_1 (0 0 0 l0 r0) rows_2 (0 1 1 l1 r1) rows_3 (0 2 2 l2 r2)
    rows_4 (1 0 3 l3 r3) rows_5 (1 1 4 l4 r4) rows_6 (1 2 5 l5 r5)
    rows_7 (2 0 6 l6 r6) rows_8 (2 1 7 l7 r7) rows_9 (2 2 8 l8 r8)
    rows_10 (3 0 9 l9 r9) rows_11 (3 1 10 l10 r10) rows_12 (3 2 11 l11 r11)
    rows_13 (4 0 12 l12 r12) rows_14 (4 1 13 l13 r13)
);

/// Computes one tile of a product, by the kernel for its size, of those that the registers of `S`
/// can hold.
///
/// # Safety
/// As [`Tile`] says.
#[inline(always)]
pub(crate) unsafe fn multiply<S: Simd>(simd: S, tile: &Tile) {
    macro_rules! choose {
        ($($rows:literal $kernel:ident)+) => {
            match tile.rows {
                $(
                    // Safety: the caller's promise; the kernel has the tile's rows and columns.
                    $rows if $rows <= S::TILE_ROWS => unsafe {
                        if S::TILE_COLUMNS > LANES && tile.columns > LANES {
                            $kernel::<S, true>(simd, tile);
                        } else {
                            $kernel::<S, false>(simd, tile);
                        }
                    },
                )+
                rows => unreachable!("a tile of {rows} rows"),
            }
        };
    }
    choose!(
        1 rows_1 2 rows_2 3 rows_3 4 rows_4 5 rows_5 6 rows_6 7 rows_7
        8 rows_8 9 rows_9 10 rows_10 11 rows_11 12 rows_12 13 rows_13 14 rows_14
    );
}
