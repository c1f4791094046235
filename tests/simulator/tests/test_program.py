# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: options, ready file, termination."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

_HERE = Path(__file__).parent.parent


@contextmanager
def program(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "dli_simulator", "--port", "0", "--ready-file", str(ready), *options]
    with subprocess.Popen(command, cwd=_HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            deadline = time.monotonic() + 60
            while not ready.exists() and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            yield process, json.loads(ready.read_text())
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ready_file_and_termination_by_signal(tmp_path: Path, number: signal.Signals) -> None:
    with program(tmp_path) as (process, ready):
        assert set(ready) == {
            "dli_endpoint", "iam_endpoint", "vpc_endpoint", "region", "project_id", "access_key", "secret_key",
            "username", "password", "domain_name", "networks",
        }  # fmt: skip
        assert set(ready["networks"][0]) == {
            "vpc_id", "vpc_name", "vpc_cidr", "subnet_id", "subnet_name", "subnet_cidr", "ipv6_enable", "cidr_v6",
        }  # fmt: skip
        assert len(ready["networks"]) == 2
        assert ready["iam_endpoint"] == ready["dli_endpoint"] + "/v3"
        url = f"{ready['dli_endpoint']}/v1.0/{ready['project_id']}/queues"
        assert requests.get(url, timeout=10).status_code == 401
        process.send_signal(number)
        output, _nothing = process.communicate(timeout=60)
        assert process.returncode == 0
        assert output == f"The DLI simulator accepts connections at {ready['dli_endpoint']}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["ready.json"]


def test_end_after(tmp_path: Path) -> None:
    with program(tmp_path, "--end-after", "0.2") as (process, _ready):
        assert process.wait(60) == 0


def test_options(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("region: eu-de\nproject_name: eu-de_lab\nqueues: [{queue_name: seeded, age: 0}]\n")
    options = ["--no-require-signature", "--speed", "10000", "--seed", str(seed), "--profile", "otc"]
    with program(tmp_path, *options) as (_process, ready):
        assert ready["region"] == "eu-de"
        base = f"{ready['dli_endpoint']}/v1.0/{ready['project_id']}"
        time.sleep(0.1)
        assert requests.put(f"{base}/queues/seeded/action", json={"action": "restart"}, timeout=10).status_code == 200
        assert requests.get(f"{ready['dli_endpoint']}/v3/{ready['project_id']}/quotas", timeout=10).status_code == 404


def test_tls(tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    try:
        subprocess.run(
            ["openssl", *command.split(), "-keyout", str(key), "-out", str(certificate)],
            check=True,
            capture_output=True,
        )
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    options = ["--certificate", str(certificate), "--private-key", str(key), "--no-require-signature"]
    with program(tmp_path, *options) as (_process, ready):
        base = ready["dli_endpoint"]
        assert base.startswith("https://")
        url = f"{base}/v1.0/{ready['project_id']}/queues"
        assert requests.get(url, verify=str(certificate), timeout=10).ok
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(url, timeout=10)
        fault = {"kind": "drop_after", "path": "queues"}
        requests.post(f"{base}/_simulator/faults", json=fault, verify=str(certificate), timeout=10)
        with pytest.raises(requests.ConnectionError):
            requests.get(url, verify=str(certificate), timeout=10)


@pytest.mark.parametrize(
    ("seed", "complaint"),
    [("unknown: 1", "no section unknown"), ("[1]", "mapping"), ("{", "YAML"), (None, "No such file")],
)
def test_invalid_seed_files(tmp_path: Path, seed: str | None, complaint: str) -> None:
    path = tmp_path / "seed.yaml"
    if seed is not None:
        path.write_text(seed)
    command = [sys.executable, "-m", "dli_simulator", "--seed", str(path)]
    result = subprocess.run(command, cwd=_HERE, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 2
    assert complaint in result.stderr
