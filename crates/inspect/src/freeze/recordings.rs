//! One forward pass recorded at several sizes of its input, and what of it depends on them.
//!
//! A recording only has numbers. What a number means is known by recording again with other sizes:
//! each open axis alone at a few consecutive ones, so that a rounding after a division shows, and at
//! a far one, so that a bound shows; then all of them far at once. The same operations must be done
//! at every size. What differs is a formula of the sides (see [`formula`]), or the model is refused.

use std::collections::{BTreeMap, BTreeSet};

use burn::backend::TensorData;
use burn::backend::ir::{
    BaseOperationIr, IrVisitorMut, ModuleOperationIr, NumericOperationIr, OperationIr, TensorId,
    TensorIr, TensorStatus,
};
use burn::module::Module;
use burn::tensor::{DType, Device, Shape, Tensor, TensorCreationOptions};

use super::fused;
use super::labels::{Labels, OpenAxis};
use super::size::{Side, Size, formula};
use crate::tensors::{Kind, MapTensor, Tensors};
use crate::{Error, Operation, Result, Trace, trace};

/// How much longer than the example an axis is recorded.
const LONGER: [usize; 4] = [1, 2, 3, 4];

/// Why an operation cannot be frozen.
pub(super) type Refused = String;

/// The recordings, the example's size first.
pub(super) struct Recordings {
    pub axes: Vec<OpenAxis>,
    traces: Vec<Trace>,
    /// Sides that depend on the input; of those that always are equal the first.
    sides: Vec<Side>,
    /// Constants that depend on sizes, at every size.
    pub changing: BTreeMap<TensorId, Vec<TensorData>>,
}

impl Recordings {
    /// Records `forward` at all sizes and compares.
    pub fn new<M: Module, I: Tensors + Clone, O: Tensors>(
        model: &M,
        example: &I,
        forward: impl Fn(&M, I) -> O,
        labels: &Labels,
    ) -> Result<Self> {
        let (_, shapes) = shapes(example.clone());
        let axes = labels.open_axes(&shapes)?;
        let record = |sizes: &[usize]| {
            let input = blank(example.clone(), &axes, sizes);
            let mut trace =
                trace(model, &input, &forward).map_err(|error| failed(error, &axes, sizes))?;
            fused::recognize(&mut trace);
            Ok::<_, Error>(trace)
        };
        let mut points = points(&axes).into_iter();
        let mut traces = vec![record(&points.next().unwrap_or_default().1)?];
        let mut changing = BTreeMap::new();
        for (axis, sizes) in points {
            let mut other = record(&sizes)?;
            let ids =
                same(&traces[0], &other).map_err(|at| differs(&traces, &other, at, &axes, axis))?;
            let count = traces.len();
            for (id, value) in &traces[0].values {
                let found = ids.get(id).and_then(|id| other.values.get(id));
                if let Some(found) = found
                    && (found != value || changing.contains_key(id))
                {
                    let all = changing
                        .entry(*id)
                        .or_insert_with(|| vec![value.clone(); count]);
                    all.push(found.clone());
                }
            }
            other.values.clear();
            traces.push(other);
        }
        let sides = sides(&traces);
        Ok(Self {
            axes,
            traces,
            sides,
            changing,
        })
    }

    /// The recording at the example's size.
    pub fn trace(&self) -> &Trace {
        &self.traces[0]
    }

    /// Operation number `at` as it was recorded at every size.
    pub fn operation(&self, at: usize) -> Recorded<'_> {
        Recorded { all: self, at }
    }

    /// A formula in what is known before operation number `at`.
    pub fn size(&self, values: &[i64], at: usize) -> Option<Size> {
        formula(&self.sides, values, at)
    }

    /// Sides of an input or output at every size, by axis.
    pub fn port(&self, port: impl Fn(&Trace) -> &TensorIr) -> Vec<Vec<i64>> {
        by_axis(self.traces.iter().map(|trace| port(trace).shape.as_slice()))
    }

    /// The open axis that always has these sizes.
    pub fn axis(&self, values: &[i64]) -> Option<&str> {
        let named = self.axes.iter().find(|axis| {
            let (input, at) = axis.places[0];
            let sizes = self.traces.iter();
            let sizes = sizes.map(|trace| trace.inputs[input].shape[at] as i64);
            sizes.eq(values.iter().copied())
        });
        named.map(|axis| axis.name.as_str())
    }

    /// The error of operation number `at`.
    pub fn refusal(&self, at: usize, reason: Refused) -> Error {
        refusal(self.trace(), at, reason)
    }
}

