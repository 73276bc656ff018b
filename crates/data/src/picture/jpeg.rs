//! What the decoder does not ask of a JPEG.

/// Whether a JPEG has the marker of its end. The decoder does not ask: it makes what is missing
/// grey. In the data of a scan no FF is followed by D9, and what stands before the last scan, such
/// as a thumbnail, is not looked at.
pub(super) fn ends(jpeg: &[u8]) -> bool {
    let place = |marker: u8| jpeg.windows(2).rposition(|pair| pair == [0xFF, marker]);
    match (place(0xDA), place(0xD9)) {
        (Some(scan), Some(end)) => end > scan,
        _ => false,
    }
}

/// Whether a JPEG has four channels and does not say how their values are meant.
///
/// Adobe's marker says CMYK (0) or YCCK (2), and that values are the light which the ink leaves.
/// Without it, or with another number, some programs write the ink itself; the decoder takes
/// everything for light, which would make a negative of it.
pub(super) fn is_unmarked_cmyk(jpeg: &[u8]) -> bool {
    let adobe = |(marker, content): &(u8, &[u8])| {
        *marker == 0xEE && content.starts_with(b"Adobe") && matches!(content.get(11), Some(0 | 2))
    };
    let four = |(marker, content): &(u8, &[u8])| {
        // Start of a frame, of any kind: precision, height, width, number of channels.
        let tables = [0xC4, 0xC8, 0xCC];
        (0xC0..=0xCF).contains(marker) && !tables.contains(marker) && content.get(5) == Some(&4)
    };
    let segments = || Segments { rest: &jpeg[2..] };
    segments().any(|segment| four(&segment)) && !segments().any(|segment| adobe(&segment))
}

/// Marker and content of each segment before the first scan, as far as they are whole.
struct Segments<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Segments<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        // A marker may have more than one FF before it.
        let start = self.rest.iter().position(|byte| *byte != 0xFF)?;
        let (marker, after) = self.rest[start..].split_first()?;
        let (length, after) = after.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
        if start == 0 || *marker == 0xDA {
            return None;
        }
        let (content, rest) = after.split_at_checked(length)?;
        self.rest = rest;
        Some((*marker, content))
    }
}
