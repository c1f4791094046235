# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible sees of a module, and one run of it: from validated options to the result.

A module's process and an action plugin both run this, so that it makes no difference which one did it.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core.errors import DliError, InvalidInput
from .._identity import credentials as identity

if TYPE_CHECKING:
    from .._core.changes import Found, Outcome
    from .._http.client import Client

    Params = dict[str, Any]
    Step = Callable[[Client, Params, bool], "Outcome | Found"]


class Lists(NamedTuple):
    """How lists of everything save requests when many runs follow each other.

    ``answer`` makes the answer to a GET from the pages of such a list: None if they do not hold its kind of answer, an
    empty one if they should and do not. It takes the ``whole`` list to answer, or the page that holds the thing.
    """

    answer: Callable[[Client, str, Mapping[str, str] | None], Mapping[str, Any] | None]
    whole: bool = True


class Interface(NamedTuple):
    """A module: the ``key`` of its result, its argument spec, and what it does.

    ``check`` looks at the options offline and returns every problem. ``step`` is its ``ensure`` or ``query``; its
    last argument says whether it may only predict.
    """

    key: str
    options: Mapping[str, Any]
    check: Callable[[Mapping[str, Any]], list[str]]
    step: Step
    lists: Lists | None = None


def reading(query: Callable[[Client, Params], Found]) -> Step:
    """A query as the step of an interface: in check mode it does the same."""
    return lambda api, params, _dry_run: query(api, params)


def run(
    interface: Interface,
    params: Params,
    *,
    dry_run: bool,
    diff: bool,
    connect: Callable[[Params], Client] = identity.connect,
) -> dict[str, Any]:
    """The result of one run; of a failed one, with ``failed`` and one message. No failure of ours leaves here.

    What ``check`` finds is told together with what the credentials lack, before anything is sent.
    """
    api = None
    try:
        if problems := [*interface.check(params), *identity.problems(params)]:
            raise InvalidInput(problems)
        api = connect(params)
        return interface.step(api, params, dry_run).as_result(interface.key, diff=diff)
    except DliError as exc:
        changed = api is not None and api.wrote
        # In the order that fail_json leaves, so that a result is the same in either way that a task goes.
        return {"error": exc.as_result(), "changed": changed, **exc.details, "failed": True, "msg": str(exc)}
