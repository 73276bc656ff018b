"""The debugging post's network in PyTorch, with given weights on a given input.

Prints the table of experiments/debugging/tests/it/oracle.rs. Run by hand, in any environment that
has torch (the CPU is enough), in 64 bits; never part of CI:
    python3 scripts/debugging_oracle.py
Weights, biases and the image come from formulas that both sides compute and round to 32 bits.
For each place between the layers: the sum of all values, the sum of their sizes, and two values.
Last run with torch 2.15.0.
"""
import math

import torch
from torch.nn.functional import conv2d, max_pool2d

SHAPES = [(32, 1, 3, 3), (64, 32, 3, 3), (9216, 128), (128, 10)]
# Two values of each place: these shares of the way through the list.
PLACES = (0.37, 0.71)


def rounded(values):
    return values.float().double()


def parameters(ones):
    """A flat index n of layer l: sqrt(3 / inputs) sin(1 + 1.7 n + 2.3 l); biases 0.05 cos(n + l)."""
    found = []
    for layer, shape in enumerate(SHAPES):
        n = torch.arange(math.prod(shape), dtype=torch.float64)
        outputs = shape[0] if len(shape) == 4 else shape[1]
        inputs = math.prod(shape) // outputs
        weight = math.sqrt(3 / inputs) * torch.sin(1 + 1.7 * n + 2.3 * layer)
        bias = 0.05 * torch.cos(torch.arange(outputs, dtype=torch.float64) + layer)
        if ones:
            weight, bias = torch.ones_like(weight), torch.zeros_like(bias)
        found += [rounded(weight).reshape(shape), rounded(bias)]
    return found


def image():
    """A ring of ink: 1 where a pixel is 5 to 9 from (13.5, 12), else 0."""
    y = torch.arange(28, dtype=torch.float64)[:, None] - 13.5
    x = torch.arange(28, dtype=torch.float64)[None, :] - 12
    squared = y**2 + x**2
    return ((squared >= 25) & (squared <= 81)).double()[None, None]


def stages(ones, activation):
    w1, b1, w2, b2, w3, b3, w4, b4 = parameters(ones)
    before1 = conv2d(image(), w1, b1)
    after1 = activation(before1)
    before2 = conv2d(after1, w2, b2)
    after2 = activation(before2)
    pooled = max_pool2d(after2, 2)
    flat = pooled.flatten()
    before3 = flat @ w3 + b3
    after3 = activation(before3)
    logits = after3 @ w4 + b4
    every = [before1, after1, before2, after2, pooled, flat, before3, after3, logits]
    return [*every, torch.softmax(logits, 0)]


def main():
    runs = [(True, torch.relu), (False, torch.relu), (False, torch.sigmoid)]
    for (ones, activation), name in zip(runs, ("ones", "relu", "sigmoid")):
        print(f'    ("{name}", [')
        for values in stages(ones, activation):
            values = values.flatten()
            some = [values[int(place * len(values))] for place in PLACES]
            numbers = [values.sum(), values.abs().sum(), *some]
            print("        [" + ", ".join(f"{number:.12e}" for number in numbers) + "],")
        print("    ]),")


main()
