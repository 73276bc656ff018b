"""The RReLU post's network in PyTorch, as an oracle for experiments/rrelu.

Run by hand, in any environment that has torch (the CPU is enough); FOLDER holds MNIST's four files:
    python3 scripts/rrelu_pytorch.py FOLDER --arm relu --epochs 2 --seeds 3
    python3 scripts/rrelu_pytorch.py FOLDER --arm relu+bn --steps 900
    python3 scripts/rrelu_pytorch.py --oracle       # the numbers of experiments/rrelu/tests/it/oracle.rs
Ours, for comparison, with the same epochs:
    cargo run --release -p rrelu -- --preset post --data real --data-dir PARENT --epochs 2 --seeds 3
    cargo bench -p rrelu
The settings are those of the preset `post`: MNIST's first 5,000 training images left out, pixels
from 0 to 1, not shuffled, batches of 60, Adam at 1e-4, Xavier-uniform weights, biases zero.
Last run with torch 2.15.0; the numbers stand in experiments/rrelu/README.md.
"""
import argparse
import gzip
import statistics
import time
from pathlib import Path

import torch
from torch import nn


def read(folder, name, header):
    data = gzip.decompress((Path(folder) / f"{name}.gz").read_bytes())
    return torch.frombuffer(bytearray(data), dtype=torch.uint8, offset=header)


def part(folder, name):
    images = read(folder, f"{name}-images-idx3-ubyte", 16).reshape(-1, 784)
    return images, read(folder, f"{name}-labels-idx1-ubyte", 8).long()


class Norm(nn.BatchNorm1d):
    """Running variance divided by the batch, as in TensorFlow; PyTorch's divides by one less."""

    def __init__(self, units, decay):
        super().__init__(units, eps=1e-8, momentum=1 - decay)

    def forward(self, x):
        if self.training:
            with torch.no_grad():
                self.running_mean.lerp_(x.mean(0), self.momentum)
                self.running_var.lerp_(x.var(0, correction=0), self.momentum)
            return nn.functional.batch_norm(x, None, None, self.weight, self.bias, True, 0.0, self.eps)
        return super().forward(x)


def network(arm, sizes=(784, 1024, 128, 10), decay=0.999):
    name, _, norm = arm.partition("+")
    function = {"relu": nn.ReLU, "elu": nn.ELU, "prelu": nn.PReLU}[name]
    layers = []
    for inputs, units in zip(sizes, sizes[1:-1]):
        layers += [nn.Linear(inputs, units, bias=not norm), *([Norm(units, decay)] if norm else []), function()]
    model = nn.Sequential(*layers, nn.Linear(*sizes[-2:]))
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return model


def steps(model, optimizer, images, labels, count, batch=60):
    """Trains for `count` steps in the order of the file, from its beginning; their times in ms."""
    model.train()
    times = []
    for at in range(0, count * batch, batch):
        begun = time.perf_counter()
        pixels = images[at : at + batch].float() / 255
        loss = nn.functional.cross_entropy(model(pixels), labels[at : at + batch])
        if not loss.isfinite():  # Ours reads each loss, too.
            raise SystemExit("the training diverged")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        times.append(1000 * (time.perf_counter() - begun))
    return times


@torch.no_grad()
def accuracy(model, images, labels):
    model.eval()
    return (model(images.float() / 255).argmax(1) == labels).float().mean().item()


def oracle():
    """Three steps of a small network, weights from a formula, and its logits in evaluation."""
    for arm in ["relu", "prelu", "elu", "relu+bn", "prelu+bn", "elu+bn"]:
        model = network(arm, (5, 4, 3, 2), decay=0.9).double()
        dense = [layer for layer in model if isinstance(layer, nn.Linear)]
        with torch.no_grad():
            for l, layer in enumerate(dense):
                j, i = torch.meshgrid(*map(torch.arange, layer.weight.shape), indexing="ij")
                angle = 1 + 7.3 * l * l + 3.7 * (i + 1) * (j + 2) + 5.1 * j * j
                layer.weight.copy_(0.7 * torch.sin(angle.double()))
        n, i = torch.meshgrid(torch.arange(6), torch.arange(5), indexing="ij")
        x, classes = 1.5 * torch.cos(2 * n + 1.3 * i.double()), torch.arange(6) % 2
        optimizer = torch.optim.Adam(model.parameters(), lr=0.05, eps=1e-8)
        losses = []
        for _ in range(3):
            loss = nn.functional.cross_entropy(model(x), classes)
            losses.append(loss.item())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        logits = model(x)[:2].flatten().tolist()
        print(f'("{arm}", [{", ".join(f"{number:.9e}" for number in losses + logits)}]),')


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", nargs="?")
    arguments.add_argument("--oracle", action="store_true")
    arguments.add_argument("--arm", default="relu", help="relu, elu or prelu, or one of them with +bn")
    arguments.add_argument("--epochs", type=int, default=2)
    arguments.add_argument("--seeds", type=int, default=3)
    arguments.add_argument("--steps", type=int, help="time so many steps of the first epoch, and stop")
    arguments.add_argument("--threads", type=int)
    given = arguments.parse_args()
    if given.oracle or not given.folder:
        return oracle()
    if given.threads:
        torch.set_num_threads(given.threads)
    images, labels = (values[5000:] for values in part(given.folder, "train"))
    test = part(given.folder, "t10k")
    an_epoch = -(-len(images) // 60)
    found = []
    for seed in range(given.seeds):
        torch.manual_seed(seed)
        model = network(given.arm)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, eps=1e-8)
        if given.steps:
            times = sorted(steps(model, optimizer, images, labels, min(given.steps, an_epoch)))
            # On a machine with other work the smallest times are those of nobody else.
            fast, middle = times[len(times) // 20], times[len(times) // 2]
            print(f"{given.arm}: {middle:.2f} ms per step (median), {fast:.2f} (fastest twentieth)")
            continue
        for epoch in range(1, given.epochs + 1):
            begun = time.perf_counter()
            steps(model, optimizer, images, labels, an_epoch)
            spent = time.perf_counter() - begun
            found.append(accuracy(model, *test))
            print(f"{given.arm} seed {seed} epoch {epoch}: {found[-1]:.4f} of the test, {spent:.1f} s")
    last = found[given.epochs - 1 :: given.epochs]
    if len(last) > 1:
        print(f"mean {statistics.mean(last):.4f}, standard deviation {statistics.stdev(last):.4f}")


if __name__ == "__main__":
    main()
