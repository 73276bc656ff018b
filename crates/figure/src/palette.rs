//! One table of at most 256 colours for all frames of a GIF, so that none flickers.

use std::collections::HashMap;

use crate::raster::Pixels;

/// Most colours that a GIF's table holds.
const MOST: usize = 256;

type Rgb = [u8; 3];

/// A table of colours and the way into it.
pub(crate) struct Palette {
    pub(crate) colours: Vec<Rgb>,
    index: HashMap<Rgb, u8>,
}

/// Colours that agree in their five high bits a channel stand in for each other.
fn cell(rgb: Rgb) -> Rgb {
    rgb.map(|v| v >> 3)
}

impl Palette {
    /// The colours used most in all frames together.
    pub(crate) fn of(frames: &[Pixels]) -> Self {
        let mut counts: HashMap<Rgb, u64> = HashMap::new();
        for rgb in frames.iter().flat_map(Pixels::colours) {
            *counts.entry(rgb).or_default() += 1;
        }
        let mut ranked: Vec<(Rgb, u64)> = counts.into_iter().collect();
        // Equal counts are ordered by colour: a map's own order differs from run to run.
        ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let colours = if ranked.len() <= MOST {
            ranked.iter().map(|(rgb, _)| *rgb).collect()
        } else {
            representatives(&ranked)
        };
        Self {
            colours,
            index: HashMap::new(),
        }
    }

    /// The table's index of the colour nearest to `rgb`.
    pub(crate) fn index(&mut self, rgb: Rgb) -> u8 {
        let colours = &self.colours;
        *self.index.entry(rgb).or_insert_with(|| {
            let distance = |c: &Rgb| -> i32 {
                c.iter()
                    .zip(rgb)
                    .map(|(a, b)| (i32::from(*a) - i32::from(b)).pow(2))
                    .sum()
            };
            let nearest = colours
                .iter()
                .enumerate()
                .min_by_key(|(_, colour)| distance(colour));
            nearest.map_or(0, |(index, _)| index as u8)
        })
    }
}

/// The most used colour of each of the most used cells.
fn representatives(ranked: &[(Rgb, u64)]) -> Vec<Rgb> {
    let mut cells: HashMap<Rgb, (Rgb, u64)> = HashMap::new();
    for (rgb, count) in ranked {
        cells.entry(cell(*rgb)).or_insert((*rgb, 0)).1 += count;
    }
    let mut cells: Vec<(Rgb, u64)> = cells.into_values().collect();
    cells.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    cells.into_iter().take(MOST).map(|(rgb, _)| rgb).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_kept_exactly() {
        let frame = Pixels {
            width: 2,
            height: 1,
            rgb: vec![1, 2, 3, 250, 251, 252],
        };
        let mut palette = Palette::of(&[frame]);
        for rgb in [[1, 2, 3], [250, 251, 252]] {
            let index = palette.index(rgb);
            assert_eq!(palette.colours[usize::from(index)], rgb);
        }
    }

    #[test]
    fn many_colours_move_by_little_and_white_stays_white() {
        let mut rgb: Vec<u8> = (0..3000u32)
            .flat_map(|i| [(i % 256) as u8, 40, 90])
            .collect();
        rgb.extend([255; 3000]);
        rgb.extend((0..60u8).flat_map(|i| [20, 4 * i, 200]));
        let frame = Pixels {
            width: 4060,
            height: 1,
            rgb,
        };
        let mut palette = Palette::of(&[frame]);
        assert!(palette.colours.len() <= 256);
        let white = palette.index([255; 3]);
        assert_eq!(palette.colours[usize::from(white)], [255; 3]);
        let near = palette.index([131, 40, 90]);
        assert!(palette.colours[usize::from(near)][0].abs_diff(131) < 8);
    }
}
