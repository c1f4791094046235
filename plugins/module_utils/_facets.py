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
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import NotPublished

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client

    Thing = Mapping[str, Any]
    Params = Mapping[str, Any]


@dataclass(frozen=True)
class Facet:
    """How one facet is read, decided about and written.

    ``read`` asks the service for what an existing object has. ``decide`` turns the options and what
    is there into what shall be there, in the form that ``read`` returns; if the two are equal there
    is nothing to do. ``send`` takes the object, what is there and what shall be. ``empty`` is what a
    new object has. A facet that is ``sent_at_creation`` stands in the body that creates the object.
    """

    option: str
    read: Callable[[Client, Thing], Any]
    decide: Callable[[Params, Any], Any]
    send: Callable[[Client, Thing, Any, Any], None]
    empty: Any
    sent_at_creation: bool = False


@dataclass(frozen=True)
class Decision:
    facet: Facet
    before: Any
    after: Any

    @property
    def changes(self) -> bool:
        return bool(self.before != self.after)


@dataclass(frozen=True)
class Decisions:
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

    def send(self, api: Client, thing: Thing, *, created: bool = False) -> None:
        """Write every facet that differs; for a new object only those that did not come with its creation."""
        for decision in self.made:
            if decision.changes and not (created and decision.facet.sent_at_creation):
                decision.facet.send(api, thing, decision.before, decision.after)


def decide(api: Client, facets: Iterable[Facet], params: Params, thing: Thing) -> Decisions:
    """Read the facets of an existing object, and decide. One request per API area that the options touch."""
    made, unsupported, warnings = [], [], []
    for facet in _said(facets, params):
        try:
            before = facet.read(api, thing)
        except NotPublished as exc:
            unsupported.append(facet.option)
            warnings.append(f"{facet.option} was left alone, because this region does not offer it. {exc.message}")
            continue
        made.append(Decision(facet, before, facet.decide(params, before)))
    return Decisions(tuple(made), tuple(unsupported), tuple(warnings))


def decide_for_new(facets: Iterable[Facet], params: Params) -> Decisions:
    """Decide for an object that does not exist yet. Costs no request."""
    return Decisions(
        tuple(Decision(facet, facet.empty, facet.decide(params, facet.empty)) for facet in _said(facets, params))
    )


def _said(facets: Iterable[Facet], params: Params) -> list[Facet]:
    return [facet for facet in facets if params[facet.option] is not None]
