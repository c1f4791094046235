# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the parts of a response: whatever shape they have, the result is an object of ours or one clear error."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from .errors import UnexpectedResponse

# Characters. Exceptions quote values of the response.
LONGEST_FAULT = 200

T = TypeVar("T", bound=Callable[..., object])


def parses_response(function: T) -> T:
    """Let ``function``, which converts a part of a response, raise UnexpectedResponse where that has another shape.

    The function converts strictly and need not check: a key that is missing or a value of another type raises
    KeyError, TypeError, AttributeError, IndexError, ValueError or OverflowError by itself.
    """

    @wraps(function)
    def parse(*arguments: object, **options: object) -> object:
        try:
            return function(*arguments, **options)
        except (KeyError, TypeError, AttributeError, IndexError, ValueError, OverflowError, RecursionError) as exc:
            fault = f"{exc} is missing" if isinstance(exc, KeyError) else str(exc)
            raise UnexpectedResponse(fault[:LONGEST_FAULT]) from exc

    return parse  # type: ignore[return-value]  # it has the signature of the function that it wraps
