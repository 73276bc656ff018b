//! **Does RReLU overfit less?** That is what its paper offers it for: how much better each network
//! knows its training images than new ones.

use retrace_figure::{Axis, Figure};
use retrace_lab::{Claim, Drawing, Result, Results};

use crate::Rrelu;
use crate::arm::{Norm, RELU, RRELU};
use crate::test_error::bars_of_networks;
use crate::training::{End, On, Outcome, Trainings};

const XU: &str = "Xu et al. 2015, which the post follows";

/// Why the gap is not smaller on few images.
const GAP_IS_TEST_ERROR: &str = "On few images every network comes to know all that it was trained \
    on, random slopes or not, so the gap is the test error; and a leaky function, which RReLU is at \
    test, has the larger one here.";

/// Why the accuracy is not larger there.
const LEAKY_ANYWAY: &str = "Random slopes do not keep the network from knowing its few training \
    images by heart. RReLU then does as LReLU x/5.5, which it is at test, and in this network a \
    smaller slope on the negative side is better: ReLU's is zero.";

/// Overfitting after both trainings, by accuracy and by loss.
pub(crate) fn figures(results: &Results<Rrelu>) -> Result<Vec<Drawing>> {
    Ok(vec![by_accuracy(results).into(), by_loss(results).into()])
}

/// Accuracy on training images minus accuracy on test images, after both trainings.
fn by_accuracy(results: &Results<Rrelu>) -> Figure {
    let title = "Overfitting: accuracy on training images minus test images";
    let axis = "training minus test accuracy (percentage points)";
    figure(results, ("gap", title), axis, |end| Some(100.0 * end.gap())).caption(
        "Both in evaluation, after the last epoch; each pale bar is the network above it with \
         batch normalisation. Mean over seeds with its 95 % interval, a dot per seed. RReLU's random \
         slopes are meant to make this smaller. Where a network knows all its training images by \
         heart, the gap is its test error.",
    )
}

/// The same by loss, which goes on where the training accuracy has arrived at 1.
fn by_loss(results: &Results<Rrelu>) -> Figure {
    let title = "Overfitting: loss on test images minus training images";
    let axis = "test minus training loss (nats)";
    let gap = |end: &End| Some(end.test.loss? - end.train.loss?);
    figure(results, ("loss-gap", title), axis, gap).caption(
        "Both in evaluation, after the last epoch; each pale bar is the network above it with \
         batch normalisation. Mean over seeds with its 95 % interval, a dot per seed.",
    )
}

fn figure(
    results: &Results<Rrelu>,
    (name, title): (&str, &str),
    axis: &str,
    gap: fn(&End) -> Option<f64>,
) -> Figure {
    let panel = |on: On| {
        let number = move |outcome: &Outcome| on.training(outcome).end.as_ref().and_then(gap);
        bars_of_networks(results, on.title(results), Axis::new(axis), number).digits(2)
    };
    Figure::new(name, title)
        .columns(2)
        .panel(panel(On::All))
        .panel(panel(On::Few))
}

/// Of both trainings, without and with batch normalisation.
pub(crate) fn claims(results: &Results<Rrelu>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for on in On::BOTH {
        for norm in Norm::BOTH {
            claims.push(smaller_gap(results, on, norm));
        }
    }
    for norm in Norm::BOTH {
        claims.push(better_on_few(results, norm));
    }
    claims
}

fn smaller_gap(results: &Results<Rrelu>, on: On, norm: Norm) -> Claim {
    let (title, suffix) = match on {
        On::All => ("on all images", ""),
        On::Few => ("on few images", "-on-few-images"),
    };
    let id = format!("rrelu-overfits-less{suffix}{}", norm.suffix());
    let statement = format!(
        "RReLU as the paper has it overfits less than ReLU {}, {}",
        title,
        norm.title()
    );
    let gap = |outcome: &Outcome| on.training(outcome).end.as_ref().map(End::gap);
    let gaps = paired(results, norm, gap);
    let claim = Claim::says(id, XU, statement)
        .measured_by(
            "accuracy on training minus test images, RReLU minus ReLU",
            "",
        )
        .mean_is_below(0.0, &gaps)
        .shown_in("gap");
    match (on, norm) {
        (On::Few, Norm::Plain) => claim.if_contradicted(GAP_IS_TEST_ERROR),
        _ => claim,
    }
}

fn better_on_few(results: &Results<Rrelu>, norm: Norm) -> Claim {
    let id = format!("rrelu-beats-relu-on-few-images{}", norm.suffix());
    let statement = format!(
        "RReLU as the paper has it beats ReLU on few images, {}",
        norm.title()
    );
    let claim = Claim::says(id, XU, statement)
        .measured_by("test accuracy after few images, RReLU minus ReLU", "")
        .mean_is_above(
            0.0,
            &paired(results, norm, |outcome| On::Few.accuracy(outcome)),
        )
        .shown_in("test-error");
    match norm {
        Norm::Plain => claim.if_contradicted(LEAKY_ANYWAY),
        Norm::Batch => claim,
    }
}

/// RReLU minus ReLU.
fn paired(
    results: &Results<Rrelu>,
    norm: Norm,
    number: impl Fn(&Outcome) -> Option<f64>,
) -> Vec<f64> {
    let trainings = results.of::<Trainings>();
    trainings.differences(&norm.of(RRELU), &norm.of(RELU), number)
}
