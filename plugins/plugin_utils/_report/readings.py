# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Readings: the results of dli_plan_info that a report is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible.errors import AnsibleFilterError

if TYPE_CHECKING:
    from ...module_utils._plan.params import Networks, Plan, PlannedObject, Problem

NO_RESULT = "The project was not read."


class Reading(NamedTuple):
    """The result for one host. ``plan`` is None if nothing could be read; ``message`` says why."""

    name: str
    plan: Plan | None
    message: str
    region: str | None = None
    networks: Networks | None = None

    @property
    def place(self) -> str:
        """The region. It is unknown if the project could not be read, or if only endpoints are set."""
        return f"Region {self.region}" if self.region else "Project"

    @property
    def objects(self) -> list[PlannedObject]:
        return self.plan["objects"] if self.plan else []

    @property
    def problems(self) -> list[Problem]:
        """The problems of several objects together."""
        return self.plan["problems"] if self.plan else []


def readings_or_error(value: Any) -> list[Reading]:
    """The readings in the input of a filter. Raises AnsibleFilterError if the input is something else."""
    try:
        return readings_of(value)
    except TypeError as exc:
        raise AnsibleFilterError(f"{exc}, got {type(value).__name__}") from exc


def readings_of(value: Any) -> list[Reading]:
    """The readings in a result of dli_plan_info, or in a dictionary of results by host.

    Raises TypeError for anything else.
    """
    if isinstance(value, Mapping) and ("plan" in value or "msg" in value):
        return [_reading("", value)]
    if isinstance(value, Mapping) and all(each is None or isinstance(each, Mapping) for each in value.values()):
        return [_reading(str(name), each or {}) for name, each in value.items()]
    raise TypeError("the input must be a result of dli_plan_info, or a dictionary of such results by host")


def _reading(name: str, result: Mapping[str, Any]) -> Reading:
    plan = result.get("plan")
    if plan is not None and not (isinstance(plan, Mapping) and isinstance(plan.get("objects"), Sequence)):
        raise TypeError("plan must be the plan in a result of dli_plan_info")
    return Reading(
        name=name,
        plan=plan,  # type: ignore[arg-type]  # the result of the module
        message=str(result.get("msg") or NO_RESULT),
        region=result.get("region"),
        networks=result.get("networks"),
    )
