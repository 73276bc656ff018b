//! Numbers as people write them.

/// The smallest and the largest of the finite numbers; `None` where there is none.
pub(crate) fn ends(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.into_iter().filter(|v| v.is_finite());
    let pairs = finite.map(|v| (v, v));
    pairs.reduce(|(low, high), (v, _)| (low.min(v), high.max(v)))
}

/// `value` with so many digits after the point, without a negative zero.
pub(crate) fn fixed(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
    minus(if zero {
        text.trim_start_matches('-')
    } else {
        &text
    })
}

/// `value` with at most `digits` significant digits and no trailing zeros: `0.05`, `1200`,
/// `2.5e-6`, `NaN`.
pub(crate) fn short(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return minus(&format!("{value}"));
    }
    if value == 0.0 {
        return "0".into();
    }
    let scientific = format!("{value:.*e}", digits.saturating_sub(1));
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        let places = (digits as i32 - 1 - exponent).max(0) as usize;
        return minus(trim(&format!("{value:.places$}")));
    }
    minus(&format!("{}e{exponent}", trim(mantissa)))
}

/// A number at a tick of a wide logarithmic axis: `1e-6`, `3e4`, `1`.
pub(crate) fn power(value: f64) -> String {
    let text = format!("{value:.0e}");
    minus(text.strip_suffix("e0").unwrap_or(&text))
}

/// `value` with so many digits after the point and no zero before it: `.25`, `-.03`, `0`.
pub(crate) fn bare(value: f64, digits: usize) -> String {
    let text = fixed(value, digits);
    let (sign, size) = text
        .strip_prefix('\u{2212}')
        .map_or(("", text.as_str()), |size| ("\u{2212}", size));
    match size.strip_prefix("0.") {
        Some(rest) if rest.chars().all(|c| c == '0') => "0".into(),
        Some(rest) => format!("{sign}.{rest}"),
        None => text,
    }
}

/// The number at a tick of an axis whose ticks stand `step` apart.
pub(crate) fn tick(value: f64, step: f64) -> String {
    // What is left of a zero after adding steps.
    let value = if value.abs() < step * 1e-9 {
        0.0
    } else {
        value
    };
    let size = value.abs().max(step);
    if value != 0.0 && (size >= 1e6 || step < 1e-4) {
        let digits = (value.abs().log10().floor() - step.log10().floor()).max(0.0) as usize;
        return short(value, digits + 2);
    }
    let places = (0..12).find(|&places| {
        let scaled = step * 10f64.powi(places);
        (scaled - scaled.round()).abs() < 1e-6 * scaled
    });
    fixed(value, places.unwrap_or(0) as usize)
}

fn trim(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

/// A real minus sign, as wide as a plus.
fn minus(text: &str) -> String {
    text.replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_have_no_binary_dust_and_no_needless_zeros() {
        assert_eq!(tick(0.1 + 0.2, 0.1), "0.3");
        assert_eq!(tick(-1e-17, 0.25), "0.00");
        assert_eq!(tick(1200.0, 200.0), "1200");
        assert_eq!(tick(2.5e-5, 5e-6), "2.5e\u{2212}5");
        assert_eq!(tick(3e6, 1e6), "3e6");
    }

    #[test]
    fn short_numbers_keep_their_significant_digits() {
        assert_eq!(short(0.049_99, 3), "0.05");
        assert_eq!(short(-1234.5, 3), "\u{2212}1234");
        assert_eq!(short(1e-5, 3), "1e\u{2212}5");
        assert_eq!(short(f64::NAN, 3), "NaN");
    }

    #[test]
    fn a_rounded_zero_has_no_sign() {
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(fixed(-0.01, 2), "\u{2212}0.01");
        assert_eq!(bare(-0.03, 2), "\u{2212}.03");
        assert_eq!(bare(-0.003, 2), "0");
        assert_eq!(bare(10.25, 2), "10.25");
    }
}
