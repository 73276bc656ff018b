"""Three steps of a small circle autoencoder in PyTorch, for every loss and both optimizers.

Prints the table of experiments/autoencoder/tests/it/oracle.rs. Run by hand, in any environment that
has torch (the CPU is enough), in 64 bits; never part of CI:
    python3 scripts/autoencoder_oracle.py
Weights and pictures come from formulas that both sides compute. Last run with torch 2.15.0.
"""
import math

import torch
from torch.nn.functional import conv2d, pad, relu

HEIGHT, WIDTH, BATCH = 9, 11, 2
FEATURES, KERNEL, LAST = (4, 3), 7, 4
CONSTANT = HEIGHT * WIDTH * 100.0
NUMBERS = BATCH * HEIGHT * WIDTH
# Rates at which three steps change the loss by some percent.
RATES = {
    "sum": (1e-8, 1e-3),
    "sum-c": (1e-4, 1e-3),
    "sum-c2": (1e0, 1e-3),
    "inverse": (1e3, 1e-3),
    "mean": (2e-6, 1e-3),
    "unit": (2e-2, 1e-3),
}


def weights():
    """A flat index n of layer l: sqrt(3 / inputs) sin(1 + 1.7 n + 2.3 l); biases 0.05 cos(n + l)."""
    parameters, inputs = [], 1
    for layer, outputs in enumerate([*FEATURES, 1]):
        kernel = LAST if layer == len(FEATURES) else KERNEL
        shape = (outputs, inputs, kernel, kernel)
        n = torch.arange(math.prod(shape), dtype=torch.float64)
        weight = math.sqrt(3 / math.prod(shape[1:])) * torch.sin(1 + 1.7 * n + 2.3 * layer)
        bias = 0.05 * torch.cos(torch.arange(outputs, dtype=torch.float64) + layer)
        parameters += [weight.reshape(shape).requires_grad_(), bias.requires_grad_()]
        inputs = outputs
    return parameters


def pictures():
    """Circles of radius 3 around (3 + 4 p, 4 + p), in pixels from the top left corner."""
    rows = torch.arange(HEIGHT, dtype=torch.float64)[:, None] + 0.5
    columns = torch.arange(WIDTH, dtype=torch.float64)[None, :] + 0.5
    discs = [(columns - 3 - 4 * p) ** 2 + (rows - 4 - p) ** 2 <= 9 for p in range(BATCH)]
    return 100 * torch.stack(discs).double()[:, None]


def answer(parameters, x):
    *hidden, last = zip(parameters[::2], parameters[1::2])
    for weight, bias in hidden:
        x = relu(conv2d(x, weight, bias, padding=KERNEL // 2))
    return conv2d(pad(x, (1, 2, 1, 2)), *last)


def loss(name, parameters, x):
    scale = 100.0 if name == "unit" else 1.0
    distance = (answer(parameters, x / scale) * scale - x).square().sum()
    return {
        "sum": distance,
        "sum-c": distance / CONSTANT,
        "sum-c2": distance / CONSTANT**2,
        "inverse": 1 / distance,
        "mean": distance / NUMBERS,
        "unit": distance / NUMBERS / 100**2,
    }[name]


def main():
    x = pictures()
    for name, rates in RATES.items():
        for optimizer, rate in zip(("sgd", "adam"), rates):
            parameters = weights()
            make = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimizer]
            extra = {} if optimizer == "sgd" else {"eps": 1e-8}
            steps = make(parameters, lr=rate, **extra)
            found = []
            for _ in range(3):
                steps.zero_grad()
                value = loss(name, parameters, x)
                value.backward()
                steps.step()
                found.append(value.item())
            found.append(loss(name, parameters, x).item())
            numbers = ", ".join(f"{number:.9e}" for number in found)
            print(f'    ("{name}", "{optimizer}", {rate:.0e}, [{numbers}]),')


if __name__ == "__main__":
    main()
