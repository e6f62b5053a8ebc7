"""`beacon doctor` on set-ups that are broken in one way each: the part, the cure, the exit code, and no secret."""

import json
from pathlib import Path

import pytest

from tests.doctor_setups import SETUPS, Setup, broken, said
from tests.running import environment, prepared

CURES = ("please", "restore it", "delete it", "run `beacon ", "at line 1: it must")
SECRETS = ("secret-word", "an old token", "a wrong password", "sk-a-wrong-key")


@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.broken)
async def test_what_is_broken_is_named_with_a_cure_and_without_a_secret(
    setup: Setup, data_dir: Path, reading: object, tmp_path: Path
) -> None:
    async with broken(setup, data_dir, tmp_path / "var") as settings:
        code, printed = await said(settings, "--json")

    wrong = {each["part"]: each["message"] for each in json.loads(printed) if not each["ok"]}
    assert code == 1
    assert setup.part in wrong
    assert any(cure in wrong[setup.part].casefold() for cure in CURES)
    assert not any(secret in printed for secret in SECRETS)
    assert "Traceback" not in printed


async def test_a_whole_set_up_is_in_order(data_dir: Path, reading: object, tmp_path: Path) -> None:
    folder = prepared(data_dir, tmp_path / "var")

    code, printed = await said(environment(folder))

    assert code == 0, printed
    assert "wrong" not in printed
