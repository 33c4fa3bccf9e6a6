#!/usr/bin/python3
"""The coefficients in src/kernels/erf_gelu.c: R(a) = Phi(-a) exp(a^2/2) as 0.5 + u p(u), u = a / (2 + a), for 0 <= a <= 13.2.

Nearly the least relative error that ten terms allow (Lawson's weights on Chebyshev points). Needs a python3 with PyTorch.
"""
import math

import torch

TERMS, LAST, POINTS, ROUNDS = 10, 13.2, 4000, 200


def main():
    torch.set_default_dtype(torch.float64)
    most = LAST / (2 + LAST)
    u = most / 2 * (1 + torch.cos(math.pi * (torch.arange(POINTS) + 0.5) / POINTS))
    wanted = 0.5 * torch.special.erfcx(2 * u / (1 - u) / math.sqrt(2))
    terms = torch.stack([u ** (k + 1) for k in range(TERMS)], dim=1) / wanted[:, None]
    rest = 1 - 0.5 / wanted
    weights = torch.ones(POINTS) / POINTS
    best_error, best = math.inf, None
    for _ in range(ROUNDS):
        root = weights.sqrt()
        found = torch.linalg.lstsq(terms * root[:, None], (rest * root)[:, None], driver="gelsd").solution[:, 0]
        errors = (terms @ found - rest).abs()
        if errors.max().item() < best_error:
            best_error, best = errors.max().item(), found
        weights = weights * errors
        weights /= weights.sum()
    print(f"relative error {best_error:.3g}; from u^1 on:", *(f"{c:.9g}" for c in best.tolist()), sep="\n")


if __name__ == "__main__":
    main()
