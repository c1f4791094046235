# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""State that the items of one loop share: the access to the service and, for seconds, the pages of its lists.

Ansible runs all items of a loop in one process, and each task in a process of its own, so this state does not outlive
the task.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..module_utils._core.errors import DliError
from ..module_utils._core.results import Outcome
from ..module_utils._edge.options import authentication_options
from ..module_utils._edge.spec import execute
from ..module_utils._http.client import Access, Client
from ..module_utils._identity import credentials
from ._snapshot import Snapshot, nothing_to_do

if TYPE_CHECKING:
    from ansible.playbook.task import Task

    from ..module_utils._edge.spec import ModuleSpec, Result

# Items with the same options, including those from the environment, share a connection.
SHARED_OPTIONS = (*authentication_options(), "default_enterprise_project_id")
Mask = Callable[[Iterable[str]], None]


@dataclass
class Shared:
    """State of the items with the same connection options.

    ``unchanged_before`` means that the previous item changed nothing. Only then are lists likely to save requests; the
    first item of a loop may be the only one.
    """

    access: Access
    snapshot: Snapshot = field(default_factory=Snapshot)
    unchanged_before: bool = False


class Loop:
    """The loop of one task."""

    def __init__(self, task_id: str) -> None:
        self.task_id = task_id
        self._shared: dict[Hashable, Shared] = {}
        # The rejections of credentials: a few more attempts would lock the key or the user.
        self._rejected: dict[Hashable, DliError] = {}

    def run(self, spec: ModuleSpec, params: dict[str, Any], *, dry_run: bool, diff: bool, mask: Mask) -> dict[str, Any]:
        """The result of one item."""

        def connect(params: dict[str, Any]) -> Client:
            if rejection := self._rejected.get(_key(params)):
                raise rejection
            with self._remembering_rejections(params):
                return Client(self._share(params).access)

        def run_item(api: Client, params: dict[str, Any], dry_run: bool) -> Result:
            with self._remembering_rejections(params):
                return self._run_item(spec, api, params, dry_run)

        return execute(spec._replace(run=run_item), params, dry_run=dry_run, diff=diff, mask=mask, connect=connect)

    @contextmanager
    def _remembering_rejections(self, params: dict[str, Any]) -> Iterator[None]:
        try:
            yield
        except DliError as exc:
            if exc.rejects_credentials:
                self._rejected[_key(params)] = exc
            raise

    def _share(self, params: dict[str, Any]) -> Shared:
        key = _key(params)
        if key not in self._shared:
            self._shared[key] = Shared(credentials.access(params))
        return self._shared[key]

    def _run_item(self, spec: ModuleSpec, api: Client, params: dict[str, Any], dry_run: bool) -> Result:
        shared = self._share(params)
        if spec.lists and shared.unchanged_before:
            outcome = nothing_to_do(spec.run, shared.access, shared.snapshot, spec.lists, params, dry_run)
            if outcome is not None:
                return outcome
        shared.unchanged_before = False
        try:
            outcome = spec.run(api, params, dry_run)
        except BaseException:
            # A write may have taken effect although its response was lost.
            self._drop_snapshots()
            raise
        if api.wrote:
            self._drop_snapshots()
        shared.unchanged_before = isinstance(outcome, Outcome) and not outcome.changed and outcome.after is not None
        return outcome

    def _drop_snapshots(self) -> None:
        # All of them, because other credentials may give access to the same resources.
        for shared in self._shared.values():
            shared.snapshot.drop_all()


def _key(params: dict[str, Any]) -> Hashable:
    return tuple(params[option] for option in SHARED_OPTIONS)


_loop = Loop("")


def run(spec: ModuleSpec, params: dict[str, Any], task: Task, mask: Mask) -> dict[str, Any]:
    """The result of a task, or of one item of a loop."""
    global _loop
    dry_run, diff = bool(task.check_mode), bool(task.diff)
    # A task with until or retries needs current data in every attempt.
    if task.loop is None or task.until or task.retries is not None:
        return execute(spec, params, dry_run=dry_run, diff=diff, mask=mask)
    if _loop.task_id != task._uuid:
        _loop = Loop(task._uuid)
    return _loop.run(spec, params, dry_run=dry_run, diff=diff, mask=mask)
