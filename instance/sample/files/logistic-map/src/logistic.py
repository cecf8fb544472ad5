"""Iterates the logistic map and computes its Lyapunov exponent."""

from math import log


def orbit(r: float, x: float = 0.5, skip: int = 500, count: int = 2000) -> list[float]:
    """`count` values of the map after `skip` steps that are thrown away."""
    for _ in range(skip):
        x = r * x * (1 - x)
    values = []
    for _ in range(count):
        x = r * x * (1 - x)
        values.append(x)
    return values


def lyapunov(r: float) -> float:
    """The mean logarithm of the derivative along the orbit."""
    values = orbit(r)
    return sum(log(max(abs(r * (1 - 2 * x)), 1e-12)) for x in values) / len(values)


if __name__ == "__main__":
    for step in range(151):
        r = 2.5 + step / 100
        print(f"{r:.2f},{lyapunov(r):.5f}")
