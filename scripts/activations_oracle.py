"""Prints the numbers that experiments/activations/tests/it/oracle.rs holds its own against.

A deep perceptron with weights from a formula, one batch forwards and backwards in NumPy with the
chain rule written out: nothing of this project's, and no automatic differentiation.

Run by hand, in any environment that has numpy and scipy: python3 scripts/activations_oracle.py
Last run with numpy 2.4.6 and scipy 1.17.1.
"""
import numpy as np
from scipy.special import expit, softmax

LAYERS, WIDTH, BATCH = 20, 8, 4

n, i, j = np.arange(BATCH), np.arange(WIDTH), np.arange(WIDTH)
inputs = 1.5 * np.cos(2.0 * n[:, None] + 1.3 * i[None, :])
targets = np.sin(n[:, None] + 2.0 * i[None, :])
weights = [
    0.7 * np.sin(1.0 + 7.3 * l**2 + 3.7 * (i[:, None] + 1) * (j[None, :] + 2) + 5.1 * j[None, :] ** 2)
    for l in range(LAYERS)
]


def leaky(slope):
    return lambda z: np.where(z > 0, z, slope * z), lambda z: np.where(z > 0, 1.0, slope)


functions = {
    "sigmoid": (expit, lambda z: expit(z) * expit(-z)),
    "relu": leaky(0.0),
    "lrelu": leaky(0.01),
    "prelu": leaky(0.25),
    "elu": (lambda z: np.where(z > 0, z, np.expm1(z)), lambda z: np.where(z > 0, 1.0, np.exp(z))),
}

for name, (f, df) in functions.items():
    a, zs, activations = inputs, [], [inputs]
    for l, w in enumerate(weights):
        z = a @ w
        a = f(z) if l < LAYERS - 1 else z
        zs.append(z)
        activations.append(a)
    error = a - targets  # of one example; the loss is the mean over the batch
    errors, gradients = [None] * LAYERS, [None] * LAYERS
    for l in reversed(range(LAYERS)):
        errors[l] = np.sqrt((error**2).sum(axis=1).mean())
        gradients[l] = np.linalg.norm(activations[l].T @ error / BATCH)
        if l > 0:
            error = (error @ weights[l].T) * df(zs[l - 1])
    hidden = activations[1:-1]
    numbers = [gradients[0], gradients[9], gradients[19], errors[0], errors[9], errors[19]]
    numbers += [(hidden[0] == 0).mean(), (hidden[18] == 0).mean()]
    numbers += [(hidden[18] == 0).all(axis=0).mean(), hidden[0].mean()]
    numbers += [hidden[18].mean(), np.sqrt((hidden[18] ** 2).mean())]
    print(f'("{name}", [' + ", ".join(f"{v:.9e}" for v in numbers) + "]),")

for z in ([3, 0.7, 0.5], [1.2, 1, 1.5], [1.5] + [1.2] * 9):
    print(softmax(np.array(z, float)))
