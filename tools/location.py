"""Where something is: a span of the resident's words, and the place in the city they name."""

from typing import Self

from pydantic import Field as Limits
from pydantic import model_validator

from tools.value import Value


class Span(Value):
    """The exact words that support a value. Offsets are Unicode code points; `quote` equals that slice."""

    start: int = Limits(ge=0)
    end: int = Limits(ge=0)
    quote: str

    @model_validator(mode="after")
    def _offsets_fit_the_quote(self) -> Self:
        if self.end - self.start != len(self.quote):
            raise ValueError(f"span {self.start}-{self.end} does not fit its quote {self.quote!r}")
        return self

    @classmethod
    def of(cls, text: str, start: int, end: int) -> "Span":
        """The span of `text` from `start` to `end`."""
        return cls(start=start, end=end, quote=text[start:end])

    def shifted(self, offset: int) -> "Span":
        """The same words, counted from a text that begins `offset` code points earlier."""
        return Span(start=self.start + offset, end=self.end + offset, quote=self.quote)


class Location(Value):
    """A place: what was said, and what the gazetteer knows of it. `None` means not known yet.

    `value` is the line to show and read back ("12 Beacon St, Beacon Hill"). `confidence` is 0 to 1.
    `candidates` are the places to choose from when one name fits several.
    """

    value: str
    number: str | None = None
    street: str | None = None
    cross: str | None = None
    place: str | None = None
    unit: str | None = None
    neighborhood: str | None = None
    zip: str | None = None
    lat: float | None = None
    long: float | None = None
    confidence: float = Limits(default=0.0, ge=0.0, le=1.0)
    evidence: Span | None = None
    candidates: tuple["Location", ...] = ()

    def shifted(self, offset: int) -> "Location":
        """The same place with its words, and those of its candidates, counted from a text that begins `offset` code
        points earlier."""
        evidence = self.evidence.shifted(offset) if self.evidence else None
        candidates = tuple(each.shifted(offset) for each in self.candidates)
        return self.model_copy(update={"evidence": evidence, "candidates": candidates})

    @property
    def found(self) -> bool:
        """Whether the gazetteer placed it on the map without a choice left open."""
        return self.lat is not None and self.long is not None and not self.candidates
