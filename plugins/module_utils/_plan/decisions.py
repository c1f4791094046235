# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decisions about the objects of a declaration: each is that of the module in check mode, on lists read before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._api import connections
from .._core.compare import given, normalize_name
from .._core.errors import ApiError, DliError, InvalidInput, TransportError, UnexpectedResponse
from . import effects, health, lost_bindings, problems, steps
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
)

if TYPE_CHECKING:
    from .._core.results import Outcome
    from .client import PlanClient
    from .params import PlannedObject, PlanParams, Problem

# Fields of bindings and routes that differ after each creation. Without them, two plans can be compared.
VOLATILE = frozenset({"peer_id", "create_time", "create_time_iso", "update_time", "update_time_iso"})


class Item(NamedTuple):
    """One item of the declaration: its kind, and the parameters of its module."""

    kind: Kind
    params: dict[str, Any]

    @property
    def name(self) -> str:
        return self.kind.identify(self.params["name"])

    @property
    def options(self) -> dict[str, Any]:
        """The options that the declaration gives."""
        return {name: value for name, value in given(self.params).items() if name not in NOT_IN_ITEMS}


def declares(params: PlanParams, kind: Kind) -> bool:
    """Whether the declaration has a list of this kind; an empty one declares that there is none."""
    return _list_of(params, kind) is not None


def _list_of(params: PlanParams, kind: Kind) -> list[dict[str, Any]] | None:
    items: list[dict[str, Any]] | None = params[kind.option]  # type: ignore[literal-required]  # an option of KINDS
    return items


def in_order(params: PlanParams, state: str) -> list[Item]:
    """The items in the order in which a run goes through them: for a deletion, dependants first."""
    items = [Item(kind, kind.params(item, state)) for kind in KINDS for item in _list_of(params, kind) or ()]
    return items[::-1] if state == "absent" else items


class Planner:
    """Decides about one object after the other; each decision starts from the effects of the earlier ones."""

    def __init__(self, api: PlanClient, items: Iterable[Item], *, keeps_current: bool) -> None:
        self._api = api
        # Whether ``declared`` returns the objects as they are, and not as they will be.
        self._keeps_current = keeps_current
        # By queue or pool, the connections that a run binds to it again.
        self._declared_bindings: dict[tuple[Kind, str], set[str]] = {}
        for item in items:
            if item.kind is CONNECTION and item.params["state"] == "present":
                for each in references(item):
                    self._declared_bindings.setdefault(each, set()).add(item.name)
        self._blocked: set[tuple[Kind, str]] = set()
        self._results: list[tuple[Item, Mapping[str, Any]]] = []

    def declared(self) -> dict[str, list[Mapping[str, Any]]]:
        """The objects as their modules would return them: now, or after a run. By list."""
        return {kind.option: [after for item, after in self._results if item.kind is kind] for kind in KINDS}

    def decide(self, item: Item) -> PlannedObject:
        """The planned change of this object. Raises an error only if the credentials are rejected."""
        if broken_rules := item.kind.validate(item.params):
            planned = self._refused(item, None, InvalidInput(broken_rules), [])
            self._blocked.add((item.kind, item.name))
            return planned
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
            self._keep(item, self._as_it_is(item, current) if self._keeps_current else None)
            return self._refused(item, current, exc, found)
        planned = _planned(item, current, outcome, broken=bool(found))
        self._keep(item, self._as_it_is(item, current) if self._keeps_current and outcome.changed else outcome.after)
        notices = [problems.problem("notice", problems.WARNING, text) for text in outcome.warnings]
        planned["problems"] = [*notices, *found]
        if planned["action"] in (DELETE, RECREATE) and item.kind is not CONNECTION:
            restored = self._declared_bindings.get((item.kind, item.name), ())
            planned["problems"] += lost_bindings.warnings(self._api, item.kind, item.name, restored)
        if planned["broken"] and planned["status"] == IN_SYNC:
            planned["status"], planned["settled"] = BROKEN, False
        effects.apply(self._api, item.kind, item.name, current, outcome)
        return planned

    def _keep(self, item: Item, result: Mapping[str, Any] | None) -> None:
        if result is not None:
            self._results.append((item, result))

    def _as_it_is(self, item: Item, current: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """The object as a task would return it that only names it; None if it does not exist."""
        if current is None:
            return None
        defaults = {name: option.get("default") for name, option in item.kind.item_options.items()}
        named = {name: value for name, value in item.params.items() if name in ("name", "id")}
        try:
            return item.kind.ensure(self._api, item.kind.params({**defaults, **named}, "present"), True).after
        except DliError:
            # A task that only names the object fails as well, for example because it is FAILED.
            return current

    def _symptoms(self, item: Item, current: Mapping[str, Any] | None) -> list[Problem]:
        if current is None or item.params["state"] == "absent":
            return []
        return health.symptoms(self._api, item.kind, current, item.params.get("ready_age"))

    def _block_dependant(self, planned: PlannedObject, item: Item) -> None:
        """Block a change of an object that needs a blocked one. A deletion comes before that of what it needs."""
        if planned["status"] in (IN_SYNC, BROKEN):
            return
        if blockers := self._blockers(item):
            planned["problems"].append(problems.problem("dependency", problems.ERROR, _dependency(blockers)))
            planned["action"], planned["first"] = NONE, None
            if planned["status"] != UNREADABLE:
                planned["status"] = BLOCKED

    def _blockers(self, item: Item) -> list[str]:
        """The blocked objects that this one needs, such as "queue q1"."""
        return [f"{kind.label.lower()} {name}" for kind, name in references(item) if (kind, name) in self._blocked]

    def _refused(
        self, item: Item, current: Mapping[str, Any] | None, exc: DliError, found: list[Problem]
    ) -> PlannedObject:
        """An object that its module would not change, because of this error; ``found`` are its symptoms."""
        if exc.rejects_credentials:
            raise exc
        self._api.locate(exc)
        # The object has no other problem than a FAILED part.
        only_failed = bool(found) and exc.reason == "failed" and not exc.differences
        unreadable = isinstance(exc, (ApiError, TransportError, UnexpectedResponse))
        differences = steps.sorted_by_option(each.as_result() for each in exc.differences)
        # Declared objects do not exist yet only because they are blocked, which is a problem of its own.
        blockers = self._blockers(item)
        only_blocked = bool(exc.missing) and {each.lower() for each in exc.missing} <= set(blockers)
        if only_blocked:
            differences = [{**each, "why": each["why"] and _dependency(blockers)} for each in differences]
        of_error = [] if only_blocked else problems.of_error(exc)
        return {
            "kind": item.kind.name,
            "name": item.name,
            "status": UNREADABLE if unreadable else BROKEN if only_failed else BLOCKED,
            "action": NONE,
            "broken": bool(found),
            "settled": False,
            "differences": differences,
            "problems": [*of_error, *(each for each in found if each["message"] not in exc.message)],
            "current": shown(item.kind, current),
            "predicted": shown(item.kind, current) if only_failed else None,
            "options": item.options,
            "first": None,
        }


def _dependency(blockers: list[str]) -> str:
    return f"The required {' and '.join(blockers)} {'is' if len(blockers) == 1 else 'are'} blocked."


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
        "settled": True,
        "differences": [],
        "problems": found,
        "current": shown(kind, current),
        "predicted": shown(kind, current),
        "options": None,
        "first": None,
    }


