# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Aspects: sub-resources of a queue, pool or connection with an API of their own, such as tags, routes or policies.

An aspect is read only if its option is given, and is compared and written separately. If the region lacks the API, the
result has a warning and an entry in ``unsupported``, and the run continues.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core.errors import (
    ApiUnavailable,
    Busy,
    Difference,
    DliError,
    NotFound,
    not_offered,
    not_readable,
    not_shown,
)

if TYPE_CHECKING:
    from .._core.refusals import Refusals
    from .._http.client import Client
    from .._wait.budget import WaitBudget

    # A queue, pool or connection, and the parameters of its module.
    Resource = Mapping[str, Any]
    Params = Mapping[str, Any]


class Aspect(NamedTuple):
    """How to read, compare and write one aspect, which has the name of its ``option``.

    * ``read(api, resource)`` returns the current state. Raises ApiUnavailable where the region lacks the API.
    * ``desired(params, current)`` returns the requested state in the same form; the aspect changes if the two differ.
    * ``send(api, resource, before, after)`` writes the difference.
    * ``empty`` is the state of a new resource.
    * ``at_creation(after)`` returns the part of the requested state that the request creating the resource contains.
    * ``relevant(params, current)`` returns the part of the current state that the options manage, if not all of it. The
      rest is neither changed nor shown.
    * ``has_read_api`` is false for an aspect that is a part of the resource as it was read before.
    * ``is_busy(api, resource)`` returns whether the resource is in a state in which it accepts no change.
    """

    option: str
    read: Callable[[Client, Resource], Any]
    desired: Callable[[Params, Any], Any]
    send: Callable[[Client, Resource, Any, Any], None]
    empty: Any
    at_creation: Callable[[Any], Any] | None = None
    relevant: Callable[[Params, Any], Any] | None = None
    is_busy: Callable[[Client, Resource], bool] | None = None
    has_read_api: bool = True


class Decision(NamedTuple):
    """The current and the requested state of one aspect.

    ``read`` is everything that was read, including what is not relevant; None if nothing was read.
    """

    aspect: Aspect
    before: Any
    after: Any
    read: Any = None
    params: Params | None = None

    @property
    def changes(self) -> bool:
        return bool(self.before != self.after)

    def is_fulfilled(self, current: Any) -> bool:
        """Whether a state that was read after the change needs no change. Other clients may have added something."""
        return self.params is None or bool(self.aspect.desired(self.params, current) == current)


class Decisions(NamedTuple):
    """The decisions about all given aspects; ``unsupported`` has the options of those that the region lacks."""

    made: tuple[Decision, ...]
    unsupported: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        return any(decision.changes for decision in self.made)

    @property
    def before(self) -> dict[str, Any]:
        """The current states by option."""
        return {decision.aspect.option: decision.before for decision in self.made}

    @property
    def after(self) -> dict[str, Any]:
        """The requested states by option."""
        return {decision.aspect.option: decision.after for decision in self.made}

    @property
    def at_creation(self) -> dict[str, Any]:
        """The contents of the request that creates the resource, by option."""
        parts = {d.aspect.option: d.aspect.at_creation(d.after) for d in self.made if d.aspect.at_creation}
        return {option: part for option, part in parts.items() if part}

    def remaining_after_create(self) -> Decisions:
        """The decisions that remain after a creation with the contents ``at_creation``."""
        sent = self.at_creation
        remaining = tuple(d._replace(before=sent.get(d.aspect.option, d.before)) for d in self.made)
        return self._replace(made=remaining)

    def send(self, api: Client, resource: Resource, budget: WaitBudget) -> tuple[str, ...]:
        """Like ``apply``, but return only the new warnings."""
        return self.apply(api, resource, budget).warnings[len(self.warnings) :]

    def apply(self, api: Client, resource: Resource, budget: WaitBudget) -> Decisions:
        """Write every aspect that differs and return the decisions as they were carried out.

        With ``wait``, an aspect that the service reports as busy is retried within the budget; without, it stays
        unchanged, with a warning. An aspect whose API only the write shows to be missing is unsupported.
        """
        made, unsupported, warnings = [], list(self.unsupported), list(self.warnings)
        for decision in self.made:
            option = decision.aspect.option
            try:
                if decision.changes:
                    self._send(api, resource, decision, budget)
            except Busy as exc:
                warnings.append(not_changed_yet(option, resource["name"], exc))
                made.append(decision._replace(after=decision.before))
            except ApiUnavailable as exc:
                unsupported.append(option)
                warnings.append(not_offered(option, exc))
            else:
                made.append(decision)
                if decision.changes and not _is_shown(api, resource, decision):
                    warnings.append(not_shown(option, resource["name"]))
        return Decisions(tuple(made), tuple(unsupported), tuple(warnings))

    @staticmethod
    def _send(api: Client, resource: Resource, decision: Decision, budget: WaitBudget) -> None:
        aspect, is_busy = decision.aspect, decision.aspect.is_busy
        budget.until_accepted(
            lambda: aspect.send(api, resource, decision.before, decision.after),
            what=f"{resource['name']} to accept its {aspect.option}",
            is_busy=is_busy and (lambda: is_busy(api, resource)),
        )


