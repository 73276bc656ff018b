//! The operations that Burn's dispatch routes to flex, what flex does with them, and the backward
//! pass under autodiff.
//!
//! A [backend extension](burn::backend::backend_extension) adds operations to Burn's `Dispatch`.
//! These here are only called with tensors on flex, bare or under autodiff, so that flex is the
//! only back end that implements them. The gradients are no operations of the extension: autodiff
//! calls them on flex's own tensors. A second derivative can then not even be asked for; Burn's
//! autodiff has none.
//!
//! A convolution keeps its input and its weight through the checkpointer, as Burn's does, and with
//! ReLU its output: where that is zero, so is the gradient before it.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::TensorData;

use crate::slices::{self, Wanted};
use crate::{Algorithm, Shape, pool};

/// A tensor of flex, without autodiff.
type FlexTensor = FloatTensor<Flex>;

/// Why no convolution of the layer is refused.
const SUPPORTED: &str = "the layer asked for the instructions and took the sizes of the tensors";

/// What a convolution needs besides its tensors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// The sizes, which are those of the tensors.
    pub shape: Shape,
    /// The algorithm for the sum and its gradients.
    pub algorithm: Algorithm,
    /// Whether a ReLU follows.
    pub relu: bool,
}

#[backend_extension(Autodiff, Flex)]
pub(crate) trait FlexOps: Backend {
    /// The convolution, and a bias, perhaps of zeros.
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        plan: Plan,
    ) -> FloatTensor<Self>;

    /// The largest of each 2x2 pixels.
    fn max_pool_2x2(x: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl FlexOps for Flex {
    fn convolution(x: FlexTensor, weight: FlexTensor, bias: FlexTensor, plan: Plan) -> FlexTensor {
        let (x, weight, bias) = (packed(x), packed(weight), packed(bias));
        let Plan {
            shape,
            algorithm,
            relu,
        } = plan;
        let bias = Some(numbers(&bias));
        let y = slices::forward(&shape, algorithm, numbers(&x), numbers(&weight), bias, relu)
            .expect(SUPPORTED);
        let (height, width) = (shape.output_height(), shape.output_width());
        tensor(y, [shape.batch, shape.outputs, height, width])
    }

    fn max_pool_2x2(x: FlexTensor) -> FlexTensor {
        let x = packed(x);
        let [batch, channels, height, width] = x.layout().shape().dims();
        let y = pool::forward(numbers(&x), height, width);
        tensor(y, [batch, channels, height / 2, width / 2])
    }
}

/// The tensor with its numbers one after the other in memory: itself, where they are already,
/// also when they begin in the middle of a storage that it shares.
fn packed(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() {
        tensor
    } else {
        tensor.to_contiguous()
    }
}

fn numbers(packed: &FlexTensor) -> &[f32] {
    let numbers = packed.as_slice();
    numbers.expect("only contiguous tensors of 32-bit floats come here")
}

/// The numbers as a tensor, which takes the vector over.
fn tensor<const D: usize>(numbers: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(numbers, shape))
}

type Tracked<C> = FloatTensor<Autodiff<Flex, C>>;

impl<C: CheckpointStrategy> FlexOps for Autodiff<Flex, C> {
    fn convolution(x: Tracked<C>, weight: Tracked<C>, bias: Tracked<C>, plan: Plan) -> Tracked<C> {
        let parents = [x.node(), weight.node(), bias.node()];
        let bias = bias.into_primitive();
        match Convolution.prepare::<C>(parents).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let (saved_x, saved_weight) = (prep.checkpoint(&x), prep.checkpoint(&weight));
                let (x, weight) = (x.into_primitive(), weight.into_primitive());
                let y = Flex::convolution(x, weight, bias, plan);
                let saved = Saved {
                    x: saved_x,
                    weight: saved_weight,
                    rectified: plan.relu.then(|| y.clone()),
                    plan,
                };
                prep.finish(saved, y)
            }
            OpsKind::UnTracked(prep) => {
                let (x, weight) = (x.into_primitive(), weight.into_primitive());
                prep.finish(Flex::convolution(x, weight, bias, plan))
            }
        }
    }

    fn max_pool_2x2(x: Tracked<C>) -> Tracked<C> {
        match MaxPool.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let saved = prep.checkpoint(&x);
                prep.finish(saved, Flex::max_pool_2x2(x.into_primitive()))
            }
            OpsKind::UnTracked(prep) => prep.finish(Flex::max_pool_2x2(x.into_primitive())),
        }
    }
}

/// The backward step of a convolution, whose parents are input, weight and bias.
#[derive(Debug)]
struct Convolution;

/// What a convolution's backward step needs of its forward pass.
#[derive(Clone, Debug)]
struct Saved {
    x: NodeId,
    weight: NodeId,
    /// The output, where a ReLU followed.
    rectified: Option<FlexTensor>,
    plan: Plan,
}

impl Backward<Flex, 3> for Convolution {
    type State = Saved;

    fn backward(
        self,
        ops: Ops<Saved, 3>,
        grads: &mut grads::Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let (parents, state) = (ops.parents, ops.state);
        let grad = grads.consume::<Flex>(&ops.node);
        // Retrieved even when not wanted: the checkpointer counts the retrievals.
        let x = checkpointer.retrieve_node_output(state.x);
        let weight = checkpointer.retrieve_node_output(state.weight);
        let [wants_x, wants_weight, wants_bias] = parents.each_ref().map(Option::is_some);
        let wanted = Wanted {
            input: wants_x,
            weight: wants_weight,
            bias: wants_bias,
        };
        let (x, weight, grad) = (packed(x), packed(weight), packed(grad));
        let rectified = state.rectified.map(packed);
        let Plan {
            shape, algorithm, ..
        } = state.plan;
        let gradients = slices::backward(
            &shape,
            algorithm,
            numbers(&x),
            numbers(&weight),
            numbers(&grad),
            rectified.as_ref().map(numbers),
            wanted,
        )
        .expect(SUPPORTED);
        let (inputs, outputs, kernel) = (shape.inputs, shape.outputs, shape.kernel);
        let as_input = |dx| tensor(dx, [shape.batch, inputs, shape.height, shape.width]);
        let as_weight = |dw| tensor(dw, [outputs, inputs, kernel.0, kernel.1]);
        let by_parent = [
            gradients.input.map(as_input),
            gradients.weight.map(as_weight),
            gradients.bias.map(|db| tensor(db, [outputs])),
        ];
        for (parent, gradient) in parents.into_iter().zip(by_parent) {
            if let (Some(parent), Some(gradient)) = (parent, gradient) {
                grads.register::<Flex>(parent.id, gradient);
            }
        }
    }
}

/// The backward step of the 2x2 max-pool.
#[derive(Debug)]
struct MaxPool;

impl Backward<Flex, 1> for MaxPool {
    type State = NodeId;

    fn backward(
        self,
        ops: Ops<NodeId, 1>,
        grads: &mut grads::Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let [parent] = ops.parents;
        let grad = grads.consume::<Flex>(&ops.node);
        let x = checkpointer.retrieve_node_output(ops.state);
        if let Some(parent) = parent {
            let (x, grad) = (packed(x), packed(grad));
            let shape: [usize; 4] = x.layout().shape().dims();
            let dx = pool::backward(numbers(&x), numbers(&grad), shape[2], shape[3]);
            grads.register::<Flex>(parent.id, tensor(dx, shape));
        }
    }
}
