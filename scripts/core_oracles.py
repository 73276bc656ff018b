"""Prints the numbers that the tests of crates/core hold their own against.

Run by hand, in any environment that has scipy: python3 scripts/core_oracles.py
The tests name this script beside the numbers. Last run with scipy 1.17.1.
"""
import numpy as np
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax

np.set_printoptions(precision=12, floatmode="unique", linewidth=100)

xs = np.array([-40.0, -5.0, -1.5, -0.1, 0.0, 0.1, 1.5, 5.0, 40.0])
print("x                ", xs)
print("expit            ", expit(xs))
print("expit'           ", expit(xs) * expit(-xs))
print("elu (expm1)      ", np.where(xs > 0, xs, np.expm1(xs)))

for z in ([3, 0.7, 0.5], [1.2, 1, 1.5], [1.5] + [1.2] * 9):
    print("softmax", z, softmax(np.array(z, float)))
for temperature in (0.38, 1.0, 5.0):
    print("softmax [3,.7,.5] at", temperature, softmax(np.array([3, 0.7, 0.5]) / temperature))

mean_slope = quad(lambda a: 1 / a / 5, 3, 8)[0]
print("RReLU: E[1/a], a ~ U(3,8):", mean_slope, " 1/E[a]:", 1 / 5.5)

on_abs, on_square = 0.21, 0.09
for w in (-1.3, -0.2, 0.0, 0.2, 0.5, 2.0):
    objective = lambda v: (v - w) ** 2 / 2 + on_abs * abs(v) + on_square * v * v
    best = minimize_scalar(objective, bounds=(-3, 3), method="bounded", options={"xatol": 1e-10})
    print(f"prox of 0.21|v| + 0.09 v^2 at {w}: {best.x:.6f}")
