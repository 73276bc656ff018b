"""Writes what torchinfo and fvcore say of ten networks: crates/inspect/tests/it/torchinfo.json.

    pip install torch torchinfo fvcore
    python3 scripts/torchinfo_oracle.py

The same networks stand in crates/inspect/tests/it/networks.rs, with the same names of their layers; a
test compares. Attention is written with linear layers, since torch's own module counts as one.
For each layer with parameters: name, class, output shape, parameters, of these biases, products as
torchinfo counts them (parameters times examples, or times positions in convolutions and recurrent
layers, biases among them) and as fvcore counts them (null where it knows no rule). "products" is fvcore's
sum over convolutions, linear layers and the matrix products of attention. Last run with torch 1.13.0, torchinfo 1.8.0, fvcore 0.1.5.
"""
import json
import math
import pathlib

import torch
import torchinfo
from fvcore.nn import FlopCountAnalysis
from torch import nn
from torch.nn import functional as F


def conv(i, o, k, stride=1, padding=0, groups=1, bias=True):
    return nn.Conv2d(i, o, k, stride, padding, groups=groups, bias=bias)


class ConvNorm(nn.Module):
    def __init__(self, i, o, k, stride, padding, groups=1):
        super().__init__()
        self.conv = conv(i, o, k, stride, padding, groups, bias=False)
        self.norm = nn.BatchNorm2d(o)

    def forward(self, x):
        return self.norm(self.conv(x))


class Block(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.first = ConvNorm(i, o, 3, stride, 1)
        self.second = ConvNorm(o, o, 3, 1, 1)
        self.down = ConvNorm(i, o, 1, stride, 0) if i != o or stride > 1 else nn.Identity()

    def forward(self, x):
        return torch.relu(self.down(x) + self.second(torch.relu(self.first(x))))


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = ConvNorm(3, 64, 7, 2, 3)
        sides = [(64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1),
                 (128, 256, 2), (256, 256, 1), (256, 512, 2), (512, 512, 1)]
        self.blocks = nn.ModuleList(Block(*side) for side in sides)
        self.head = nn.Linear(512, 1000)

    def forward(self, x):
        x = F.max_pool2d(torch.relu(self.stem(x)), 3, 2, 1)
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean((2, 3)))


class Vgg11(nn.Module):
    CHANNELS = [(3, 64, True), (64, 128, True), (128, 256, False), (256, 256, True),
                (256, 512, False), (512, 512, True), (512, 512, False), (512, 512, True)]

    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList(conv(i, o, 3, 1, 1) for i, o, _ in self.CHANNELS)
        sides = [(25088, 4096), (4096, 4096), (4096, 1000)]
        self.dense = nn.ModuleList(nn.Linear(i, o) for i, o in sides)

    def forward(self, x):
        for layer, (_, _, pool) in zip(self.convs, self.CHANNELS):
            x = torch.relu(layer(x))
            x = F.max_pool2d(x, 2) if pool else x
        x = x.flatten(1)
        for layer in self.dense[:2]:
            x = torch.relu(layer(x))
        return self.dense[2](x)


