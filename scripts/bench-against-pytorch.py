"""Times whole training steps of the posts' networks: PyTorch's, Burn's and those of our crates.

Needs PyTorch (6 GB unpacked), in a virtual environment outside the project; never part of CI:
    python3 -m venv ~/torch-venv && ~/torch-venv/bin/pip install torch
    ~/torch-venv/bin/python scripts/bench-against-pytorch.py --build
    ~/torch-venv/bin/python scripts/bench-against-pytorch.py --only colorization --rounds 20 --json
A step is forward, loss, backward, Adam or SGD, and the loss read back. In each round PyTorch,
flex (Burn's layers and Adam), ours (crates/conv, fused ReLU, and crates/optim) and exact (the same
without Winograd) take turns in short bursts on the same threads, so that a machine that changes
its pace does so for all.
Leave it idle otherwise: other work slows PyTorch, whose threads wait for each other, the most.
The first round and the first step of each burst are not counted. `ms` is the median over the
steps, `ratio` the median over the rounds of a burst's median by that of PyTorch's in its round,
with the quartiles. Memory: peak above the network and its data, in a fresh process (Linux only).
All sides begin with the same weights and data, and must report the same first losses. PyTorch is as it comes (eager, its default layout and Adam);
`--channels-last` and `--fused-adam` try to make it faster. `--burn 0.23.0-pre.1` lets that version's
layers and Adam take part as well, in its own column (its build takes some minutes).
The Rust side is crates/conv/examples/steps.rs; the numbers stand in crates/conv/README.md.
"""
import argparse
import contextlib
import json
import math
import os
import re
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore", category=UserWarning)  # NumPy that is not needed, padding that is.
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss

ROOT = Path(__file__).resolve().parent.parent
# The Rust side with another version of Burn: a package of its own, in which Burn's own layers and
# Adam have the names of our crates.
OTHER_MANIFEST = """\
[package]
name = "steps"
version = "0.0.0"
edition = "2024"
[dependencies]
burn = {{ version = "={version}", default-features = false, features = {features} }}
mimalloc = {{ version = "0.1", default-features = false }}
rayon = "1"
[profile.release]
lto = "off"
[workspace]
"""
OTHER_FEATURES = ["std", "autodiff", "flex", "optim", "rayon", "simd", "x86-v4"]
OTHER_NAMES = """
mod retrace_optim {
    pub fn adam(config: &burn::optim::AdamConfig) -> burn::optim::ModuleOptimizer {
        config.init()
    }
}

mod retrace_conv {
    use burn::tensor::Tensor;

    #[derive(Clone, Copy)]
    pub enum Algorithm {
        Auto,
        Exact,
    }

    #[derive(burn::module::Module, Debug)]
    pub struct Conv2d {
        layer: burn::nn::conv::Conv2d,
    }

    impl From<burn::nn::conv::Conv2d> for Conv2d {
        fn from(layer: burn::nn::conv::Conv2d) -> Self {
            Self { layer }
        }
    }

    impl Conv2d {
        pub fn with_algorithm(self, _: Algorithm) -> Self {
            self
        }
        pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
            self.layer.forward(x)
        }
        pub fn forward_relu(&self, x: Tensor<4>) -> Tensor<4> {
            burn::tensor::activation::relu(self.layer.forward(x))
        }
    }

    pub fn max_pool_2x2(x: Tensor<4>) -> Tensor<4> {
        burn::nn::pool::MaxPool2dConfig::new([2, 2]).init().forward(x)
    }
}
"""


def noise(stream, count):
    """Numbers from -1 to 1; examples/steps.rs makes the same."""
    low = 0xFFFFFFFF
    bits = ((torch.arange(count) + 1_000_003 * stream) & low) * 2_654_435_761 & low
    bits = (bits ^ (bits >> 15)) * 2_246_822_519 & low
    return (bits ^ (bits >> 13)).double() / 2**31 - 1


def pixels(*shape):
    return (0.5 + 0.5 * noise(0, math.prod(shape))).float().reshape(shape)


def classes(count, of):
    return 7 * torch.arange(count) % of


@torch.no_grad()
def with_noise(model):
    """Parameters in the order of ours: normalisations last. Burn's linear weights are transposed."""
    modules = sorted(model.modules(), key=lambda module: isinstance(module, nn.BatchNorm1d))
    parameters = [p for module in modules for p in module.parameters(recurse=False)]
    for stream, p in enumerate(parameters, 1):
        bound = 1 / math.sqrt(p[0].numel()) if p.dim() > 1 else 0.1
        values = (bound * noise(stream, p.numel())).float()
        p.copy_(values.reshape(p.T.shape).T if p.dim() == 2 else values.reshape(p.shape))
    return model


