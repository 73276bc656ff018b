//! A picture of a face: a person, an expression, a pose and a light.

use ndarray::Array2;

use super::expression::Expression;
use super::noise::cloud;
use super::paint::{self, Paint, Place, at, bell, cover, mix, step};
use super::person::Person;
use super::pose::{Light, Pose, unit};
use super::relief::Relief;

/// Everything that a picture of a face shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Portrait {
    /// Whose face.
    pub person: Person,
    /// What it does.
    pub expression: Expression,
    /// How it is held.
    pub pose: Pose,
    /// How it is lit.
    pub light: Light,
}

impl Portrait {
    /// Draws the picture: `rows` x `columns` grey levels, 0 to 255.
    pub fn draw(&self, size: (usize, usize)) -> Array2<f64> {
        let relief = Relief::of(&self.person, &self.expression);
        paint::draw(size, |p, pixel| self.grey(p, pixel, &relief))
    }

    fn grey(&self, p: Place, pixel: f64, relief: &Relief) -> f64 {
        let Self { person, pose, .. } = self;
        let q = pose.to_head(p);
        let pixel = pixel / pose.scale;
        let inside = cover(person.head.outline(q, pose), pixel);
        let around = cover(
            person.hair.around(q, &person.head, pose, person.pattern),
            pixel + 0.02,
        );
        let tuft = if inside + around > 0.0 {
            person
                .hair
                .shade(q, &person.head, &self.light, person.pattern)
        } else {
            0.0
        };
        let hair = Paint {
            grey: tuft,
            cover: around,
        };
        let mut grey = 0.0;
        if inside < 1.0 {
            grey = self.surroundings(p, q, pixel, hair);
        }
        if inside > 0.0 {
            let face = self.face(q, pixel, relief, hair);
            grey = mix(grey, face, inside);
        }
        // Photographs are printed a little lighter in the shadows than light falls.
        grey.clamp(0.0, 1.0).powf(0.85)
    }

    /// What is seen beside the head: the wall, hair, neck and clothes, ears.
    fn surroundings(&self, p: Place, q: Place, pixel: f64, hair: Paint) -> f64 {
        let Self { person, light, .. } = self;
        let mut grey = person.body.behind(p, light, person.pattern);
        // What hangs behind the face is in its shadow.
        let hangs = Paint {
            grey: hair.grey * mix(0.65, 1.0, step(0.15, -0.45, q.y)),
            cover: hair.cover,
        };
        grey = hangs.over(grey);
        for paint in person
            .body
            .below(q, pixel, &person.head, person.skin, light)
        {
            grey = paint.over(grey);
        }
        for side in [-1.0, 1.0] {
            grey = self.ear(q, pixel, side).over(grey);
        }
        if person.hair.length > 0.15 && q.y < person.hair.length {
            grey = hangs.over(grey);
        }
        grey
    }

    fn ear(&self, q: Place, pixel: f64, side: f64) -> Paint {
        let Self {
            person,
            pose,
            light,
            ..
        } = self;
        let (dark, share) = person.body.ear(q, pixel, &person.head, pose, side);
        let lit = light.on(unit([0.6 * side, 0.0, 1.0]), 0.0);
        Paint {
            grey: 0.88 * person.skin * dark * lit,
            cover: share,
        }
    }

    /// The face at a place inside of the head's outline.
    fn face(&self, q: Place, pixel: f64, relief: &Relief, hair: Paint) -> f64 {
        let Self {
            person,
            pose,
            light,
            ..
        } = self;
        let mut surface = person.head.surface(q, pose);
        let straight = relief.at(surface.place);
        // What stands out is seen a little aside when the head turns.
        let p = at(
            surface.place.x - straight.height * pose.yaw.sin(),
            surface.place.y + straight.height * pose.pitch.sin(),
        );
        let height = relief.at(p);
        let [nx, ny, nz] = surface.normal;
        surface.normal = unit([nx - nz * height.slope.0, ny - nz * height.slope.1, nz]);
        let edge = person.hair.on_face(p, &person.head, person.pattern);
        let albedo = self.skin(p) * person.hair.shadow(edge) * (1.0 + 1.5 * height.height.min(0.0));
        let lit = light.on(pose.to_camera(surface.normal), 0.16);
        let mut grey = self.features(p, pixel, albedo * lit, lit);
        if let Some(glasses) = &person.glasses {
            grey = glasses.paint(p, pixel, person.eyes.distance, grey);
        }
        let grown = cover(edge, pixel + 0.03) * hair.cover.max(step(0.0, -0.1, edge));
        Paint {
            grey: hair.grey,
            cover: grown,
        }
        .over(grey)
    }

    /// The skin's own grey: paler where it is thin, with its grain, and the beard's hair on it.
    fn skin(&self, p: Place) -> f64 {
        let person = &self.person;
        let grain = 0.015 * cloud(person.pattern ^ 8, at(p.x * 30.0, p.y * 30.0), 2);
        let patches = 0.03 * cloud(person.pattern ^ 9, at(p.x * 4.0, p.y * 4.0), 2);
        let tip = at(0.0, person.nose.tip);
        let beard = person
            .mouth
            .hair(p, &self.expression, tip.y, person.pattern ^ 10);
        let lines = 0.1
            * person.age
            * bell(
                (p.y + 0.38 + 0.1 * self.expression.brows) % 0.09 - 0.045,
                0.008,
            )
            * step(0.35, 0.15, p.x.abs())
            * step(-0.62, -0.5, p.y)
            * step(-0.25, -0.34, p.y);
        let skin = person.skin * (1.0 + grain + patches - lines);
        let nose = at(person.nose.width, person.nose.tip + 0.03);
        let folded = skin * person.mouth.folds(p, &self.expression, nose, person.age);
        mix(folded, 0.25 * skin + 0.6 * person.hair.grey, 0.8 * beard)
    }

    /// Eyes, brows, nostrils and mouth over skin of this grey.
    fn features(&self, p: Place, pixel: f64, skin: f64, lit: f64) -> f64 {
        let Self {
            person, expression, ..
        } = self;
        let nose = &person.nose;
        let nostril =
            bell(p.x.abs() - 0.5 * nose.width, 0.022) * bell(p.y - nose.tip - 0.062, 0.013);
        let under = bell(p.x, 0.8 * nose.width) * bell(p.y - nose.tip - 0.09, 0.025);
        let mut grey = skin * (1.0 - 0.75 * nostril) * (1.0 - 0.22 * under);
        grey = person.eyes.paint(p, pixel, expression, grey);
        grey = person.mouth.paint(p, pixel, expression, grey);
        let mut brows = person
            .eyes
            .brows(p, expression, (person.hair.grey, person.pattern ^ 11));
        brows.grey *= lit;
        brows.over(grey)
    }
}
