"""The files a city installs by: nobody runs as root, what runs cannot write its own program, every probe exists, and
what they start are commands that there are."""

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from channels.main import app
from tests.running import environment, prepared
from tests.test_architecture import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
KUBERNETES = list(yaml.safe_load_all((DEPLOY / "kubernetes" / "beacon.yaml").read_text(encoding="utf-8")))
COMMANDS = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
OURS = [name for name, service in COMPOSE["services"].items() if "build" in service]
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def pods() -> list[dict[str, Any]]:
    return [each["spec"]["template"]["spec"] for each in KUBERNETES if each["kind"] in ("Deployment", "Job")]


def test_the_image_is_built_in_two_stages_and_runs_as_nobody_in_particular() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    last = max(number for number, line in enumerate(lines) if line.startswith("FROM"))

    assert sum(line.startswith("FROM") for line in lines) == 2
    assert any(line == "USER 10311:10311" for line in lines[last:])
    assert any(line.startswith("HEALTHCHECK") for line in lines[last:])
    assert not any(re.search(r":latest|\bADD |\bsudo\b|curl .*\| *sh", line) for line in lines)
    assert "--require-hashes" in "\n".join(lines)


@pytest.mark.postgres
def test_the_steps_of_the_compose_file_lead_to_an_answer_on_postgres(
    data_dir: Path, reading: object, empty_postgres: str, tmp_path: Path
) -> None:
    """A server that leaves texts to others, and a worker beside it, as deploy/prove.sh starts them."""
    given = environment(prepared(data_dir, tmp_path)) | {"INSTALLED": str(Path(sys.executable).parent)}

    command = ["sh", str(DEPLOY / "prove.sh"), empty_postgres]
    proved = subprocess.run(
        command, env=given | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=110, check=False
    )

    assert proved.returncode == 0, proved.stderr
    assert "'status': 'ready'" in proved.stdout
    assert re.search(r"From nothing to a first answer in \d+ s", proved.stdout)


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_is_read_only_and_without_rights(name: str) -> None:
    service = COMPOSE["services"][name]

    assert service["read_only"] is True
    assert service["user"] == "10311:10311"
    assert service["cap_drop"] == ["ALL"]
    assert service["command"][0] in COMMANDS


def test_the_compose_file_has_a_server_two_workers_a_database_and_a_proxy_and_no_secret() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")

    assert set(COMPOSE["services"]) == {"database", "web", "worker-1", "worker-2", "proxy"}
    assert re.findall(r"PASSWORD: *\"?(?!\$)\w+", text) == []
    assert all(":latest" not in service.get("image", "") for service in COMPOSE["services"].values())


@pytest.mark.parametrize("pod", pods(), ids=lambda pod: pod["containers"][0]["name"])
def test_every_pod_runs_without_root_and_within_limits(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]

    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert not container["securityContext"]["allowPrivilegeEscalation"]
    assert container["resources"]["limits"]["memory"]
    assert not container["image"].endswith(":latest")
    assert container["args"][0] in COMMANDS


def test_the_probes_ask_addresses_that_there_are() -> None:
    web = next(pod["containers"][0] for pod in pods() if pod["containers"][0]["name"] == "web")

    paths = {web[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert paths == {"/livez", "/readyz"}
    assert {each["metadata"]["name"] for each in KUBERNETES if each["kind"] == "PodDisruptionBudget"} == {
        "beacon-web",
        "beacon-worker",
    }


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_every_unit_starts_a_command_of_ours_without_rights(path: Path) -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign] # systemd tells capitals apart
    unit.read(path)
    service = unit["Service"]

    assert service["User"] == "beacon"
    assert service["NoNewPrivileges"] == "true"
    assert service["ProtectSystem"] == "strict"
    assert service["ExecStart"].split()[1] in COMMANDS


def test_the_proof_is_a_script_that_a_shell_can_read() -> None:
    subprocess.run(["sh", "-n", DEPLOY / "prove.sh"], check=True)  # noqa: S607 - any shell


def test_the_example_of_settings_holds_no_secret() -> None:
    lines = (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.lstrip("# ").split("=", 1) for line in lines if "=" in line)

    assert all(not value for name, value in given.items() if re.search("KEY|TOKEN|PASSWORD|SID", name))
