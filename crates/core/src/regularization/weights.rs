//! The weights of a module, by name, as plain numbers.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

/// One weight tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedWeight {
    /// Where in the module: `layers.0.weight`.
    pub path: String,
    /// Sizes of the axes; `[inputs, outputs]` for Burn's linear layer.
    pub shape: Vec<usize>,
    /// The numbers, last axis fastest.
    pub values: Vec<f32>,
}

/// All weights of a module in the order of its fields, frozen ones, too.
///
/// Which parameters count as weights: [see here](super#what-counts-as-a-weight).
pub fn weights<M: Module>(module: &M) -> Vec<NamedWeight> {
    let mut collector = Collector::default();
    module.visit(&mut collector);
    collector.weights
}

/// Whether a parameter of this rank is a weight.
pub(super) fn is_weight<const D: usize>() -> bool {
    D >= 2
}

#[derive(Default)]
struct Collector {
    path: Vec<String>,
    weights: Vec<NamedWeight>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if !is_weight::<D>() {
            return;
        }
        let tensor = param.val();
        self.weights.push(NamedWeight {
            path: self.path.join("."),
            shape: tensor.dims().to_vec(),
            values: tensor.into_data().iter::<f32>().collect(),
        });
    }
}
