//! Numbers for people.

/// Four significant digits, without an exponent where a reader needs none.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-3..1e6).contains(&size) {
        return format!("{value:.2e}");
    }
    let digits = if size < 1.0 {
        4
    } else {
        3_usize.saturating_sub(size.log10() as usize)
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_keep_their_digits() {
        let cases = [
            (0.0, "0"),
            (0.25, "0.2500"),
            (-3.678_91, "-3.679"),
            (22.685_155, "22.69"),
            (4321.0, "4321"),
            (1_199_882.0, "1.20e6"),
            (1e-5, "1.00e-5"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }
}
