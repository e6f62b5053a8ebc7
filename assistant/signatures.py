"""Who signed the fixed texts of a language, and whether what they signed is still what is said."""

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import yaml

from assistant.wording import FOLDER, SPOKEN
from tools.value import Value

SIGNED = Path(__file__).parent / "signatures.yaml"
"""The signatures that come with the product; those given on the page stand in the data directory."""

SAFETY, OTHER = "safety texts", "other fixed texts"
TEXTS = (SAFETY, OTHER)
_OF_SAFETY = ("emergency", "crisis", "care_")


class Signature(Value):
    """Who reviewed the texts of a language, when, and which version of them. `by` is None while nobody did."""

    language: str
    what: str
    by: str | None = None
    day: date | None = None
    version: str | None = None

    @property
    def outdated(self) -> bool:
        """Whether the texts were changed since they were signed."""
        return self.version is not None and self.version != version_of(self.language, self.what)


def texts_of(language: str, what: str) -> dict[str, str]:
    """The sentences that a signature stands for, by name; those for the telephone as `spoken.<name>`."""
    found: dict[str, str] = {}
    for folder, before in ((FOLDER, ""), (SPOKEN, "spoken.")):
        path = folder / f"{language}.yaml"
        told = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        for name, sentence in told.items():
            if name.startswith(_OF_SAFETY) == (what == SAFETY):
                found[f"{before}{name}"] = str(sentence).strip()
    return found


def version_of(language: str, what: str) -> str:
    """The digest of the texts as they are now."""
    said = "\n".join(f"{name}\t{sentence}" for name, sentence in sorted(texts_of(language, what).items()))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def signatures_of(
    languages: Sequence[str], *, path: Path = SIGNED, data_dir: Path | None = None
) -> tuple[Signature, ...]:
    """Every signature that is needed, given or not: the safety texts and the other fixed texts of each language."""
    given = _read(path)
    for language, signed in (_read(data_dir / SIGNED.name) if data_dir else {}).items():
        given[language] = {**given.get(language, {}), **signed}
    return tuple(
        Signature(language=language, what=what, **given.get(language, {}).get(what, {}))
        for what in TEXTS
        for language in languages
    )


def sign(data_dir: Path, language: str, what: str, *, by: str, day: date, version: str) -> Signature:
    """Keep a signature. Raises ValueError if it is for texts that are not what is said now."""
    if what not in TEXTS or not texts_of(language, what):
        raise ValueError("There are no such texts.")
    if version != version_of(language, what):
        raise ValueError("These texts were changed since you read them. Please read them again.")
    path = data_dir / SIGNED.name
    given = _read(path)
    given.setdefault(language, {})[what] = {"by": by, "day": day, "version": version}
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    beside.replace(path)
    return Signature(language=language, what=what, by=by, day=day, version=version)


def _read(path: Path) -> dict[str, dict[str, dict[str, object]]]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {} if path.exists() else {}
