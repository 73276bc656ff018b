//! The operations of both kinds of instructions, lane by lane.

#[path = "../../tests/it/again.rs"]
pub(crate) mod again;
mod environment;

use super::{LANES, Simd, Task};

/// Runs a task with each kind of instructions that the processor has, and says which it has not.
pub(crate) fn with_all(task: impl Task<Output = ()> + Copy) {
    #[cfg(target_arch = "x86_64")]
    {
        match super::Avx512::detect() {
            Some(simd) => simd.run(task),
            None => again::not_tested("AVX-512, as this processor has none"),
        }
        match super::Avx2::detect() {
            Some(simd) => simd.run(task),
            None => again::not_tested("AVX2, as this processor has none"),
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let _ = task;
        again::not_tested("vector instructions, as this is no x86-64");
    }
}

/// A test that is run with both kinds of instructions.
macro_rules! with_all {
    ($(#[$doc:meta])* $name:ident, $task:ident: $body:expr) => {
        #[derive(Clone, Copy)]
        struct $task;

        impl Task for $task {
            type Output = ();

            #[inline(always)]
            fn run<S: Simd>(self, simd: S) {
                ($body)(simd);
            }
        }

        $(#[$doc])*
        #[test]
        fn $name() {
            with_all($task);
        }
    };
}

fn lanes<S: Simd>(simd: S, vector: S::Vector) -> [f32; LANES] {
    let mut lanes = [0.0; LANES];
    simd.store(&mut lanes, vector);
    lanes
}

/// Sixteen numbers that are all different.
fn numbered(first: usize) -> [f32; LANES] {
    std::array::from_fn(|lane| (first + lane) as f32 + 0.25)
}

const NAN: f32 = f32::NAN;
const INF: f32 = f32::INFINITY;

/// Numbers of all kinds.
const KINDS: [f32; LANES] = [
    NAN, -NAN, INF, -INF, 0.0, -0.0, 1e-45, -1e-45, 1.0, -1.0, 3.5, -7.25, 1e30, -1e30, 0.1, -0.3,
];

/// All pairs of numbers of all kinds, sixteen at a time.
fn pairs(mut check: impl FnMut([f32; LANES], [f32; LANES])) {
    for shift in 0..LANES {
        check(
            KINDS,
            std::array::from_fn(|lane| KINDS[(lane + shift) % LANES]),
        );
    }
}

fn bits(lanes: [f32; LANES]) -> [u32; LANES] {
    lanes.map(f32::to_bits)
}

with_all!(rows_become_columns, Transposes: transposes);

fn transposes<S: Simd>(simd: S) {
    let rows: [[f32; LANES]; LANES] = std::array::from_fn(|row| numbered(LANES * row));
    let columns = simd.transpose(rows.map(|row| simd.load(&row)));
    for (column, vector) in columns.into_iter().enumerate() {
        assert_eq!(lanes(simd, vector), rows.map(|row| row[column]));
    }
}

with_all!(a_part_is_loaded_with_zeros_behind_it, Loads: loads);

fn loads<S: Simd>(simd: S) {
    let numbers = numbered(1);
    for count in 0..=LANES {
        let loaded = lanes(simd, simd.load_part(&numbers[..count]));
        for (lane, number) in loaded.into_iter().enumerate() {
            assert_eq!(number, if lane < count { numbers[lane] } else { 0.0 });
        }
    }
}

with_all!(a_part_is_stored_and_nothing_beside_it, Stores: stores);

fn stores<S: Simd>(simd: S) {
    const CANARY: f32 = -77.0;
    let numbers = numbered(1);
    for start in [0, 1, 7, LANES] {
        for count in 0..=LANES {
            let mut memory = [CANARY; 3 * LANES];
            simd.store_part(&mut memory[start..start + count], simd.load(&numbers));
            for (place, number) in memory.into_iter().enumerate() {
                let lane = place.checked_sub(start).filter(|lane| *lane < count);
                assert_eq!(number, lane.map_or(CANARY, |lane| numbers[lane]), "{count}");
            }
        }
    }
}

with_all!(sums_and_products_are_those_of_the_lanes, Arithmetic: arithmetic);

fn arithmetic<S: Simd>(simd: S) {
    let check = |vector, each: [f32; LANES]| {
        let found = lanes(simd, vector);
        let same = |lane: usize| {
            found[lane].to_bits() == each[lane].to_bits()
                || (found[lane].is_nan() && each[lane].is_nan())
        };
        assert!((0..LANES).all(same), "{found:?}, not {each:?}");
    };
    pairs(|a, b| {
        let (x, y, z) = (simd.load(&a), simd.load(&b), simd.splat(0.7));
        check(simd.add(x, y), std::array::from_fn(|i| a[i] + b[i]));
        check(simd.sub(x, y), std::array::from_fn(|i| a[i] - b[i]));
        check(simd.mul(x, y), std::array::from_fn(|i| a[i] * b[i]));
        let fused = std::array::from_fn(|i| a[i].mul_add(b[i], 0.7));
        check(simd.mul_add(x, y, z), fused);
    });
    assert_eq!(lanes(simd, simd.splat(2.5)), [2.5; LANES]);
    assert_eq!(bits(lanes(simd, simd.zero())), [0; LANES]);
}

with_all!(what_is_no_number_is_the_largest_magnitude, Magnitudes: magnitudes);

fn magnitudes<S: Simd>(simd: S) {
    pairs(|a, b| {
        let found = lanes(simd, simd.larger_magnitude(simd.load(&a), simd.load(&b)));
        for (found, (a, b)) in found.into_iter().zip(a.into_iter().zip(b)) {
            if a.is_nan() || b.is_nan() {
                assert!(found.is_nan(), "{a} and {b}: {found}");
            } else {
                assert_eq!(
                    found.to_bits(),
                    a.abs().max(b.abs()).to_bits(),
                    "{a} and {b}"
                );
            }
        }
    });
}

with_all!(numbers_are_kept_where_the_sign_is_positive_or_no_number, Keeps: keeps);

fn keeps<S: Simd>(simd: S) {
    pairs(|value, sign| {
        let found = simd.keep_positive(simd.load(&value), simd.load(&sign));
        let kept = |i: usize| sign[i] > 0.0 || sign[i].is_nan();
        let expected = std::array::from_fn(|i| if kept(i) { value[i] } else { 0.0 });
        assert_eq!(bits(lanes(simd, found)), bits(expected), "{sign:?}");
    });
}