/// One operation at every recorded size.
#[derive(Clone, Copy)]
pub(super) struct Recorded<'a> {
    all: &'a Recordings,
    pub at: usize,
}

impl<'a> Recorded<'a> {
    pub fn operation(self) -> &'a Operation {
        &self.all.trace().operations[self.at]
    }

    pub fn ir(self) -> &'a OperationIr {
        &self.operation().ir
    }

    /// What `read` makes of it at every size, by place in the list.
    pub fn across(self, read: impl Fn(&OperationIr) -> Vec<i64>) -> Vec<Vec<i64>> {
        let all = self.all.traces.iter();
        let lists: Vec<Vec<i64>> = all
            .map(|trace| read(&trace.operations[self.at].ir))
            .collect();
        let count = lists.first().map_or(0, Vec::len);
        let place = |at: usize| lists.iter().map(|list| list[at]).collect();
        (0..count).map(place).collect()
    }

    /// The numbers of a parameter or constant.
    pub fn value(self, id: TensorId) -> Result<Vec<f32>, Refused> {
        let value = self.all.trace().values.get(&id);
        let value = value.filter(|value| value.dtype() == DType::F32);
        let value = value.ok_or("its weights are not numbers of 32 bits")?;
        Ok(value.iter::<f32>().collect())
    }

    /// The sides of operand number `index` at every size.
    pub fn operand(self, index: usize) -> Vec<Vec<i64>> {
        self.across(|ir| ir.inputs().nth(index).map(signed).unwrap_or_default())
    }

    /// The sides of its first result at every size.
    pub fn result(self) -> Vec<Vec<i64>> {
        self.across(|ir| ir.outputs().next().map(signed).unwrap_or_default())
    }

    /// The formula of a number.
    pub fn size(self, values: &[i64]) -> Result<Size, Refused> {
        self.all.size(values, self.at).ok_or_else(|| {
            let axes: Vec<&str> = self
                .all
                .axes
                .iter()
                .map(|axis| axis.name.as_str())
                .collect();
            let axes = axes.join(" or ");
            let values = values.iter().map(i64::to_string).collect::<Vec<_>>();
            let values = values.join(", ");
            format!(
                "a size of it depends on {axes} in a way that is not understood: it was {values}"
            )
        })
    }

    /// The formulas of several.
    pub fn sizes(self, values: &[Vec<i64>]) -> Result<Vec<Size>, Refused> {
        values.iter().map(|values| self.size(values)).collect()
    }
}

fn signed(tensor: &TensorIr) -> Vec<i64> {
    tensor.shape.iter().map(|&side| side as i64).collect()
}

pub(super) fn refusal(trace: &Trace, at: usize, reason: Refused) -> Error {
    let operations = &trace.operations;
    let layer = |at: usize| {
        let &first = operations[at].parameters.first()?;
        let layer = trace.parameters[first].layer();
        (!layer.is_empty()).then(|| layer.to_owned())
    };
    let at = at.min(operations.len().saturating_sub(1));
    Error::NotFreezable {
        operation: operations
            .get(at)
            .map_or("It", |operation| &operation.kind)
            .to_owned(),
        reason,
        module: (0..(at + 1).min(operations.len())).rev().find_map(layer),
        after: trace.tap_before(at),
    }
}

/// The sizes to record at, by open axis; with the axis that alone is another than in the example.
fn points(axes: &[OpenAxis]) -> Vec<(Option<usize>, Vec<usize>)> {
    let base: Vec<usize> = axes.iter().map(|axis| axis.sizes()[0]).collect();
    let mut points = vec![(None, base.clone())];
    for (at, axis) in axes.iter().enumerate() {
        for &size in &axis.sizes()[1..] {
            let mut sizes = base.clone();
            sizes[at] = size;
            points.push((Some(at), sizes));
        }
    }
    if axes.len() > 1 {
        let far = axes
            .iter()
            .map(|axis| *axis.sizes().last().unwrap_or(&axis.example));
        points.push((None, far.collect()));
    }
    points
}

impl OpenAxis {
    /// The sizes that it is recorded at.
    fn sizes(&self) -> Vec<usize> {
        let most = self.most.unwrap_or(usize::MAX);
        // One may be special: a layer may leave out what a side of one does not need.
        let first = self
            .example
            .max(2)
            .min(most.saturating_sub(LONGER.len()))
            .max(2)
            .min(most);
        let far = self.most.unwrap_or(4 * first + 33);
        let mut sizes = vec![first];
        sizes.extend(LONGER.map(|more| first + more));
        sizes.push(far);
        sizes.retain(|size| *size <= most);
        sizes.dedup();
        sizes
    }
}

