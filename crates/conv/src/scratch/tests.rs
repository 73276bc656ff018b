//! Length, zeros and alignment of working memory.

use super::Scratch;

#[test]
fn working_memory_starts_at_a_cache_line_and_is_zero() {
    // Kept, so that the allocator has to give different addresses.
    let mut all = Vec::new();
    for len in (0..200).chain([4096, 100_003]) {
        let mut scratch = Scratch::new(len);
        assert_eq!(scratch.len(), len);
        assert_eq!(scratch.as_ptr().addr() % 64, 0, "{len} numbers");
        assert!(scratch.iter().all(|number| *number == 0.0));
        scratch.fill(1.0);
        all.push(scratch);
    }
    assert!(all.iter().all(|s| s.iter().all(|number| *number == 1.0)));
}
