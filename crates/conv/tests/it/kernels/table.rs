//! Shapes of every kind, chosen by hand.

use retrace_conv::Shape;

use super::tolerance::assert_right;
use super::{BOTH, Numbers, shape};

/// Each kernel and method, strips of many sizes, channels on both sides of a vector, frames wider
/// than the kernel, pictures smaller than it.
pub fn shapes() -> [Shape; 21] {
    [
        shape((1, 1, 1), (1, 1), (1, 1), [0; 4]),
        shape((2, 3, 5), (5, 7), (1, 1), [0; 4]),
        shape((3, 5, 19), (13, 11), (3, 3), [0; 4]),
        shape((2, 33, 48), (12, 18), (3, 3), [1; 4]),
        shape((40, 30, 33), (10, 10), (3, 3), [0; 4]),
        shape((1, 25, 24), (40, 67), (3, 3), [1, 0, 2, 1]),
        shape((2, 32, 16), (30, 25), (7, 7), [3; 4]),
        shape((3, 8, 1), (30, 25), (7, 7), [3; 4]),
        shape((1, 1, 32), (150, 100), (7, 7), [3; 4]),
        shape((2, 8, 1), (20, 30), (4, 4), [1, 2, 1, 2]),
        shape((2, 3, 17), (9, 9), (5, 5), [2; 4]),
        shape((1, 2, 3), (15, 14), (11, 11), [5; 4]),
        shape((1, 2, 3), (5, 6), (3, 3), [4, 3, 5, 4]),
        shape((1, 30, 30), (5, 6), (3, 3), [4, 3, 5, 4]),
        shape((1, 2, 3), (7, 9), (2, 5), [0, 1, 2, 2]),
        shape((1, 300, 40), (4, 5), (3, 3), [1; 4]),
        shape((1, 1, 1), (1, 1), (7, 7), [3; 4]),
        shape((5, 4, 4), (1, 1), (3, 3), [1; 4]),
        shape((1, 8, 9), (200, 3), (3, 3), [1; 4]),
        shape((1, 8, 40), (80, 60), (3, 3), [1; 4]),
        shape((1, 3, 9), (90, 40), (7, 7), [0, 6, 0, 6]),
    ]
}

#[test]
fn shapes_of_every_kind_agree_with_the_sum_as_it_is_written() {
    for shape in shapes() {
        let numbers = Numbers::new(&shape, 0);
        let expected = numbers.expected(&shape);
        for algorithm in BOTH {
            let found = numbers.results(&shape, algorithm);
            assert_right(&shape, algorithm, &found, &expected);
        }
    }
}
