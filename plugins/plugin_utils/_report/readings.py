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
# The parts of a plan that reports show.
PLAN_KEYS = {"objects", "problems", "counts", "summary", "in_sync"}


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
    """The readings in the input of a filter: a result of dli_plan_info, or a dictionary of results by host.

    Raises AnsibleFilterError for anything else.
    """
    if isinstance(value, Mapping) and ("plan" in value or "msg" in value):
        return [_reading("", value)]
    if isinstance(value, Mapping) and all(each is None or isinstance(each, Mapping) for each in value.values()):
        return [_reading(str(name), each or {}) for name, each in value.items()]
    raise AnsibleFilterError(
        f"the input must be a result of dli_plan_info, or a dictionary of such results by host, got {_type(value)}"
    )


def _type(value: Any) -> str:
    """The type of a value in words: Ansible has types of its own for lists and dictionaries in templates."""
    if isinstance(value, str):
        return "text"
    if isinstance(value, Mapping):
        return "a dictionary"
    return "a list" if isinstance(value, Sequence) else type(value).__name__


def _reading(name: str, result: Mapping[str, Any]) -> Reading:
    plan = result.get("plan")
    if plan is not None and not (isinstance(plan, Mapping) and plan.keys() >= PLAN_KEYS):
        raise AnsibleFilterError(f"plan must be the plan in a result of dli_plan_info, got {_type(plan)}")
    return Reading(
        name=name,
        plan=plan,  # type: ignore[arg-type]  # the result of the module
        message=str(result.get("msg") or NO_RESULT),
        region=result.get("region"),
        networks=result.get("networks"),
    )
