# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The decision about each object of a declaration: the one of its module in check mode, on lists that were read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._api import queues
from .._core.compare import given, normalize_name
from .._core.errors import AccessDenied, ApiError, DliError, TransportError, UnexpectedResponse
from . import effects, health, problems
from .kinds import CONNECTION, KINDS, NOT_IN_ITEMS, POOL, QUEUE, Kind
from .options import (
    BLOCKED,
    BROKEN,
    CREATE,
    DELETE,
    DRIFTED,
    IN_SYNC,
    MISSING,
    NONE,
    RECREATE,
    UNDECLARED,
    UNREADABLE,
    UPDATE,
)

if TYPE_CHECKING:
    from .._core.errors import DifferenceResult as Difference
    from .._core.results import Outcome
    from .client import PlanClient
    from .params import PlannedObject, PlanParams, Problem

# What a new object has of an option that is not given.
EMPTY: tuple[Any, ...] = ("", [], {})
# Fields of bindings and routes that differ after each creation. Without them, two plans can be compared.
VOLATILE = frozenset({"peer_id", "create_time", "create_time_iso", "update_time", "update_time_iso"})


class Item(NamedTuple):
    """One item of the declaration: its kind, its place in the list, and the parameters of its module."""

    kind: Kind
    position: int
    params: dict[str, Any]

    @property
    def name(self) -> str:
        return self.kind.identify(self.params["name"])

    @property
    def options(self) -> dict[str, Any]:
        """The options that the declaration gives."""
        return {name: value for name, value in given(self.params).items() if name not in NOT_IN_ITEMS}

    @property
    def place(self) -> str:
        """Where the item stands, for messages."""
        return f"{self.kind.option}[{self.position}]"


def declares(params: PlanParams, kind: Kind) -> bool:
    """Whether the declaration has a list of this kind; an empty one declares that there is none."""
    return _list_of(params, kind) is not None


def _list_of(params: PlanParams, kind: Kind) -> list[dict[str, Any]] | None:
    items: list[dict[str, Any]] | None = params[kind.option]  # type: ignore[literal-required]  # an option of KINDS
    return items


def in_order(params: PlanParams, state: str) -> list[Item]:
    """The items in the order in which a run goes through them: for a deletion, dependants first."""
    items = [
        Item(kind, position, kind.params(item, state))
        for kind in KINDS
        for position, item in enumerate(_list_of(params, kind) or ())
    ]
    return items[::-1] if state == "absent" else items


class Planner:
    """Decides about one object after the other; each decision sees what those before it lead to."""

    def __init__(self, api: PlanClient) -> None:
        self._api = api
        self._blocked: set[tuple[Kind, str]] = set()
        # The objects as their modules would return them.
        self.results: list[tuple[Item, Mapping[str, Any] | None]] = []

    def decide(self, item: Item) -> PlannedObject:
        """What a run would do about this object. Raises AccessDenied only if the credentials are rejected."""
        try:
            current = effects.current(self._api, item.kind, item.name, item.params.get("id"))
            planned = self._decide(item, current)
        except DliError as exc:
            planned = self._refused(item, None, exc, [])
        self._block_dependant(planned, item)
        if planned["status"] == BLOCKED:
            self._blocked.add((item.kind, item.name))
        return planned

    def _decide(self, item: Item, current: Mapping[str, Any] | None) -> PlannedObject:
        found = self._symptoms(item, current)
        try:
            outcome = item.kind.ensure(self._api, item.params, True)
        except DliError as exc:
            return self._refused(item, current, exc, found)
        planned = _planned(item, current, outcome)
        self.results.append((item, outcome.after))
        notices = [problems.problem("notice", problems.WARNING, text) for text in outcome.warnings]
        planned["problems"] = [*notices, *found]
        planned["broken"] = bool(found)
        if planned["broken"] and planned["status"] == IN_SYNC:
            planned["status"] = BROKEN
        effects.apply(self._api, item.kind, item.name, current, outcome)
        return planned

    def _symptoms(self, item: Item, current: Mapping[str, Any] | None) -> list[Problem]:
        if current is None or item.params["state"] == "absent":
            return []
        return health.symptoms(self._api, item.kind, current, item.params.get("ready_age", health.READY_AGE))

    def _block_dependant(self, planned: PlannedObject, item: Item) -> None:
        """Block a change of an object that needs a blocked one."""
        if planned["status"] in (IN_SYNC, BROKEN) or item.params["state"] == "absent":
            return
        if blockers := [each for each in references(item) if each in self._blocked]:
            names = ", ".join(f"{kind.label.lower()} {name}" for kind, name in blockers)
            text = f"It needs {names}, which {'is' if len(blockers) == 1 else 'are'} blocked."
            planned["problems"].append(problems.problem("dependency", problems.ERROR, text))
            planned["action"], planned["first"] = NONE, None
            if planned["status"] != UNREADABLE:
                planned["status"] = BLOCKED

    def _refused(
        self, item: Item, current: Mapping[str, Any] | None, exc: DliError, found: list[Problem]
    ) -> PlannedObject:
        """An object that its module would not change, because of this error; ``found`` are its symptoms."""
        if isinstance(exc, AccessDenied) and exc.rejects_credentials:
            raise exc
        self._api.locate(exc)
        # Something FAILED is all that is wrong.
        only_failed = bool(found) and exc.reason == "failed" and not exc.differences
        unreadable = isinstance(exc, (ApiError, TransportError, UnexpectedResponse))
        return {
            "kind": item.kind.name,
            "name": item.name,
            "status": UNREADABLE if unreadable else BROKEN if only_failed else BLOCKED,
            "action": NONE,
            "broken": bool(found),
            "differences": _sorted(each.as_result() for each in exc.differences),
            "problems": [*problems.of_error(exc), *(each for each in found if each["message"] not in exc.message)],
            "current": shown(item.kind, current),
            "predicted": shown(item.kind, current) if only_failed else None,
            "options": item.options,
            "first": None,
        }