def _planned(item: Item, current: Mapping[str, Any] | None, outcome: Outcome, *, broken: bool) -> PlannedObject:
    action = steps.action(item.kind, current, outcome)
    status = IN_SYNC if action == NONE else MISSING if action == CREATE else DRIFTED
    return {
        "kind": item.kind.name,
        "name": item.name,
        "status": status,
        "action": action,
        "broken": broken,
        "settled": action == NONE and steps.is_settled(item.kind, outcome.after),
        "differences": steps.differences(outcome),
        "problems": [],
        "current": shown(item.kind, current),
        "predicted": shown(item.kind, outcome.after),
        "options": item.options,
        "first": steps.first(item.kind, item.options, action, outcome),
    }


def in_parallel(planned: list[PlannedObject]) -> None:
    """Let new queues of a pool be created without a wait, and the only such object of a kind wait at once.

    Policies and other changes of a pool's queues can make room for the next queue, so these go one after the other.
    """
    changing: dict[str, list[PlannedObject]] = {}
    for each in planned:
        if each["kind"] == QUEUE.name and each["action"] != NONE and each["predicted"]:
            pool = normalize_name(each["predicted"].get("elastic_resource_pool_name") or "")
            changing.setdefault(pool, []).append(each)
    for pool, found in changing.items():
        if pool and all(
            each["action"] == CREATE and not (each["options"] or {}).get("scaling_policies") for each in found
        ):
            for each in found:
                each["first"] = dict(each["options"] or {})
    for kind in KINDS:
        without_wait = [each for each in planned if each["kind"] == kind.name and each["first"] is not None]
        if len(without_wait) == 1:
            without_wait[0]["first"] = None


def shown(kind: Kind, found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """An object as a plan shows it, without fields that were not read."""
    if found is None:
        return None
    return {key: _in_order(key, _stable(found[key])) for key in kind.shown if found.get(key) is not None}


def _stable(value: Any) -> Any:
    # Not Mapping, for which Python needs ten times as long.
    if isinstance(value, dict):
        return {name: _stable(each) for name, each in value.items() if name not in VOLATILE}
    return [_stable(each) for each in value] if isinstance(value, list) else value


def _name_of(element: Mapping[str, Any]) -> str:
    return str(element["name"])


# Lists that the service may return in any order, and by what they are sorted.
UNORDERED: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "available_queue_info": _name_of,
    "elastic_resource_pools": _name_of,
    "hosts": connections.host_key,
}


def _in_order(key: str, value: Any) -> Any:
    return sorted(value, key=UNORDERED[key]) if key in UNORDERED else value