def convolutions(channels, kernels, padding):
    layers = []
    for inputs, outputs, kernel in zip(channels, channels[1:], kernels):
        layers += [nn.Conv2d(inputs, outputs, kernel, padding=padding), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def adam(rate):
    return lambda model, **options: torch.optim.Adam(model.parameters(), rate, **options)


def autoencoder():
    x = pixels(8, 1, 100, 150)
    model = convolutions([1, 32, 16, 16, 8, 8, 1], [7, 7, 7, 7, 7, 4], "same")
    return model, x, adam(1e-3), lambda y: mse_loss(y, x)


def colorization(colours=240):
    model = convolutions([1, *range(colours // 8, colours + 1, colours // 8)], [3] * 8, "valid")
    truth = classes(32 * 16 * 16, colours).reshape(32, 16, 16)
    return model, pixels(32, 1, 32, 32), adam(1e-4), lambda y: cross_entropy(y, truth)


def mnist_cnn():
    body = convolutions([1, 32, 64], [3, 3], "valid")
    head = [nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Linear(128, 10)]
    truth = classes(128, 10)
    return nn.Sequential(*body, *head), pixels(128, 1, 28, 28), adam(1e-3), lambda y: cross_entropy(y, truth)


def mlp(norm=False):
    layers = []
    for inputs, units in [(784, 1024), (1024, 128)]:
        layers += [nn.Linear(inputs, units, bias=not norm), *([nn.BatchNorm1d(units)] if norm else []), nn.ReLU()]
    truth = classes(60, 10)
    return nn.Sequential(*layers, nn.Linear(128, 10)), pixels(60, 784), adam(1e-4), lambda y: cross_entropy(y, truth)


def regularization():
    model = nn.Sequential(*(nn.Linear(*sizes) for sizes in [(1, 10), (10, 10), (10, 10), (10, 1)]))
    x = pixels(1, 1)
    penalty = lambda: 0.3 * sum(layer.weight.abs().sum() for layer in model)
    sgd = lambda model: torch.optim.SGD(model.parameters(), 0.01)
    return model, x, sgd, lambda y: (y - 2 * x).abs().sum() + penalty()


# Each network, and the steps of a burst: half a second or so.
NETWORKS = {
    "autoencoder": (autoencoder, 4),
    "colorization": (colorization, 3),
    "mnist-cnn": (mnist_cnn, 8),
    "mlp": (mlp, 40),
    "mlp-norm": (lambda: mlp(norm=True), 40),
    "regularization": (regularization, 400),
}


class Torch:
    """PyTorch's side; a burst answers as the Rust side does."""

    def __init__(self, name, given):
        model, x, optimizer, self.loss = NETWORKS[name][0]()
        self.model, self.x = with_noise(model), x
        if given.channels_last and x.dim() == 4:
            self.model, self.x = (it.to(memory_format=torch.channels_last) for it in (self.model, x))
        fused = {"fused": True} if given.fused_adam and name != "regularization" else {}
        self.optimizer = optimizer(self.model, **fused)

    def step(self):
        self.optimizer.zero_grad()
        loss = self.loss(self.model(self.x))
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def burst(self, steps):
        losses, milliseconds = [self.step()], []
        for _ in range(steps):
            begun = time.perf_counter()
            losses.append(self.step())
            milliseconds.append(1000 * (time.perf_counter() - begun))
        return {"losses": losses, "milliseconds": milliseconds}


def with_other_burn(version, target):
    """Builds the Rust side with another version of Burn; its program."""
    package = target / f"burn-{version}"
    (package / "src").mkdir(parents=True, exist_ok=True)
    manifest = OTHER_MANIFEST.format(version=version, features=json.dumps(OTHER_FEATURES))
    (package / "Cargo.toml").write_text(manifest)
    steps = (ROOT / "crates/conv/examples/steps.rs").read_text()
    (package / "src/main.rs").write_text(steps + OTHER_NAMES)
    command = ["cargo", "build", "--release", "--target-dir", package / "target"]
    subprocess.run(command, cwd=package, check=True)
    return package / "target/release/steps"


class Steps:
    """A process of the Rust side, with one network."""

    def __init__(self, name, mode, given):
        environment = {**os.environ, "RAYON_NUM_THREADS": str(given.threads)}
        program, argument = given.modes[mode]
        command = [program, name, argument]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self.answer()  # It is ready.

    def answer(self):
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{' '.join(map(str, self.process.args))} gave no answer")
        return json.loads(answer)

    def burst(self, steps):
        print(steps, file=self.process.stdin, flush=True)
        return self.answer()

    def memory_mb(self, steps):
        """The peak of a first burst above what is resident before it, from Linux's /proc (proc(5))."""
        folder = Path(f"/proc/{self.process.pid}")
        if not folder.exists():
            return None
        field = lambda name: int(re.search(rf"{name}:\s+(\d+) kB", (folder / "status").read_text())[1])
        resident = field("VmRSS")
        (folder / "clear_refs").write_text("5")  # The peak is now what is resident.
        self.burst(steps)
        return (field("VmHWM") - resident) * 1024 / 1e6

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def check(name, bursts):
    """That all sides train the same network from the same beginning."""
    expected = bursts["torch"]
    for side, found in bursts.items():
        for ours, theirs in zip(found["losses"][:3], expected["losses"][:3]):
            if not math.isclose(ours, theirs, rel_tol=1e-3):
                raise SystemExit(f"{name}: losses {found['losses'][:3]} in {side}, {expected['losses'][:3]} in PyTorch")


def memory_mb(name, mode, given):
    with Steps(name, mode, given) as steps:
        return steps.memory_mb(2)


def measure(name, given):
    count = given.steps or NETWORKS[name][1]
    with contextlib.ExitStack() as stack:
        sides = {mode: stack.enter_context(Steps(name, mode, given)) for mode in given.modes}
        sides = {"torch": Torch(name, given), **sides}
        times = {side: [] for side in sides}
        for turn in range(given.rounds + 1):
            # Back and forth, so that nobody always comes after the same other.
            order = list(sides) if turn % 2 else list(sides)[::-1]
            bursts = {side: sides[side].burst(count) for side in order}
            if turn == 0:
                check(name, {"torch": bursts.pop("torch"), **bursts})
                continue
            for side, burst in bursts.items():
                times[side].append(burst["milliseconds"])
    return result(name, times, given)


def result(name, times, given):
    found = {"name": name, "threads": given.threads}
    for side, bursts in times.items():
        found[f"{side}_ms"] = statistics.median(ms for burst in bursts for ms in burst)
    for mode in given.modes:
        pairs = zip(times[mode], times["torch"])
        ratios = [statistics.median(burst) / statistics.median(theirs) for burst, theirs in pairs]
        key = "ratio" if mode == "ours" else f"{mode}_ratio"
        found[key] = statistics.median(ratios)
        found[f"{key}_quartiles"] = statistics.quantiles(ratios, method="inclusive")[::2]
    for mode in given.modes:
        found[f"{mode}_memory_mb"] = memory_mb(name, mode, given)
    return found


def milliseconds(ms):
    return f"{ms:.0f}" if ms >= 100 else f"{ms:.3g}"


def table_line(cells):
    return f"| {' | '.join(cells)} |"


def head(modes):
    columns = ["step", "PyTorch, ms", *(f"{mode}, ms" for mode in modes)]
    columns += [f"{mode} / PyTorch" for mode in modes] + ["flex, MB", "ours, MB"]
    return table_line(columns) + "\n" + "|---" * len(columns) + "|"


def row(found, modes):
    ratio = lambda key: "{:.2f} ({:.2f}-{:.2f})".format(found[key], *found[f"{key}_quartiles"])
    memory = lambda key: "" if found[key] is None else f"{found[key]:.0f}"
    times = [milliseconds(found[f"{side}_ms"]) for side in ("torch", *modes)]
    ratios = [ratio("ratio" if mode == "ours" else f"{mode}_ratio") for mode in modes]
    memories = [memory(f"{mode}_memory_mb") for mode in ("flex", "ours")]
    return table_line([found["name"], *times, *ratios, *memories])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--only", nargs="+", choices=NETWORKS, default=list(NETWORKS), metavar="NAME")
    arguments.add_argument("--threads", type=int, default=2, help="of both sides (2)")
    arguments.add_argument("--rounds", type=int, default=9, help="that count (9)")
    arguments.add_argument("--steps", type=int, help="in a burst (by network)")
    arguments.add_argument("--json", action="store_true", help="one object per network instead of the table")
    arguments.add_argument("--build", action="store_true", help="build the Rust side first")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    arguments.add_argument("--program", default=target / "release/examples/steps", help="the Rust side")
    arguments.add_argument("--burn", metavar="VERSION", help="this version of Burn, too, as `other`")
    arguments.add_argument("--channels-last", action="store_true", help="PyTorch in that layout")
    arguments.add_argument("--fused-adam", action="store_true", help="PyTorch with its fused Adam")
    given = arguments.parse_args()
    if given.rounds < 2:
        arguments.error("quartiles need at least two rounds")
    if given.build:
        command = ["cargo", "build", "--release", "-p", "retrace-conv", "--examples"]
        subprocess.run(command, cwd=ROOT, check=True)
    if not Path(given.program).exists():
        raise SystemExit(f"{given.program} is not there; --build makes it")
    # The Rust sides: a program and its mode each, in the order of the table.
    given.modes = {"flex": (given.program, "flex")}
    if given.burn:
        given.modes["other"] = (with_other_burn(given.burn, target), "flex")
    given.modes |= {"exact": (given.program, "exact"), "ours": (given.program, "auto")}
    torch.set_num_threads(given.threads)
    print(f"PyTorch {torch.__version__}, {given.threads} threads, {given.rounds} rounds", file=sys.stderr)
    if not given.json:
        print(head(given.modes))
    for name in given.only:
        found = measure(name, given)
        print(json.dumps(found) if given.json else row(found, given.modes), flush=True)


if __name__ == "__main__":
    main()
