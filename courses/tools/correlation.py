"""Correlation matrices: whether one can exist, and a matrix L with L Lᵀ equal to it."""

from collections.abc import Sequence
from math import sqrt

Matrix = list[list[float]]
# What rounding of typed numbers may leave below zero.
_TOLERANCE = 1e-9


def cholesky(matrix: Sequence[Sequence[float]]) -> Matrix | None:
    """Return a lower triangular L with L Lᵀ = ``matrix``; None when the matrix is not positive semidefinite.

    ``matrix`` is symmetric with ones on its diagonal.
    """
    size = len(matrix)
    lower = [[0.0] * size for _row in range(size)]
    for row in range(size):
        for column in range(row + 1):
            rest = matrix[row][column] - sum(lower[row][k] * lower[column][k] for k in range(column))
            if row == column:
                if rest < -_TOLERANCE:
                    return None
                lower[row][row] = sqrt(max(rest, 0.0))
            elif lower[column][column] > sqrt(_TOLERANCE):
                lower[row][column] = rest / lower[column][column]
            elif abs(rest) > sqrt(_TOLERANCE):
                # This asset moves with the others entirely, so what is left over contradicts them.
                return None
    return lower


def possible_range(first: float, second: float) -> tuple[float, float]:
    """Return between what the third correlation of three must lie, given the other two."""
    room = sqrt(max(0.0, (1 - first * first) * (1 - second * second)))
    return max(-1.0, first * second - room), min(1.0, first * second + room)
