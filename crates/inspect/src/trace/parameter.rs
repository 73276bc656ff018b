//! The parameters of a module, by path.

use std::collections::BTreeMap;

use burn::backend::TensorData;
use burn::backend::capture::CaptureBackend;
use burn::backend::ir::TensorId;
use burn::module::{Module, ModuleVisitor, Param, ParamId};
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
    /// Number of the module that it is a field of; `None` for the model itself. Two modules may
    /// have the same path and type, but not the same number.
    pub(crate) module: Option<usize>,
    /// Index of the first parameter that is the same one: its own, unless modules share it.
    pub(crate) first: usize,
    param: ParamId,
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

/// Which parameters require a gradient once the model goes back to training, in the order in which
/// the model shows them.
pub(super) fn trainable<M: Module>(model: &M) -> Vec<bool> {
    // A model on a device without autodiff would say "no" for everything.
    let model = model.clone().to_device(&Device::flex().autodiff()).train();
    let mut visitor = Trainable::default();
    model.visit(&mut visitor);
    visitor.0
}

#[derive(Debug, Default)]
struct Trainable(Vec<bool>);

impl ModuleVisitor for Trainable {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.push(param.is_require_grad());
    }

    fn visit_int<const D: usize>(&mut self, _param: &Param<Tensor<D, Int>>) {
        self.0.push(false);
    }

    fn visit_bool<const D: usize>(&mut self, _param: &Param<Tensor<D, Bool>>) {
        self.0.push(false);
    }
}

/// Finds parameters that several modules hold: clones of one that still have its values.
pub(super) fn join_shared(parameters: &mut [Parameter], values: &BTreeMap<TensorId, TensorData>) {
    for at in 1..parameters.len() {
        let (before, rest) = parameters.split_at_mut(at);
        let same = |other: &&Parameter| {
            other.param == rest[0].param
                && (other.id == rest[0].id || values.get(&other.id) == values.get(&rest[0].id))
        };
        if let Some(other) = before.iter().find(same) {
            rest[0].first = other.first;
        }
    }
}

/// Where in a model a visitor is.
#[derive(Debug, Default)]
struct Path {
    entered: Vec<Entered>,
    count: usize,
}

#[derive(Debug)]
struct Entered {
    name: String,
    container: String,
    /// How many were entered before it in the whole model.
    number: usize,
}

impl Path {
    fn enter(&mut self, name: &str, container: &str) {
        self.entered.push(Entered {
            name: name.to_owned(),
            container: container.to_owned(),
            number: self.count,
        });
        self.count += 1;
    }

    fn leave(&mut self) {
        self.entered.pop();
    }

    fn text(&self) -> String {
        let names: Vec<&str> = self.entered.iter().map(|at| at.name.as_str()).collect();
        names.join(".")
    }

    /// The innermost struct around: a parameter in a list belongs to the struct of the list.
    fn owner(&self) -> String {
        let structs = self.entered.iter().rev();
        let mut structs = structs.filter_map(|at| at.container.strip_prefix("Struct:"));
        structs.next().unwrap_or("Module").to_owned()
    }

    /// The number of the module around a parameter.
    fn module(&self) -> Option<usize> {
        let around = self.entered.iter().rev().nth(1)?;
        Some(around.number)
    }
}

/// The parameters of a model on the recording device.
pub(super) fn of<M: Module>(model: &M, trainable: &[bool]) -> Result<Vec<Parameter>> {
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
    trainable: &'a [bool],
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
                    let at = self.found.len();
                    self.found.push(Parameter {
                        owner: self.path.owner(),
                        trainable: self.trainable.get(at).copied().unwrap_or(false),
                        bytes: shape.iter().product::<usize>() as u64 * dtype.size() as u64,
                        path: self.path.text(),
                        module: self.path.module(),
                        first: at,
                        param: param.id,
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
