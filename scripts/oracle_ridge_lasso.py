#!/usr/bin/env python3
"""Prints scikit-learn's ridge and lasso for the points in experiments/regularization/tests/it/oracle.rs.

The points are made by a formula, so that both sides have them to the last digit. Run it by hand when
the formula changes, and copy the numbers into the test:

    python3 scripts/oracle_ridge_lasso.py        (needs numpy and scikit-learn)

scikit-learn's Ridge minimises sum e^2 + alpha sum w^2, its Lasso sum e^2 / 2n + alpha sum |w|; ours
are sum e^2 / 2n + lambda sum w^2 / 2 and + lambda sum |w|. So alpha = n lambda for ridge, and
alpha = lambda for the lasso.
"""
import numpy as np
import sklearn
from sklearn.linear_model import Lasso, LinearRegression, Ridge

N = 30


def points():
    k = np.arange(N)
    x = 0.5 + 0.3 * k
    columns = np.stack([x, np.sin(3.0 * x), 0.1 * x * x, np.cos(x) + 0.5 * np.sin(3.0 * x)], axis=1)
    y = 2.0 * x + 1.0 + np.sin(12.9898 * k) + np.where(k % 5 == 2, 6.0, 0.0)
    return columns, y


def show(name, model, columns, y):
    model.fit(columns, y)
    weights = ", ".join(f"{w:.12f}" for w in np.atleast_1d(model.coef_))
    print(f"{name:28} [{weights}], {model.intercept_:.12f}")


def main():
    print(f"scikit-learn {sklearn.__version__}")
    columns, y = points()
    for which, table in [("line", columns[:, :1]), ("four columns", columns)]:
        show(f"{which}: least squares", LinearRegression(), table, y)
        for strength in [0.03, 0.3, 3.0]:
            ridge = Ridge(alpha=N * strength, solver="cholesky")
            show(f"{which}: ridge {strength}", ridge, table, y)
            lasso = Lasso(alpha=strength, tol=1e-14, max_iter=1_000_000)
            show(f"{which}: lasso {strength}", lasso, table, y)


if __name__ == "__main__":
    main()
