# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The CIDR blocks from which the traffic of queues and pools comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._api import pools, queues
from .._core.compare import normalize_cidr, normalize_name
from .._core.errors import Conflict
from .validation import SOURCES, network

if TYPE_CHECKING:
    from .._http.client import Client
    from .params import RuleParams, RuleTask

TO_REMOVE = "To remove the rule for it, set remote_ip_prefix."


class Sources(NamedTuple):
    """The CIDR blocks without duplicates, in canonical form; None in place of one that check mode cannot know.

    ``cidrs`` is None if the task describes no source.
    """

    cidrs: tuple[str | None, ...] | None
    warnings: tuple[str, ...] = ()


def find(task: RuleTask) -> Sources:
    """The CIDR blocks of the task.

    A queue or pool without a known block is an error with ``state: present``. It is only a warning where the rule is to
    be removed, and in check mode if an earlier task of the play may create the queue or pool.
    """
    if all(task.params[source] is None for source in SOURCES):  # type: ignore[literal-required]
        return Sources(None)
    known, problems = _cidrs(task.api, task.params)
    absent = task.params["state"] == "absent"
    appears = task.may_appear and not absent
    if problems and not absent and not (appears and all(problems.values())):
        raise Conflict(" ".join(problems), hint="Check the names, the region and the project.", reason="not_found")
    advice = TO_REMOVE if absent else "An earlier task of the play may create it."
    unknown: tuple[str | None, ...] = (None,) if problems and appears else ()
    cidrs = dict.fromkeys([*known, *unknown])
    return Sources(tuple(cidrs), tuple(f"{problem} {advice}" for problem in problems))


def _cidrs(api: Client, params: RuleParams) -> tuple[list[str], dict[str, bool]]:
    """The known CIDR blocks, and a sentence about each queue or pool without one: True if it does not exist."""
    found = [cidr for text in params["remote_ip_prefix"] or () if (cidr := network(text))]
    problems: dict[str, bool] = {}
    pool_names = [normalize_name(name) for name in params["elastic_resource_pools"] or ()]
    for name, queue in _queues(api, params["queues"] or ()).items():
        if queue is None:
            problems[f"Queue {name} does not exist."] = True
        elif queue["cidr_in_vpc"]:
            found.append(normalize_cidr(queue["cidr_in_vpc"]))
        elif queues.pool_of(queue):
            pool_names.append(queues.pool_of(queue))
        elif queues.is_shared(queue):
            problems[f"Queue {name} has no CIDR block of its own, because it is shared."] = False
        else:
            problems[f"The service reports no CIDR block of queue {name}."] = False
    pool_names = list(dict.fromkeys(pool_names))
    for name, pool in (pools.by_name(api, pool_names) if pool_names else {}).items():
        if pool is None:
            problems[f"Elastic resource pool {name} does not exist."] = True
        elif pool["cidr_in_vpc"]:
            found.append(normalize_cidr(pool["cidr_in_vpc"]))
        else:
            problems[f"The service reports no CIDR block of elastic resource pool {name}."] = False
    return found, problems


def _queues(api: Client, names: list[str] | tuple[()]) -> dict[str, Mapping[str, Any] | None]:
    """The queues of these names; only the list shows CIDR blocks."""
    if not names:
        return {}
    listed = {queue["name"]: queue for queue in queues.list_all(api)}
    # The list can lag behind a creation; the call for one queue does not.
    return {name: listed.get(name) or queues.find(api, name) for name in dict.fromkeys(map(normalize_name, names))}
