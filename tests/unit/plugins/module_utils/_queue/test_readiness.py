# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""readiness: what the age of a queue proves."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._queue import readiness

NOW = 1_767_322_800
SERVICE = SimpleNamespace(now=lambda: NOW)


def born(seconds_ago):
    return {"name": "q1", "create_time": None if seconds_ago is None else (NOW - seconds_ago) * 1000}


@pytest.mark.parametrize(
    ("age", "ready_age", "expected"),
    [
        (600, 600, readiness.OLD_ENOUGH),
        (599, 600, readiness.NOT_ASKED),
        (0, 0, readiness.OLD_ENOUGH),
        (-5, 0, readiness.NOT_ASKED),
        (None, 600, readiness.NOT_ASKED),
        (None, 0, readiness.NOT_ASKED),
    ],
)
def test_age_alone_makes_a_queue_ready_and_never_unready(age, ready_age, expected):
    assert readiness.from_age(SERVICE, born(age), ready_age) == expected


def test_a_result_has_the_readiness_and_its_source():
    assert readiness.POOL_NOT_AVAILABLE.as_result() == {"ready": False, "source": "pool_status"}
