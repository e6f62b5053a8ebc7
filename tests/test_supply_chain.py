"""What the product is made of: every package locked with a digest and under a licence that is wanted, nothing pickled,
and no start with a weak secret where residents are served."""

import ast
import pickletools
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from assistant.settings import Settings, SettingWrong, check_production
from evals.licences import EXCEPTIONS, packages
from tests.test_architecture import ROOT, modules

STRONG = "k3Jd8-sLq92nXw7PzR41"
SAFE: dict[str, Any] = {
    "production": True,
    "public_url": "https://311.example.gov",
    "desk_key": STRONG,
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": SecretStr(STRONG),
}


def test_no_package_at_run_time_has_a_licence_that_is_not_wanted() -> None:
    wrong = {each.name: each.licence for each in packages() if not each.is_wanted}

    assert set(wrong) == set(EXCEPTIONS)


def test_every_package_says_its_licence() -> None:
    assert [each.name for each in packages() if each.licence == "not said"] == []


def test_every_requirement_is_locked_with_digests() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[<>=!; ]", each)[0].lower() for each in wanted}
    entries = re.findall(r"^([\w.-]+)==[^\n]*\\\n((?:    --hash=sha256:\w{64}[^\n]*\n)*)", _lock(), flags=re.MULTILINE)

    assert names <= {name for name, _ in entries}
    assert [name for name, digests in entries if not digests] == []
    assert len(entries) == len(re.findall(r"^[\w.-]+==", _lock(), flags=re.MULTILINE))


def test_the_lock_names_no_registry() -> None:
    assert not re.search(r"https?://|index-url|find-links", _lock())


def _lock() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_is_pickled(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    allows = [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "allow_pickle"]

    assert not names & {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
    assert all(isinstance(node.value, ast.Constant) and node.value.value is False for node in allows)


def is_pickled(content: bytes) -> bool:
    """Whether content begins as a pickle does and can be read as one to its end; arrays of numbers cannot."""
    if not re.match(rb"\x80[\x02-\x05]", content):
        return False
    try:
        return bool(list(pickletools.genops(content)))
    except ValueError:
        return False


def test_what_the_product_keeps_is_not_pickled(data_dir: Path) -> None:
    kept = [path for path in data_dir.rglob("*") if path.is_file()]
    pickled = {path.name for path in kept if is_pickled(path.read_bytes())}

    assert kept
    # Chroma's core, in Rust, keeps this one as data (serde-pickle runs no code); its Python reader is not used.
    assert pickled <= {"index_metadata.pickle"}


def test_safe_settings_start_in_production() -> None:
    check_production(Settings(**SAFE))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"desk_key": "changeme"}, "BEACON_DESK_KEY"),
        ({"desk_key": None}, "BEACON_DESK_KEY"),
        ({"twilio_auth_token": SecretStr("test-token")}, "BEACON_TWILIO_AUTH_TOKEN"),
        ({"openai_api_key": SecretStr("x")}, "BEACON_OPENAI_API_KEY"),
        ({"metrics_token": SecretStr("aaaaaaaaaaaaaaaaaaaa")}, "BEACON_METRICS_TOKEN"),
        ({"public_url": "http://311.example.gov"}, "BEACON_PUBLIC_URL"),
        ({"public_url": None}, "BEACON_PUBLIC_URL"),
    ],
)
def test_a_weak_secret_or_an_open_line_is_refused_in_production(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingWrong, match=says) as refused:
        check_production(Settings(**{**SAFE, **changed}))

    assert "test-token" not in str(refused.value)


def test_on_a_machine_of_one_s_own_nothing_is_refused() -> None:
    check_production(Settings(desk_key="changeme"))
