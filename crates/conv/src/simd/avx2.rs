//! Sixteen lanes in two registers of AVX2.
#![allow(unsafe_code)] // the intrinsics; each block has its reason

use std::arch::x86_64::{
    __m256, __m256i, _CMP_NLE_UQ, _mm256_add_ps, _mm256_and_ps, _mm256_and_si256,
    _mm256_castps_si256, _mm256_castsi256_ps, _mm256_cmp_ps, _mm256_fmadd_ps, _mm256_loadu_ps,
    _mm256_loadu_si256, _mm256_maskload_ps, _mm256_maskstore_ps, _mm256_max_epu32, _mm256_mul_ps,
    _mm256_permute2f128_ps, _mm256_set1_epi32, _mm256_set1_ps, _mm256_setzero_ps,
    _mm256_shuffle_ps, _mm256_storeu_ps, _mm256_sub_ps, _mm256_unpackhi_ps, _mm256_unpacklo_ps,
};

use super::{LANES, Simd};

/// Proof that the processor has AVX2 and FMA.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// `None` on a processor that lacks one of them.
    pub(crate) fn detect() -> Option<Self> {
        (std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma"))
            .then_some(Self(()))
    }
}

/// Lanes 0 to 7, and 8 to 15.
type Halves = [__m256; 2];

