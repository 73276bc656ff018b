//! Dates and durations for people.

use time::OffsetDateTime;

/// `2026-11-22 09:05 UTC`; empty beyond the calendar.
pub(crate) fn date(unix_s: u64) -> String {
    let seconds = i64::try_from(unix_s).ok();
    let time = seconds.and_then(|s| OffsetDateTime::from_unix_timestamp(s).ok());
    time.map_or_else(String::new, |time| {
        format!(
            "{} {:02}:{:02} UTC",
            time.date(),
            time.hour(),
            time.minute()
        )
    })
}

/// `8 s`, `2 min 34 s`, `3 h 5 min`: two units are enough to plan by.
pub(crate) fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, _) if seconds < 10.0 => format!("{seconds:.1} s"),
        (0, 0, s) => format!("{s} s"),
        (0, min, s) => format!("{min} min {s} s"),
        (h, min, _) => format!("{h} h {min} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_of_the_calendar_and_none_is_made_up_beyond_it() {
        assert_eq!(date(0), "1970-01-01 00:00 UTC");
        // `date -u -d @1795338300`
        assert_eq!(date(1_795_338_300), "2026-11-22 09:05 UTC");
        assert_eq!(date(u64::MAX), "");
    }

    #[test]
    fn durations_have_two_units() {
        let cases = [
            (0.04, "0.0 s"),
            (8.26, "8.3 s"),
            (59.6, "1 min 0 s"),
            (154.0, "2 min 34 s"),
            (11_100.0, "3 h 5 min"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text);
        }
    }
}
