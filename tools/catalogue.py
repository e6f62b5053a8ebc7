"""Loads the city's service catalogue from its YAML files, and refuses a broken one with a sentence that says where."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from tools.service import Agency, Attribute, AttributeType, Catalogue, Choice, ClosureCode, Service
from tools.translations import Part, Translation, Translations

BOSTON = Path(__file__).parent / "boston"
T = TypeVar("T", Agency, ClosureCode)
_LISTS = (AttributeType.SINGLE, AttributeType.MULTI)


class CatalogueBroken(Exception):
    """The catalogue cannot be used; the sentence names file, service and key."""


def load_catalogue(folder: Path = BOSTON) -> Catalogue:
    """The catalogue of a folder. Raises CatalogueBroken."""
    translated = _translations(folder / "translations")
    choices = {
        key: Choice(key=key, names=translated.choice(key, words))
        for key, words in _read(folder / "choices.yaml", dict).items()
    }
    services = dict(_services(folder / "services.yaml", choices, translated))
    agencies = {each.code: each for each in _values(folder / "agencies.yaml", "agencies", Agency)}
    codes = {each.code: each for each in _values(folder / "closure_codes.yaml", "closure_codes", ClosureCode)}
    crosswalk = _read(folder / "crosswalk.yaml", dict)["crosswalk"]
    catalogue = Catalogue(services=services, agencies=agencies, crosswalk=crosswalk, closure_codes=codes)
    problems = [*_problems(catalogue, folder), *_stale(translated, catalogue, choices, folder)]
    if problems:
        raise CatalogueBroken(problems[0])
    return catalogue


def _read(path: Path, kind: type[dict[Any, Any]]) -> dict[Any, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except FileNotFoundError as error:
        raise CatalogueBroken(f"The catalogue file {path} is missing. Please install Beacon again.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        place = f" line {mark.line + 1}" if (mark := getattr(error, "problem_mark", None)) else ""
        raise CatalogueBroken(f"The catalogue file {path}{place} is not valid YAML. Please correct it.") from error
    if not isinstance(content, kind):
        raise CatalogueBroken(f"The catalogue file {path} should hold a mapping at its top. Please correct it.")
    return content


def _translations(folder: Path) -> Translations:
    read: dict[str, Translation] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            read[path.stem] = Translation.model_validate(_read(path, dict))
        except ValidationError as error:
            raise CatalogueBroken(_told(path, "the translation", error)) from error
    return Translations(by_language=read)


def _stale(translated: Translations, catalogue: Catalogue, choices: Iterable[str], folder: Path) -> Iterator[str]:
    """Translations of what the catalogue does not say."""
    questions = [each for service in catalogue.services.values() for each in service.attributes]
    known: dict[Part, set[str]] = {
        "names": set(catalogue.services),
        "questions": {each.ask["en"] for each in questions},
        "told": {effect.tell["en"] for each in questions for effect in each.effects if effect.tell},
        "choices": set(choices),
    }
    for part, keys in known.items():
        for language, key in translated.of_nothing(part, keys):
            yield f"{folder / 'translations' / language}.yaml: {part} has {key!r}, which the catalogue does not say."


def _services(path: Path, choices: dict[str, Choice], translated: Translations) -> Iterator[tuple[str, Service]]:
    seen: set[str] = set()
    for row in _read(path, dict).get("services", []):
        code = row.get("code", "?") if isinstance(row, dict) else "?"
        if code in seen:
            raise CatalogueBroken(f"{path}: the service {code!r} stands there twice.")
        seen.add(code)
        attributes = tuple(_attribute(path, code, each, choices, translated) for each in row.get("attributes", []))
        try:
            names = translated.name(code, _sentence(row.pop("name", None), f"{path}: the service {code!r}, its name"))
            yield code, Service.model_validate(row | {"names": names, "attributes": attributes})
        except ValidationError as error:
            raise CatalogueBroken(_told(path, f"the service {code!r}", error)) from error


def _attribute(
    path: Path, service: str, row: dict[str, Any], choices: dict[str, Choice], translated: Translations
) -> Attribute:
    keys = row.get("choices", [])
    unknown = [key for key in keys if key not in choices]
    if unknown:
        raise CatalogueBroken(
            f"{path}: the service {service!r}, question {row.get('code')!r} offers {unknown[0]!r}, "
            "which choices.yaml does not name."
        )
    where = f"the service {service!r}, question {row.get('code')!r}"
    ask = translated.question(_sentence(row.get("ask"), f"{path}: {where}"))
    effects = tuple(
        effect | {"tell": translated.told(_sentence(effect["tell"], f"{path}: {where}"))}
        if "tell" in effect
        else effect
        for effect in row.get("effects", [])
    )
    offered = tuple(choices[key] for key in keys)
    try:
        return Attribute.model_validate(row | {"ask": ask, "choices": offered, "effects": effects})
    except ValidationError as error:
        raise CatalogueBroken(_told(path, where, error)) from error


def _sentence(written: object, where: str) -> str:
    if not isinstance(written, str) or not written.strip():
        raise CatalogueBroken(f"{where} is not written in English. Please write it as one text.")
    return written


def _values(path: Path, key: str, kind: type[T]) -> list[T]:
    try:
        return TypeAdapter(list[kind]).validate_python(_read(path, dict).get(key, []))  # type: ignore[valid-type]
    except ValidationError as error:
        raise CatalogueBroken(_told(path, f"the list {key!r}", error)) from error


def _told(path: Path, where: str, error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    return f"{path}: {where}, key {key!r}: {first['msg'][:1].lower()}{first['msg'][1:]}."


def _problems(catalogue: Catalogue, folder: Path) -> Iterator[str]:
    """What single files cannot say: references between services, questions and agencies."""
    path = folder / "services.yaml"
    known = catalogue.services.keys()
    for service in catalogue.services.values():
        where = f"{path}: the service {service.code!r}"
        yield from (
            f"{where} names the look-alike {code!r}, which is no service." for code in _not(service.look_alikes, known)
        )
        yield from _attribute_problems(service, where, known)
    for agency in catalogue.agencies.values():
        if agency.referral_service and agency.referral_service not in known:
            where = f"{folder / 'agencies.yaml'}: {agency.code!r}"
            yield f"{where} refers to {agency.referral_service!r}, which is no service."
    for name, code in catalogue.crosswalk.items():
        if code not in known:
            yield f"{folder / 'crosswalk.yaml'}: {name!r} is mapped to {code!r}, which is no service."


def _attribute_problems(service: Service, where: str, known: Iterable[str]) -> Iterator[str]:
    codes = {attribute.code for attribute in service.attributes}
    for attribute in service.attributes:
        question = f"{where}, question {attribute.code!r}"
        if (attribute.type in _LISTS) != bool(attribute.choices):
            yield f"{question}: a list needs choices, and nothing else may have them."
        keys = {choice.key for choice in attribute.choices}
        for effect in attribute.effects:
            yield from (
                f"{question} has an effect for {key!r}, which is no choice." for key in _not(effect.answers, keys)
            )
            yield from (f"{question} requires {code!r}, which is no question." for code in _not(effect.required, codes))
            if effect.service and effect.service not in known:
                yield f"{question} leads to {effect.service!r}, which is no service."
    same = service.duplicate_rule.same_attributes if service.duplicate_rule else ()
    yield from (f"{where} compares {code!r} for duplicates, which is no question." for code in _not(same, codes))


def _not(codes: Iterable[str], known: Iterable[str]) -> list[str]:
    return [code for code in codes if code not in known]
