//! Where the numbers of panels lie, and how rows are cut into tiles.

use crate::product::{balanced, panel_place};
use crate::simd::tests::with_all;
use crate::simd::{LANES, Simd, Task};

#[derive(Clone, Copy)]
struct Places;

impl Task for Places {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        for columns in (LANES..8 * LANES).step_by(LANES) {
            let depth = 5;
            let place = |i: usize| panel_place(simd, columns, depth, i / columns, i % columns);
            let mut places: Vec<usize> = (0..depth * columns).map(place).collect();
            places.sort_unstable();
            assert!(places.into_iter().eq(0..depth * columns), "{columns}");
        }
    }
}

#[test]
fn each_number_has_a_place_of_its_own_in_the_panels() {
    with_all(Places);
}

#[test]
fn rows_are_cut_into_few_parts_of_nearly_equal_size() {
    for (rows, most) in (1..200).flat_map(|rows| [(rows, 6), (rows, 14)]) {
        let parts: Vec<_> = balanced(rows, most).collect();
        assert_eq!(parts.len(), rows.div_ceil(most));
        let mut next = 0;
        for (first, count) in &parts {
            assert_eq!(*first, next);
            assert!((1..=most).contains(count));
            next += count;
        }
        assert_eq!(next, rows);
        let sizes = || parts.iter().map(|(_, count)| *count);
        assert!(sizes().max() <= sizes().min().map(|least| least + 1));
    }
}
