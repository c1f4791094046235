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

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(ROOT / "tests/simulator")]

from awx_jobs import Controller
from dli_simulator import Simulator

# What an execution environment adds to the credentials: the addresses of the simulator, and its clock.
VARIABLES = {
    "HW_ACCESS_KEY": "access_key",
    "HW_SECRET_KEY": "secret_key",
    "HW_REGION_NAME": "region",
    "HW_PROJECT_ID": "project_id",
    "HW_DLI_ENDPOINT": "dli_endpoint",
    "HW_AUTH_URL": "iam_endpoint",
    "HW_VPC_ENDPOINT": "vpc_endpoint",
}


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


@pytest.fixture(scope="module")
def environment(sim: Simulator) -> dict[str, str]:
    return {
        **{name: sim.ready[key] for name, key in VARIABLES.items()},
        "SIMULATED_CLOCK": f"{sim.base_url}/_simulator/clock",
    }


@pytest.fixture(scope="module")
def make_controller(tmp_path_factory: pytest.TempPathFactory, collections: Path) -> Callable[..., Controller]:
    def make_controller(project: Path, programs: Path | None = None) -> Controller:
        return Controller(tmp_path_factory.mktemp("jobs"), project, collections, programs)

    return make_controller
