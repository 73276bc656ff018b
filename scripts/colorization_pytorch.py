"""The colorization post's network in PyTorch, as an oracle for experiments/colorization.

Run by hand, in any environment that has torch (the CPU is enough):
    python3 scripts/colorization_pytorch.py       # the numbers of experiments/colorization/tests/it/network.rs
Whole steps are timed against each other by scripts/bench-against-pytorch.py --only colorization.
Last run with torch 2.15.0.
"""
import torch
from torch import nn
from torch.nn.functional import log_softmax

torch.set_default_dtype(torch.float64)


class Network(nn.Module):
    """Eight convolutions of 3x3; as written, the last one reads before the ReLU of the seventh."""

    def __init__(self, bins, outputs, before_relu):
        super().__init__()
        step = bins // 8
        channels = [1, *(k * step for k in range(1, 8)), outputs]
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 3) for a, b in zip(channels, channels[1:]))
        self.before_relu = before_relu
        with torch.no_grad():
            for index, layer in enumerate(self.layers):
                n = torch.arange(layer.weight.numel()) + 1.0
                scale = (6 / (9 * sum(layer.weight.shape[:2]))) ** 0.5
                layer.weight.copy_((scale * torch.sin(0.7 * n + 0.013 * n * n + index)).reshape(layer.weight.shape))
                layer.bias.zero_()

    def forward(self, lightness):
        x = (lightness - 50) / 50
        for index, layer in enumerate(self.layers):
            x = layer(x)
            if index < 6 or (index == 6 and not self.before_relu):
                x = torch.relu(x)
        return x


def pattern(*shape):
    n = torch.arange(torch.Size(shape).numel()) + 1.0
    return (0.5 + 0.5 * torch.sin(0.37 * n)).reshape(shape)


def run(name, outputs, before_relu):
    network = Network(16, outputs, before_relu)
    lightness = 100 * pattern(2, 1, 20, 22)
    truth = pattern(2, outputs, 4, 6)
    adam = torch.optim.Adam(network.parameters(), 1e-3, eps=1e-2)
    numbers = []
    for _ in range(3):
        said = network(lightness)
        if outputs == 2:
            loss = ((said - truth) ** 2).sum() / 2
        else:
            loss = -(truth * log_softmax(said, 1)).sum()
        numbers.append(loss.item())
        adam.zero_grad()
        loss.backward()
        adam.step()
    numbers += network(lightness)[1, :, 1, 2].tolist()[:4]
    print(f'    ("{name}", {outputs}, {str(before_relu).lower()}, &[{", ".join(f"{v:.9e}" for v in numbers)}]),')


run("as described", 16, False)
run("as written", 16, True)
run("a and b", 2, False)
