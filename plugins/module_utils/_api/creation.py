# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating a queue or pool whose name another client may take at the same time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core.compare import delta
from .._core.errors import AlreadyExists, ApiError
from .._http import lost_answers
from .._wait.rejections import is_unexplained

if TYPE_CHECKING:
    from .._http.client import Client

WAY_OUT = "Use another name, or request the current values."
Normalizers = Mapping[str, Callable[[Any], Any]]


class Creation(NamedTuple):
    """The POST that creates an object of this ``noun`` and ``name``.

    ``find`` returns the object of that name or None; ``requested`` are the fields that identify it as the requested
    one, and ``normal`` normalizes their values.
    """

    noun: str
    name: str
    path: str
    body: Mapping[str, Any]
    requested: Mapping[str, Any]
    find: Callable[[], Mapping[str, Any] | None]
    normal: Normalizers

    def send(self, api: Client) -> bool:
        """Create the object. False if another client has just created the requested object.

        An object that is found after a lost answer counts as created by this request only if it is the requested one.
        Raises AlreadyExists if another client created a different one.
        """
        wrote = api.wrote
        operation = f"create {self.noun} {self.name}"
        try:
            _response, found = lost_answers.post_and_confirm(api, self.path, operation, self.body, confirm=self.find)
        except ApiError as exc:
            if not isinstance(exc, AlreadyExists) and not is_unexplained(exc):
                raise
            # The object did not exist a moment ago.
            existing = self.find()
            if existing is None and not isinstance(exc, AlreadyExists):
                raise
            differences = self._differences(existing) if existing else ""
            if existing and not differences:
                return False
            exc.hint = f"Another client created the {self.noun} in the meantime. Run the task again."
            if differences:
                exc.hint = (
                    f"Another client created the {self.noun} in the meantime, and it differs: {differences}. {WAY_OUT}"
                )
            raise
        if found is not None and (differences := self._differences(found)):
            api.wrote = wrote
            raise AlreadyExists(
                f"Could not create {self.noun} {self.name}: there was no response, and meanwhile another client "
                f"created one that differs: {differences}.",
                status=0,
                hint=WAY_OUT,
            )
        return True

    def _differences(self, found: Mapping[str, Any]) -> str:
        different = delta(self.requested, found, self.normal)
        return "; ".join(
            f"{option} (current: {found[option]}, requested: {value})" for option, value in different.items()
        )
