//! How large the gradient of each parameter is: the measure of the vanishing gradient.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

/// The Euclidean norm of the gradient of each float parameter that has one, by path.
///
/// `sqrt(sum g^2)`, summed in 64 bits: the squares of a gradient that has vanished underflow in 32.
/// The paths are those of [`weights`](crate::regularization::weights), `layers.0.weight`, in the
/// order of the module's fields, biases among them.
pub fn gradient_norms<M: Module>(module: &M, gradients: &GradientsParams) -> Vec<(String, f64)> {
    let mut collector = Collector {
        gradients,
        path: Vec::new(),
        norms: Vec::new(),
    };
    module.visit(&mut collector);
    collector.norms
}

struct Collector<'a> {
    gradients: &'a GradientsParams,
    path: Vec<String>,
    norms: Vec<(String, f64)>,
}

impl ModuleVisitor for Collector<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(gradient) = self.gradients.get::<D>(param.id) else {
            return;
        };
        let squares = gradient
            .into_data()
            .iter::<f64>()
            .map(|g| g * g)
            .sum::<f64>();
        self.norms.push((self.path.join("."), squares.sqrt()));
    }
}
