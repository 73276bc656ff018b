//! **How long does a prediction take, from the file and in Burn?** Shown, not judged.

use retrace_figure::{Axis, BarSeries, Bars, Colour, Figure};
use retrace_lab::{Arm, Drawing, Result, Results, statistics};

use crate::Freezing;
use crate::frozen::{BURN, FROM_FILE, FrozenNetworks};
use crate::network::Kind;

/// Times by the number of images in a prediction.
pub(crate) fn figures(results: &Results<Freezing>) -> Result<Vec<Drawing>> {
    let panel = |kind: Kind| {
        let batches = &results.config().timed_batches;
        let medians = |name: &str| -> Vec<f64> {
            let of_batch = |at: usize| {
                let cells = results.of::<FrozenNetworks>().of(&kind);
                let times = cells.filter_map(|cell| cell.times.get(name)?.get(at).copied());
                1e3 * statistics::median(&times.collect::<Vec<_>>())
            };
            (0..batches.len()).map(of_batch).collect()
        };
        let burn = BarSeries::new("Burn", medians(BURN));
        let file = BarSeries::new("frozen, run by rten", medians(FROM_FILE));
        let categories = batches.iter().map(ToString::to_string);
        Bars::new(
            kind.label(),
            categories,
            Axis::new("time of a prediction (ms)"),
        )
        .category_label("images in a prediction")
        .digits(2)
        .series(burn)
        .series(file.colour(Colour::series(1)))
    };
    let figure = Figure::new("times", "Time of a prediction, original and frozen")
        .columns(2)
        .shared_legend()
        .caption(
            "Median over repeated predictions, then over seeds, on the machine of this run and on \
             one thread: another machine gives other bars. Burn: the network as it was trained; \
             rten: the program that runs the frozen file. Both get plain numbers and give plain \
             numbers. Cells that run side by side, and anything else on the machine, disturb them: \
             an impression, no benchmark.",
        );
    let figure = Kind::ALL.into_iter().map(panel).fold(figure, Figure::panel);
    Ok(vec![figure.into()])
}
