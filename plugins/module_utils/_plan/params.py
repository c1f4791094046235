# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters and the result of the module dli_plan_info. Only a type checker loads this file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._core.errors import DifferenceResult

    class AddressParams(TypedDict):
        """Addresses, as ``host:port``, that a queue must reach."""

        queue: str
        addresses: list[str]

    class PlanParams(TypedDict):
        """The parameters of dli_plan_info. An item has all options of the module of its kind."""

        state: str
        elastic_resource_pools: list[dict[str, Any]] | None
        queues: list[dict[str, Any]] | None
        connections: list[dict[str, Any]] | None
        addresses: list[AddressParams] | None
        undeclared: bool
        with_declared: bool
        networks: bool
        with_diagnosis: bool
        fail_on: list[str]

    class Network(TypedDict):
        """A VPC or a subnet; ``vpc_id`` is None for a VPC."""

        id: str
        name: str
        cidr: str | None
        vpc_id: str | None

    class Networks(TypedDict):
        """The VPCs and subnets of the connections in a plan, sorted by name."""

        vpcs: list[Network]
        subnets: list[Network]

    class Problem(TypedDict):
        """A problem that prevents a change (severity "error") or deserves attention ("warning")."""

        id: str
        severity: str
        field: str | None
        message: str
        hint: str | None

    class PlannedObject(TypedDict):
        """The state of one object, and the planned change."""

        kind: str
        name: str
        status: str
        action: str
        broken: bool
        settled: bool
        differences: list[DifferenceResult]
        problems: list[Problem]
        current: Mapping[str, Any] | None
        predicted: Mapping[str, Any] | None
        options: Mapping[str, Any] | None
        first: Mapping[str, Any] | None

    class Plan(TypedDict):
        """The result ``plan``."""

        state: str
        in_sync: bool
        settled: bool
        objects: list[PlannedObject]
        problems: list[Problem]
        counts: dict[str, int]
        summary: list[str]
        errors: list[str]
