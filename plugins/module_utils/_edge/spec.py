# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The specification of a module, and one run: from parsed options to the result.

Modules and action plugins both use this file, so the execution mode makes no difference to the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .._core import texts
from .._core.errors import DliError, InvalidInput
from .._identity import credentials, environment
from . import arguments

if TYPE_CHECKING:
    from typing import TypeAlias

    from .._core.results import Outcome, QueryResult
    from .._http.client import Client
    from .._plan.result import PlanResult

    # The options of a module. Each noun has a TypedDict of its own.
    Params: TypeAlias = Any
    Result: TypeAlias = "Outcome | QueryResult | PlanResult"
    Run = Callable[[Client, Params, bool], Result]


class ListCache(NamedTuple):
    """How a complete list replaces the requests for single objects when runs follow each other, as in a loop.

    ``response`` builds the response to a GET from the pages of the list: None if the list has no such objects, an empty
    mapping if it does not contain this object. If ``whole``, it needs the whole list, else only the object's page.
    """

    response: Callable[[Client, str, Mapping[str, str] | None], Mapping[str, Any] | None]
    whole: bool = True


class ModuleSpec(NamedTuple):
    """A module: the ``key`` of its result, its argument spec (``options``), and its functions.

    ``validate`` checks the options without requests and returns all problems. ``run`` is the ``ensure`` or ``query`` of
    the noun; its last argument is ``dry_run``. An empty string is a value of its own for the options in ``clearable``;
    for all other text options, it counts as not given.
    """

    key: str
    options: Mapping[str, Any]
    validate: Callable[[Params], list[str]]
    run: Run
    lists: ListCache | None = None
    clearable: tuple[str, ...] = ()


def read_only(query: Callable[[Client, Params], QueryResult | PlanResult]) -> Run:
    """A query as the ``run`` of a spec; it does the same in check mode."""
    return lambda api, params, _dry_run: query(api, params)


def execute(
    spec: ModuleSpec,
    params: Params,
    *,
    dry_run: bool,
    diff: bool,
    mask: Callable[[Iterable[str]], None],
    connect: Callable[[Params], Client] = credentials.connect,
) -> dict[str, Any]:
    """The result of one run. A DliError becomes a result with ``failed``, ``msg`` and ``error``.

    Takes from the environment what the options leave open, and passes the secrets in it to ``mask``. Reports the
    problems of all options, including the connection options, before any request is sent.
    """
    completed = environment.complete(params)
    mask(credentials.secrets_in(completed.params))
    api, warnings = None, [*completed.warnings]
    try:
        if problems := _problems(spec, completed):
            warnings = []
            raise InvalidInput(problems)
        warnings += credentials.warnings(completed.params)
        api = connect(completed.params)
        result = spec.run(api, completed.params, dry_run).as_result(spec.key, diff=diff)
    except DliError as exc:
        from . import failures

        result = failures.as_result(exc, completed, api, with_diff=dry_run and diff)
    result["warnings"] = [*warnings, *result.get("warnings", ())]
    # Objects of the service may contain what requests contain, and what controls a terminal.
    # Shorter secrets than these occur in other words.
    secrets = [secret for secret in api.secrets if len(secret) >= texts.SHORTEST_SECRET] if api else []
    mask(secrets)
    text = texts.as_json(result)
    if texts.may_contain(text, secrets):
        from .._http import masking

        result = masking.masked_values(result, secrets)
    return result if texts.is_clean(text) else cast("dict[str, Any]", texts.without_controls(result))


def _problems(spec: ModuleSpec, completed: environment.Completed) -> list[str]:
    # Functions of the nouns rely on the types of the options.
    own = arguments.type_problems(spec.options, completed.params) or spec.validate(completed.params)
    shared = [completed.named(problem) for problem in credentials.problems(completed.params)]
    return [*own, *completed.problems, *shared]