def references(item: Item) -> list[tuple[Kind, str]]:
    """The objects that this one needs, by kind and name."""
    if item.kind is QUEUE:
        pool = item.params["elastic_resource_pool_name"]
        return [(POOL, normalize_name(pool))] if pool else []
    if item.kind is CONNECTION:
        bound = ((QUEUE, "queues"), (POOL, "elastic_resource_pools"))
        return [(kind, normalize_name(name)) for kind, option in bound for name in item.params[option] or ()]
    return []


def undeclared(api: PlanClient, kind: Kind, current: Mapping[str, Any]) -> PlannedObject:
    """An object that exists and is not declared."""
    found = health.symptoms(api, kind, current)
    return {
        "kind": kind.name,
        "name": current["name"],
        "status": UNDECLARED,
        "action": NONE,
        "broken": bool(found),
        "differences": [],
        "problems": found,
        "current": shown(kind, current),
        "predicted": shown(kind, current),
        "options": None,
        "first": None,
    }


def _planned(item: Item, current: Mapping[str, Any] | None, outcome: Outcome) -> PlannedObject:
    action = _action(item.kind, current, outcome)
    status = IN_SYNC if action == NONE else MISSING if action == CREATE else DRIFTED
    return {
        "kind": item.kind.name,
        "name": item.name,
        "status": status,
        "action": action,
        "broken": False,
        "differences": [] if action == DELETE else _differences(outcome),
        "problems": [],
        "current": shown(item.kind, current),
        "predicted": shown(item.kind, outcome.after),
        "options": item.options,
        "first": _first(item, action, outcome),
    }


def _action(kind: Kind, current: Mapping[str, Any] | None, outcome: Outcome) -> str:
    if not outcome.changed:
        return NONE
    if current is None:
        return CREATE
    if outcome.after is None:
        return DELETE
    return RECREATE if effects.is_new(kind, outcome.after) else UPDATE


def _differences(outcome: Outcome) -> list[Difference]:
    before, after = outcome.diff_before, outcome.diff_after
    return _sorted(
        {"option": option, "found": before.get(option), "wanted": after[option], "why": None}
        for option in after
        if option != "name" and (before[option] != after[option] if option in before else after[option] not in EMPTY)
    )


def _first(item: Item, action: str, outcome: Outcome) -> dict[str, Any] | None:
    """The options of a first task without ``wait``, so that many objects change side by side; None if it has to wait.

    A second task waits, and makes the rest of the changes.
    """
    if action == DELETE or item.kind is CONNECTION:
        return item.options if action != NONE else None
    if item.kind is POOL:
        return item.options if action == CREATE else None
    # A pool accepts one new queue at a time, and policies scale its queues.
    if outcome.after is None or queues.pool_of(outcome.after):
        return None
    if action == CREATE:
        # A queue that is not ready does not accept another CIDR block.
        return {name: value for name, value in item.options.items() if name != "cidr_in_vpc"}
    scales = any(difference["option"] == "cu_count" for difference in _differences(outcome))
    ready = outcome.after["readiness"]["ready"]
    # No other option, so that a rejected request has changed nothing.
    return {key: item.options[key] for key in ("name", "cu_count")} if action == UPDATE and scales and ready else None


def _sorted(differences: Iterable[Difference]) -> list[Difference]:
    return sorted(differences, key=lambda difference: difference["option"])


def shown(kind: Kind, found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """An object as a plan shows it, without fields that were not read."""
    if found is None:
        return None
    return {key: _stable(found[key]) for key in kind.shown if found.get(key) is not None}


def _stable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _stable(each) for key, each in value.items() if key not in VOLATILE}
    return [_stable(each) for each in value] if isinstance(value, list) else value