/// Masks of the first `count` lanes, of fewer than sixteen. Called with the proof only.
#[inline(always)]
fn first(count: usize) -> (__m256i, __m256i) {
    /// Eight lanes from place `8 - n` on are `n` that are set, and others that are not.
    static SET_THEN_NOT: [i32; 24] = [
        -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
    // Safety: only called with the proof; eight of the 24 numbers, from the ninth at most.
    let mask = |count: usize| unsafe {
        _mm256_loadu_si256(SET_THEN_NOT[8 - count.min(8)..].as_ptr().cast())
    };
    (mask(count), mask(count.saturating_sub(8)))
}

/// `unsafe` blocks below: `self` is the proof that the processor has the instruction; loads and
/// stores go through references to sixteen numbers, or masked to the length of a slice.
impl Simd for Avx2 {
    type Vector = Halves;

    // 6 x 2 accumulators, two halves of the right matrix, a broadcast: 15 of the 16 registers.
    const TILE_ROWS: usize = 6;
    const TILE_COLUMNS: usize = LANES;

    #[inline(always)]
    fn run<T>(self, work: impl FnOnce() -> T) -> T {
        #[target_feature(enable = "avx2,fma")]
        #[inline(never)]
        fn compiled<T>(work: impl FnOnce() -> T) -> T {
            work()
        }
        // Safety: `self` is the proof of the instruction.
        unsafe { compiled(work) }
    }

    #[inline(always)]
    fn splat(self, value: f32) -> Halves {
        // Safety: `self` is the proof of the instruction.
        unsafe { [_mm256_set1_ps(value); 2] }
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> Halves {
        // Safety: `self` is the proof of the instruction; sixteen numbers are borrowed.
        unsafe {
            [
                _mm256_loadu_ps(from.as_ptr()),
                _mm256_loadu_ps(from[8..].as_ptr()),
            ]
        }
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; LANES], [low, high]: Halves) {
        // Safety: `self` is the proof of the instruction; sixteen numbers are borrowed.
        unsafe {
            _mm256_storeu_ps(to.as_mut_ptr(), low);
            _mm256_storeu_ps(to[8..].as_mut_ptr(), high);
        }
    }

    #[inline(always)]
    fn load_part(self, from: &[f32]) -> Halves {
        match from.first_chunk() {
            Some(whole) => self.load(whole),
            None => {
                let (low, high) = first(from.len());
                let from = from.as_ptr();
                // Safety: `self` is the proof of the instruction; masked to the slice.
                unsafe {
                    let second = _mm256_maskload_ps(from.wrapping_add(8), high);
                    [_mm256_maskload_ps(from, low), second]
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize, value: Halves) {
        // Safety: `self` is the proof of the instruction; the caller's promise.
        unsafe {
            if count >= LANES {
                _mm256_storeu_ps(to, value[0]);
                _mm256_storeu_ps(to.add(8), value[1]);
            } else {
                let (low, high) = first(count);
                _mm256_maskstore_ps(to, low, value[0]);
                _mm256_maskstore_ps(to.wrapping_add(8), high, value[1]);
            }
        }
    }

    #[inline(always)]
    fn add(self, a: Halves, b: Halves) -> Halves {
        // Safety: `self` is the proof of the instruction.
        unsafe { [_mm256_add_ps(a[0], b[0]), _mm256_add_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn sub(self, a: Halves, b: Halves) -> Halves {
        // Safety: `self` is the proof of the instruction.
        unsafe { [_mm256_sub_ps(a[0], b[0]), _mm256_sub_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn mul(self, a: Halves, b: Halves) -> Halves {
        // Safety: `self` is the proof of the instruction.
        unsafe { [_mm256_mul_ps(a[0], b[0]), _mm256_mul_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn mul_add(self, a: Halves, b: Halves, c: Halves) -> Halves {
        // Safety: `self` is the proof of the instruction.
        unsafe {
            [
                _mm256_fmadd_ps(a[0], b[0], c[0]),
                _mm256_fmadd_ps(a[1], b[1], c[1]),
            ]
        }
    }

    #[inline(always)]
    fn keep_positive(self, value: Halves, sign: Halves) -> Halves {
        // Safety: `self` is the proof of the instruction.
        let kept = |value, sign| unsafe {
            _mm256_and_ps(
                value,
                _mm256_cmp_ps::<_CMP_NLE_UQ>(sign, _mm256_setzero_ps()),
            )
        };
        [kept(value[0], sign[0]), kept(value[1], sign[1])]
    }

    #[inline(always)]
    fn larger_magnitude(self, a: Halves, b: Halves) -> Halves {
        // Safety: `self` is the proof of the instruction.
        let larger = |a, b| unsafe {
            let magnitude = _mm256_set1_epi32(i32::MAX);
            let a = _mm256_and_si256(_mm256_castps_si256(a), magnitude);
            let b = _mm256_and_si256(_mm256_castps_si256(b), magnitude);
            _mm256_castsi256_ps(_mm256_max_epu32(a, b))
        };
        [larger(a[0], b[0]), larger(a[1], b[1])]
    }

    #[inline(always)]
    fn transpose(self, rows: [Halves; LANES]) -> [Halves; LANES] {
        let mut columns = rows;
        for half in 0..2 {
            for block in 0..2 {
                let mut quarter = [rows[0][0]; 8];
                for (i, row) in quarter.iter_mut().enumerate() {
                    *row = rows[8 * block + i][half];
                }
                let quarter = transpose_8(quarter);
                for (i, row) in quarter.iter().enumerate() {
                    columns[8 * half + i][block] = *row;
                }
            }
        }
        columns
    }
}

/// Transposes an 8 x 8 block. Called from [`Avx2::transpose`] only, which has the proof.
#[inline(always)]
fn transpose_8(r: [__m256; 8]) -> [__m256; 8] {
    let mut a = r;
    let mut b = r;
    // Safety: only called with the proof that the processor has the instructions.
    unsafe {
        for i in 0..4 {
            b[2 * i] = _mm256_unpacklo_ps(a[2 * i], a[2 * i + 1]);
            b[2 * i + 1] = _mm256_unpackhi_ps(a[2 * i], a[2 * i + 1]);
        }
        for i in 0..2 {
            a[4 * i] = _mm256_shuffle_ps::<0x44>(b[4 * i], b[4 * i + 2]);
            a[4 * i + 1] = _mm256_shuffle_ps::<0xee>(b[4 * i], b[4 * i + 2]);
            a[4 * i + 2] = _mm256_shuffle_ps::<0x44>(b[4 * i + 1], b[4 * i + 3]);
            a[4 * i + 3] = _mm256_shuffle_ps::<0xee>(b[4 * i + 1], b[4 * i + 3]);
        }
        for i in 0..4 {
            b[i] = _mm256_permute2f128_ps::<0x20>(a[i], a[i + 4]);
            b[i + 4] = _mm256_permute2f128_ps::<0x31>(a[i], a[i + 4]);
        }
    }
    b
}
