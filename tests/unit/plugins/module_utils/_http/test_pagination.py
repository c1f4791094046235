# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lists of one queue or one pool are read to the last page."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import pools, queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._queue import properties as queue_properties
from ansible_collections.huaweicloud.dli.plugins.module_utils._queue import users as queue_users

PAGE = 100
# A total shows that a full second page is the last one. The list of properties has no total.
WITH_TOTAL = [(1, 1), (PAGE - 1, 1), (PAGE, 2), (PAGE + 1, 2), (2 * PAGE, 2), (1000, 10)]
WITHOUT_TOTAL = [(1, 1), (PAGE - 1, 1), (PAGE, 2), (PAGE + 1, 2), (2 * PAGE, 3), (1000, 11)]


@pytest.fixture
def queue(existing_queue):
    """queue(properties=...) seeds q1 and returns it as the collection represents it."""

    def queue(**fields):
        there = existing_queue("q1", **fields)
        return queues.from_api({"queue_name": "q1", "queue_id": there.queue_id, "elastic_resource_pool_name": ""})

    return queue


@pytest.mark.parametrize(("count", "pages"), WITH_TOTAL)
def test_every_user_of_a_queue_is_read(sim, api, queue, count, pages):
    names = [f"u{number:04}" for number in range(count - 1)]
    q1 = queue(privileges={name: ["RESTART"] for name in names})
    # The owner is the first user in the list.
    found = queue_users.ASPECT.read(api, q1)
    assert sorted(user["user_name"] for user in found) == sorted([sim.queues["q1"].owner, *names])
    assert len(sim.requests) == pages


@pytest.mark.parametrize(("count", "pages"), WITHOUT_TOTAL)
def test_every_property_of_a_queue_is_read(sim, api, queue, count, pages):
    keys = [f"k{number:04}" for number in range(count - 1)]
    # One property is read-only.
    assert set(queue_properties.read(api, queue(properties=dict.fromkeys(keys, "1")))) == {*keys, "multipleSc.support"}
    assert len(sim.requests) == pages


@pytest.mark.parametrize(("count", "pages"), [(0, 1), *WITH_TOTAL])
def test_every_queue_of_a_pool_is_read(sim, api, count, pages):
    names = [f"q{number:04}" for number in range(count)]
    members = [{"queue_name": name, "elastic_resource_pool_name": "pool1"} for name in names]
    sim.sow({"pools": [{"elastic_resource_pool_name": "pool1"}], "queues": members})
    assert [queue["name"] for queue in pools.list_queues(api, "pool1")] == names
    assert len(sim.requests) == pages


@pytest.mark.parametrize("empty", [[], None])
@pytest.mark.parametrize(
    ("key", "read"), [("privileges", queue_users.ASPECT.read), ("properties", queue_properties.read)]
)
def test_an_empty_or_null_list_is_accepted(api, queue, monkeypatch, key, read, empty):
    q1 = queue()
    monkeypatch.setattr(api, "get", lambda *_arguments: {"is_success": True, key: empty})
    assert not read(api, q1)
