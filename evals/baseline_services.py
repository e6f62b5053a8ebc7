"""Plain ways to rank services, trained on the same examples: what the shipped ranking has to beat."""

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from assistant.linear import Examples
from assistant.plain import plainly
from knowledge.vectors import Encoder
from tools.service import Catalogue

Rank = Callable[[str], list[str]]
"""Codes for a text, likeliest first."""

Matrix = NDArray[np.float32]
_WORD = re.compile(r"[^\W_]+")


def nearest_name(encoder: Encoder, catalogue: Catalogue) -> Rank:
    """By the sentence vector nearest to a service's name or summary."""
    codes = tuple(catalogue.services)
    names = encoder.encode([catalogue.services[code].name() for code in codes])
    summaries = encoder.encode([catalogue.services[code].summary for code in codes])

    def rank(text: str) -> list[str]:
        vector = encoder.encode_one(text)
        return _best(codes, np.maximum(names @ vector, summaries @ vector))

    return rank


def nearest_words(examples: Examples) -> Rank:
    """By the cosine of word counts weighed by rarity (TF-IDF) to a service's examples taken together."""
    codes, counts, columns = _counts(examples)
    rarity = np.log((1 + len(codes)) / (1 + (counts > 0).sum(axis=0))) + 1
    weighed = np.log1p(counts) * rarity
    weighed /= np.linalg.norm(weighed, axis=1, keepdims=True)

    def rank(text: str) -> list[str]:
        found = [columns[word] for word in _words(text) if word in columns]
        return _best(codes, weighed[:, found] @ rarity[found] if found else np.zeros(len(codes), dtype=np.float32))

    return rank


def naive_bayes(examples: Examples) -> Rank:
    """Multinomial naive Bayes over words with add-one smoothing and equal priors."""
    codes, counts, columns = _counts(examples)
    chances = np.log(counts + 1) - np.log(counts.sum(axis=1, keepdims=True) + counts.shape[1])

    def rank(text: str) -> list[str]:
        found = [columns[word] for word in _words(text) if word in columns]
        return _best(codes, chances[:, found].sum(axis=1))

    return rank


def _counts(examples: Examples) -> tuple[tuple[str, ...], Matrix, dict[str, int]]:
    """How often each word stands in each service's examples."""
    codes = tuple(sorted(set(examples.labels)))
    rows = {code: row for row, code in enumerate(codes)}
    columns: dict[str, int] = {}
    for text in examples.texts:
        for word in _words(text):
            columns.setdefault(word, len(columns))
    counts = np.zeros((len(codes), len(columns)), dtype=np.float32)
    for text, label in zip(examples.texts, examples.labels, strict=True):
        for word in _words(text):
            counts[rows[label], columns[word]] += 1
    return codes, counts, columns


def _words(text: str) -> list[str]:
    return _WORD.findall(plainly(text))


def _best(codes: tuple[str, ...], scores: Matrix) -> list[str]:
    return [codes[int(place)] for place in np.argsort(-scores, kind="stable")[:3]]