/// An error that says at which size a forward pass failed.
fn failed(error: Error, axes: &[OpenAxis], sizes: &[usize]) -> Error {
    if axes
        .iter()
        .zip(sizes)
        .all(|(axis, size)| axis.example == *size)
    {
        return error;
    }
    let sizes = axes.iter().zip(sizes);
    let sizes = sizes.map(|(axis, size)| format!("{} of {size}", axis.name));
    Error::OtherSize {
        sizes: sizes.collect::<Vec<_>>().join(" and a "),
        source: Box::new(error),
    }
}

/// The error of two recordings that part at operation number `at`.
fn differs(
    traces: &[Trace],
    other: &Trace,
    at: usize,
    axes: &[OpenAxis],
    axis: Option<usize>,
) -> Error {
    let axes = axes.iter().map(|axis| axis.name.as_str());
    let axes: Vec<&str> = match axis {
        Some(axis) => axes.skip(axis).take(1).collect(),
        None => axes.collect(),
    };
    let axes = axes.join(" or ");
    let counts = [&traces[0], other].map(|trace| trace.operations.len());
    let reason = if counts[0] == counts[1] {
        format!("what it does depends on {axes}")
    } else {
        format!(
            "the operations depend on {axes}: there are {} in one recording and {} in another, so a \
             loop of the model runs over it",
            counts[0], counts[1]
        )
    };
    // The longer one has the operation that the other lacks.
    let longer = if counts[0] < counts[1] {
        other
    } else {
        &traces[0]
    };
    refusal(
        longer,
        at,
        format!("{reason}; the axis can be kept at the example's size"),
    )
}

/// What the tensors of `one` are in `other`; the first operation that is not the same in both.
fn same(one: &Trace, other: &Trace) -> std::result::Result<BTreeMap<TensorId, TensorId>, usize> {
    let (mut first, mut second) = (Normal::of(one), Normal::of(other));
    let pairs = one.operations.iter().zip(&other.operations).enumerate();
    for (at, (a, b)) in pairs {
        if first.normal(&a.ir) != second.normal(&b.ir) {
            return Err(at);
        }
    }
    let outputs = |trace: &Trace, normal: &Normal| {
        let ids = trace
            .outputs
            .iter()
            .map(|output| normal.ids.get(&output.id).copied());
        ids.collect::<Vec<_>>()
    };
    if one.operations.len() != other.operations.len()
        || outputs(one, &first) != outputs(other, &second)
    {
        return Err(one.operations.len().min(other.operations.len()));
    }
    let back: BTreeMap<TensorId, TensorId> = second.ids.iter().map(|(id, to)| (*to, *id)).collect();
    let pairs = first.ids.iter();
    Ok(pairs
        .filter_map(|(id, to)| Some((*id, *back.get(to)?)))
        .collect())
}

/// Operations of a recording without what may depend on sizes: tensors are numbered in the order in
/// which they are met, and have no sides.
struct Normal {
    ids: BTreeMap<TensorId, TensorId>,
}

impl Normal {
    fn of(trace: &Trace) -> Self {
        let mut normal = Self {
            ids: BTreeMap::new(),
        };
        let inputs = trace.inputs.iter().map(|input| input.id);
        let parameters = trace.parameters.iter().map(|parameter| parameter.id);
        for id in inputs.chain(parameters) {
            normal.number(id);
        }
        normal
    }

    fn number(&mut self, id: TensorId) -> TensorId {
        let next = TensorId::new(self.ids.len() as u64);
        *self.ids.entry(id).or_insert(next)
    }

    fn normal(&mut self, ir: &OperationIr) -> OperationIr {
        let mut ir = ir.clone();
        ir.visit_mut(self);
        match &mut ir {
            OperationIr::BaseFloat(op) | OperationIr::BaseInt(op) | OperationIr::BaseBool(op) => {
                let ranges = match op {
                    BaseOperationIr::Slice(op) => &mut op.ranges[..],
                    BaseOperationIr::SliceAssign(op) => &mut op.ranges[..],
                    BaseOperationIr::RepeatDim(op) => {
                        op.times = 0;
                        &mut []
                    }
                    _ => &mut [],
                };
                for range in ranges {
                    (range.start, range.end) = (0, None);
                }
            }
            OperationIr::NumericFloat(_, op) | OperationIr::NumericInt(_, op) => match op {
                NumericOperationIr::Pad(op) => op.padding.fill((0, 0)),
                NumericOperationIr::SumDim(op)
                | NumericOperationIr::MeanDim(op)
                | NumericOperationIr::ProdDim(op)
                | NumericOperationIr::MaxDim(op)
                | NumericOperationIr::MinDim(op)
                | NumericOperationIr::MaxAbsDim(op)
                | NumericOperationIr::ArgMax(op)
                | NumericOperationIr::ArgMin(op) => op.accumulator_len = 0,
                _ => {}
            },
            OperationIr::Module(ModuleOperationIr::Interpolate(op)) => op.output_size.fill(0),
            _ => {}
        }
        ir
    }
}

