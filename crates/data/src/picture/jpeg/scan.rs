//! The codes of a scan, followed for their lengths.

use std::ops::RangeInclusive;

use super::{Component, Fault, Frame, STRAY_BYTES, next_marker};

const BROKEN: Fault = Fault::Broken("its pixels are damaged");

/// A channel in a scan.
pub struct Part<'a> {
    pub component: usize,
    dc: Option<&'a Codes>,
    ac: Option<&'a Codes>,
}

/// What a scan brings.
pub struct Scan<'a> {
    pub parts: Vec<Part<'a>>,
    /// Which coefficients.
    pub band: RangeInclusive<usize>,
    /// Their bits down to this one.
    pub lowest_bit: u8,
    /// Whether higher bits came before.
    refines: bool,
    progressive: bool,
}

impl<'a> Scan<'a> {
    pub fn new(
        header: &[u8],
        frame: &Frame,
        tables: &'a [[Option<Codes>; 4]; 2],
    ) -> Result<Self, Fault> {
        let broken = Fault::Broken("the header of a scan is damaged");
        let (count, rest) = header.split_first().ok_or(broken)?;
        let (parts, rest) = rest
            .split_at_checked(2 * usize::from(*count))
            .ok_or(broken)?;
        let table = |kind: usize, number: u8| tables[kind].get(usize::from(number))?.as_ref();
        let part = |&[id, numbers]: &[u8; 2]| {
            let component = frame
                .components
                .iter()
                .position(|component| component.id == id);
            Some(Part {
                component: component?,
                dc: table(0, numbers >> 4),
                ac: table(1, numbers & 15),
            })
        };
        let parts: Option<Vec<_>> = parts.as_chunks().0.iter().map(part).collect();
        let parts = parts.filter(|parts| !parts.is_empty()).ok_or(broken)?;
        let [first, last, bits] = *rest.first_chunk().ok_or(broken)?;
        // A sequential scan brings all, whatever its header says.
        let (first, last, bits) = match frame.progressive {
            true => (first, last, bits),
            false => (0, 63, 0),
        };
        let band = usize::from(first)..=usize::from(last);
        let is_dc = band == (0..=0);
        let is_ac = first > 0 && first <= last && last < 64 && parts.len() == 1;
        if frame.progressive && !is_dc && !is_ac {
            return Err(broken);
        }
        Ok(Self {
            parts,
            band,
            lowest_bit: bits & 15,
            refines: bits >> 4 > 0,
            progressive: frame.progressive,
        })
    }

    /// Follows the codes of one block; `run` of the next have none in this scan.
    pub fn block(
        &self,
        part: &Part<'_>,
        component: &mut Component,
        block: usize,
        bits: &mut Bits<'_>,
        run: &mut u32,
    ) -> Result<(), Fault> {
        if *self.band.start() == 0 {
            if self.refines {
                return bits.skip(1);
            }
            let length = bits.symbol(part.dc)?;
            // Differences of eight bits have eleven.
            if length > 11 {
                return Err(BROKEN);
            }
            bits.skip(length.into())?;
            if self.progressive {
                return Ok(());
            }
        }
        if !self.progressive {
            return sequential(part, bits);
        }
        let not_zero = component.not_zero.get_mut(block).ok_or(BROKEN)?;
        if self.refines {
            self.refine(part, not_zero, bits, run)
        } else {
            self.first(part, not_zero, bits, run)
        }
    }

    /// The first bits of some AC coefficients, G.1.2.2.
    fn first(
        &self,
        part: &Part<'_>,
        not_zero: &mut u64,
        bits: &mut Bits<'_>,
        run: &mut u32,
    ) -> Result<(), Fault> {
        if *run > 0 {
            *run -= 1;
            return Ok(());
        }
        let mut place = *self.band.start();
        while place <= *self.band.end() {
            match nibbles(bits.symbol(part.ac)?) {
                (15, 0) => place += 16,
                (zeros, 0) => {
                    *run = (1 << zeros) - 1 + bits.take(zeros)?;
                    return Ok(());
                }
                (zeros, length) => {
                    place += zeros as usize;
                    self.check(place)?;
                    bits.skip(length)?;
                    *not_zero |= 1 << place;
                    place += 1;
                }
            }
        }
        Ok(())
    }

