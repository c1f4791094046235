# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run does about one object: plain data, without a service."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import pools
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.results import Outcome
from ansible_collections.huaweicloud.dli.plugins.module_utils._plan import steps
from ansible_collections.huaweicloud.dli.plugins.module_utils._plan.kinds import CONNECTION, POOL, QUEUE

OPTIONS = {"name": "n", "cu_count": 32, "cidr_in_vpc": "10.9.0.0/16", "tags": {"a": "b"}}
SCALED = {"before": {"cu_count": 16}, "after": {"cu_count": 32}}
OTHERS = {"before": {"tags": {}}, "after": {"tags": {"a": "b"}}}
BOTH = {key: SCALED[key] | OTHERS[key] for key in SCALED}


def queue(*, ready=True, pool="", before=(), after=(), **fields):
    """The outcome for a queue."""
    shown = {"queue_id": 1, "elastic_resource_pool_name": pool, "readiness": {"ready": ready}, **fields}
    return Outcome(True, shown, dict(before), dict(after))


@pytest.mark.parametrize(
    ("kind", "current", "outcome", "expected"),
    [
        (QUEUE, {}, Outcome(False, {"queue_id": 1}), "none"),
        (QUEUE, None, Outcome(False, None), "none"),
        (QUEUE, None, Outcome(True, {"queue_id": None}), "create"),
        (QUEUE, {}, Outcome(True, None), "delete"),
        (QUEUE, {}, Outcome(True, {"queue_id": None}), "recreate"),
        (QUEUE, {}, Outcome(True, {"queue_id": 1}), "update"),
        (POOL, {}, Outcome(True, {"resource_id": None}), "recreate"),
        (CONNECTION, {}, Outcome(True, {"id": "c"}), "update"),
    ],
)
def test_the_action_follows_from_what_was_there_and_what_will_be(kind, current, outcome, expected):
    assert steps.action(kind, current, outcome) == expected


def test_differences_are_the_options_with_another_value():
    before = {"name": "n", "cu_count": 16, "tags": {}, "hosts": [1]}
    after = {"tags": {"a": "b"}, "name": "N", "cu_count": 16, "hosts": [], "engine": "spark", "b": "", "c": [], "d": {}}
    assert steps.differences(Outcome(True, None, before, after)) == [
        {"option": "engine", "found": None, "wanted": "spark", "why": None},
        {"option": "hosts", "found": [1], "wanted": [], "why": None},
        {"option": "tags", "found": {}, "wanted": {"a": "b"}, "why": None},
    ]


@pytest.mark.parametrize(
    ("kind", "found", "settled"),
    [
        (QUEUE, None, True),
        (QUEUE, {"readiness": {"ready": True}}, True),
        (QUEUE, {"readiness": {"ready": False}}, False),
        (QUEUE, {"readiness": {"ready": None}}, False),
        *((POOL, {"status": status}, False) for status in pools.TRANSIENT),
        (POOL, {"status": "AVAILABLE"}, True),
        (CONNECTION, {"available_queue_info": [{"status": "CREATING"}], "elastic_resource_pools": []}, False),
        (CONNECTION, {"available_queue_info": [{"status": "ACTIVE"}], "elastic_resource_pools": []}, True),
    ],
)
def test_an_object_is_settled_if_a_run_has_nothing_to_wait_for(kind, found, settled):
    assert steps.is_settled(kind, found) is settled


@pytest.mark.parametrize(
    ("kind", "action", "outcome", "expected"),
    [
        *((kind, "delete", Outcome(True, None), OPTIONS) for kind in (POOL, QUEUE, CONNECTION)),
        *((CONNECTION, action, Outcome(True, {}), OPTIONS) for action in ("create", "update", "recreate")),
        (CONNECTION, "none", Outcome(False, {}), None),
        (POOL, "create", Outcome(True, {}), OPTIONS),
        *((POOL, action, Outcome(True, {}), None) for action in ("update", "recreate", "none")),
        # A queue that is not ready does not accept another CIDR block.
        (QUEUE, "create", queue(ready=False), {"name": "n", "cu_count": 32, "tags": {"a": "b"}}),
        (QUEUE, "create", queue(pool="p"), None),
        # No other option, so that a rejected request has changed nothing.
        (QUEUE, "update", queue(**SCALED), {"name": "n", "cu_count": 32}),
        (QUEUE, "update", queue(**BOTH), {"name": "n", "cu_count": 32}),
        (QUEUE, "update", queue(**SCALED, ready=False), None),
        (QUEUE, "update", queue(**SCALED, pool="p"), None),
        (QUEUE, "update", queue(**OTHERS), None),
        (QUEUE, "recreate", queue(**SCALED), None),
        (QUEUE, "none", queue(), None),
        (QUEUE, "none", Outcome(False, None), None),
    ],
)
def test_what_can_change_without_a_wait(kind, action, outcome, expected):
    assert steps.first(kind, OPTIONS, action, outcome) == expected
