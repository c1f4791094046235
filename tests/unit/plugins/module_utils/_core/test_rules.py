# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of options: the error names the option, the rule and the value."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.rules import cidr_problems, strict_network


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("10.100.0.1/16", "IPv4 CIDR block"),
        ("10.100.0.0", "IPv4 CIDR block"),
        ("10.100.0.0/255.255.0.0", "IPv4 CIDR block"),
        ("fd00::/8", "IPv4 CIDR block"),
        ("anything", "IPv4 CIDR block"),
        ("11.0.0.0/8", "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"),
        ("0.0.0.0/0", "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"),
    ],
)
def test_the_error_names_option_rule_and_value(text, rule):
    (problem,) = cidr_problems("cidr_in_vpc", text)
    assert "cidr_in_vpc" in problem
    assert rule in problem
    assert f"'{text}'" in problem


@pytest.mark.parametrize("text", [None, "10.0.0.0/8", "172.31.0.0/16", "192.168.7.0/24"])
def test_a_private_range_has_no_error(text):
    assert cidr_problems("cidr_in_vpc", text) == []


@pytest.mark.parametrize(
    "text", ["10.1.0.0", "10.1.0.1/24", "10.1.0.0/", "/24", "10.1.0.0/24/24", "fd00::1/64", "fd00::", ""]
)
def test_a_cidr_block_needs_a_prefix_length_and_no_host_bits(text):
    assert strict_network(text) is None


@pytest.mark.parametrize("text", ["10.1.0.0/24", "10.1.0.1/32", "fd00::/64", "0.0.0.0/0"])
def test_a_cidr_block_is_a_network(text):
    assert str(strict_network(text)) == text
