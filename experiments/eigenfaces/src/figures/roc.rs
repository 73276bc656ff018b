//! Faces from other pictures: the curves and their areas.

use retrace_figure::{Axis, Chart, Colour, Dash, Figure, Layer, Line, Marker, Rule};
use retrace_lab::statistics::mean;

use super::{All, colour, mean_and_interval, origin};
use crate::data::{PERSONS_SET, THINGS_SET};
use crate::distances::Criterion;
use crate::outcome::{Detection, Task, curve_shares};

/// The data sets of all detection.
pub const SETS: [&str; 2] = [PERSONS_SET, THINGS_SET];

/// The cells that detect.
pub fn cells(outcomes: &All) -> Vec<&Detection> {
    outcomes
        .of("detection")
        .filter_map(|cell| cell.outcome.detection())
        .collect()
}

/// One panel a task, one curve a criterion.
pub fn curves(outcomes: &All) -> Option<Figure> {
    let cells = cells(outcomes);
    let config = outcomes.config();
    let first = cells.first()?;
    let figure = Figure::new("roc", "What each distance tells apart")
        .caption(format!(
            "ROC curves, mean over {} random choices of {} known persons ({} pictures each) and {} \
             unknown ones, with {} other pictures; about {} eigenfaces ({} % of the variance); the \
             band is the 95 % interval of the mean. The numbers are areas under the curves: 1 is a \
             perfect separation, 0.5 none. Sum and mean rank all pictures alike, so their curves \
             are the same.{}",
            cells.len(),
            config.known_persons(),
            config.training_pictures,
            config.unknown_persons,
            config.things,
            first.components,
            100.0 * config.share,
            origin(outcomes, &SETS)
        ))
        .columns(2);
    Some(Task::ALL.iter().fold(figure, |figure, task| {
        figure.panel_sized(task_panel(&cells, *task), 400, 430)
    }))
}

fn task_panel(cells: &[&Detection], task: Task) -> Chart {
    let refused = match task {
        Task::KnownFromUnknown => "unknown persons accepted (0-1)",
        _ => "other pictures accepted (0-1)",
    };
    let accepted = match task {
        Task::FacesFromThings => "faces accepted (0-1)",
        Task::UnknownFromThings => "unknown persons accepted (0-1)",
        _ => "known persons accepted (0-1)",
    };
    let axis = |label: &str| Axis::new(label).range(0.0, 1.0);
    let chance = Line::new("", [0.0, 1.0], [0.0, 1.0]).colour(Colour::LIGHT_GREY);
    let chart = Chart::new(task.label(), axis(refused), axis(accepted)).with(chance);
    let shares = curve_shares();
    let criteria = Criterion::ALL.iter().enumerate();
    criteria.fold(chart, |chart, (place, criterion)| {
        let told = cells
            .iter()
            .filter_map(|cell| cell.told.iter().find(|told| told.task == task));
        let (areas, rows): (Vec<f64>, Vec<Vec<f64>>) = told
            .map(|told| (told.areas[place], told.curves[place].clone()))
            .unzip();
        let label = format!("{}: {:.3}", criterion.label(), mean(&areas));
        let [band, line] = mean_and_interval(&label, &shares, &rows, colour(*criterion));
        if *criterion == Criterion::Mean {
            return chart.with(dashed(line));
        }
        chart.with(band).with(line)
    })
}

/// Sum and mean coincide: both are seen when one is dashed.
fn dashed(layer: Layer) -> Layer {
    match layer {
        Layer::Line(line) => line.dash(Dash::Dashed).into(),
        other => other,
    }
}

/// Area under the curve against the number of eigenfaces.
pub fn by_components(outcomes: &All) -> Option<Figure> {
    let cells = cells(outcomes);
    let first = cells.first()?;
    let numbers: Vec<f64> = first
        .by_components
        .iter()
        .map(|at| at.components as f64)
        .collect();
    let used: Vec<f64> = cells.iter().map(|cell| cell.components as f64).collect();
    let share = format!("{} %", 100.0 * outcomes.config().share);
    let rule = Rule::at_x(share.clone(), mean(&used)).dash(Dash::Dotted);
    // The sum ranks as the mean.
    let criteria = Criterion::ALL.iter().enumerate().skip(1);
    let lines = criteria.flat_map(|(place, criterion)| {
        let row = |cell: &&Detection| -> Vec<f64> {
            let areas = cell.by_components.iter().map(|at| at.areas[place]);
            areas.collect()
        };
        let rows: Vec<Vec<f64>> = cells.iter().map(row).collect();
        let layers = mean_and_interval(criterion.label(), &numbers, &rows, colour(*criterion));
        layers.map(marked)
    });
    let place = Axis::new("number of eigenfaces").log();
    let chart = Chart::new("", place, Axis::new("area under the ROC curve (0-1)"))
        .with_all(lines)
        .with(rule.colour(Colour::DARK_GREY));
    let title = "Faces from other pictures, by the number of eigenfaces";
    let caption = format!(
        "Area under the ROC curve of unseen faces, of known and unknown persons, against other \
         pictures; mean over {} choices, the band its 95 % interval. Dotted: the eigenfaces that \
         reach {share} of the variance.{}",
        cells.len(),
        origin(outcomes, &SETS)
    );
    let figure = Figure::new("roc-by-components", title).caption(caption);
    Some(figure.panel_sized(chart, 760, 400))
}

/// A line with its points marked.
fn marked(layer: Layer) -> Layer {
    match layer {
        Layer::Line(line) => line.marker(Marker::Circle).into(),
        other => other,
    }
}
