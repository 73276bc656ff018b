"""Prints the numbers that the tests of crates/optim hold their own against.

Run by hand, in any environment that has torch: python3 scripts/adam_oracle.py
Adam in 64 bits on a gradient from a formula. The tests name this script beside the numbers.
Last run with torch 2.15.0.
"""
import torch

for name, settings in [
    ("defaults", dict(lr=0.01)),
    ("others", dict(lr=0.1, betas=(0.8, 0.95), eps=1e-3)),
]:
    i = torch.arange(4, dtype=torch.float64)
    parameter = torch.nn.Parameter(torch.cos(i))
    optimizer = torch.optim.Adam([parameter], **settings)
    for step in range(1, 11):
        parameter.grad = 10.0 ** (i - 2) * torch.sin(3 * step + i) + 0.1 * parameter.detach()
        optimizer.step()
        if step in (1, 2, 10):
            numbers = ", ".join(f"{number:.9e}" for number in parameter.tolist())
            print(f"{name}, step {step}: [{numbers}]")
