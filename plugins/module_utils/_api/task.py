# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of a module: the client, the parameters, check mode and the time budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._core.compare import normalize_name

if TYPE_CHECKING:
    from typing_extensions import Self

    from .._http.client import Client
    from .._wait.budget import WaitBudget

P = TypeVar("P", bound=Mapping[str, Any])


class Task(Generic[P]):
    """What every step of one run needs.

    ``params`` are the validated options of the module. All waits of the run share the one ``budget``. With ``dry_run``
    (check mode) nothing is written.
    """

    # No NamedTuple: Python 3.10 has no generic ones.
    __slots__ = ("api", "budget", "dry_run", "params")

    def __init__(self, api: Client, params: P, dry_run: bool, budget: WaitBudget) -> None:
        self.api = api
        self.params = params
        self.dry_run = dry_run
        self.budget = budget

    def with_params(self, params: P) -> Self:
        """The same run with other parameters, for example with ids in place of names."""
        return type(self)(self.api, params, self.dry_run, self.budget)

    @property
    def may_appear(self) -> bool:
        """Whether what does not exist now may exist in a real run, because an earlier task of the play creates it."""
        return self.dry_run and not self.api.foresees

    @property
    def name(self) -> str:
        """The name of the queue or pool as the service stores it."""
        return normalize_name(self.params["name"])
