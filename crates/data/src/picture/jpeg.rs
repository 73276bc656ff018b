//! What a JPEG is made of: where its picture ends, and whether all of its pixels are there.
//!
//! ITU-T T.81 (<https://www.w3.org/Graphics/JPEG/itu-t81.pdf>): markers in annex B, codes in F.2
//! (sequential) and G.2 (progressive). The decoder makes what is missing grey, reads what follows a
//! cut picture as its pixels, and says nothing of it. So the codes are followed here one by one,
//! for their lengths alone: a picture is whole when its scans gave every coefficient of every block,
//! to the last bit. What comes after that, be it a film, is not looked at.

mod scan;

use std::borrow::Cow;

use scan::{Bits, Codes, Scan};

/// Bytes that may stand between the last code of a scan and the next marker: some encoders leave
/// a few, which libjpeg warns of. After more of them it is not this picture that goes on.
const STRAY_BYTES: usize = 64;

/// A whole picture.
pub struct Whole<'a> {
    /// From its first marker to that of its end.
    pub bytes: Cow<'a, [u8]>,
    /// Whether the marker of its end is the file's; else it was put there.
    pub has_end: bool,
}

/// Why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The rest is missing, or belongs to something else.
    Ends,
    /// The bytes are no JPEG's, for this reason.
    Broken(&'static str),
    /// A kind of JPEG that is not read.
    Unread(&'static str),
    /// More pixels than are asked for: width and height.
    TooManyPixels(u32, u32),
    /// Four channels, and not said whether their values are ink or light.
    UnmarkedCmyk,
}

/// Follows the markers and codes of a JPEG of at most `limit` pixels.
///
/// # Errors
/// See [`Fault`].
pub fn whole(bytes: &[u8], limit: u64) -> Result<Whole<'_>, Fault> {
    let mut jpeg = Jpeg {
        limit,
        frame: None,
        tables: Default::default(),
        restart_interval: 0,
        says_what_cmyk_is: false,
    };
    let mut place = 2;
    loop {
        let Marker { code, after, .. } = next_marker(bytes, place).ok_or(Fault::Ends)?;
        place = after;
        match code {
            // Those without content: TEM, and a restart that an encoder put after its scan.
            0x01 | 0xD0..=0xD7 => continue,
            0xD8 | 0xD9 => return Err(Fault::Ends),
            _ => {}
        }
        let content = content(bytes, place)?;
        place += 2 + content.len();
        if code != 0xDA {
            jpeg.segment(code, content)?;
            continue;
        }
        let (end, unused) = jpeg.scan(content, bytes, place)?;
        let next = next_marker(bytes, end);
        let before = next.as_ref().map_or(bytes.len() - end, |next| next.before);
        if unused + before > STRAY_BYTES {
            return Err(Fault::Ends);
        }
        if jpeg.frame.as_ref().is_some_and(Frame::is_whole) {
            return match next {
                Some(marker) if marker.code == 0xD9 => Ok(Whole {
                    bytes: Cow::Borrowed(&bytes[..marker.after]),
                    has_end: true,
                }),
                // Nothing but the last code says that the picture ends here: so must the file, but
                // for the marker's first half.
                None if unused == 0 && matches!(bytes[end..], [] | [0xFF]) => Ok(Whole {
                    bytes: Cow::Owned([&bytes[..end], &[0xFF, 0xD9]].concat()),
                    has_end: false,
                }),
                _ => Err(Fault::Ends),
            };
        }
        place = end;
    }
}

/// What the segment holds that begins with its length at `place`.
fn content(bytes: &[u8], place: usize) -> Result<&[u8], Fault> {
    let (length, rest) = bytes[place..].split_first_chunk().ok_or(Fault::Ends)?;
    let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2);
    let length = length.ok_or(Fault::Broken("a segment is shorter than its length"))?;
    rest.get(..length).ok_or(Fault::Ends)
}

struct Marker {
    code: u8,
    /// Bytes that are no marker's, before it.
    before: usize,
    /// The place after it.
    after: usize,
}

