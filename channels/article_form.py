"""An article as a form: every key of its file as a field in plain words, and back to the file."""

from collections.abc import Mapping
from datetime import date

import frontmatter
import yaml

from knowledge.article import Freshness
from knowledge.loader import FENCE
from tools.value import Value


class Field(Value):
    """One field: what it is called on the page, the help beneath it, and how many lines it has."""

    name: str
    label: str
    hint: str = ""
    lines: int = 1
    choices: tuple[tuple[str, str], ...] = ()
    kind: str = "text"


FIELDS = (
    Field(name="title", label="Title", hint="As residents would look for it."),
    Field(name="body", label="Text", hint="Short sentences, the fact asked for first. Markdown.", lines=16),
    Field(
        name="questions",
        label="Ways residents ask for it",
        hint="One a line, as they would write it: short, in other words, with the words they use.",
        lines=6,
    ),
    Field(name="url", label="Source", hint="The page of the City that says so."),
    Field(name="as_of", label="The City said so on", kind="date"),
    Field(name="expires", label="Not to be trusted after", hint="Needed for fees, dates and hours.", kind="date"),
    Field(
        name="freshness",
        label="How soon it grows old",
        choices=(
            (Freshness.STABLE.value, "seldom changes"),
            (Freshness.YEARLY.value, "changes every year"),
            (Freshness.LIVE.value, "changes from day to day"),
        ),
    ),
    Field(name="owner", label="Who answers for it", hint="An office of the City."),
    Field(name="services", label="Services", hint="Their codes, with commas; may stay empty."),
)
_DATES = ("as_of", "expires")


def form_of(text: str) -> dict[str, str] | None:
    """What stands in the fields for a file; None for one that cannot be read as a form."""
    try:
        keys, body = frontmatter.parse(text)
    except yaml.YAMLError:
        return None
    if not keys:
        return None
    shown = {field.name: keys.get(field.name) for field in FIELDS}
    told = {name: str(value) if value is not None else "" for name, value in shown.items()}
    for name, between in (("questions", "\n"), ("services", ", ")):
        many = keys.get(name)
        told[name] = between.join(str(each) for each in many) if isinstance(many, list) else ""
    return told | {"body": body, "authority": str(keys.get("authority", ""))}


def text_of(form: Mapping[str, str], *, article_id: str, language: str) -> str:
    """The file for what stands in the fields. What is no date is kept as it was written, for `lint` to name."""
    keys: dict[str, object] = {"id": article_id, "language": language}
    for field in FIELDS:
        value = form.get(field.name, "").strip()
        if field.name == "body" or (not value and field.name in ("expires", "services")):
            continue
        keys[field.name] = _value(field.name, value)
    if authority := form.get("authority", "").strip():
        keys["authority"] = float(authority) if authority.replace(".", "", 1).isdigit() else authority
    head = yaml.safe_dump(keys, sort_keys=False, allow_unicode=True, width=1_000)
    body = "\n".join(line.rstrip() for line in form.get("body", "").replace("\r\n", "\n").splitlines()).strip()
    return f"{FENCE}\n{head}{FENCE}\n\n{body}\n"


def _value(name: str, value: str) -> object:
    if name == "questions":
        return [line.strip() for line in value.splitlines() if line.strip()]
    if name == "services":
        return [part.strip() for part in value.split(",") if part.strip()]
    if name in _DATES:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value
