//! What the head of an answer says (RFC 9110, sections 14 and 15).

use ureq::Body;
use ureq::http::{Response, StatusCode, header};

use super::{Failure, Size};

/// What comes of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// All is there already.
    Whole,
    /// The mirror cannot continue: ask for everything.
    OtherRange,
    /// Bytes follow.
    Body {
        /// Place of the first one in the file.
        from: u64,
        /// Bytes of the whole file, if the mirror says so.
        total: Option<u64>,
    },
}

impl Answer {
    /// The answer to a request for all but the first `there` bytes.
    pub fn read(response: &Response<Body>, there: u64, size: Size) -> Result<Self, Failure> {
        let range = response.headers().get(header::CONTENT_RANGE);
        let range = range
            .and_then(|range| range.to_str().ok())
            .and_then(Range::parse);
        match response.status() {
            // The whole file, also from mirrors that do not know ranges.
            StatusCode::OK => {
                // Not from the body: an empty one has no length there.
                let length = response.headers().get(header::CONTENT_LENGTH);
                let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
                Self::body(0, length, size)
            }
            StatusCode::PARTIAL_CONTENT if there > 0 => match range {
                Some(Range {
                    first: Some(first),
                    total,
                }) if first == there => Self::body(there, total, size).or(Ok(Self::OtherRange)),
                _ => Ok(Self::OtherRange),
            },
            StatusCode::RANGE_NOT_SATISFIABLE if there > 0 => match (range, size) {
                // Nothing is left to send: the process ended between download and use.
                (
                    Some(Range {
                        total: Some(total), ..
                    }),
                    Size::AtMost(_),
                ) if total == there => Ok(Self::Whole),
                _ => Ok(Self::OtherRange),
            },
            status => Err(Failure::Status(status.as_u16())),
        }
    }

    /// Refuses a file of the wrong size before it is downloaded.
    fn body(from: u64, total: Option<u64>, size: Size) -> Result<Self, Failure> {
        match (total, size) {
            (Some(found), Size::Exactly(expected)) if found != expected => {
                Err(Failure::OtherSize { expected, found })
            }
            (Some(found), Size::AtMost(limit)) if found > limit => Err(Failure::TooLong { limit }),
            _ => Ok(Self::Body { from, total }),
        }
    }
}

/// A `Content-Range`: `bytes 5-9/10`, `bytes 5-9/*` or `bytes */10`.
#[derive(Debug, PartialEq, Eq)]
struct Range {
    first: Option<u64>,
    total: Option<u64>,
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
        let first = match range {
            "*" => None,
            range => Some(range.split_once('-')?.0.parse().ok()?),
        };
        let total = match total {
            "*" => None,
            total => Some(total.parse().ok()?),
        };
        Some(Self { first, total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges_are_read_as_the_rfc_writes_them() {
        let range = |first, total| Some(Range { first, total });
        assert_eq!(
            Range::parse("bytes 42-1233/1234"),
            range(Some(42), Some(1234))
        );
        assert_eq!(Range::parse("bytes 42-1233/*"), range(Some(42), None));
        assert_eq!(Range::parse("bytes */1234"), range(None, Some(1234)));
        for wrong in [
            "",
            "bytes",
            "bytes 1-2",
            "lines 1-2/3",
            "bytes x-2/3",
            "bytes 1-2/-3",
        ] {
            assert_eq!(Range::parse(wrong), None, "{wrong}");
        }
    }
}
