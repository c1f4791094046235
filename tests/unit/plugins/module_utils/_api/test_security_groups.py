# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""security_groups: rules of both versions of the API in one form."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import security_groups
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import UnexpectedResponse

ELEMENT = {"id": "r1", "security_group_id": "g1", "direction": "ingress"}


@pytest.mark.parametrize(
    ("fields", "read"),
    [
        ({"multiport": 3306}, {"ports": "3306"}),
        ({"multiport": "80, 22,443-445"}, {"ports": "22,80,443-445"}),
        ({"multiport": None}, {"ports": None}),
        # Of other protocols.
        ({"multiport": "Any"}, {"ports": "Any"}),
        ({"multiport": "1-65535"}, {"ports": None}),
        ({"port_range_min": 22, "port_range_max": 22}, {"ports": "22"}),
        ({"port_range_min": 22, "port_range_max": "30"}, {"ports": "22-30"}),
        ({"port_range_min": None, "port_range_max": None}, {"ports": None}),
        ({"remote_ip_prefix": "10.0.0.7"}, {"remote_ip_prefix": "10.0.0.7/32"}),
        ({"remote_ip_prefix": "FD00::/64"}, {"remote_ip_prefix": "fd00::/64"}),
        ({"remote_ip_prefix": ""}, {"remote_ip_prefix": None}),
        ({"ethertype": "ipv6", "protocol": "TCP"}, {"ethertype": "IPv6", "protocol": "tcp"}),
        ({"protocol": 6, "priority": "5"}, {"protocol": "6", "priority": 5}),
        ({"enabled": "false"}, {"enabled": False}),
        ({}, {"action": "allow", "ethertype": "IPv4", "description": "", "enabled": None, "priority": None}),
    ],
)
def test_a_rule_is_read_whatever_form_its_fields_have(fields, read):
    rule = security_groups.rule_from_api({**ELEMENT, **fields})
    assert {key: rule[key] for key in read} == read


@pytest.mark.parametrize("fields", [{"id": None}, {"direction": 7.5}, {"multiport": ["22"]}, {"priority": "high"}])
def test_a_rule_of_another_shape_is_an_unexpected_response(fields):
    with pytest.raises(UnexpectedResponse):
        security_groups.rule_from_api({**ELEMENT, **fields})
