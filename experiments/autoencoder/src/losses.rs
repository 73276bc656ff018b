//! **Which losses train, at the rates that a person tries?** The post says of the sum of squares and
//! its divisions that they do not, by neither optimizer; its author's later posts take the mean.

use retrace_figure::{Axis, Chart, Colour, Dash, Figure, Line, Rule};
use retrace_lab::{Claim, Drawing, Result};

use crate::arm::{AtRate, Optimizer};
use crate::config::digit;
use crate::loss::Loss;
use crate::network::OutputActivation;
use crate::rates::{Among, arms, best};
use crate::training::{LEFT, SHARES, Training, left, share_curve};
use crate::{All, DOES_NOT, LATER, POST, TRAINS};

/// The losses, and a number that all of them share, step by step.
pub fn figures(results: &All) -> Result<Vec<Drawing>> {
    let losses = Figure::new(
        "losses",
        "The loss at each step, each loss in its own unit",
    )
    .columns(2)
    .caption(
        "Seed 0. A line for each rate that a person tries, the palest the smallest; dashed: with a \
         ReLU after the last layer. A line that ends early left the numbers of 32 bits. The sum of \
         squares with gradient descent: without the ReLU it is gone within steps, with it the \
         answer is black for ever, and the loss jumps with the number of white pixels in the \
         batch.",
    );
    let shares = Figure::new(
        "shares",
        "Error on new circles, as a share of the best constant answer's",
    )
    .columns(2)
    .caption(
        "Mean of squares over that of the best constant answer, mean over seeds: at 1 (dotted) a \
         network knows nothing of its input. Palest line: the smallest rate that a person tries; \
         dashed: with a ReLU after the last layer; dash and dot: rates that the loss would need. \
         More than 100 is off the chart.",
    );
    let losses = with_panels(losses, |loss, optimizer| {
        losses_panel(results, loss, optimizer)
    });
    let shares = with_panels(shares, |loss, optimizer| {
        shares_panel(results, loss, optimizer)
    });
    Ok(vec![losses.into(), shares.into()])
}

/// A row per loss, a column per optimizer.
fn with_panels(mut figure: Figure, panel: impl Fn(Loss, Optimizer) -> Chart) -> Figure {
    for loss in Loss::ALL {
        for optimizer in Optimizer::BOTH {
            figure = figure.panel_sized(panel(loss, optimizer), 560, 300);
        }
    }
    figure
}

fn title(loss: Loss, optimizer: Optimizer) -> String {
    format!("{}, {}", loss.label(), optimizer.label())
}

fn losses_panel(results: &All, loss: Loss, optimizer: Optimizer) -> Chart {
    let chart = Chart::new(title(loss, optimizer), "step", Axis::new("loss").log());
    let lines = OutputActivation::BOTH.into_iter().flat_map(|output| {
        let arms = arms(results, loss, (optimizer, output), Among::Usual);
        let count = arms.len();
        let line = move |(index, arm)| loss_line(results, arm, pale(index, count));
        arms.into_iter().enumerate().filter_map(line)
    });
    chart.with_all(lines)
}

/// How much white is in the colour of the rate at this place of so many.
fn pale(index: usize, count: usize) -> f64 {
    0.75 * (1.0 - (index + 1) as f64 / count as f64)
}

fn rate_label(arm: &AtRate) -> String {
    match arm.output {
        OutputActivation::Linear => digit(arm.rate),
        OutputActivation::Relu => format!("{}, {}", digit(arm.rate), arm.output.label()),
    }
}

fn loss_line(results: &All, arm: AtRate, pale: f64) -> Option<Line> {
    let cell = results.of::<Training>().get(&arm.into(), 0)?;
    let losses = &cell.outcome.history.losses;
    let x: Vec<f64> = losses.iter().map(|loss| loss.step as f64).collect();
    // What is above this cannot be seen beside the rest.
    let most = 100.0 * losses.first()?.loss;
    let y = losses.iter().map(|loss| loss.loss);
    let y: Vec<f64> = y.map(|y| if y < most { y } else { f64::NAN }).collect();
    let line = Line::new(rate_label(&arm), x, y)
        .colour(arm.loss.colour().mix(Colour::WHITE, pale))
        .dash(arm.output.dash())
        .width(1.6);
    Some(line)
}

