//! The post's claims and our answers. The limits were fixed before the first run.

use retrace_lab::{Claim, Outcomes};

use crate::Freezing;
use crate::arm::Kind;
use crate::outcome::FrozenNetwork;

const POST: &str = "the post";
const OURS: &str = "ours, to explain the post";

/// Largest accepted difference of a probability.
const ALLOWED: f64 = 1e-5;

/// Operators of ONNX that draw random numbers or gather statistics: what training needs and a
/// frozen network does not.
const TRAINING_ONLY: [&str; 5] = [
    "Dropout",
    "RandomNormalLike",
    "RandomUniformLike",
    "Bernoulli",
    "ReduceMean",
];

/// All claims, for each network.
pub fn all(outcomes: &Outcomes<Freezing>) -> Vec<Claim> {
    let of_each = Kind::ALL.into_iter().flat_map(|kind| {
        [
            suffices(outcomes, kind),
            agrees(outcomes, kind).shown_in("differences"),
            same_class(outcomes, kind),
            named(outcomes, kind).shown_in("graph"),
            sizes(outcomes, kind).shown_in("sizes"),
            without_training(outcomes, kind).shown_in("graph"),
            parameters(outcomes, kind),
        ]
    });
    of_each.chain([phases(outcomes)]).collect()
}

/// A question to every frozen network.
struct Asked {
    ids: [&'static str; 2],
    source: &'static str,
    statement: &'static str,
    statistic: &'static str,
    limit: f64,
}

impl Asked {
    /// Holds where the largest number of all seeds is within the limit; a seed whose network was
    /// not frozen is beyond every limit.
    fn answer(
        self,
        outcomes: &Outcomes<Freezing>,
        kind: Kind,
        number: impl Fn(&FrozenNetwork) -> f64,
    ) -> Claim {
        let id = match kind {
            Kind::Plain => self.ids[0],
            Kind::Full => self.ids[1],
        };
        let number = |net: Option<&FrozenNetwork>| net.map_or(f64::INFINITY, &number);
        let cells = outcomes.of(kind.name());
        let values: Vec<f64> = cells
            .map(|cell| number(cell.outcome.frozen.as_ref()))
            .collect();
        let largest = values.iter().copied().fold(0.0, f64::max);
        Claim::says(
            id,
            self.source,
            format!("{} ({})", self.statement, kind.label()),
        )
        .measured_by(self.statistic, "")
        .largest_is_at_most(self.limit, largest, values.len())
    }
}

fn suffices(outcomes: &Outcomes<Freezing>, kind: Kind) -> Claim {
    let asked = Asked {
        ids: ["plain-file-suffices", "full-file-suffices"],
        source: POST,
        statement: "structure and weights put together are the frozen file, which alone suffices",
        statistic: "1 where structure and weights, joined again, differ from the frozen file in \
                    any byte; it is run by a runtime that has no code of the network",
        limit: 0.0,
    };
    asked.answer(outcomes, kind, |net| f64::from(u8::from(!net.joined_again)))
}

fn agrees(outcomes: &Outcomes<Freezing>, kind: Kind) -> Claim {
    let asked = Asked {
        ids: ["plain-outputs-agree", "full-outputs-agree"],
        source: POST,
        statement: "the frozen network gives the original's outputs",
        statistic: "largest difference of a probability over all test images and seeds",
        limit: ALLOWED,
    };
    asked.answer(outcomes, kind, |net| net.agreement.largest())
}

fn same_class(outcomes: &Outcomes<Freezing>, kind: Kind) -> Claim {
    let asked = Asked {
        ids: ["plain-same-class", "full-same-class"],
        source: POST,
        statement: "the frozen network chooses the same classes",
        statistic: "largest share of test images on which the chosen classes differ",
        limit: 0.0,
    };
    asked.answer(outcomes, kind, |net| 1.0 - net.agreement.same_class)
}

fn named(outcomes: &Outcomes<Freezing>, kind: Kind) -> Claim {
    let asked = Asked {
        ids: ["plain-text-names-nodes", "full-text-names-nodes"],
        source: POST,
        statement: "the text form names every node",
        statistic: "nodes without a name in the text form",
        limit: 0.0,
    };
    asked.answer(outcomes, kind, |net| (net.nodes.len() - net.named) as f64)
}

fn sizes(outcomes: &Outcomes<Freezing>, kind: Kind) -> Claim {
    let asked = Asked {
        ids: ["plain-sizes-add-up", "full-sizes-add-up"],
        source: OURS,
        statement: "the frozen file is as large as structure and weights together",
        statistic: "difference of the sizes as a share of the frozen file",
        limit: 0.05,
    };
    asked.answer(outcomes, kind, |net| {
        let both = net.sizes.structure + net.sizes.weights;
        both.abs_diff(net.sizes.frozen) as f64 / net.sizes.frozen as f64
    })
}

fn without_training(outcomes: &Outcomes<Freezing>, kind: Kind) -> Claim {
    let asked = Asked {
        ids: ["plain-no-training-nodes", "full-no-training-nodes"],
        source: OURS,
        statement: "operations that only training needs are gone",
        statistic: "nodes in the file that draw random numbers or take means over a batch",
        limit: 0.0,
    };
    asked.answer(outcomes, kind, |net| {
        let operators = net.nodes.iter().map(|node| node.operator.as_str());
        operators
            .filter(|name| TRAINING_ONLY.contains(name))
            .count() as f64
    })
}

fn parameters(outcomes: &Outcomes<Freezing>, kind: Kind) -> Claim {
    let asked = Asked {
        ids: ["plain-all-parameters", "full-all-parameters"],
        source: OURS,
        statement: "the file holds every parameter and running statistic",
        statistic: "difference between the numbers of weights in file and model",
        limit: 0.0,
    };
    asked.answer(outcomes, kind, |net| {
        net.parameters.file.abs_diff(net.parameters.model) as f64
    })
}

/// The control: a file made of the training phase would show this.
fn phases(outcomes: &Outcomes<Freezing>) -> Claim {
    let differences = outcomes.values(Kind::Full.name(), |outcome| {
        Some(outcome.frozen.as_ref()?.phases)
    });
    Claim::says(
        "phases-differ",
        OURS,
        "a network with dropout would give other outputs if it were frozen as in training",
    )
    .measured_by(
        "largest difference of a probability between training and testing phase of the original",
        "",
    )
    .mean_is_above(100.0 * ALLOWED, &differences)
}
