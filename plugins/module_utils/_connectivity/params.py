# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of dli_connectivity_test. Only a type checker loads this file."""

from __future__ import annotations

from typing import TypedDict


class ConnectivityTestParams(TypedDict):
    """Times are seconds."""

    queue: str
    addresses: list[str]
    fail_on_unreachable: bool
    wait_timeout: int
    wait_interval: float
