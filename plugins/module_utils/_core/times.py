# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times of the service in ISO 8601, beside their milliseconds."""

from __future__ import annotations

import time
from typing import Any


def iso(milliseconds: Any) -> str | None:
    """Milliseconds since the epoch as ISO 8601 in UTC, to the second; None for any other value."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, (int, float)):
        return None
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(milliseconds / 1000))
    except (OverflowError, OSError, ValueError):
        return None