impl IrVisitorMut for Normal {
    fn visit_tensor_mut(&mut self, tensor: &mut TensorIr) {
        tensor.id = self.number(tensor.id);
        tensor.status = TensorStatus::ReadOnly;
        tensor.shape = Shape::from(vec![0; tensor.shape.num_dims()]);
    }
}

/// The tensors that the outputs and taps depend on.
pub(super) fn needed(trace: &Trace) -> BTreeSet<TensorId> {
    let taps = trace.taps.iter().map(|(_, id)| *id);
    let outputs = trace.outputs.iter().map(|output| output.id);
    let mut needed: BTreeSet<TensorId> = outputs.chain(taps).collect();
    for operation in trace.operations.iter().rev() {
        if operation.ir.outputs().any(|out| needed.contains(&out.id)) {
            needed.extend(operation.ir.inputs().map(|input| input.id));
        }
    }
    needed
}

/// The sides of inputs and results that depend on sizes, each of a kind once.
fn sides(traces: &[Trace]) -> Vec<Side> {
    let mut sides: Vec<Side> = Vec::new();
    let mut add = |tensors: Vec<&TensorIr>, ready: usize| {
        let values = by_axis(tensors.iter().map(|tensor| tensor.shape.as_slice()));
        for (axis, values) in values.into_iter().enumerate() {
            let changes = values.iter().any(|value| *value != values[0]);
            if changes && !sides.iter().any(|side| side.values == values) {
                let tensor = tensors[0].id;
                sides.push(Side {
                    tensor,
                    axis,
                    values,
                    ready,
                });
            }
        }
    };
    for input in 0..traces[0].inputs.len() {
        add(traces.iter().map(|trace| &trace.inputs[input]).collect(), 0);
    }
    let needed = needed(&traces[0]);
    for (at, operation) in traces[0].operations.iter().enumerate() {
        if !operation.ir.outputs().any(|out| needed.contains(&out.id)) {
            continue;
        }
        for output in 0..operation.ir.outputs().count() {
            let results = traces
                .iter()
                .filter_map(|trace| trace.operations[at].ir.outputs().nth(output));
            add(results.collect(), at + 1);
        }
    }
    sides
}

fn by_axis<'a>(shapes: impl Iterator<Item = &'a [usize]>) -> Vec<Vec<i64>> {
    let shapes: Vec<&[usize]> = shapes.collect();
    let axes = shapes.first().map_or(0, |shape| shape.len());
    let axis = |axis: usize| shapes.iter().map(|shape| shape[axis] as i64).collect();
    (0..axes).map(axis).collect()
}

fn shapes<T: Tensors>(tensors: T) -> (T, Vec<Vec<usize>>) {
    struct Shapes(Vec<Vec<usize>>);
    impl MapTensor for Shapes {
        fn map<const D: usize, K: Kind>(&mut self, x: Tensor<D, K>) -> Tensor<D, K> {
            self.0.push(x.dims().to_vec());
            x
        }
    }
    let mut shapes = Shapes(Vec::new());
    let tensors = tensors.map_tensors(&mut shapes);
    (tensors, shapes.0)
}

/// Zeros like the example's, with its open axes of other sizes.
fn blank<T: Tensors>(example: T, axes: &[OpenAxis], sizes: &[usize]) -> T {
    struct Blank<'a> {
        axes: &'a [OpenAxis],
        sizes: &'a [usize],
        seen: usize,
    }
    impl MapTensor for Blank<'_> {
        fn map<const D: usize, K: Kind>(&mut self, x: Tensor<D, K>) -> Tensor<D, K> {
            let mut shape = x.dims();
            for (axis, size) in self.axes.iter().zip(self.sizes) {
                let places = axis.places.iter().filter(|place| place.0 == self.seen);
                places.for_each(|place| shape[place.1] = *size);
            }
            self.seen += 1;
            let options = TensorCreationOptions::new(Device::flex()).with_dtype(x.dtype());
            Tensor::zeros(shape, options)
        }
    }
    example.map_tensors(&mut Blank {
        axes,
        sizes,
        seen: 0,
    })
}
