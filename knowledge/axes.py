"""The directions in which vectors differ most: neighbours are looked for along these only, so that more of them fit
into a processor's cache; what is found is then scored exactly."""

import numpy as np

from knowledge.vectors import WIDTH, Vectors

AXES = 128
"""A third of the width. Looked for along these, the search is as good (docs/knowledge.md) and grows less with size."""


def principal_axes(vectors: Vectors) -> Vectors:
    """The axes (WIDTH, AXES) that keep the most of these vectors' likenesses (K. Pearson, 1901)."""
    spread = vectors.T.astype(np.float64) @ vectors if len(vectors) else np.zeros((WIDTH, WIDTH))
    _, axes = np.linalg.eigh(spread)
    return np.ascontiguousarray(axes[:, ::-1][:, :AXES], dtype=np.float32)
