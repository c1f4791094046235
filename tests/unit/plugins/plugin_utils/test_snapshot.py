# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages in a snapshot: what identifies a page, and for how long it replaces a request."""

from __future__ import annotations

import json

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as _clock
from ansible_collections.huaweicloud.dli.plugins.module_utils._edge.spec import ListCache
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.client import Access, Endpoints
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.transport import Response
from ansible_collections.huaweicloud.dli.plugins.plugin_utils._snapshot import (
    LONGEST_LIFE,
    CacheMiss,
    Snapshot,
    SnapshotClient,
)

PATH, QUERY = "/v1/p/tags", {"limit": "10", "offset": "0"}


class RecordingTransport:
    """Returns the URL of each request as the response, and records it."""

    def __init__(self):
        self.urls = []

    def exchange(self, _method, url, **_options):
        self.urls.append(url)
        return Response(200, {}, json.dumps({"url": url}))


@pytest.fixture
def transport():
    return RecordingTransport()


@pytest.fixture
def client(transport):
    access = Access(transport, Endpoints("https://dli", "https://iam", "https://vpc"), None, "p")
    return SnapshotClient(access, Snapshot(), ListCache(lambda *_arguments: None))


def test_pages_of_two_services_with_one_path_are_not_confused(client, transport):
    for _repetition in range(2):
        assert client.get(PATH, "read", QUERY) == {"url": f"https://dli{PATH}"}
        assert client.vpc_get(PATH, "read", QUERY) == {"url": f"https://vpc{PATH}"}
    assert len(transport.urls) == 2


def test_pages_with_different_queries_are_not_confused(client, transport):
    for offset in ("0", "10", "0", "10"):
        client.get(PATH, "read", {**QUERY, "offset": offset})
    assert len(transport.urls) == 2


def test_an_outdated_page_is_read_again(client, transport):
    client.get(PATH, "read", QUERY)
    _clock.sleep(LONGEST_LIFE)
    client.get(PATH, "read", QUERY)
    assert len(transport.urls) == 2


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_is_written(client, transport, method):
    with pytest.raises(CacheMiss):
        getattr(client, method)(PATH, "write", {})
    assert transport.urls == []


def test_pages_that_are_outdated_when_they_arrive_are_requested_twice_at_most(transport):
    def exchange_slowly(*_arguments, **_options):
        transport.urls.append("slow")
        _clock.sleep(LONGEST_LIFE)
        return Response(200, {}, "{}")

    transport.exchange = exchange_slowly
    access = Access(transport, Endpoints("https://dli", "https://iam", "https://vpc"), None, "p")
    lists = ListCache(lambda client, _path, _query: client.get(PATH, "list", QUERY))
    with pytest.raises(CacheMiss):
        SnapshotClient(access, Snapshot(), lists).get("/v1/p/queues/q1", "look up queue q1")
    assert len(transport.urls) == 2