class Double(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.first = ConvNorm(i, o, 3, 1, 1)
        self.second = ConvNorm(o, o, 3, 1, 1)

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x))))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList(Double(i, o) for i, o in [(3, 16), (16, 32)])
        self.bottom = Double(32, 64)
        self.up = nn.ModuleList(nn.ConvTranspose2d(i, i // 2, 2, 2) for i in (64, 32))
        self.join = nn.ModuleList(Double(i, i // 2) for i in (64, 32))
        self.head = conv(16, 2, 1)

    def forward(self, x):
        kept = []
        for block in self.down:
            x = block(x)
            kept.append(x)
            x = F.max_pool2d(x, 2)
        x = self.bottom(x)
        for up, join in zip(self.up, self.join):
            x = join(torch.cat([kept.pop(), up(x)], 1))
        return self.head(x)


class LstmClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(1000, 32)
        self.lstm = nn.LSTM(32, 64, batch_first=True)
        self.head = nn.Linear(64, 5)

    def forward(self, x):
        return self.head(self.lstm(self.words(x))[0][:, -1])


class GruTagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(8, 24, batch_first=True)
        self.head = nn.Linear(24, 4)

    def forward(self, x):
        return self.head(self.gru(x)[0])


class Attention(nn.Module):
    def __init__(self, side, heads):
        super().__init__()
        self.heads = heads
        for name in ("query", "key", "value", "output"):
            setattr(self, name, nn.Linear(side, side))

    def forward(self, x):
        split = lambda x: x.unflatten(2, (self.heads, -1)).transpose(1, 2)
        q, k, v = (split(layer(x)) for layer in (self.query, self.key, self.value))
        weights = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(q.shape[-1]), 3)
        return self.output((weights @ v).transpose(1, 2).flatten(2))


class Feed(nn.Module):
    def __init__(self, side, inner):
        super().__init__()
        self.linear_inner = nn.Linear(side, inner)
        self.linear_outer = nn.Linear(inner, side)

    def forward(self, x):
        return self.linear_outer(F.gelu(self.linear_inner(x)))


class EncoderLayer(nn.Module):
    def __init__(self, side, inner, heads):
        super().__init__()
        self.mha = Attention(side, heads)
        self.norm_1 = nn.LayerNorm(side)
        self.norm_2 = nn.LayerNorm(side)
        self.pwff = Feed(side, inner)

    def forward(self, x):
        x = self.norm_1(x + self.mha(x))
        return self.norm_2(x + self.pwff(x))


class Layers(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(EncoderLayer(64, 128, 4) for _ in range(2))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Layers()

    def forward(self, x):
        return self.encoder(x)


class Siamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = conv(1, 8, 3)
        self.dense = nn.Linear(8 * 26 * 26, 16)
        self.head = nn.Linear(16, 1)

    def forward(self, a, b):
        side = lambda x: self.dense(torch.relu(self.conv(x)).flatten(1))
        return self.head((side(a) - side(b)).abs())


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(784, 400)
        self.mean = nn.Linear(400, 20)
        self.log_var = nn.Linear(400, 20)
        self.outer = nn.Linear(20, 400)
        self.pixels = nn.Linear(400, 784)

    def forward(self, x, noise):
        x = torch.relu(self.inner(x))
        mean, log_var = self.mean(x), self.log_var(x)
        code = mean + noise * (log_var * 0.5).exp()
        return torch.sigmoid(self.pixels(torch.relu(self.outer(code)))), mean, log_var


class Mobile(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = ConvNorm(3, 16, 3, 2, 1)
        sides = [(16, 32, 1), (32, 64, 2), (64, 64, 1)]
        self.depth = nn.ModuleList(ConvNorm(i, i, 3, s, 1, groups=i) for i, _, s in sides)
        self.point = nn.ModuleList(ConvNorm(i, o, 1, 1, 0) for i, o, _ in sides)
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        for depth, point in zip(self.depth, self.point):
            x = torch.relu(point(torch.relu(depth(x))))
        return self.head(x.mean((2, 3)))


class Waves(nn.Module):
    def __init__(self):
        super().__init__()
        self.narrow = nn.Conv1d(2, 8, 5, stride=2, padding=2)
        self.group = nn.GroupNorm(2, 8)
        self.dilated = nn.Conv1d(8, 8, 3, padding=2, dilation=2, bias=False)
        self.wide = nn.ConvTranspose1d(8, 2, 4, stride=2, padding=1)

    def forward(self, x):
        x = torch.relu(self.group(self.narrow(x)))
        return self.wide(torch.relu(self.dilated(x)))


def path(layer):
    names = []
    while layer.parent_info is not None:
        names.append(layer.var_name)
        layer = layer.parent_info
    return ".".join(reversed(names))


def described(model, *inputs):
    model.eval()
    flops = FlopCountAnalysis(model, inputs)
    flops.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    by_module = flops.by_module()
    kinds = ("Conv1d", "Conv2d", "ConvTranspose1d", "ConvTranspose2d", "Linear")
    info = torchinfo.summary(model, input_data=list(inputs), verbose=0)
    layers, sums = {}, {}
    for layer in info.summary_list:
        own = dict(layer.module.named_parameters(recurse=False))
        if not own or layer.depth == 0:
            continue
        name, kind = path(layer), layer.class_name
        biases = sum(p.numel() for key, p in own.items() if "bias" in key)
        sums[name] = sums.get(name, 0) + layer.macs
        layers[name] = [name, kind, layer.output_size, layer.num_params, biases, sums[name],
                        by_module[name] if kind in kinds else None]
    products = {"conv", "linear", "matmul"}
    total = sum(count for kind, count in flops.by_operator().items() if kind in products)
    return {"parameters": info.total_params, "products": total, "layers": list(layers.values())}


if __name__ == "__main__":
    torch.manual_seed(0)
    r = torch.randn
    words = torch.randint(0, 1000, (3, 20))
    networks = {
        "resnet18": described(ResNet18(), r(2, 3, 224, 224)),
        "vgg11": described(Vgg11(), r(1, 3, 224, 224)),
        "unet": described(UNet(), r(2, 3, 32, 32)),
        "lstm": described(LstmClassifier(), words),
        "gru": described(GruTagger(), r(3, 7, 8)),
        "encoder": described(Encoder(), r(3, 10, 64)),
        "siamese": described(Siamese(), r(2, 1, 28, 28), r(2, 1, 28, 28)),
        "vae": described(Vae(), r(4, 784), r(4, 20)),
        "mobile": described(Mobile(), r(2, 3, 32, 32)),
        "waves": described(Waves(), r(2, 2, 64)),
    }
    lines = []
    for name, network in networks.items():
        layers = ",\n".join("      " + json.dumps(layer) for layer in network.pop("layers"))
        head = json.dumps(network)[1:-1]
        lines.append(f'  "{name}": {{\n    {head},\n    "layers": [\n{layers}\n    ]\n  }}')
    target = pathlib.Path(__file__).parent / "../crates/inspect/tests/it/torchinfo.json"
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n")
