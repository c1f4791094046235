# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors of the collection as results of a failed task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._core.errors import AccessDenied, DliError
from .._identity import credentials, hints

if TYPE_CHECKING:
    from .._http.client import Client
    from .._identity.environment import Completed


def as_result(exc: DliError, completed: Completed, api: Client | None, *, with_diff: bool) -> dict[str, Any]:
    """The result of a task that failed with this error. ``api`` is its client, if it was connected."""
    if api is not None:
        api.locate(exc)
    if isinstance(exc, AccessDenied) and exc.rejects_credentials:
        exc.hint = hints.about_rejection(exc, credentials.given_options(completed.params), completed.sources)
    # In the order of fail_json, so that the result is the same in both execution modes.
    return {
        "error": exc.as_result(),
        "changed": api is not None and api.wrote,
        **exc.details,
        **({"diff": exc.diff} if with_diff and exc.diff is not None else {}),
        "failed": True,
        "msg": str(exc),
    }
