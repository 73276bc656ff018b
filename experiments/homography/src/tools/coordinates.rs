//! Points and sizes on the command line.

use std::str::FromStr;

use crate::point::Point;

/// A list of points: `x,y,x,y,...`.
#[derive(Debug, Clone, PartialEq)]
pub struct Points(pub Vec<Point>);

/// A corner of a picture: `x,y`, whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corner {
    /// To the right.
    pub x: i32,
    /// Down.
    pub y: i32,
}

/// The size of a picture: `WIDTHxHEIGHT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl FromStr for Points {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let values = text.split(',').map(|value| {
            let number = value.trim().parse().ok();
            number
                .filter(|number: &f64| number.is_finite())
                .ok_or_else(|| format!("expected finite numbers, found \"{}\"", value.trim()))
        });
        let values: Vec<f64> = values.collect::<Result<_, _>>()?;
        if values.len() % 2 == 1 {
            return Err(format!(
                "expected x,y,x,y,... with two numbers a point, found {} numbers",
                values.len()
            ));
        }
        let points = values.chunks_exact(2);
        Ok(Self(points.map(|xy| Point::new(xy[0], xy[1])).collect()))
    }
}

impl FromStr for Corner {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let corner = text.split_once(',').and_then(|(x, y)| {
            let (x, y) = (x.trim().parse().ok()?, y.trim().parse().ok()?);
            Some(Self { x, y })
        });
        corner.ok_or_else(|| "expected two whole numbers, such as -20,35".to_owned())
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let size = text.split_once(['x', 'X']).and_then(|(width, height)| {
            let (width, height) = (width.trim().parse().ok()?, height.trim().parse().ok()?);
            (width > 0 && height > 0).then_some(Self { width, height })
        });
        size.ok_or_else(|| "expected a width and a height in pixels, such as 640x480".to_owned())
    }
}
