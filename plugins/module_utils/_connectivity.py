# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connectivity tests: a queue is asked whether it reaches an address, and answers after a while.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ansible_collections.huaweicloud.dli.plugins.module_utils import _queues as queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import WaitTimeout

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client
    from ansible_collections.huaweicloud.dli.plugins.module_utils._waiting import Patience

REACHABLE, UNREACHABLE = "REACHABLE", "UNREACHABLE"
# Only REACHABLE is documented; the other two are ours for "no" and "no answer in time".
UNANSWERED = "UNANSWERED"


def causes(cidr: str | None, addresses: Sequence[str]) -> list[str]:
    """What can stand in the way of these addresses, in the vendor's order of likelihood.

    ``cidr`` is the address range of the queue, if it is known: with it the rule to add is told.
    """
    ports = ", ".join(sorted({address.rpartition(":")[2] for address in addresses}, key=int))
    source = cidr or "the address range of the queue or its pool"
    return [
        "The VPC or the subnet of the connection is not the one that the address is in, or the queue is not bound to it.",
        f"The address range of the queue ({source}) overlaps that of the data source, or that of another queue that is "
        "bound to the same VPC.",
        "DLI lacks the right to use the VPC: the agency of the account needs the role VPC Administrator in this region.",
        f"The security group of the data source is closed: add an inbound rule for TCP port {ports} from {source}.",
        "A route of the VPC peering conflicts with another route of the VPC.",
        "A network ACL of the subnet denies the traffic; one without rules denies everything.",
    ]


def ask_all(api: Client, queue: str, addresses: Sequence[str], patience: Patience) -> list[dict[str, Any]]:
    """Ask about all addresses first, then wait for the answers; in the order in which they were given.

    A queue that is still being assigned is waited for. An address without an answer in time is UNANSWERED.
    """
    tasks = {address: _start(api, queue, address, patience) for address in addresses}
    answers: dict[str, str] = {}

    def ask() -> list[str]:
        for address, task in tasks.items():
            if address not in answers and (answer := _answer(api, queue, task, address)):
                answers[address] = answer
        return [address for address in tasks if address not in answers]

    try:
        with api.within(patience.deadline):
            patience.until(
                ask,
                lambda waiting: not waiting,
                what=f"queue {queue} to test its connections",
                seen=lambda waiting: f"no answer for {', '.join(waiting)}",
            )
    except WaitTimeout:
        pass
    return [
        {"address": address, "connectivity": answers.get(address, UNANSWERED), "task_id": tasks[address]}
        for address in tasks
    ]


def _start(api: Client, queue: str, address: str, patience: Patience) -> int:
    path = queues.path(api, queue, "connection-test")
    started: list[int] = []

    def send() -> None:
        answer = api.post(path, f"have queue {queue} test the connection to {address}", {"address": address})
        started.append(int(answer["task_id"]))

    with api.within(patience.deadline):
        patience.until_accepted(send, what=f"queue {queue} to be ready for a connectivity test")
    return started[-1]


def _answer(api: Client, queue: str, task: int, address: str) -> str | None:
    """REACHABLE, UNREACHABLE, or None while the test runs: every other word counts as that."""
    attempt = f"read whether queue {queue} reaches {address}"
    said = str(api.get(queues.path(api, queue, "connection-test", str(task)), attempt).get("connectivity", "")).upper()
    return said if said in (REACHABLE, UNREACHABLE) else None
