//! The same operations under autodiff: what the forward pass keeps, and the backward pass.
//!
//! A convolution keeps its input and its weight through the checkpointer, as Burn's does, and with
//! ReLU its output: where that is zero, so is the gradient before it.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Flex};

use crate::extension::{self, FlexOps, FlexTensor, Plan};
use crate::slices::Wanted;

type Tracked<C> = FloatTensor<Autodiff<Flex, C>>;

impl<C: CheckpointStrategy> FlexOps for Autodiff<Flex, C> {
    fn convolution(x: Tracked<C>, weight: Tracked<C>, plan: Plan) -> Tracked<C> {
        let parents = [x.node(), weight.node()];
        convolve::<C, 2>(parents, x, weight, plan, Flex::convolution)
    }

    fn convolution_with_bias(
        x: Tracked<C>,
        weight: Tracked<C>,
        bias: Tracked<C>,
        plan: Plan,
    ) -> Tracked<C> {
        let parents = [x.node(), weight.node(), bias.node()];
        let bias = bias.into_primitive();
        convolve::<C, 3>(parents, x, weight, plan, |x, weight, plan| {
            Flex::convolution_with_bias(x, weight, bias, plan)
        })
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

/// Runs `forward` and registers the convolution with its parents: input, weight, perhaps bias.
fn convolve<C: CheckpointStrategy, const N: usize>(
    parents: [NodeGuard; N],
    x: Tracked<C>,
    weight: Tracked<C>,
    plan: Plan,
    forward: impl FnOnce(FlexTensor, FlexTensor, Plan) -> FlexTensor,
) -> Tracked<C> {
    match Convolution.prepare::<C>(parents).compute_bound().stateful() {
        OpsKind::Tracked(mut prep) => {
            let (saved_x, saved_weight) = (prep.checkpoint(&x), prep.checkpoint(&weight));
            let y = forward(x.into_primitive(), weight.into_primitive(), plan);
            let saved = Saved {
                x: saved_x,
                weight: saved_weight,
                rectified: plan.relu.then(|| y.clone()),
                plan,
            };
            prep.finish(saved, y)
        }
        OpsKind::UnTracked(prep) => {
            prep.finish(forward(x.into_primitive(), weight.into_primitive(), plan))
        }
    }
}

/// The backward step of a convolution with two parents (input, weight) or three (and bias).
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

impl<const N: usize> Backward<Flex, N> for Convolution {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, N>, grads: &mut Gradients, checkpointer: &mut Checkpointer) {
        let Ops {
            parents,
            node,
            state,
        } = ops;
        let grad = grads.consume::<Flex>(&node);
        // Retrieved even when not wanted: the checkpointer counts the retrievals.
        let x = checkpointer.retrieve_node_output(state.x);
        let weight = checkpointer.retrieve_node_output(state.weight);
        let wants = |parent: usize| parents.get(parent).is_some_and(Option::is_some);
        let wanted = Wanted {
            input: wants(0),
            weight: wants(1),
            bias: wants(2),
        };
        let Saved {
            rectified, plan, ..
        } = state;
        let by_parent = extension::convolution_gradients(x, weight, rectified, grad, plan, wanted);
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

    fn backward(self, ops: Ops<NodeId, 1>, grads: &mut Gradients, checkpointer: &mut Checkpointer) {
        let [parent] = ops.parents;
        let grad = grads.consume::<Flex>(&ops.node);
        let x = checkpointer.retrieve_node_output(ops.state);
        if let Some(parent) = parent {
            grads.register::<Flex>(parent.id, extension::max_pool_gradient(x, grad));
        }
    }
}
