# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator that only waiting tasks advance, a project, and a controller that launches jobs from it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

# The harness beside these tests, and the simulator.
sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "simulator"))

from awx_files import configuration
from awx_jobs import PROJECT, ROOT, Controller, Job, injected
from one_of_each import Launcher

from dli_simulator import Simulator


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for ANSIBLE_COLLECTIONS_PATH that contains this checkout."""
    top = tmp_path_factory.mktemp("collections")
    place = top / "ansible_collections/huaweicloud/dli"
    place.parent.mkdir(parents=True)
    place.symlink_to(ROOT)
    return top


@pytest.fixture(scope="session")
def templates() -> dict[str, dict[str, Any]]:
    """The job templates of extensions/awx/config by name."""
    return {template["name"]: template for template in configuration()["controller_templates"]}


def credential_of(sim: Simulator) -> Callable[[Path], Mapping[str, str]]:
    """The credential of the simulated account: writes its files, and returns its variables and the clock."""
    [kind] = [
        each for each in configuration()["controller_credential_types"] if "access_key" in each["inputs"]["required"]
    ]
    inputs = {
        **{name: sim.ready[name] for name in ("access_key", "secret_key", "region", "project_id", "iam_endpoint")},
        "endpoint": sim.ready["dli_endpoint"],
        "vpc_endpoint": sim.ready["vpc_endpoint"],
    }
    clock = {"SIMULATED_CLOCK": f"{sim.base_url}/_simulator/clock"}
    return lambda folder: {**injected(kind, inputs, folder), **clock}


@pytest.fixture(scope="module")
def credential(sim: Simulator) -> Callable[[Path], Mapping[str, str]]:
    return credential_of(sim)


@pytest.fixture(scope="session")
def controller(tmp_path_factory: pytest.TempPathFactory, collections: Path) -> Iterator[Controller]:
    controller = Controller(tmp_path_factory.mktemp("jobs"), PROJECT, collections)
    yield controller
    controller.close()


@pytest.fixture(scope="session")
def launcher(
    controller: Controller, templates: dict[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Launcher]:
    """The jobs of one_of_each.py, and the simulator of their account. A start of Ansible takes a second."""
    with Simulator() as simulator:
        launcher = Launcher(
            simulator, controller, templates, credential_of(simulator), tmp_path_factory.mktemp("files")
        )
        launcher.launch_all()
        yield launcher


@pytest.fixture(scope="session")
def jobs(launcher: Launcher) -> dict[str, Job]:
    """All jobs by name; ``requests`` of each are the requests that it sent."""
    return launcher.done
