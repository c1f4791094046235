# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Invalid options of pools: one error that names the option and the rule, and no request."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.both_modes

MAIN, INFO = "dli_elastic_resource_pool", "dli_elastic_resource_pool_info"
NAME = (
    "must be 1 to 128 letters, digits and underscores, starting with a letter or digit "
    "and including a letter or underscore"
)
STANDARD, BASIC, ANY = (
    f"must be a multiple of 16 from {sizes}" for sizes in ("64 to 32000", "16 to 64", "16 to 32000")
)
LABEL = "must be spec=basic, billing_spec_code=developer or empty"
CIDR = "must be an IPv4 CIDR block without host bits, such as 10.100.0.0/16"
RANGES = "must be within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"
KEY = "must have keys of 1 to 128 letters, digits, spaces"
VALUE = "must have values of at most 255 letters, digits, spaces"


def names_option(option, message):
    """Whether a problem in the message begins with the option. Without a colon, the option may be anywhere in it."""
    if option.endswith(":"):
        return re.search(rf"(^|; ){re.escape(option[:-1])}\b", message)
    return option in message


# (options, option as the message names it, rule)
BOTH = [
    *(({"name": name}, "name:", NAME) for name in ("_p", "123", "a-b", "p 1", "p1\n", "../p", "größe", "p" * 129)),
    ({"tags": {"": "1"}}, "tags:", KEY),
    ({"tags": {"_sys_x": "1"}}, "tags:", KEY),
    ({"tags": {" a": "1"}}, "tags:", KEY),
    ({"tags": {"a" * 129: "1"}}, "tags:", KEY),
    ({"tags": {"a": "x" * 256}}, "tags:", VALUE),
    ({"tags": {"a": "/"}}, "tags:", VALUE),
    ({"tags": {"a": None}}, "tags:", VALUE),
    ({"tags": {"a": ["1"]}}, "tags:", VALUE),
    ({"tags": {str(number): "" for number in range(21)}}, "tags:", "must have at most 20 entries, got 21"),
    ({"tags": "a"}, "tags", "dict"),
]
CASES = {
    MAIN: [
        *BOTH,
        ({"min_cu": 65}, "min_cu:", f"{ANY}, got 65"),
        ({"max_cu": 0}, "max_cu:", f"{ANY}, got 0"),
        ({"max_cu": -64}, "max_cu:", f"{ANY}, got -64"),
        ({"max_cu": 32016}, "max_cu:", f"{ANY}, got 32016"),
        ({"max_cu": 10**400}, "max_cu:", ANY),
        ({"max_cu": True}, "max_cu:", "must be a number"),
        ({"min_cu": 16, "label": {}}, "min_cu:", f"{STANDARD}, got 16"),
        ({"max_cu": 80, "label": {"spec": "basic"}}, "max_cu:", f"{BASIC}, got 80"),
        ({"min_cu": 128, "max_cu": 64}, "min_cu:", "must be at most max_cu (64), got 128"),
        ({"max_cu": "many"}, "'max_cu'", "int"),
        ({"max_cu": 64.5}, "'max_cu'", "int"),
        ({"charging_mode": 2}, "charging_mode", "must be one of: 1"),
        ({"charging_mode": True}, "charging_mode:", "must be a number"),
        ({"description": "x" * 257}, "description:", "must have at most 256 characters, got 257"),
        ({"label": {"spec": "large"}}, "label:", LABEL),
        ({"label": {"spec": "basic", "billing_spec_code": "developer"}}, "label:", LABEL),
        *(
            ({"cidr_in_vpc": text}, "cidr_in_vpc:", CIDR)
            for text in ("10.0.0.0/33", "10.0.0.1/8", "fd00::/64", "here", "10.0.0.0-10.1.0.0")
        ),
        ({"cidr_in_vpc": "100.64.0.0/16"}, "cidr_in_vpc:", RANGES),
        ({"cidr_in_vpc": "172.0.0.0/8"}, "cidr_in_vpc:", RANGES),
        ({"enterprise_project_id": "default"}, "enterprise_project_id:", "must be 0 or a UUID"),
        ({"ipv6_enable": "maybe"}, "ipv6_enable", "bool"),
        ({"state": "gone"}, "state", "must be one of: present, absent"),
        ({"wait_timeout": 0}, "wait_timeout:", "must be a number of seconds from 1"),
        ({"wait_interval": 0}, "wait_interval:", "must be a number of seconds from 0.01"),
    ],
    INFO: [
        *BOTH,
        ({"tags": {"a=b": "1"}}, "tags:", "must have keys without = when they filter a list"),
        ({"status": "DELETED"}, "status", "must be one of: AVAILABLE, CREATING, FAILED, SCALING"),
        ({"with_tags": "maybe"}, "with_tags", "bool"),
    ],
}


@pytest.mark.parametrize(
    ("module", "options", "option", "rule"), [(module, *case) for module in CASES for case in CASES[module]]
)
def test_invalid_options_are_reported_before_any_request(sim, run, module, options, option, rule):
    for check in (False, True):
        result = run(module, **{"name": "pool1", **options}, check=check)
        assert result.failed
        assert names_option(option, result["msg"])
        assert rule in result["msg"]
        assert result.requests == []


@pytest.mark.parametrize(
    "options",
    [
        {"min_cu": 16, "max_cu": 16, "label": {"spec": "basic"}},
        {"min_cu": 16, "max_cu": 32000, "label": {"billing_spec_code": "developer"}},
        {"min_cu": 64, "max_cu": 64, "label": {}},
        {"min_cu": 64, "max_cu": 32000, "cidr_in_vpc": "192.168.0.0/16", "description": "x" * 256},
        {"min_cu": "64", "max_cu": "64", "cidr_in_vpc": "10.0.0.0/8", "tags": {"größe": "1 _.:+-@"}},
    ],
)
def test_values_at_the_limits_are_accepted(sim, run, options):
    assert run(MAIN, name="Pool_1", **options)["changed"]
    assert list(sim.pools) == ["pool_1"]


def test_all_problems_are_reported_at_once(run):
    result = run(
        MAIN,
        name="_",
        min_cu=17,
        cidr_in_vpc="x",
        label={"a": "b"},
        description="x" * 257,
        enterprise_project_id="x",
        tags={"": ""},
        wait_timeout=0,
        connected=False,
    )
    for option in ("name", "min_cu", "cidr_in_vpc", "label", "description", "enterprise_project_id", "tags"):
        assert names_option(f"{option}:", result["msg"])
    assert "wait_timeout must be" in result["msg"]
    assert "credentials" in result["msg"]