/// The first marker from `place` on. It may have more than one FF before it; FF 00 is a byte of
/// data.
fn next_marker(bytes: &[u8], place: usize) -> Option<Marker> {
    let mut start = place;
    loop {
        start += bytes.get(start..)?.iter().position(|byte| *byte == 0xFF)?;
        let fill = bytes[start..].iter().position(|byte| *byte != 0xFF)?;
        let code = bytes[start + fill];
        if code != 0 {
            return Some(Marker {
                code,
                before: start - place,
                after: start + fill + 1,
            });
        }
        start += fill + 1;
    }
}

/// What the segments have said so far.
struct Jpeg {
    limit: u64,
    frame: Option<Frame>,
    /// Codes of DC and AC coefficients, four of each.
    tables: [[Option<Codes>; 4]; 2],
    /// Units between two restarts; 0 for none.
    restart_interval: usize,
    /// Adobe's marker says CMYK (0) or YCCK (2), and that values are the light which the ink
    /// leaves. Without it, or with another number, some programs write the ink itself; the decoder
    /// takes everything for light, which would make a negative of it.
    says_what_cmyk_is: bool,
}

impl Jpeg {
    fn segment(&mut self, code: u8, content: &[u8]) -> Result<(), Fault> {
        match code {
            0xC4 => self.codes(content),
            0xC0..=0xC2 => self.start_frame(code == 0xC2, content),
            0xC3 | 0xC7 => Err(Fault::Unread("a lossless JPEG")),
            0xC5 | 0xC6 => Err(Fault::Unread("a hierarchical JPEG")),
            0xC8..=0xCF => Err(Fault::Unread("a JPEG with arithmetic coding")),
            0xDD => {
                let interval = content.first_chunk().ok_or(Fault::Broken("DRI is empty"))?;
                self.restart_interval = u16::from_be_bytes(*interval).into();
                Ok(())
            }
            0xEE if content.starts_with(b"Adobe") => {
                self.says_what_cmyk_is = matches!(content.get(11), Some(0 | 2));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn start_frame(&mut self, progressive: bool, content: &[u8]) -> Result<(), Fault> {
        if self.frame.is_some() {
            return Err(Fault::Broken("it has two frames"));
        }
        self.frame = Some(Frame::new(progressive, content, self.limit)?);
        Ok(())
    }

    fn codes(&mut self, mut content: &[u8]) -> Result<(), Fault> {
        let broken = Fault::Broken("a table of codes is damaged");
        while let Some((head, counts)) = content.split_first() {
            let (counts, rest) = counts.split_first_chunk::<16>().ok_or(broken)?;
            let length = counts.iter().copied().map(usize::from).sum();
            let (symbols, rest) = rest.split_at_checked(length).ok_or(broken)?;
            let tables = self.tables.get_mut(usize::from(head >> 4)).ok_or(broken)?;
            let table = tables.get_mut(usize::from(head & 15)).ok_or(broken)?;
            *table = Some(Codes::new(counts, symbols).ok_or(broken)?);
            content = rest;
        }
        Ok(())
    }

    /// Follows the codes of a scan. Gives the place after the last of them, and how many whole
    /// bytes before it hold none.
    fn scan(&mut self, header: &[u8], bytes: &[u8], place: usize) -> Result<(usize, usize), Fault> {
        let frame = self.frame.as_mut();
        let frame = frame.ok_or(Fault::Broken("a scan comes before its frame"))?;
        if frame.components.len() == 4 && !self.says_what_cmyk_is {
            return Err(Fault::UnmarkedCmyk);
        }
        let scan = Scan::new(header, frame, &self.tables)?;
        let mut bits = Bits::new(bytes, place);
        // How many of the next blocks have no more codes in this scan.
        let mut run = 0;
        for unit in 0..frame.units(&scan) {
            if self.restart_interval > 0 && unit > 0 && unit % self.restart_interval == 0 {
                bits.restart()?;
                run = 0;
            }
            for part in &scan.parts {
                let component = &mut frame.components[part.component];
                for block in component.blocks(unit, scan.parts.len() > 1) {
                    scan.block(part, component, block, &mut bits, &mut run)?;
                }
            }
        }
        frame.note(&scan);
        Ok((bits.place, bits.whole_bytes()))
    }
}

/// What the picture is made of.
struct Frame {
    progressive: bool,
    /// Units of all channels in a row and in a column.
    units: (usize, usize),
    components: Vec<Component>,
}

/// One channel.
struct Component {
    id: u8,
    /// Blocks of 8x8 in a unit of all channels: beside and below each other.
    sampling: (usize, usize),
    /// Blocks that hold pixels, in a row and in a column.
    blocks: (usize, usize),
    /// Units of all channels in a row.
    units_in_row: usize,
    /// Of each block that units reach, a bit for each coefficient that is not zero so far. Empty
    /// where no scan refines another.
    not_zero: Vec<u64>,
    /// Of each coefficient, the lowest bit that came.
    lowest_bit: [Option<u8>; 64],
}

impl Frame {
    fn new(progressive: bool, content: &[u8], limit: u64) -> Result<Self, Fault> {
        let broken = Fault::Broken("its frame is damaged");
        let ([precision, size @ .., count], rest) =
            content.split_first_chunk::<6>().ok_or(broken)?;
        let [height, width] = [[size[0], size[1]], [size[2], size[3]]]
            .map(|side| usize::from(u16::from_be_bytes(side)));
        let (components, _) = rest.as_chunks::<3>();
        let components = components.get(..usize::from(*count)).ok_or(broken)?;
        if *precision != 8 {
            return Err(Fault::Unread("a JPEG of 12 bits"));
        }
        let sampling = components
            .iter()
            .map(|[_, sampling, _]| (usize::from(sampling >> 4), usize::from(sampling & 15)));
        let largest = sampling.clone().reduce(|a, b| (a.0.max(b.0), a.1.max(b.1)));
        let largest = largest.ok_or(broken)?;
        if sampling
            .clone()
            .any(|(x, y)| !(1..=4).contains(&x) || !(1..=4).contains(&y))
        {
            return Err(broken);
        }
        if width == 0 || height == 0 || components.len() > 4 {
            return Err(broken);
        }
        if (width * height) as u64 > limit {
            return Err(Fault::TooManyPixels(width as u32, height as u32));
        }
        let units = (
            width.div_ceil(8 * largest.0),
            height.div_ceil(8 * largest.1),
        );
        let component = |(id, sampling): (u8, (usize, usize))| Component {
            id,
            sampling,
            blocks: (
                (width * sampling.0).div_ceil(8 * largest.0),
                (height * sampling.1).div_ceil(8 * largest.1),
            ),
            units_in_row: units.0,
            not_zero: match progressive {
                true => vec![0; units.0 * sampling.0 * units.1 * sampling.1],
                false => Vec::new(),
            },
            lowest_bit: [None; 64],
        };
        let ids = components.iter().map(|[id, ..]| *id);
        Ok(Self {
            progressive,
            units,
            components: ids.zip(sampling).map(component).collect(),
        })
    }

    /// How many units a scan has: of one channel these are its blocks, of several so many blocks of
    /// each as its sampling says.
    fn units(&self, scan: &Scan<'_>) -> usize {
        match &scan.parts[..] {
            [part] => {
                let (across, down) = self.components[part.component].blocks;
                across * down
            }
            _ => self.units.0 * self.units.1,
        }
    }

    fn note(&mut self, scan: &Scan<'_>) {
        for part in &scan.parts {
            let sent = &mut self.components[part.component].lowest_bit[scan.band.clone()];
            sent.fill(Some(scan.lowest_bit));
        }
    }

    /// Whether every bit of every coefficient came.
    fn is_whole(&self) -> bool {
        let bits = |component: &Component| component.lowest_bit;
        self.components
            .iter()
            .flat_map(bits)
            .all(|bit| bit == Some(0))
    }
}

impl Component {
    /// The numbers of the blocks in a unit, row by row.
    fn blocks(&self, unit: usize, with_others: bool) -> impl Iterator<Item = usize> + use<> {
        let in_row = self.units_in_row * self.sampling.0;
        let (across, down, units_in_row) = match with_others {
            true => (self.sampling.0, self.sampling.1, self.units_in_row),
            false => (1, 1, self.blocks.0),
        };
        let first = unit / units_in_row * down * in_row + unit % units_in_row * across;
        (0..down).flat_map(move |y| (0..across).map(move |x| first + y * in_row + x))
    }
}
