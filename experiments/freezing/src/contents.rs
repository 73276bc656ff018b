//! **Is one file all that is needed?** What the frozen files hold: their nodes, their sizes, and that
//! structure and weights put together are the whole.

use retrace_figure::{Axis, BarSeries, Bars, Colour, Column, Figure, Table};
use retrace_lab::{Arm, Claim, Drawing, Result, Results};

use crate::frozen::{FrozenNetwork, frozen};
use crate::network::Kind;
use crate::{Freezing, OURS, POST};

/// Operators of ONNX that draw random numbers or gather statistics: what training needs and a
/// frozen network does not.
const TRAINING_ONLY: [&str; 5] = [
    "Dropout",
    "RandomNormalLike",
    "RandomUniformLike",
    "Bernoulli",
    "ReduceMean",
];

/// The graph and the sizes.
pub(crate) fn figures(results: &Results<Freezing>) -> Result<Vec<Drawing>> {
    Ok(vec![graph(results).into(), sizes(results).into()])
}

/// What the files hold, for each network.
pub(crate) fn claims(results: &Results<Freezing>) -> Vec<Claim> {
    let of_each = Kind::ALL.into_iter().flat_map(|kind| {
        [
            suffices(results, kind),
            named(results, kind).shown_in("graph"),
            sizes_add_up(results, kind).shown_in("sizes"),
            without_training(results, kind).shown_in("graph"),
            parameters(results, kind),
        ]
    });
    of_each.collect()
}

/// A question to every frozen network.
pub struct ForEach {
    /// Its claim's id, after the name of the network.
    pub id: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// The claim.
    pub statement: &'static str,
    /// What is measured.
    pub statistic: &'static str,
    /// The largest number that the claim allows.
    pub limit: f64,
}

impl ForEach {
    /// Holds where the largest number of all seeds is within the limit; a seed whose training
    /// diverged has no file and no number.
    pub fn answer(
        self,
        results: &Results<Freezing>,
        kind: Kind,
        number: impl Fn(&FrozenNetwork) -> f64,
    ) -> Claim {
        let id = format!("{}-{}", kind.name(), self.id);
        let frozen = frozen(results, kind);
        let values: Vec<f64> = frozen.into_iter().map(number).collect();
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

fn suffices(results: &Results<Freezing>, kind: Kind) -> Claim {
    let asked = ForEach {
        id: "file-suffices",
        source: POST,
        statement: "structure and weights put together are the frozen file, which alone suffices",
        statistic: "1 where structure and weights, joined again, differ from the frozen file in \
                    any byte; it is run by a runtime that has no code of the network",
        limit: 0.0,
    };
    asked.answer(results, kind, |net| f64::from(u8::from(!net.joined_again)))
}

fn named(results: &Results<Freezing>, kind: Kind) -> Claim {
    let asked = ForEach {
        id: "text-names-nodes",
        source: POST,
        statement: "the text form names every node",
        statistic: "nodes without a name in the text form",
        limit: 0.0,
    };
    asked.answer(results, kind, |net| (net.nodes.len() - net.named) as f64)
}

fn sizes_add_up(results: &Results<Freezing>, kind: Kind) -> Claim {
    let asked = ForEach {
        id: "sizes-add-up",
        source: OURS,
        statement: "the frozen file is as large as structure and weights together",
        statistic: "difference of the sizes as a share of the frozen file",
        limit: 0.05,
    };
    asked.answer(results, kind, |net| {
        let both = net.sizes.structure + net.sizes.weights;
        both.abs_diff(net.sizes.frozen) as f64 / net.sizes.frozen as f64
    })
}

fn without_training(results: &Results<Freezing>, kind: Kind) -> Claim {
    let asked = ForEach {
        id: "no-training-nodes",
        source: OURS,
        statement: "operations that only training needs are gone",
        statistic: "nodes in the file that draw random numbers or take means over a batch",
        limit: 0.0,
    };
    asked.answer(results, kind, |net| {
        let operators = net.nodes.iter().map(|node| node.operator.as_str());
        operators
            .filter(|name| TRAINING_ONLY.contains(name))
            .count() as f64
    })
}

fn parameters(results: &Results<Freezing>, kind: Kind) -> Claim {
    let asked = ForEach {
        id: "all-parameters",
        source: OURS,
        statement: "the file holds every parameter and running statistic",
        statistic: "difference between the numbers of weights in file and model",
        limit: 0.0,
    };
    asked.answer(results, kind, |net| {
        net.parameters.file.abs_diff(net.parameters.model) as f64
    })
}

/// Every node of the frozen files of seed 0.
fn graph(results: &Results<Freezing>) -> Figure {
    let table = |kind: Kind| {
        let columns = ["node", "operation", "reads"].map(Column::words);
        let nodes = frozen(results, kind)
            .into_iter()
            .take(1)
            .flat_map(|net| &net.nodes);
        let rows = nodes.map(|node| {
            [
                node.name.clone(),
                node.operator.clone(),
                node.inputs.join(", "),
            ]
        });
        rows.fold(Table::new(kind.label(), columns), Table::row)
    };
    let figure = Figure::new("graph", "The frozen graphs, node by node").caption(
        "The readable form of the frozen files of seed 0: each node with its operation in ONNX and \
         the values it reads, from the input at the top to the output. A node reads results of \
         other nodes, parameters (weight, bias, alpha, gamma, beta, running mean and variance) and \
         constants. The names first, second, hidden and logits are those under which the network \
         gives out what it computes; each stands for the result of the row right above the one \
         that reads it first. Dropout is gone; leaky ReLU, PReLU and softmax are ONNX's own \
         operations, ELU is a comparison, an exponential and a choice.",
    );
    Kind::ALL.into_iter().map(table).fold(figure, Figure::panel)
}

fn sizes(results: &Results<Freezing>) -> Figure {
    let parts = ["structure", "weights", "frozen file"];
    let kib = |net: &FrozenNetwork| {
        [net.sizes.structure, net.sizes.weights, net.sizes.frozen].map(|size| size as f64 / 1024.0)
    };
    let bars = Bars::new("", parts, Axis::new("size (KiB)")).digits(1);
    let bars = Kind::ALL
        .into_iter()
        .enumerate()
        .fold(bars, |bars, (at, kind)| {
            let first = frozen(results, kind).first().map(|net| kib(net));
            let values = first.unwrap_or([f64::NAN; 3]);
            bars.series(BarSeries::new(kind.label(), values).colour(Colour::series(at)))
        });
    Figure::new("sizes", "Size of structure, weights, and both in one file")
        .caption(
            "Seed 0; sizes do not depend on the seed. The structure is an ONNX file whose weights \
             are inputs without values, the weights are a safetensors file.",
        )
        .panel(bars)
}
