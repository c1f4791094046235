# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of queues: what they tell that a look at one queue does not, and many queues at once.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .._http import pagination
from . import queues

if TYPE_CHECKING:
    from .._http.client import Client

# The page size that is known to work from other clients.
PAGE_SIZE = 100
# What ListQueues tells of a queue and ShowQueue does not.
NOT_SHOWN = queues.ONLY_IN_LIST | {"used_cu", "cidr_in_mgntsubnet", "cidr_in_subnet", "is_restarting"}


def list_all(api: Client, query: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """All queues that the ``query`` of the API leaves: ``queue_type``, ``tags``.

    Without `queue_type` the service would leave out all that are not for SQL.
    """
    return map(queues.from_api, _elements(api, query or {}))


def _elements(api: Client, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    # charging_mode is told on request only. Where that is not known it is ignored [assumption].
    asked = {"queue_type": "all", "with-charge-info": "true", **query}
    return pagination.paginate_by_number(api, api.path("v1.0", "queues"), "list the queues", "queues", asked, PAGE_SIZE)


def find_in_list(api: Client, name: str) -> dict[str, Any] | None:
    """The queue of that name as the list shows it; the cost grows with the number of queues, and the list may lag."""
    return next((queue for queue in list_all(api) if queue["name"] == name), None)


def with_list_fields(api: Client, queue: Mapping[str, Any]) -> dict[str, Any]:
    """A queue that was found, with what only the list shows added to it.

    Whether the queue is there at all is not for the list to say: it may lag behind by seconds.
    """
    listed = find_in_list(api, queue["name"]) or {}
    return {**queue, **{key: value for key, value in listed.items() if queue[key] is None}}


def by_name(api: Client, names: Sequence[str]) -> dict[str, dict[str, Any] | None]:
    """Each of these queues, or None for one that does not exist: one request for one name, else one list.

    What the list lacks is asked for by its name."""
    if len(names) <= 1:
        return {name: queues.find(api, name) for name in names}
    there = {queue["name"]: queue for queue in list_all(api)}
    # A list may lag behind a creation; a queue that is read by its name does not.
    return {name: there.get(name) or queues.find(api, name) for name in names}


def from_list(api: Client, asked_path: str, query: Mapping[str, str] | None) -> dict[str, Any] | None:
    """What ShowQueue would answer, taken from the list of queues: None to another question, empty if it is not there.

    No more pages are read than it takes to find the queue.
    """
    everything = queues.path(api, "")
    name = unquote(asked_path.removeprefix(everything))
    if query or not asked_path.startswith(everything) or "/" in name:
        return None
    element = next(
        (
            e
            for e in _elements(api, {})
            if queues.normalize_name(str(e.get("queue_name"))) == queues.normalize_name(name)
        ),
        {},
    )
    return {key: value for key, value in element.items() if key not in NOT_SHOWN}
