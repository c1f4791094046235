# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Aspects: what belongs to an object but has an API of its own, such as tags, routes or policies.

A aspect is read only if the user said something about it, compared on its own and written on its
own. A region that lacks its API gets a warning and an entry in ``unsupported``; the rest is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core.errors import ApiUnavailable, Busy, NotFound, not_offered, not_readable

if TYPE_CHECKING:
    from .._http.client import Client
    from .._wait.budget import WaitBudget

    Thing = Mapping[str, Any]
    Params = Mapping[str, Any]


class Aspect(NamedTuple):
    """How one aspect is read, decided about and written.

    ``read`` asks the service for what an existing object has. ``desired`` turns the options and what
    is there into what shall be there, in the form that ``read`` returns; if the two are equal there
    is nothing to do. ``send`` takes the object, what is there and what shall be. ``empty`` is what a
    new object has. ``at_creation`` says which part of a decision goes into the body that creates
    the object; the service need not be told that part again. ``part`` says which part of what was
    read the options speak of, where that is not all of it; the rest is left as it is, and not shown.
    """

    option: str
    read: Callable[[Client, Thing], Any]
    desired: Callable[[Params, Any], Any]
    send: Callable[[Client, Thing, Any, Any], None]
    empty: Any
    at_creation: Callable[[Any], Any] | None = None
    relevant: Callable[[Params, Any], Any] | None = None


class Decision(NamedTuple):
    """``read`` is all that was read, also what is no part of ``before``; None if nothing was."""

    aspect: Aspect
    before: Any
    after: Any
    read: Any = None

    @property
    def changes(self) -> bool:
        return bool(self.before != self.after)


class Decisions(NamedTuple):
    """What was decided about all aspects that the user spoke of; ``unsupported`` names the other ones' options."""

    made: tuple[Decision, ...]
    unsupported: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        return any(decision.changes for decision in self.made)

    @property
    def before(self) -> dict[str, Any]:
        return {decision.aspect.option: decision.before for decision in self.made}

    @property
    def after(self) -> dict[str, Any]:
        return {decision.aspect.option: decision.after for decision in self.made}

    @property
    def at_creation(self) -> dict[str, Any]:
        """What goes into the body that creates the object, by option."""
        parts = {d.aspect.option: d.aspect.at_creation(d.after) for d in self.made if d.aspect.at_creation}
        return {option: relevant for option, relevant in parts.items() if relevant}

    def remaining_after_create(self) -> Decisions:
        """The decisions that are left when the object was created with ``at_creation``."""
        sent = self.at_creation
        left = tuple(d._replace(before=sent.get(d.aspect.option, d.before)) for d in self.made)
        return self._replace(made=left)

    def send(self, api: Client, thing: Thing, budget: WaitBudget) -> tuple[str, ...]:
        """``carry_out``, for whom only its warnings matter."""
        return self.apply(api, thing, budget).warnings[len(self.warnings) :]

    def apply(self, api: Client, thing: Thing, budget: WaitBudget) -> Decisions:
        """Write every aspect that differs; returns what came of it.

        One that the service calls busy is tried again if the task waits, and left to a later run if not. One that
        only the writing shows to be missing in the region is unsupported all the same.
        """
        made, unsupported, warnings = [], list(self.unsupported), list(self.warnings)
        for decision in self.made:
            option = decision.aspect.option
            try:
                if decision.changes:
                    self._send(api, thing, decision, budget)
            except Busy as exc:
                warnings.append(f"{option} was left to a later run, because {thing['name']} is busy. {exc}")
                made.append(decision._replace(after=decision.before))
            except ApiUnavailable as exc:
                unsupported.append(option)
                warnings.append(not_offered(option, exc))
            else:
                made.append(decision)
        return Decisions(tuple(made), tuple(unsupported), tuple(warnings))

    @staticmethod
    def _send(api: Client, thing: Thing, decision: Decision, budget: WaitBudget) -> None:
        aspect = decision.aspect
        budget.until_accepted(
            lambda: aspect.send(api, thing, decision.before, decision.after),
            what=f"{thing['name']} to accept its {aspect.option}",
        )


def decide(api: Client, aspects: Iterable[Aspect], params: Params, thing: Thing) -> Decisions:
    """Read the aspects of an existing object, and decide. One request per API area that the options touch."""
    made, unsupported, warnings = [], [], []
    for aspect in _given(aspects, params):
        try:
            there = aspect.read(api, thing)
        except ApiUnavailable as exc:
            unsupported.append(aspect.option)
            warnings.append(not_offered(aspect.option, exc))
            continue
        before = aspect.relevant(params, there) if aspect.relevant else there
        made.append(Decision(aspect, before, aspect.desired(params, before), there))
    return Decisions(tuple(made), tuple(unsupported), tuple(warnings))


class Unsupported(NamedTuple):
    """What the region could not tell."""

    unsupported: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def populate(api: Client, params: Params, wanted: Iterable[tuple[Aspect, Iterable[dict[str, Any]]]]) -> Unsupported:
    """Read each aspect that a ``with_`` option asks for into the objects beside it; one request for each, or more."""
    unsupported, warnings = [], []
    for aspect, things in wanted:
        if not params[f"with_{aspect.option}"]:
            continue
        try:
            for thing in things:
                thing[aspect.option] = _unless_gone(api, aspect, thing)
        except ApiUnavailable as exc:
            unsupported.append(aspect.option)
            warnings.append(not_readable(aspect.option, exc))
    return Unsupported(tuple(unsupported), tuple(warnings))


def _unless_gone(api: Client, aspect: Aspect, thing: Thing) -> Any:
    """What the object has; None if it was deleted since it was listed."""
    try:
        return aspect.read(api, thing)
    except NotFound:
        return None


def decide_for_new(aspects: Iterable[Aspect], params: Params) -> Decisions:
    """Decide for an object that does not exist yet. Costs no request."""
    return Decisions(
        tuple(
            Decision(aspect, aspect.empty, aspect.desired(params, aspect.empty)) for aspect in _given(aspects, params)
        )
    )


def _given(aspects: Iterable[Aspect], params: Params) -> list[Aspect]:
    return [aspect for aspect in aspects if params[aspect.option] is not None]
