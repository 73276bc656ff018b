//! The same bits on any number of threads.

use rayon::ThreadPoolBuilder;
use retrace_conv::Shape;

use super::{ALL, BOTH, Numbers, bits, gradient_bits, shape};

/// Jobs of several pictures and of parts of one, strips with seams between them, the sums of a
/// batch in several chunks; the fourth has so many channels that a chunk is as large as the
/// number of threads demands.
fn shapes() -> [Shape; 8] {
    [
        shape((40, 30, 33), (10, 10), (3, 3), [0; 4]),
        shape((24, 5, 19), (70, 60), (3, 3), [1; 4]),
        shape((5, 40, 48), (70, 60), (3, 3), [1; 4]),
        shape((5, 200, 150), (34, 33), (3, 3), [1; 4]),
        shape((8, 32, 16), (60, 100), (7, 7), [3; 4]),
        shape((3, 1, 32), (150, 100), (7, 7), [3; 4]),
        shape((12, 12, 20), (90, 90), (5, 5), [2; 4]),
        shape((6, 8, 1), (150, 100), (4, 4), [1, 2, 1, 2]),
    ]
}

#[test]
fn one_two_and_four_threads_give_the_same_bits() {
    for shape in shapes() {
        let numbers = Numbers::new(&shape, 5);
        for algorithm in BOTH {
            let results = [1, 2, 4].map(|threads| {
                let pool = ThreadPoolBuilder::new().num_threads(threads).build();
                pool.expect("threads").install(|| {
                    assert_eq!(rayon::current_num_threads(), threads);
                    let y = bits(&numbers.forward(&shape, algorithm, true));
                    let gradients = numbers.backward(&shape, algorithm, ALL);
                    (y, gradient_bits(&gradients))
                })
            });
            for threads in 1..3 {
                let same = results[threads] == results[0];
                assert!(same, "{threads}: {algorithm:?}, {shape:?}");
            }
        }
    }
}
