# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of hosts to send, on plain data."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._connection import hosts
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import InvalidInput

A, B = {"name": "a", "ip": "10.0.0.1"}, {"name": "b", "ip": "10.0.0.2"}
MOVED = {"name": "a", "ip": "10.0.0.9"}


@pytest.mark.parametrize(
    ("current", "requested", "purge", "to_set"),
    [
        ([A], None, True, None),
        ([A, B], [B, A, B], True, None),
        ([A, B], [B], True, [B]),
        ([A, B], [B], False, None),
        ([A], [B], False, [A, B]),
        ([A, B], [MOVED], False, [B, MOVED]),
        ([A], [], True, []),
        ([A], [], False, None),
    ],
)
def test_only_a_list_that_differs_is_sent(current, requested, purge, to_set):
    assert hosts.to_set({"hosts": requested, "purge_hosts": purge}, current) == to_set


def test_a_merged_list_that_is_too_long_is_an_error():
    current = [{"name": f"h{number}", "ip": "10.0.0.1"} for number in range(hosts.MAX_HOSTS)]
    with pytest.raises(InvalidInput, match="at most 20000 entries, got 20001 with the current hosts"):
        hosts.to_set({"hosts": [A], "purge_hosts": False}, current)


def test_duplicates_are_removed_in_the_given_order():
    assert hosts.distinct([B, A, dict(B)]) == [B, A]
