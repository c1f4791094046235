# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times of the service in ISO 8601, and None for invalid times."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.times import iso


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (1566889577861, "2019-08-27T07:06:17Z"),
        (0, "1970-01-01T00:00:00Z"),
        (None, None),
        ("1566889577861", None),
        (True, None),
        (10**30, None),
        (float("nan"), None),
    ],
)
def test_milliseconds_become_iso_8601(milliseconds, text):
    assert iso(milliseconds) == text
