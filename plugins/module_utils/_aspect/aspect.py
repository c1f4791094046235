# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facets: what belongs to an object but has an API of its own, such as tags, routes or policies.

A facet is read only if the user said something about it, compared on its own and written on its
own. A region that lacks its API gets a warning and an entry in ``unsupported``; the rest is done.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core.errors import Busy, NotFound, NotPublished

if TYPE_CHECKING:
    from .._http.client import Client
    from .._wait.budget import Patience

    Thing = Mapping[str, Any]
    Params = Mapping[str, Any]


class Facet(NamedTuple):
    """How one facet is read, decided about and written.

    ``read`` asks the service for what an existing object has. ``decide`` turns the options and what
    is there into what shall be there, in the form that ``read`` returns; if the two are equal there
    is nothing to do. ``send`` takes the object, what is there and what shall be. ``empty`` is what a
    new object has. ``at_creation`` says which part of a decision goes into the body that creates
    the object; the service need not be told that part again. ``part`` says which part of what was
    read the options speak of, where that is not all of it; the rest is left as it is, and not shown.
    """

    option: str
    read: Callable[[Client, Thing], Any]
    decide: Callable[[Params, Any], Any]
    send: Callable[[Client, Thing, Any, Any], None]
    empty: Any
    at_creation: Callable[[Any], Any] | None = None
    part: Callable[[Params, Any], Any] | None = None


class Decision(NamedTuple):
    """``read`` is all that was read, also what is no part of ``before``; None if nothing was."""

    facet: Facet
    before: Any
    after: Any
    read: Any = None

    @property
    def changes(self) -> bool:
        return bool(self.before != self.after)


class Decisions(NamedTuple):
    """What was decided about all facets that the user spoke of; ``unsupported`` names the other ones' options."""

    made: tuple[Decision, ...]
    unsupported: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        return any(decision.changes for decision in self.made)

    @property
    def before(self) -> dict[str, Any]:
        return {decision.facet.option: decision.before for decision in self.made}

    @property
    def after(self) -> dict[str, Any]:
        return {decision.facet.option: decision.after for decision in self.made}

    @property
    def at_creation(self) -> dict[str, Any]:
        """What goes into the body that creates the object, by option."""
        parts = {d.facet.option: d.facet.at_creation(d.after) for d in self.made if d.facet.at_creation}
        return {option: part for option, part in parts.items() if part}

    def once_created(self) -> Decisions:
        """The decisions that are left when the object was created with ``at_creation``."""
        sent = self.at_creation
        left = tuple(d._replace(before=sent.get(d.facet.option, d.before)) for d in self.made)
        return self._replace(made=left)

    def send(self, api: Client, thing: Thing, patience: Patience) -> tuple[str, ...]:
        """``carry_out``, for whom only its warnings matter."""
        return self.carry_out(api, thing, patience).warnings[len(self.warnings) :]

    def carry_out(self, api: Client, thing: Thing, patience: Patience) -> Decisions:
        """Write every facet that differs; returns what came of it.

        One that the service calls busy is tried again if the task waits, and left to a later run if not. One that
        only the writing shows to be missing in the region is unsupported all the same.
        """
        made, unsupported, warnings = [], list(self.unsupported), list(self.warnings)
        for decision in self.made:
            option = decision.facet.option
            try:
                if decision.changes:
                    self._send(api, thing, decision, patience)
            except Busy as exc:
                warnings.append(f"{option} was left to a later run, because {thing['name']} is busy. {exc}")
                made.append(decision._replace(after=decision.before))
            except NotPublished as exc:
                unsupported.append(option)
                warnings.append(not_offered(option, exc))
            else:
                made.append(decision)
        return Decisions(tuple(made), tuple(unsupported), tuple(warnings))

    @staticmethod
    def _send(api: Client, thing: Thing, decision: Decision, patience: Patience) -> None:
        facet = decision.facet
        patience.until_accepted(
            lambda: facet.send(api, thing, decision.before, decision.after),
            what=f"{thing['name']} to accept its {facet.option}",
        )


def decide(api: Client, facets: Iterable[Facet], params: Params, thing: Thing) -> Decisions:
    """Read the facets of an existing object, and decide. One request per API area that the options touch."""
    made, unsupported, warnings = [], [], []
    for facet in _said(facets, params):
        try:
            there = facet.read(api, thing)
        except NotPublished as exc:
            unsupported.append(facet.option)
            warnings.append(not_offered(facet.option, exc))
            continue
        before = facet.part(params, there) if facet.part else there
        made.append(Decision(facet, before, facet.decide(params, before), there))
    return Decisions(tuple(made), tuple(unsupported), tuple(warnings))


class Gaps(NamedTuple):
    """What the region could not tell."""

    unsupported: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_into(api: Client, params: Params, wanted: Iterable[tuple[Facet, Iterable[dict[str, Any]]]]) -> Gaps:
    """Read each facet that a ``with_`` option asks for into the objects beside it; one request for each, or more."""
    unsupported, warnings = [], []
    for facet, things in wanted:
        if not params[f"with_{facet.option}"]:
            continue
        try:
            for thing in things:
                thing[facet.option] = _unless_gone(api, facet, thing)
        except NotPublished as exc:
            unsupported.append(facet.option)
            warnings.append(not_readable(facet.option, exc))
    return Gaps(tuple(unsupported), tuple(warnings))


def _unless_gone(api: Client, facet: Facet, thing: Thing) -> Any:
    """What the object has; None if it was deleted since it was listed."""
    try:
        return facet.read(api, thing)
    except NotFound:
        return None


def decide_for_new(facets: Iterable[Facet], params: Params) -> Decisions:
    """Decide for an object that does not exist yet. Costs no request."""
    return Decisions(
        tuple(Decision(facet, facet.empty, facet.decide(params, facet.empty)) for facet in _said(facets, params))
    )


def not_readable(what: str, exc: NotPublished) -> str:
    """The warning about something that was asked for and whose API the region does not have."""
    return f"{what} could not be read, because this region does not offer it. {exc.message}"


def not_offered(option: str, exc: NotPublished) -> str:
    """The warning about an option whose API the region does not have."""
    return f"{option} was left alone, because this region does not offer it. {exc.message}"


def _said(facets: Iterable[Facet], params: Params) -> list[Facet]:
    return [facet for facet in facets if params[facet.option] is not None]
