# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rejections whose code and text do not say what is wrong: the state of the resource decides."""

from __future__ import annotations

from collections.abc import Callable

from .._core.errors import ApiError, Busy, TransportError, UnexpectedResponse


def is_unexplained(exc: ApiError) -> bool:
    """Whether neither the code nor the text of the rejection has a known meaning."""
    return exc.__class__ is ApiError and not exc.explained and not exc.transient and not exc.outcome_unknown


def certain(exc: ApiError, is_busy: Callable[[], bool]) -> ApiError:
    """The rejection as a certain Busy if the state of the resource proves that, else unchanged.

    The state is read only if the rejection is not explained: it has no known meaning, or its text merely suggests a
    temporary state.
    """
    if not is_unexplained(exc) and not (isinstance(exc, Busy) and exc.guessed):
        return exc
    try:
        if not is_busy():
            return exc
    except (ApiError, TransportError, UnexpectedResponse):
        return exc
    return exc.as_class(Busy)
