"""Makes the system card: what the assistant is and how it is set up, how good it was when last measured, what is wrong
with it, and whose signature is missing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assistant.bootstrap import Reading
from assistant.settings import Settings
from assistant.signatures import Signature
from evals.history import Measured, kept
from evals.report import aim, number
from evals.runs import kept_run, kept_runs
from knowledge.loader import BOSTON, load_articles

HEAD = Path(__file__).with_suffix(".md")
KNOWN = Path(__file__).parent / "scenarios" / "KNOWN.md"


def card(settings: Settings, parts: Reading, signatures: Sequence[Signature]) -> str:
    """The card as Markdown. Figures come from what is kept in the data directory; what was never measured is said."""
    measured = {what: each[-1] for what, each in kept(settings.data_dir).items()}
    sections = [
        HEAD.read_text(encoding="utf-8"),
        "## How it is set up\n",
        "\n".join(_setup(settings, parts)),
        "## How good it was when last measured\n",
        "\n".join(_figures(settings.data_dir, measured)),
        "## What is known to be wrong\n",
        "\n".join(_faults(measured)),
        "## Whose signature is missing\n",
        "\n".join(_missing(signatures)),
    ]
    return "\n\n".join(section.strip("\n") for section in sections) + "\n"


def _setup(settings: Settings, parts: Reading) -> Iterator[str]:
    catalogue = parts.engine.catalogue
    systems = Counter(each.system for each in catalogue.services.values())
    articles = Counter(each.language for each in load_articles(settings.articles_dir or BOSTON))
    yield f"- Engine: {settings.engine}" + (
        f", model {settings.openai_model} on {settings.openai_server}, the embedded engine behind it"
        if settings.engine == "openai"
        else ", which needs no network and no model"
    )
    yield "- Versions: " + ", ".join(f"{name} {version}" for name, version in sorted(parts.versions.items()))
    filed = ", ".join(f"{count} in {system}" for system, count in sorted(systems.items()))
    yield f"- Catalogue: {len(catalogue.services)} services ({filed})"
    told = ", ".join(f"{language} {count}" for language, count in articles.most_common())
    yield f"- Articles, by language: {told}"
    leaving = ", ".join(sorted(settings.may_leave)) or "none"
    yield f"- Personal data that may leave for a model: {leaving}"


def _figures(data_dir: Path, measured: Mapping[str, Measured]) -> Iterator[str]:
    runs = kept_runs(data_dir)
    if not measured and not runs:
        yield "Nothing was measured on the machine that made this card."
        return
    yield "| what | figure | 95 % interval | of | target | measured |"
    yield "| --- | --- | --- | --- | --- | --- |"
    if runs:
        run = kept_run(data_dir, runs[-1], any_grading=True)
        results = run.results()
        told = f"{sum(each.passed for each in results)} of {len(results)}"
        played = f"scenarios passed, {run.config.engine} engine"
        yield f"| {played} | {told} | | {len(results)} | | {run.config.began:%Y-%m-%d} |"
    for what, each in sorted(measured.items()):
        for figure in each.figures:
            if figure.target is not None:
                span = f"{figure.low:.3f} to {figure.high:.3f}" if None not in (figure.low, figure.high) else ""
                yield (
                    f"| {what}: {figure.what} | {number(figure)} | {span} | {figure.total} | {aim(figure)} "
                    f"| {each.at:%Y-%m-%d} |"
                )


def _faults(measured: Mapping[str, Measured]) -> Iterator[str]:
    for what, each in sorted(measured.items()):
        for figure in each.figures:
            if figure.reached is False:
                behind = f" ({', '.join(figure.against)})" if what == "equity" and figure.against else ""
                yield f"- {what}: {figure.what} is {number(figure)}{behind}, {aim(figure)}."
    for line in KNOWN.read_text(encoding="utf-8").splitlines():
        if line.startswith("- "):
            yield f"- Scenario {line.removeprefix('- ')}"
    yield "- Measured on texts sent to 311 before there was an assistant; what people will write to one is not known."


def _missing(signatures: Sequence[Signature]) -> Iterator[str]:
    missing = [each for each in signatures if each.by is None]
    given = [each for each in signatures if each.by is not None]
    for each in given:
        yield f"- {each.language}, {each.what}: reviewed by {each.by} on {each.day}."
    by_what: dict[str, list[str]] = {}
    for each in missing:
        by_what.setdefault(each.what, []).append(each.language)
    for what, languages in by_what.items():
        yield f"- No native speaker for the City has signed the {what} in {', '.join(languages)}."
