//! Memory that others share, and numbers that do not lie in order.

use burn::optim::Optimizer;
use burn::tensor::Tensor;
use retrace_optim::Adam;

use crate::{RATE, bits, config, noise, numbers, tensor, trained};

#[test]
fn whoever_shares_the_memory_keeps_its_numbers() {
    let optimizer = Adam::new(&config());
    let gradient = tensor(&noise(20, 1));
    let (parameter, state) = optimizer.step(RATE, tensor(&noise(20, 0)), gradient.clone(), None);
    let state = state.unwrap();
    let moments = |state: &burn::optim::AdamState<1>| {
        [&state.momentum.moment_1, &state.momentum.moment_2].map(numbers)
    };
    let before = (numbers(&parameter), moments(&state), numbers(&gradient));

    let shared = (parameter.clone(), state.clone(), gradient.clone());
    let (moved, _) = optimizer.step(RATE, shared.0, shared.2, Some(shared.1));

    assert_ne!(numbers(&moved), before.0);
    assert_eq!(
        (numbers(&parameter), moments(&state), numbers(&gradient)),
        before
    );
    // And the same is found where nothing is shared.
    let (alone, _) = optimizer.step(RATE, parameter, gradient, Some(state));
    assert_eq!(bits(alone), bits(moved));
}

#[test]
fn memory_that_nobody_shares_is_written_in_place() {
    let optimizer = Adam::new(&config());
    let address = |tensor: &Tensor<1>| {
        let data = tensor.clone().into_dispatch();
        match data.kind {
            burn::backend::DispatchTensorKind::Flex(tensor) => tensor.float().bytes().as_ptr(),
            _ => panic!("the tensor is not on flex"),
        }
    };
    let (parameter, state) =
        optimizer.step(RATE, tensor(&noise(20, 0)), tensor(&noise(20, 1)), None);
    let addresses = |parameter: &Tensor<1>, state: &burn::optim::AdamState<1>| {
        let momentum = &state.momentum;
        [parameter, &momentum.moment_1, &momentum.moment_2].map(address)
    };
    let before = addresses(&parameter, state.as_ref().unwrap());
    let (parameter, state) = optimizer.step(RATE, parameter, tensor(&noise(20, 2)), state);
    assert_eq!(addresses(&parameter, &state.unwrap()), before);
}

/// Matrices of 4 x 5 whose numbers are not one after the other, or in a larger storage.
fn views(seed: usize) -> Vec<(&'static str, Tensor<2>)> {
    let matrix =
        |rows: usize, columns: usize| tensor(&noise(rows * columns, seed)).reshape([rows, columns]);
    vec![
        ("whole", matrix(4, 5)),
        ("transposed", matrix(5, 4).transpose()),
        ("rows at the end", matrix(7, 5).narrow(0, 3, 4)),
        ("rows at the beginning", matrix(7, 5).narrow(0, 0, 4)),
        ("columns within", matrix(4, 9).narrow(1, 2, 5)),
        ("flipped", matrix(4, 5).flip([0, 1])),
        ("broadcast", matrix(4, 1).expand([4, 5])),
    ]
}

#[test]
fn views_give_what_their_numbers_give() {
    for (name, parameter) in views(0) {
        for (gradient_name, gradient) in views(1) {
            let gradients = [gradient.clone(), gradient.mul_scalar(0.5)];
            let ours = trained(&Adam::new(&config()), parameter.clone(), gradients.clone());
            let burns = trained(&config().build(), parameter.clone(), gradients);
            assert_eq!(ours, burns, "{name}, gradient {gradient_name}");
        }
    }
}