fn shares_panel(results: &All, loss: Loss, optimizer: Optimizer) -> Chart {
    let y = Axis::new(LEFT).log().range(SHARES.0, SHARES.1);
    let chart = Chart::new(title(loss, optimizer), Axis::new("step").log(), y)
        .with(Rule::at_y("", 1.0).dash(Dash::Dotted));
    let lines = OutputActivation::BOTH.into_iter().flat_map(|output| {
        let arms = arms(results, loss, (optimizer, output), Among::All);
        let count = arms.len();
        let line = move |(index, arm)| share_line(results, arm, pale(index, count));
        arms.into_iter().enumerate().map(line)
    });
    chart.with_all(lines)
}

fn share_line(results: &All, arm: AtRate, pale: f64) -> Line {
    let (colour, dash) = match arm.is_usual {
        true => (arm.loss.colour(), arm.output.dash()),
        false => (Colour::BLACK, Dash::DashDot),
    };
    let (x, curve) = share_curve(results.of::<Training>(), &arm.into());
    curve
        .line(rate_label(&arm), &x)
        .colour(colour.mix(Colour::WHITE, pale))
        .dash(dash)
        .width(1.6)
}

/// Whether each loss trains at the best of a person's rates.
pub fn claims(results: &All) -> Vec<Claim> {
    let mut claims = Vec::new();
    for output in [OutputActivation::Relu, OutputActivation::Linear] {
        for optimizer in Optimizer::BOTH {
            let case = |loss| Case {
                loss,
                optimizer,
                output,
            };
            let sums = [Loss::Sum, Loss::SumC, Loss::SumC2].map(case);
            claims.extend(sums.map(|case| fails(results, case)));
            let means = [Loss::Mean, Loss::Unit].map(case);
            claims.extend(means.map(|case| trains(results, case)));
        }
    }
    let claims = claims.into_iter();
    claims.map(|claim| claim.shown_in("shares")).collect()
}

#[derive(Clone, Copy)]
struct Case {
    loss: Loss,
    optimizer: Optimizer,
    output: OutputActivation,
}

impl Case {
    /// `sum-does-not-train-by-sgd-open`.
    fn id(self, does: &str) -> String {
        let (loss, optimizer) = (self.loss.name(), self.optimizer.name());
        format!("{loss}-{does}-by-{optimizer}{}", self.output.id_suffix())
    }

    fn label(self) -> String {
        let title = title(self.loss, self.optimizer);
        format!("{title}, {}", self.output.ending())
    }

    /// What the best of a person's rates leaves, and what that is in words.
    fn left(self, results: &All) -> (Vec<f64>, String) {
        let share = "share of the constant answer's error";
        let how = (self.optimizer, self.output);
        match best(results, self.loss, how, Among::Usual) {
            Some(arm) => {
                let (rate, count) = (digit(arm.rate), results.config().rates.len());
                let statistic = format!("{share} that is left at rate {rate}, the best of {count}");
                (left(results, arm), statistic)
            }
            None => (Vec::new(), share.to_owned()),
        }
    }
}

fn fails(results: &All, case: Case) -> Claim {
    let (left, statistic) = case.left(results);
    let statement = format!(
        "the loss does not train at any of the usual rates: {}",
        case.label()
    );
    let claim = Claim::says(case.id("does-not-train"), POST, statement)
        .measured_by(statistic, "")
        .mean_is_above(DOES_NOT, &left);
    match case.optimizer {
        Optimizer::Adam => claim.if_contradicted(
            "Adam divides a gradient by its own running size, so that a constant before the loss \
             cancels: to it the sum, its divisions and the mean are one loss, and one of the usual \
             rates suits it.",
        ),
        Optimizer::Sgd => claim,
    }
}

fn trains(results: &All, case: Case) -> Claim {
    let (left, statistic) = case.left(results);
    let statement = format!("a mean trains: {}", case.label());
    let claim = Claim::says(case.id("trains"), LATER, statement)
        .measured_by(statistic, "")
        .mean_is_below(TRAINS, &left);
    match (case.optimizer, case.loss, case.output) {
        (Optimizer::Adam, ..) => claim,
        (Optimizer::Sgd, Loss::Unit, _) => claim.if_contradicted(
            "The first answers of the tutorial's weights are far too large. Gradient descent \
             brings them down to about the best constant answer, where the gradient is small: in \
             the steps that are left the usual rates change little.",
        ),
        (Optimizer::Sgd, _, OutputActivation::Linear) => claim.if_contradicted(
            "On pictures of 0 to 100 the gradient of the mean is so large that gradient descent is \
             stable only far below the usual rates; at these the first steps blow up.",
        ),
        (Optimizer::Sgd, _, OutputActivation::Relu) => claim.if_contradicted(
            "On pictures of 0 to 100 the gradient of the mean is so large that at the usual rates \
             the first step throws the last layer below zero: its ReLU answers black everywhere, \
             and no gradient comes back.",
        ),
    }
}