    /// One more bit of some AC coefficients, G.1.2.3: those that are not zero have one each, and
    /// are not counted among the zeros before a new one.
    fn refine(
        &self,
        part: &Part<'_>,
        not_zero: &mut u64,
        bits: &mut Bits<'_>,
        run: &mut u32,
    ) -> Result<(), Fault> {
        let mut place = *self.band.start();
        while *run == 0 && place <= *self.band.end() {
            let (mut zeros, length) = nibbles(bits.symbol(part.ac)?);
            match (zeros, length) {
                (15, 0) => {}
                (_, 0) => {
                    *run = (1 << zeros) + bits.take(zeros)?;
                    break;
                }
                // Its sign.
                (_, 1) => bits.skip(1)?,
                _ => return Err(BROKEN),
            }
            while place <= *self.band.end() {
                if *not_zero >> place & 1 == 1 {
                    bits.skip(1)?;
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                place += 1;
            }
            if length == 1 {
                self.check(place)?;
                *not_zero |= 1 << place;
            }
            place += 1;
        }
        if *run > 0 {
            *run -= 1;
            let rest = (place..=*self.band.end()).filter(|place| *not_zero >> place & 1 == 1);
            bits.skip(rest.count() as u32)?;
        }
        Ok(())
    }

    fn check(&self, place: usize) -> Result<(), Fault> {
        self.band.contains(&place).then_some(()).ok_or(BROKEN)
    }
}

/// The AC coefficients of a block that comes at once, F.2.2.2.
fn sequential(part: &Part<'_>, bits: &mut Bits<'_>) -> Result<(), Fault> {
    let mut place = 1;
    while place < 64 {
        match nibbles(bits.symbol(part.ac)?) {
            (15, 0) => place += 16,
            (_, 0) => break,
            (zeros, length) => {
                place += zeros + 1;
                bits.skip(length)?;
            }
        }
    }
    (place <= 64).then_some(()).ok_or(BROKEN)
}

/// Zeros before a coefficient, and the length of what follows.
fn nibbles(symbol: u8) -> (u32, u32) {
    ((symbol >> 4).into(), (symbol & 15).into())
}

/// A table of Huffman codes, annex C.
#[derive(Debug)]
pub struct Codes {
    /// By the next eight bits: the length of the code, 0 for a longer one, and its symbol.
    short: [(u8, u8); 256],
    /// Of each length: one more than the last code, and the place of its symbol.
    ends: [(u32, usize); 17],
    symbols: Vec<u8>,
}

impl Codes {
    /// From the number of codes of each length. `None` where there are more than fit.
    pub fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut codes = Self {
            short: [(0, 0); 256],
            ends: [(0, 0); 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut place) = (0_u32, 0);
        for (length, count) in (1..=16_u8).zip(counts) {
            for _ in 0..*count {
                let symbol = *symbols.get(place)?;
                if let Some(shift) = 8_u8.checked_sub(length) {
                    let first = (code << shift) as usize;
                    let these = codes.short.get_mut(first..first + (1 << shift))?;
                    these.fill((length, symbol));
                }
                code += 1;
                place += 1;
            }
            codes.ends[usize::from(length)] = (code, place);
            if code > 1 << length {
                return None;
            }
            code <<= 1;
        }
        Some(codes)
    }

    /// The code that 16 bits begin with: its length and symbol.
    fn find(&self, bits: u32) -> Option<(u32, u8)> {
        let (length, symbol) = self.short[(bits >> 8) as usize];
        if length > 0 {
            return Some((length.into(), symbol));
        }
        (9..=16).find_map(|length| {
            let (end, place) = self.ends[length];
            let before_end = end.checked_sub(bits >> (16 - length))?;
            let symbol = self.symbols.get(place.checked_sub(before_end as usize)?)?;
            (before_end > 0).then_some((length as u32, *symbol))
        })
    }
}

/// The bits between two markers.
pub struct Bits<'a> {
    bytes: &'a [u8],
    /// The next byte.
    pub place: usize,
    /// Bits that were taken from the bytes and not used, the last ones of the number.
    buffer: u64,
    left: u32,
}

impl<'a> Bits<'a> {
    pub fn new(bytes: &'a [u8], place: usize) -> Self {
        Self {
            bytes,
            place,
            buffer: 0,
            left: 0,
        }
    }

    /// How many whole bytes were taken and not used.
    pub fn whole_bytes(&self) -> usize {
        self.left as usize / 8
    }

    /// The symbol of the next code.
    fn symbol(&mut self, codes: Option<&Codes>) -> Result<u8, Fault> {
        let codes = codes.ok_or(Fault::Broken("it has no table of codes"))?;
        self.fill();
        // Ones where there is nothing more: no code is made of ones alone.
        let next = match self.left.checked_sub(16) {
            Some(more) => self.buffer >> more,
            None => self.buffer << (16 - self.left) | ((1 << (16 - self.left)) - 1),
        };
        let found = codes.find((next & 0xFFFF) as u32);
        match found {
            Some((length, symbol)) => self.skip(length).map(|()| symbol),
            None if self.left < 16 => Err(Fault::Ends),
            None => Err(BROKEN),
        }
    }

    /// The next bits, at most 16, as a number.
    fn take(&mut self, count: u32) -> Result<u32, Fault> {
        if self.left < count {
            self.fill();
        }
        self.left = self.left.checked_sub(count).ok_or(Fault::Ends)?;
        Ok((self.buffer >> self.left) as u32 & ((1 << count) - 1))
    }

    /// Leaves out the next bits.
    fn skip(&mut self, mut count: u32) -> Result<(), Fault> {
        while count > 16 {
            self.take(16)?;
            count -= 16;
        }
        self.take(count).map(|_| ())
    }

    /// Takes bytes until there are more than 48 bits, or a marker comes.
    fn fill(&mut self) {
        while self.left <= 48 {
            let length = match self.bytes.get(self.place..) {
                Some([0xFF, 0, ..]) => 2,
                Some([byte, ..]) if *byte != 0xFF => 1,
                _ => return,
            };
            self.buffer = self.buffer << 8 | u64::from(self.bytes[self.place]);
            self.left += 8;
            self.place += length;
        }
    }

    /// Goes on after the marker of a restart, whose number is not looked at: should one be lost,
    /// there are too few blocks.
    pub fn restart(&mut self) -> Result<(), Fault> {
        let next = next_marker(self.bytes, self.place).ok_or(Fault::Ends)?;
        let stray = next.before + self.whole_bytes();
        if !(0xD0..=0xD7).contains(&next.code) || stray > STRAY_BYTES {
            return Err(Fault::Ends);
        }
        *self = Self::new(self.bytes, next.after);
        Ok(())
    }
}
