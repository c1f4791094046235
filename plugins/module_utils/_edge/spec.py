# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible sees of a module, and one run of it: from validated options to the result.

A module's process and an action plugin both run this, so that it makes no difference which one did it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core.errors import DliError, InvalidInput
from .._identity import credentials

if TYPE_CHECKING:
    from typing import TypeAlias

    from .._core.results import Outcome, QueryResult
    from .._http.client import Client

    # The options of a module, in the TypedDict of its noun: each module has its own.
    Params: TypeAlias = Any
    Run = Callable[[Client, Params, bool], "Outcome | QueryResult"]


class ListCache(NamedTuple):
    """How lists of everything save requests when many runs follow each other.

    ``answer`` makes the answer to a GET from the pages of such a list: None if they do not hold its kind of answer, an
    empty one if they should and do not. It takes the ``whole`` list to answer, or the page that holds the thing.
    """

    answer: Callable[[Client, str, Mapping[str, str] | None], Mapping[str, Any] | None]
    whole: bool = True


class ModuleSpec(NamedTuple):
    """A module: the ``key`` of its result, its argument spec, and what it does.

    ``validate`` checks the options offline and returns every problem. ``run`` is the ``ensure`` or ``query`` of the
    noun; its last argument is ``dry_run``.
    """

    key: str
    options: Mapping[str, Any]
    validate: Callable[[Params], list[str]]
    run: Run
    lists: ListCache | None = None


def read_only(query: Callable[[Client, Params], QueryResult]) -> Run:
    """A query as the ``run`` of a spec: in check mode it does the same."""
    return lambda api, params, _dry_run: query(api, params)


def execute(
    spec: ModuleSpec,
    params: Params,
    *,
    dry_run: bool,
    diff: bool,
    connect: Callable[[Params], Client] = credentials.connect,
) -> dict[str, Any]:
    """The result of one run; of a failed one, with ``failed`` and one message. No failure of ours leaves here.

    What ``validate`` finds is told together with what the credentials lack, before anything is sent.
    """
    api = None
    try:
        if problems := [*spec.validate(params), *credentials.problems(params)]:
            raise InvalidInput(problems)
        api = connect(params)
        return spec.run(api, params, dry_run).as_result(spec.key, diff=diff)
    except DliError as exc:
        changed = api is not None and api.wrote
        # In the order that fail_json leaves, so that a result is the same in either way that a task goes.
        return {"error": exc.as_result(), "changed": changed, **exc.details, "failed": True, "msg": str(exc)}
