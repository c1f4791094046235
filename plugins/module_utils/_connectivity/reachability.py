# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module dli_connectivity_test: a queue tests in the background whether it reaches addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._api import jobs, queues
from .._core import convert
from .._core.compare import normalize_name
from .._core.errors import Busy, ConnectivityFailed, DliError, NotFound, WaitTimeout
from .._core.parsing import parses_response
from .._core.results import QueryResult
from .._wait.budget import WaitBudget

if TYPE_CHECKING:
    from typing import TypedDict

    from .._http.client import Client
    from .params import ConnectivityTestParams

    class AddressResult(TypedDict):
        """The result of the test of one address."""

        address: str
        connectivity: str
        raw_status: str
        task_id: int


REACHABLE, UNREACHABLE = "REACHABLE", "UNREACHABLE"
# Not a status of the service: the test did not finish in time.
UNANSWERED = "UNANSWERED"


def run(api: Client, params: ConnectivityTestParams, dry_run: bool) -> QueryResult:
    """Test all addresses. Raises ConnectivityFailed if one is not reached, unless ``fail_on_unreachable`` is false.

    With ``dry_run``, a failed test is a warning: an earlier task of the play may remove its cause.
    """
    queue = normalize_name(params["queue"])
    budget = WaitBudget(wait=not dry_run, timeout=params["wait_timeout"], interval=params["wait_interval"])
    try:
        results = test_addresses(api, queue, params["addresses"], budget)
    except (Busy, NotFound) as exc:
        if not dry_run:
            raise
        return QueryResult([], details={"diagnosis": []}, warnings=(f"No address was tested. {exc}",))
    problem = _problem(api, queue, results)
    warnings: tuple[str, ...] = ()
    if problem and params["fail_on_unreachable"]:
        if not dry_run:
            raise problem
        warnings = (str(problem),)
    diagnosis = problem.details["diagnosis"] if problem else []
    return QueryResult(map(_as_dict, results), details={"diagnosis": diagnosis}, warnings=warnings)


def _as_dict(result: AddressResult) -> dict[str, Any]:
    return {**result}


def _problem(api: Client, queue: str, results: list[AddressResult]) -> ConnectivityFailed | None:
    """Return the error to raise if an address is not reached. Only then the diagnosis costs requests."""
    failed = [result for result in results if result["connectivity"] != REACHABLE]
    if not failed:
        return None
    # Imported here: a run in which all addresses are reached does not load it.
    from .._diagnosis import diagnose, text

    diagnosis = diagnose.unreachable(api, queue, [result["address"] for result in failed])
    addresses = ", ".join(f"{result['address']} ({result['connectivity']})" for result in failed)
    return ConnectivityFailed(
        f"Queue {queue} cannot reach {addresses}.",
        hint=text.hint(diagnosis),
        details={"connectivity": results, "diagnosis": diagnosis},
    )


def test_addresses(api: Client, queue: str, addresses: Iterable[str], budget: WaitBudget) -> list[AddressResult]:
    """Start the tests of all addresses, then wait for the results: one for each address, in the given order.

    Waits for a queue whose cluster is still being assigned. An address without a result in time is UNANSWERED.
    """
    with api.with_deadline(budget.deadline):
        tasks = {address: _start(api, queue, address, budget) for address in dict.fromkeys(addresses)}
        statuses = _statuses(api, queue, tasks, budget)
    return [
        {
            "address": address,
            "connectivity": statuses[address] if _is_final(statuses[address]) else UNANSWERED,
            "raw_status": statuses[address],
            "task_id": task,
        }
        for address, task in tasks.items()
    ]


def _start(api: Client, queue: str, address: str, budget: WaitBudget) -> int:
    """Start one test (CreateConnectivityTask) and return its number."""
    path, operation = queues.path(api, queue, "connection-test"), f"test the connection from queue {queue} to {address}"
    started: list[int] = []

    def send() -> None:
        # A second test after a lost response does no harm.
        try:
            started.append(_task_id(api.post(path, operation, {"address": address}, read_only=True)))
        except NotFound as exc:
            exc.hint = exc.hint or queues.CHECK_NAME
            raise

    budget.until_accepted(
        send, what=f"queue {queue} to be ready for a connectivity test", is_busy=lambda: jobs.is_busy(api, queue)
    )
    return started[0]


@parses_response
def _task_id(body: Mapping[str, Any]) -> int:
    return convert.required_integer(body["task_id"])


@parses_response
def _status(body: Mapping[str, Any]) -> str:
    return (convert.text(body.get("connectivity")) or "").upper()


def _statuses(api: Client, queue: str, tasks: dict[str, int], budget: WaitBudget) -> dict[str, str]:
    """The last status of each address (ShowConnectivityTask). It is not final if the time ran out."""
    statuses = dict.fromkeys(tasks, "")

    def read(address: str) -> bool:
        path = queues.path(api, queue, "connection-test", str(tasks[address]))
        statuses[address] = _status(api.get(path, f"read the result of the test from queue {queue} to {address}"))
        return _is_final(statuses[address])

    def read_all() -> bool:
        # The first test without a result is reason enough to wait, so the others are not read.
        return all(read(address) for address in _pending(statuses))

    try:
        budget.until(
            read_all,
            bool,
            what=f"queue {queue} to finish its connectivity tests",
            seen=lambda _all: f"no result for {', '.join(_pending(statuses))}",
        )
    except WaitTimeout:
        for address in _pending(statuses):
            with suppress(DliError):
                read(address)
    return statuses


def _pending(statuses: dict[str, str]) -> list[str]:
    return [address for address, status in statuses.items() if not _is_final(status)]


def _is_final(status: str) -> bool:
    """Every other status means that the test is running; the API reference documents only REACHABLE."""
    return status in (REACHABLE, UNREACHABLE)
