//! Contour lines of a function on a grid.

use contour::ContourBuilder;

use super::area::Contours;

/// Pieces of the line where the function has the height `level`, in the function's coordinates.
pub(super) fn pieces(contours: &Contours, level: f64) -> Vec<Vec<(f64, f64)>> {
    let (columns, rows) = (contours.x.len(), contours.y.len());
    if columns < 2 || rows < 2 || !level.is_finite() {
        return Vec::new();
    }
    let builder = ContourBuilder::new(columns, rows, true);
    let Ok(lines) = builder.lines(&contours.z.concat(), &[level]) else {
        return Vec::new();
    };
    let mut pieces = Vec::new();
    for ring in lines.iter().flat_map(|line| line.geometry().0.iter()) {
        let places = ring.0.iter().map(|place| {
            // The sample of column 0 stands at 0.5; rings close along a border outside of that.
            Some((
                between(&contours.x, place.x - 0.5)?,
                between(&contours.y, place.y - 0.5)?,
            ))
        });
        let mut piece = Vec::new();
        for place in places {
            match place {
                Some(place) => piece.push(place),
                None => pieces.push(std::mem::take(&mut piece)),
            }
        }
        pieces.push(piece);
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// The number at a fractional index; none outside of the list.
fn between(places: &[f64], index: f64) -> Option<f64> {
    let last = places.len() - 1;
    if !index.is_finite() || index < 0.0 || index > last as f64 {
        return None;
    }
    let below = (index.floor() as usize).min(last - 1);
    let share = index - below as f64;
    Some(places[below] * (1.0 - share) + places[below + 1] * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contour_of_the_squared_radius_is_a_circle() {
        let axis: Vec<f64> = (0..=80).map(|i| -2.0 + 0.05 * f64::from(i)).collect();
        let contours = Contours::of("", axis.clone(), axis, [1.0], |x, y| x * x + y * y);
        let pieces = pieces(&contours, 1.0);
        assert_eq!(pieces.len(), 1);
        assert!(pieces[0].len() > 50);
        for (x, y) in &pieces[0] {
            assert!(
                (x.hypot(*y) - 1.0).abs() < 1e-3,
                "({x}, {y}) is off the unit circle"
            );
        }
    }

    #[test]
    fn a_line_through_the_border_is_not_closed_along_it() {
        let axis = [0.0, 1.0, 2.0, 3.0];
        let contours = Contours::of("", axis, axis, [1.5], |x, _| x);
        for (x, _) in pieces(&contours, 1.5).concat() {
            assert!((x - 1.5).abs() < 1e-9, "x = {x}");
        }
    }
}
