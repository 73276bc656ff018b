//! What RReLU's paper offers it for: less overfitting.

use retrace_lab::{Claim, Outcomes};

use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::outcome::{End, Outcome};
use crate::ranking::accuracy_of_few;

const XU: &str = "Xu et al. 2015, which the post follows";

/// Why the gap is not smaller on few images.
const GAP_IS_TEST_ERROR: &str = "On few images every network comes to know all that it was trained \
    on, random slopes or not, so the gap is the test error; and a leaky function, which RReLU is at \
    test, has the larger one here.";

/// Why the accuracy is not larger there.
const LEAKY_ANYWAY: &str = "Random slopes do not keep the network from knowing its few training \
    images by heart. RReLU then does as LReLU x/5.5, which it is at test, and in this network a \
    smaller slope on the negative side is better: ReLU's is zero.";

/// Which of the two trainings.
#[derive(Clone, Copy)]
enum On {
    AllImages,
    FewImages,
}

impl On {
    fn gap(self, outcome: &Outcome) -> Option<f64> {
        let training = match self {
            Self::AllImages => &outcome.full,
            Self::FewImages => &outcome.few,
        };
        training.end.as_ref().map(End::gap)
    }

    fn title(self) -> &'static str {
        match self {
            Self::AllImages => "on all images",
            Self::FewImages => "on few images",
        }
    }
}

pub(super) fn claims(outcomes: &Outcomes<Rrelu>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for on in [On::AllImages, On::FewImages] {
        for norm in Norm::BOTH {
            claims.push(smaller_gap(outcomes, on, norm));
        }
    }
    for norm in Norm::BOTH {
        claims.push(better_on_few(outcomes, norm));
    }
    claims
}

fn smaller_gap(outcomes: &Outcomes<Rrelu>, on: On, norm: Norm) -> Claim {
    let id = match (on, norm) {
        (On::AllImages, Norm::Plain) => "rrelu-overfits-less",
        (On::AllImages, Norm::Batch) => "rrelu-overfits-less-with-bn",
        (On::FewImages, Norm::Plain) => "rrelu-overfits-less-on-few-images",
        (On::FewImages, Norm::Batch) => "rrelu-overfits-less-on-few-images-with-bn",
    };
    let statement = format!(
        "RReLU as the paper has it overfits less than ReLU {}, {}",
        on.title(),
        norm.title()
    );
    let gaps = paired(outcomes, norm, |outcome| on.gap(outcome));
    let claim = Claim::says(id, XU, statement)
        .measured_by(
            "accuracy on training minus test images, RReLU minus ReLU",
            "",
        )
        .mean_is_below(0.0, &gaps)
        .shown_in("gap");
    match (on, norm) {
        (On::FewImages, Norm::Plain) => claim.if_contradicted(GAP_IS_TEST_ERROR),
        _ => claim,
    }
}

fn better_on_few(outcomes: &Outcomes<Rrelu>, norm: Norm) -> Claim {
    let id = match norm {
        Norm::Plain => "rrelu-beats-relu-on-few-images",
        Norm::Batch => "rrelu-beats-relu-on-few-images-with-bn",
    };
    let statement = format!(
        "RReLU as the paper has it beats ReLU on few images, {}",
        norm.title()
    );
    let claim = Claim::says(id, XU, statement)
        .measured_by("test accuracy after few images, RReLU minus ReLU", "")
        .mean_is_above(0.0, &paired(outcomes, norm, accuracy_of_few))
        .shown_in("test-error");
    match norm {
        Norm::Plain => claim.if_contradicted(LEAKY_ANYWAY),
        Norm::Batch => claim,
    }
}

/// RReLU minus ReLU.
fn paired(
    outcomes: &Outcomes<Rrelu>,
    norm: Norm,
    number: impl Fn(&Outcome) -> Option<f64>,
) -> Vec<f64> {
    let arms = [Function::Rrelu, Function::Relu].map(|function| norm.arm_of(function));
    outcomes.differences(&arms[0], &arms[1], number)
}
