# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of text become the hosts of a connection, or one error that names each line that is none."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.huaweicloud.dli.plugins.filter.hosts import FilterModule

hosts = FilterModule().filters()["hosts"]
RULE = "must be an IPv4 address followed by one or more names"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("192.168.0.1 a", ["a 192.168.0.1"]),
        (
            "192.168.0.1\ta.example.com  a\r\n192.168.0.2 b",
            ["a.example.com 192.168.0.1", "a 192.168.0.1", "b 192.168.0.2"],
        ),
        (["192.168.0.1 a", "192.168.0.1 a"], ["a 192.168.0.1"]),
        ("# nodes\n\n  192.168.0.1 a # first\n", ["a 192.168.0.1"]),
        ("127.0.0.1 localhost\n127.0.1.1 me\n::1 localhost ip6-localhost\n192.168.0.1 a", ["a 192.168.0.1"]),
        ("", []),
        ([], []),
    ],
)
def test_each_name_is_a_host(value, found):
    assert [f"{host['name']} {host['ip']}" for host in hosts(value)] == found


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("192.168.0.1", f"line 1 {RULE}, got '192.168.0.1'"),
        ("192.168.0.1 a\na 192.168.0.1", f"line 2 {RULE}, got 'a 192.168.0.1'"),
        ("fd00::1 a", f"line 1 {RULE}, got 'fd00::1 a'"),
        ("x\ny", f"line 1 {RULE}, got 'x'; line 2 {RULE}, got 'y'"),
        ("x\n" * 9, "; 4 more lines are no hosts"),
        (7, "the input must be text or a list of lines, got int"),
        ([{"name": "a"}], "the input must be text or a list of lines, got list"),
    ],
)
def test_a_line_without_a_host_is_an_error(value, message):
    with pytest.raises(AnsibleFilterError) as caught:
        hosts(value)
    assert str(caught.value).startswith("huaweicloud.dli.hosts: ")
    assert str(caught.value).endswith(message)