def _is_shown(api: Client, resource: Resource, decision: Decision) -> bool:
    """Whether the service shows the state that was written; true if that cannot be read."""
    aspect, params = decision.aspect, decision.params
    if params is None or not aspect.has_read_api:
        return True
    try:
        current = aspect.read(api, resource)
        return decision.is_fulfilled(aspect.relevant(params, current) if aspect.relevant else current)
    except DliError:
        return True


def not_changed_yet(option: str, name: str, exc: Busy) -> str:
    """The warning about an option that a busy resource does not accept now."""
    return f"{option} was not changed because {name} is busy; a later run changes it. {exc}"


def decide(
    api: Client, aspects: Iterable[Aspect], params: Params, resource: Resource, refusals: Refusals | None = None
) -> Decisions:
    """Read the given aspects of an existing resource and decide. At least one request for each given aspect.

    An aspect that cannot have the requested state is added to ``refusals``; without them, its error is raised.
    """
    decided = [_decide_one(api, aspect, params, resource, refusals) for aspect in _given(aspects, params)]
    return Decisions(
        tuple(decision for each in decided for decision in each.made),
        tuple(option for each in decided for option in each.unsupported),
        tuple(warning for each in decided for warning in each.warnings),
    )


def _decide_one(
    api: Client, aspect: Aspect, params: Params, resource: Resource, refusals: Refusals | None
) -> Decisions:
    """The decision about an aspect; none if the region lacks it or its change is refused."""
    found: Any = None

    def decide_it() -> Decisions:
        nonlocal found
        try:
            current = aspect.read(api, resource)
        except ApiUnavailable as exc:
            return Decisions((), (aspect.option,), (not_offered(aspect.option, exc),))
        found = aspect.relevant(params, current) if aspect.relevant else current
        return Decisions((Decision(aspect, found, aspect.desired(params, found), current, params),))

    if refusals is None:
        return decide_it()
    return refusals.attempt(
        decide_it, Decisions(()), lambda why: Difference(aspect.option, found, params[aspect.option], why)
    )


class Unsupported(NamedTuple):
    """The options of the aspects that the region lacks, with one warning each."""

    unsupported: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


# Resources are Any here because a TypedDict cannot be written under a key that a variable names.
def populate(api: Client, params: Params, targets: Iterable[tuple[Aspect, Iterable[Any]]]) -> Unsupported:
    """Read each aspect whose ``with_`` option is true into its resources. At least one request for each resource."""
    unsupported, warnings = [], []
    for aspect, resources in targets:
        if not params[f"with_{aspect.option}"]:
            continue
        try:
            for resource in resources:
                resource[aspect.option] = _read_unless_deleted(api, aspect, resource)
        except ApiUnavailable as exc:
            unsupported.append(aspect.option)
            warnings.append(not_readable(aspect.option, exc))
    return Unsupported(tuple(unsupported), tuple(warnings))


def _read_unless_deleted(api: Client, aspect: Aspect, resource: Resource) -> Any:
    """The state of the aspect; None if the resource was deleted after it was listed."""
    try:
        return aspect.read(api, resource)
    except NotFound:
        return None


def decide_for_new(aspects: Iterable[Aspect], params: Params) -> Decisions:
    """Decide for a resource that does not exist yet. Costs no request."""
    return Decisions(
        tuple(
            Decision(aspect, aspect.empty, aspect.desired(params, aspect.empty), params=params)
            for aspect in _given(aspects, params)
        )
    )


def _given(aspects: Iterable[Aspect], params: Params) -> list[Aspect]:
    return [aspect for aspect in aspects if params[aspect.option] is not None]
