# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared fixtures: simulators with a manual clock, and their clients."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# The vendor's SDK writes into the home directory on first use, so it gets a temporary one.
os.environ["HOME"] = tempfile.mkdtemp(prefix="dli-simulator-home-")
sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

import pytest
from simulator_clients import RawClient, sdk_client

from dli_simulator import Simulator


# Started once, because building the routes of the application takes longer than most tests.
@pytest.fixture(scope="session")
def running_simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def running_simulator_without_auth() -> Iterator[Simulator]:
    with Simulator(require_signature=False) as simulator:
        yield simulator


@pytest.fixture
def sim(running_simulator: Simulator) -> Simulator:
    """A simulator in its initial state."""
    running_simulator.reset()
    return running_simulator


@pytest.fixture
def sdk(sim: Simulator) -> Any:
    return sdk_client(sim)


@pytest.fixture
def sim_without_auth(running_simulator_without_auth: Simulator) -> Simulator:
    """A simulator that accepts requests without authentication."""
    running_simulator_without_auth.reset()
    return running_simulator_without_auth


@pytest.fixture
def raw(sim_without_auth: Simulator) -> RawClient:
    return RawClient(sim_without_auth)
