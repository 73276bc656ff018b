//! The post's first picture: each source pixel is pushed to where the homography maps it.

use image::{GrayImage, Luma};

use crate::homography::Homography;
use crate::point::Point;
use crate::warp::{Frame, Picture, Pixel8, WarpError};

/// A picture whose pixels were pushed forward.
#[derive(Debug, Clone, PartialEq)]
pub struct Pushed<P: Pixel8> {
    /// The frame, black (and transparent) where no pixel landed.
    pub picture: Picture<P>,
    /// 255 where no pixel landed although the source picture covers the place: the post's "empty
    /// pixels". 0 elsewhere. As large as the frame.
    pub holes: GrayImage,
    /// Pixels of the frame on which at least one pixel landed.
    pub filled: u64,
    /// Source pixels that landed on a place that was taken, and replaced what was there.
    pub collisions: u64,
}

impl<P: Pixel8> Pushed<P> {
    /// Number of holes.
    pub fn hole_count(&self) -> u64 {
        self.holes
            .pixels()
            .map(|Luma([value])| u64::from(*value == 255))
            .sum()
    }

    /// Holes as a share of the pixels that the mapped picture covers.
    pub fn hole_share(&self) -> f64 {
        let holes = self.hole_count() as f64;
        holes / (holes + self.filled as f64)
    }
}

/// Pushes each pixel of `picture` to the nearest pixel of where `homography` maps its centre.
///
/// Pixels go in the order of their rows; where two land on one place the later one stays. What
/// lands outside the frame is dropped.
///
/// # Errors
/// When the homography cannot be inverted, which finding the holes needs.
pub fn push_forward<P: Pixel8>(
    picture: &Picture<P>,
    homography: &Homography,
    frame: Frame,
) -> Result<Pushed<P>, WarpError> {
    let mut pushed = Pushed {
        picture: Picture::new(frame.width(), frame.height()),
        holes: holes_everywhere(picture, homography, frame)?,
        filled: 0,
        collisions: 0,
    };
    let mut taken = vec![false; pushed.holes.len()];
    for (column, row, pixel) in picture.enumerate_pixels() {
        let centre = Point::new(f64::from(column), f64::from(row));
        let mapped = homography.apply(centre);
        let Some((x, y)) = mapped.and_then(|point| pixel_at(frame, point)) else {
            continue;
        };
        pushed.picture.put_pixel(x, y, *pixel);
        pushed.holes.put_pixel(x, y, Luma([0]));
        let place = &mut taken[y as usize * frame.width() as usize + x as usize];
        pushed.collisions += u64::from(*place);
        pushed.filled += u64::from(!*place);
        *place = true;
    }
    Ok(pushed)
}

/// The pixel of the frame that `point` of the target plane lies on.
fn pixel_at(frame: Frame, point: Point) -> Option<(u32, u32)> {
    let seen = frame.seen(point);
    let (x, y) = ((seen.x + 0.5).floor(), (seen.y + 0.5).floor());
    let inside = (0.0..f64::from(frame.width())).contains(&x)
        && (0.0..f64::from(frame.height())).contains(&y);
    inside.then_some((x as u32, y as u32))
}

/// 255 wherever the centre of a target pixel comes from within the source picture.
fn holes_everywhere<P: Pixel8>(
    picture: &Picture<P>,
    homography: &Homography,
    frame: Frame,
) -> Result<GrayImage, WarpError> {
    let inverse = homography.inverse()?;
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    Ok(GrayImage::from_fn(frame.width(), frame.height(), |x, y| {
        let target = Point::new(
            f64::from(x) + f64::from(frame.left()),
            f64::from(y) + f64::from(frame.top()),
        );
        let covered = inverse.apply(target).is_some_and(|source| {
            (-0.5..width - 0.5).contains(&source.x) && (-0.5..height - 0.5).contains(&source.y)
        });
        Luma([if covered { 255 } else { 0 }])
    }))
}
