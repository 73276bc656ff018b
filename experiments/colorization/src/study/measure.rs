//! A trained network on the test pictures, and what is kept of it.

use ndarray::{Array3, Axis};
use retrace_lab::{Cell, Result};

use super::kept::{keep, lab};
use super::{Study, shown};
use crate::arm::Answer;
use crate::colouring::{Border, colours};
use crate::evaluation::{Evaluated, Evaluation, TEMPERATURES, constant_scores};
use crate::metrics::Yardstick;
use crate::model_file;
use crate::network::Network;
use crate::outcome::End;

/// Best pictures that are kept, and worst ones.
const EXTREMES: usize = 3;

impl Study<'_> {
    /// Scores on the test pictures.
    pub(super) fn measure(&self, cell: &mut Cell<'_>, network: &Network) -> Result<End> {
        let evaluation = Evaluation {
            network,
            decoder: self.decoder(self.setup.temperature(self.config)),
            targets: self.targets(),
            yardstick: Yardstick::new(&self.bins),
        };
        let found = evaluation.run(cell, &self.test)?;
        let constant = |colour| constant_scores(&evaluation.yardstick, &self.test, colour);
        let shown = shown(&self.test, self.config.shown);
        let extremes = extremes(&found);
        self.keep(cell, network, &found, &shown, &extremes)?;
        Ok(End {
            scores: found.scores,
            cross_entropy: found.cross_entropy,
            constant_cross_entropy: found.constant_cross_entropy,
            temperatures: found.temperatures,
            grey: constant([0.0, 0.0]),
            most_frequent: constant(self.bins.centre(self.bins.most_frequent())),
            pictures: found.pictures,
            shown,
            extremes,
        })
    }

    /// Arrays for the figures: `shown`, a and b of the pictures shown; of seed 0 also `extremes`,
    /// true L, a, b and then a and b of the best and worst pictures, and `temperatures`, a and b of
    /// the first picture shown at each of [`TEMPERATURES`]; and the network itself.
    fn keep(
        &self,
        cell: &mut Cell<'_>,
        network: &Network,
        found: &Evaluated,
        shown_places: &[usize],
        extreme_places: &[usize],
    ) -> Result<()> {
        let pick = |places: &[usize]| -> Vec<Array3<f32>> {
            let places = places.iter();
            places.map(|place| found.colours[*place].clone()).collect()
        };
        keep(cell, "shown", &pick(shown_places));
        let (name, cells) = model_file::cells_array(self.bins.cells());
        cell.keep_array(name, cells);
        for (name, array) in model_file::arrays(network) {
            cell.keep_array(name, array);
        }
        let Some(first) = shown_places.first().filter(|_| cell.seed() == 0) else {
            return Ok(());
        };
        let truths = extreme_places.iter().map(|place| lab(self.test[*place]));
        keep(cell, "extremes.true", &truths.collect::<Vec<_>>());
        keep(cell, "extremes", &pick(extreme_places));
        if self.setup.answer == Answer::Bins {
            let lightness = lab(self.test[*first]).index_axis(Axis(0), 0).to_owned();
            let at = |t: f64| {
                let decoder = self.decoder(t);
                colours(
                    network,
                    &decoder,
                    &lightness,
                    Border::Reflect,
                    |_, _| Ok(()),
                )
            };
            let pictures: Result<Vec<_>> = TEMPERATURES.into_iter().map(at).collect();
            keep(cell, "temperatures", &pictures?);
        }
        Ok(())
    }
}

/// The best pictures and then the worst, the very worst last, as many of them as have one size.
fn extremes(found: &Evaluated) -> Vec<usize> {
    let mut order: Vec<usize> = (0..found.pictures.len()).collect();
    let error = |place: &usize| found.pictures[*place].rmse;
    order.sort_by(|one, other| error(one).total_cmp(&error(other)));
    let size = |place: &usize| found.colours[*place].dim();
    let first = order.first().map(size);
    order.retain(|place| Some(size(place)) == first);
    let each = EXTREMES.min(order.len() / 2);
    [&order[..each], &order[order.len() - each..]].concat()
}
