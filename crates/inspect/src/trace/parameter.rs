//! The parameters of a module, by path.

use std::collections::BTreeMap;

use burn::backend::capture::CaptureBackend;
use burn::backend::ir::TensorId;
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Bool, Device, Int, Tensor};

use crate::{Error, Result};

/// A parameter of a model, or a running statistic.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Path in the module: `blocks.0.conv.weight`.
    pub path: String,
    /// The type of the module that it is a field of: `Conv2d`.
    pub owner: String,
    /// Shape, in Burn's order of axes.
    pub shape: Vec<usize>,
    /// Whether training changes it by gradients: not so for running statistics and for parameters
    /// that were frozen.
    pub trainable: bool,
    pub(crate) bytes: u64,
    pub(crate) id: TensorId,
}

impl Parameter {
    /// Number of elements.
    pub fn count(&self) -> u64 {
        self.shape.iter().map(|&side| side as u64).product()
    }

    /// The path of the module that it is a field of: `blocks.0.conv`.
    pub fn layer(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(layer, _)| layer)
    }
}

/// Which paths require a gradient once the model goes back to training.
pub(super) fn trainable<M: Module>(model: &M) -> BTreeMap<String, bool> {
    // A model on a device without autodiff would say "no" for everything.
    let model = model.clone().to_device(&Device::flex().autodiff()).train();
    let mut visitor = Trainable::default();
    model.visit(&mut visitor);
    visitor.found
}

#[derive(Debug, Default)]
struct Path(Vec<(String, String)>);

impl Path {
    fn enter(&mut self, name: &str, container: &str) {
        self.0.push((name.to_owned(), container.to_owned()));
    }

    fn leave(&mut self) {
        self.0.pop();
    }

    fn text(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.join(".")
    }

    /// The innermost struct around: a parameter in a list belongs to the struct of the list.
    fn owner(&self) -> String {
        let structs = self.0.iter().rev();
        let mut structs = structs.filter_map(|(_, container)| container.strip_prefix("Struct:"));
        structs.next().unwrap_or("Module").to_owned()
    }
}

#[derive(Debug, Default)]
struct Trainable {
    path: Path,
    found: BTreeMap<String, bool>,
}

impl ModuleVisitor for Trainable {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.leave();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.found.insert(self.path.text(), param.is_require_grad());
    }
}

/// The parameters of a model on the recording device.
pub(super) fn of<M: Module>(
    model: &M,
    trainable: &BTreeMap<String, bool>,
) -> Result<Vec<Parameter>> {
    let mut visitor = Recorded {
        path: Path::default(),
        trainable,
        found: Vec::new(),
        error: None,
    };
    model.visit(&mut visitor);
    match visitor.error {
        Some(error) => Err(Error::Capture(error)),
        None => Ok(visitor.found),
    }
}

struct Recorded<'a> {
    path: Path,
    trainable: &'a BTreeMap<String, bool>,
    found: Vec<Parameter>,
    error: Option<String>,
}

macro_rules! visit_recorded {
    ($visit:ident, $kind:ty) => {
        fn $visit<const D: usize>(&mut self, param: &Param<$kind>) {
            let value = param.val();
            let (shape, dtype) = (value.dims().to_vec(), value.dtype());
            match value.try_into_primitive::<CaptureBackend>() {
                Ok(recorded) => {
                    let path = self.path.text();
                    self.found.push(Parameter {
                        owner: self.path.owner(),
                        trainable: self.trainable.get(&path).copied().unwrap_or(false),
                        bytes: shape.iter().product::<usize>() as u64 * dtype.size() as u64,
                        path,
                        shape,
                        id: recorded.id(),
                    });
                }
                Err(error) => self.error = Some(format!("{}: {error:?}", self.path.text())),
            }
        }
    };
}

impl ModuleVisitor for Recorded<'_> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.leave();
    }

    visit_recorded!(visit_float, Tensor<D>);
    visit_recorded!(visit_int, Tensor<D, Int>);
    visit_recorded!(visit_bool, Tensor<D, Bool>);
}
