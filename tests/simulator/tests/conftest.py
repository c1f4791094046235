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


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def sdk(sim: Simulator) -> Any:
    return sdk_client(sim)


@pytest.fixture
def sim_without_auth() -> Iterator[Simulator]:
    """A simulator that accepts requests without authentication."""
    with Simulator(require_signature=False) as simulator:
        yield simulator


@pytest.fixture
def raw(sim_without_auth: Simulator) -> RawClient:
    return RawClient(sim_without_auth)
