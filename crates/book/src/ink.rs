//! The colours of figures on a dark page. Figures are drawn for white paper; a rule of style for
//! each colour of a line or a mark gives it one that is seen in the dark as well.

use std::collections::BTreeSet;
use std::fmt::Write;

use retrace_figure::Colour;

/// The ground of a dark page, as in the style sheet.
const GROUND: Colour = Colour::hex(0x15_18_1C);
/// Contrast that WCAG 2.1 asks of graphics (1.4.11), and a little more.
const CONTRAST: f64 = 3.5;
/// How far two channels of a grey may lie apart.
const GREY: u8 = 12;

/// What is recoloured: lines, and marks and texts that stand on the page's ground. Bars and bands
/// keep their colour, and so does what stands on them, in black or white.
const STROKE: &str = "stroke=\"#";
const FILLED: [&str; 3] = ["<circle", "<polygon", "<text"];

/// Rules for all colours of `svgs` that need another one in the dark.
pub(crate) fn rules<'a>(svgs: impl Iterator<Item = &'a str>) -> String {
    let mut found = BTreeSet::new();
    for svg in svgs {
        strokes(svg, &mut found);
        fills(svg, &mut found);
    }
    let mut rules = String::new();
    for (element, property, hex) in found {
        let Some(colour) = parse(&hex) else { continue };
        let dark = in_the_dark(colour);
        if dark != colour {
            // Writing to a String cannot fail.
            let _ = writeln!(
                rules,
                ".picture svg {element}[{property}=\"#{hex}\"] {{ --{property}: light-dark({}, {}); {property}: var(--{property}) }}",
                colour.css(),
                dark.css()
            );
        }
    }
    rules
}

/// Element (empty for any), property, colour.
type Use = (&'static str, &'static str, String);

fn strokes(svg: &str, found: &mut BTreeSet<Use>) {
    let parts = svg.split(STROKE).skip(1);
    found.extend(parts.filter_map(|rest| Some(("", "stroke", rest.get(..6)?.to_owned()))));
}

fn fills(svg: &str, found: &mut BTreeSet<Use>) {
    for name in FILLED {
        for rest in svg.split(name).skip(1) {
            let tag = rest.split('>').next().unwrap_or_default();
            let hex = tag
                .split_once(" fill=\"#")
                .and_then(|(_, rest)| rest.get(..6));
            let Some(hex) = hex else { continue };
            let element = &name[1..];
            // Texts in pure black and white stand on a coloured cell, polygons in colour are bands.
            let grey = parse(hex).is_some_and(is_grey);
            let kept = match element {
                "text" => matches!(hex.to_ascii_lowercase().as_str(), "000000" | "ffffff"),
                "polygon" => !grey,
                _ => false,
            };
            if !kept {
                found.insert((element, "fill", hex.to_owned()));
            }
        }
    }
}

fn parse(hex: &str) -> Option<Colour> {
    u32::from_str_radix(hex, 16).ok().map(Colour::hex)
}

fn is_grey(colour: Colour) -> bool {
    let channels = [colour.r, colour.g, colour.b];
    channels
        .iter()
        .max()
        .zip(channels.iter().min())
        .is_some_and(|(most, least)| most - least <= GREY)
}

/// Greys change sides between ground and ink; other colours are lightened until they are seen.
fn in_the_dark(colour: Colour) -> Colour {
    const INK: Colour = Colour::hex(0xF2_F4_F6);
    if is_grey(colour) {
        return INK.mix(GROUND, f64::from(colour.g) / 255.0);
    }
    let lighter = |step: u8| colour.mix(Colour::WHITE, f64::from(step) / 20.0);
    let seen = (0..=20).map(lighter).find(|c| contrast(*c) >= CONTRAST);
    seen.unwrap_or(Colour::WHITE)
}

/// WCAG's contrast ratio on the dark ground.
fn contrast(colour: Colour) -> f64 {
    (colour.luminance() + 0.05) / (GROUND.luminance() + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_is_seen_in_the_dark() {
        for index in 0..8 {
            let dark = in_the_dark(Colour::series(index));
            assert!(contrast(dark) >= CONTRAST, "{index}: {}", dark.css());
        }
    }

    #[test]
    fn paper_and_ink_change_sides() {
        assert_eq!(in_the_dark(Colour::WHITE), GROUND);
        assert!(contrast(in_the_dark(Colour::BLACK)) > 14.0);
        assert!(contrast(in_the_dark(Colour::LIGHT_GREY)) < contrast(in_the_dark(Colour::GREY)));
    }

    #[test]
    fn lines_and_marks_have_rules_and_what_stands_on_colour_has_none() {
        let svg = "<path d=\"\" stroke=\"#0072B2\"/><text x=\"1\" fill=\"#000000\">a</text>\
                   <text fill=\"#222222\">b</text><polygon fill=\"#D55E00\"/><rect fill=\"#000000\"/>";
        let rules = rules([svg].into_iter());
        assert_eq!(rules.lines().count(), 2, "{rules}");
        assert!(
            rules.contains(".picture svg [stroke=\"#0072B2\"] { --stroke: light-dark(#0072b2, ")
        );
        assert!(
            rules.contains(".picture svg text[fill=\"#222222\"] { --fill: light-dark(#222222, ")
        );
    }
}
