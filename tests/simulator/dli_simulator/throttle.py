# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway's rate limit per API."""

from __future__ import annotations

import math

from .errors import gateway_error
from .state import State


class Throttle:
    """Counts requests per window of the simulated clock. Guarded by the state's lock."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._counts: dict[tuple[str, int], int] = {}

    def check(self, api: str) -> None:
        setting = self._state.knobs.throttle
        if setting is None:
            return
        seconds, limit = setting["per_seconds"], int(setting["limit"])
        window = int(self._state.now // seconds)
        count = self._counts[api, window] = self._counts.get((api, window), 0) + 1
        if count > limit:
            wait = math.ceil((window + 1) * seconds - self._state.now)
            policy = f"policy ip over ratelimit,limit:{limit},time:{seconds:g} second"
            message = f"The throttling threshold has been reached: {policy}"
            raise gateway_error(429, "APIGW.0308", message, {"Retry-After": str(wait)})
