# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connectivity tests: a queue is asked whether it reaches an address, and answers after a while."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from .._api import connections, pools, queues
from .._core.compare import normalize_name
from .._core.errors import Busy, ConnectivityFailed, DliError, NotFound, WaitTimeout
from .._core.results import QueryResult
from .._wait.budget import WaitBudget

if TYPE_CHECKING:
    from .._http.client import Client

    Answers = list[dict[str, Any]]

T = TypeVar("T")

REACHABLE, UNREACHABLE = "REACHABLE", "UNREACHABLE"
# Only REACHABLE is documented. This one is ours for "no answer in time".
UNANSWERED = "UNANSWERED"


def run(api: Client, params: dict[str, Any], dry_run: bool) -> QueryResult:
    """Ask the queue about all addresses. Raises Unreachable if one is not reached and that matters.

    With ``dry_run``, whatever stands in the way is a warning: an earlier task may be about to remove it.
    """
    queue = normalize_name(params["queue"])
    budget = WaitBudget(wait=not dry_run, timeout=params["wait_timeout"], interval=params["wait_interval"])
    try:
        answers = ask_all(api, queue, params["addresses"], budget)
    except (Busy, NotFound) as exc:
        if not dry_run:
            raise
        return QueryResult([], details={"causes": []}, warnings=(f"No address was tested. {exc}",))
    problem = _problem(api, queue, answers)
    warnings: tuple[str, ...] = ()
    if problem and params["fail_on_unreachable"]:
        if not dry_run:
            raise problem
        warnings = (str(problem),)
    return QueryResult(answers, details={"causes": problem.details["causes"] if problem else []}, warnings=warnings)


def _problem(api: Client, queue: str, answers: Answers) -> ConnectivityFailed | None:
    """What to raise if an address is not reached. Costs requests only then."""
    missed = [answer for answer in answers if answer["connectivity"] != REACHABLE]
    if not missed:
        return None
    found = causes(api, queue, [answer["address"] for answer in missed])
    what = ", ".join(f"{answer['address']} ({answer['connectivity']})" for answer in missed)
    return ConnectivityFailed(
        f"Queue {queue} does not reach {what}.",
        hint="Look for the cause in this order. " + " ".join(f"({n}) {cause}" for n, cause in enumerate(found, 1)),
        details={"connectivity": answers, "causes": found},
    )


def ask_all(api: Client, queue: str, addresses: Iterable[str], budget: WaitBudget) -> list[dict[str, Any]]:
    """Ask about all addresses first, then wait for the answers; each address once, in the order given.

    A queue that is still being assigned is waited for. An address without an answer in time is UNANSWERED.
    """
    with api.with_deadline(budget.deadline):
        tasks = {address: _start(api, queue, address, budget) for address in dict.fromkeys(addresses)}
        words = _answers(api, queue, tasks, budget)
    return [
        {
            "address": address,
            "connectivity": words[address] if _is_answer(words[address]) else UNANSWERED,
            "raw_status": words[address],
            "task_id": task,
        }
        for address, task in tasks.items()
    ]


def _start(api: Client, queue: str, address: str, budget: WaitBudget) -> int:
    path, operation = queues.path(api, queue, "connection-test"), f"have queue {queue} test the connection to {address}"
    started: list[int] = []

    def send() -> None:
        # If the answer is lost, a second test does no harm.
        started.append(int(api.post(path, operation, {"address": address}, read_only=True)["task_id"]))

    budget.until_accepted(send, what=f"queue {queue} to be ready for a connectivity test")
    return started[0]


def _answers(api: Client, queue: str, tasks: dict[str, int], budget: WaitBudget) -> dict[str, str]:
    """What the service says of each address in the end, which is no answer where the time ran out."""
    words = dict.fromkeys(tasks, "")

    def read(address: str) -> bool:
        path, operation = (
            queues.path(api, queue, "connection-test", str(tasks[address])),
            f"read whether queue {queue} reaches {address}",
        )
        words[address] = str(api.get(path, operation).get("connectivity") or "").upper()
        return _is_answer(words[address])

    def ask() -> bool:
        # All have to be waited for, so the first one without an answer is reason enough to rest.
        return all(read(address) for address in _waiting(words))

    try:
        budget.until(
            ask,
            bool,
            what=f"queue {queue} to test its connections",
            seen=lambda _all: f"no answer yet for {', '.join(_waiting(words))}",
        )
    except WaitTimeout:
        for address in _waiting(words):
            _if_readable(partial(read, address))
    return words


def _waiting(words: dict[str, str]) -> list[str]:
    return [address for address, word in words.items() if not _is_answer(word)]


def _is_answer(word: str) -> bool:
    """Every other word means that the test runs: none of them is documented."""
    return word in (REACHABLE, UNREACHABLE)


def causes(api: Client, name: str, addresses: Sequence[str]) -> list[str]:
    """What can stand in the way of these addresses: what is proven, then the rest in the vendor's order of likelihood.

    Looks at the queue and the connections; what cannot be read is left open.
    """
    queue = _if_readable(lambda: queues.find_in_list(api, name))
    its_connections = _if_readable(lambda: connections.list_all(api, {"status": connections.ACTIVE}))
    proven = [] if queue is None or its_connections is None else _proven(queue, its_connections)
    source = (queue and _source(api, queue)) or "the address range of the queue or its pool"
    ports = ", ".join(str(port) for port in sorted({int(address.rpartition(":")[2]) for address in addresses}))
    return [
        *proven,
        "The VPC or the subnet of the connection is not the one that the address is in.",
        f"The address range of the queue ({source}) overlaps that of the data source, or that of another queue that is "
        "bound to the same VPC.",
        "DLI lacks the right to use the VPC: the agency of the account needs the role VPC Administrator in the region.",
        f"The security group of the data source is closed: add an inbound rule for TCP port {ports} from {source}.",
        "A route of the VPC peering conflicts with another route of the VPC.",
        "A network ACL of the subnet denies the traffic; one without rules denies everything.",
    ]


def _if_readable(read: Callable[[], T]) -> T | None:
    """Diagnosis must not hide what it is about behind a failure of its own."""
    try:
        return read()
    except DliError:
        return None


def _source(api: Client, queue: dict[str, Any]) -> str | None:
    """The address range that the queue's traffic comes from."""
    thing: dict[str, Any] | None = queue
    if not queue["cidr_in_vpc"] and queues.pool_of(queue):
        thing = _if_readable(lambda: pools.find(api, queues.pool_of(queue)))
    return thing["cidr_in_vpc"] if thing else None


def _proven(queue: dict[str, Any], its_connections: list[dict[str, Any]]) -> list[str]:
    """What the bindings of the queue, or of the pool that it lives in, say."""
    pool = queues.pool_of(queue)
    what = f"Elastic resource pool {pool}, in which queue {queue['name']} lives," if pool else f"Queue {queue['name']}"
    mine = {"queue": queue["name"], "elastic resource pool": pool}
    bound = [
        (connection["name"], entry)
        for connection in its_connections
        for entry in connections.bindings(connection)
        if entry["name"] == mine[entry["kind"]]
    ]
    if not bound:
        return [f"{what} is bound to no connection."]
    return [
        f"{what} is bound to connection {name}, but the binding is {entry['status']}"
        f"{': ' + entry['err_msg'] if entry['err_msg'] else ''}."
        for name, entry in bound
        if entry["status"] != connections.ACTIVE
    ]
