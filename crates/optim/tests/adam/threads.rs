//! The same bits on any number of threads.

use rayon::ThreadPoolBuilder;
use retrace_optim::Adam;

use crate::{config, noise, tensor, trained};

#[test]
fn one_two_and_four_threads_give_the_same_bits() {
    let count = 200_001;
    let results = [1, 2, 4].map(|threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| {
            assert_eq!(rayon::current_num_threads(), threads);
            let gradients = (1..4).map(|seed| tensor(&noise(count, seed)));
            trained(&Adam::new(&config()), tensor(&noise(count, 0)), gradients)
        })
    });
    assert!(results[0] == results[1] && results[0] == results[2]);
}
