# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A refused change reports every difference, and in check mode the diff of the changes that are possible."""

from __future__ import annotations

import pytest

QUEUE, POOL, CONNECTION = "dli_queue", "dli_elastic_resource_pool", "dli_enhanced_connection"
WHOLE_DAY = {"impact_start_time": "00:00", "impact_stop_time": "24:00"}
TOO_MANY_TAGS = {f"k{number}": "v" for number in range(20)}

# By case: the module, its options, ``error.reason``, the options that cannot change, and those that could.
CASES = {
    "queue": (
        QUEUE,
        {"name": "q1", "queue_type": "general", "labels": ["multi_az=2"], "cu_count": 80, "tags": {"team": "data"}},
        "immutable",
        {"queue_type", "labels"},
        {"cu_count", "tags"},
    ),
    "queue, rules": (
        QUEUE,
        {
            "name": "q1",
            "cu_count": 72,
            "scaling_policies": [{**WHOLE_DAY, "min_cu": 16, "max_cu": 32}],
            "tags": {"a": "b"},
        },
        "rule",
        {"cu_count", "scaling_policies"},
        {"tags"},
    ),
    "queue, tags and type": (
        QUEUE,
        {"name": "q1", "queue_type": "general", "tags": TOO_MANY_TAGS, "purge_tags": False},
        "immutable",
        {"queue_type", "tags"},
        set(),
    ),
    "queue, pool": (
        QUEUE,
        {"name": "in_pool", "elastic_resource_pool_name": "pool2", "queue_type": "general", "tags": {"a": "b"}},
        "immutable",
        {"elastic_resource_pool_name", "queue_type"},
        {"tags"},
    ),
    "queue, capacity": (
        QUEUE,
        {"name": "in_pool", "scaling_policies": [{**WHOLE_DAY, "min_cu": 5000, "max_cu": 6000}], "tags": {"a": "b"}},
        "rule",
        {"scaling_policies"},
        {"tags"},
    ),
    "pool": (
        POOL,
        {"name": "pool1", "cidr_in_vpc": "172.31.0.0/16", "max_cu": 512, "tags": {"a": "b"}},
        "immutable",
        {"cidr_in_vpc"},
        {"max_cu", "tags"},
    ),
    "pool, sizes": (
        POOL,
        {"name": "pool1", "min_cu": 16, "max_cu": 16, "description": "new", "tags": {"a": "b"}},
        "rule",
        {"max_cu", "min_cu"},
        {"description", "tags"},
    ),
    "pool, tags and block": (
        POOL,
        {"name": "pool1", "cidr_in_vpc": "172.31.0.0/16", "tags": TOO_MANY_TAGS, "purge_tags": False},
        "immutable",
        {"cidr_in_vpc", "tags"},
        set(),
    ),
    "connection": (
        CONNECTION,
        {"queues": ["q1", "q2"], "hosts": [{"name": "h", "ip": "10.0.0.1"}], "tags": {"a": "b"}, "elsewhere": True},
        "immutable",
        {"dest_network_id", "dest_vpc_id"},
        {"queues", "hosts", "tags"},
    ),
    "connection, bindings and routes": (
        CONNECTION,
        {
            "queues": ["shared"],
            "elastic_resource_pools": ["pool1"],
            "routes": [{"name": "r2", "cidr": "10.1.0.0/24"}],
            "purge_routes": False,
        },
        "rule",
        {"queues", "routes"},
        {"elastic_resource_pools"},
    ),
    "connection, names": (
        CONNECTION,
        {"dest_vpc_id": None, "dest_vpc_name": "nowhere", "hosts": [], "tags": TOO_MANY_TAGS, "purge_tags": False},
        "not_found",
        {"dest_vpc_name", "tags"},
        {"hosts"},
    ),
}


@pytest.fixture
def refused(cloud, run, place, other_place):
    """refused(module, options) runs a module with objects that exist: queues, pools and the connection test1."""
    cloud.load_seed({"queues": [{"queue_name": "q1", "cu_count": 64}, {"queue_name": "shared", "resource_mode": 0}]})
    old_tags = {"old1": "1", "old2": "2"}
    run(QUEUE, name="q1", tags=old_tags)
    run(POOL, name="pool1", tags=old_tags)
    run(
        CONNECTION,
        **{"name": "test1", **place, "queues": ["q1"], "hosts": [{"name": "old", "ip": "10.0.0.9"}], "tags": old_tags},
        routes=[{"name": "r1", "cidr": "10.1.0.0/24"}],
    )

    def refused(module, options, **how):
        options = dict(options)
        if module == CONNECTION:
            networks = other_place if options.pop("elsewhere", False) else place
            options = {"name": "test1", **networks, **options}
            if "dest_vpc_name" in options:
                options.pop("dest_network_id")
        return run(module, **{key: value for key, value in options.items() if value is not None}, **how)

    return refused


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
@pytest.mark.parametrize("case", [case for case in CASES if case != "queue, capacity"])
def test_a_refused_change_reports_every_difference(refused, case, check):
    assert_refused(refused, case, check=check)


def test_a_pool_that_is_too_small_is_only_a_warning_in_check_mode(refused):
    assert_refused(refused, "queue, capacity", check=False)
    module, options, *_rest = CASES["queue, capacity"]
    assert not refused(module, options, check=True).failed


def assert_refused(refused, case, *, check):
    module, options, reason, fixed, possible = CASES[case]
    result = refused(module, options, check=check)
    assert result.failed
    assert not result["changed"]
    assert not result.writes
    error = result["error"]
    assert (error["code"], error["reason"]) == (None, reason), result["msg"]
    found = {each["option"]: each for each in error["differences"]}
    assert len(found) == len(error["differences"])
    assert {option for option in found if found[option]["why"]} == fixed
    assert {option for option in found if not found[option]["why"]} == possible
    assert all(each["found"] != each["wanted"] for each in found.values())
    assert all(set(each) == {"option", "found", "wanted", "why"} for each in found.values())
    if not check:
        assert "diff" not in result
        return
    before, after = result["diff"]["before"], result["diff"]["after"]
    assert {key for key in after if before.get(key) != after[key]} == possible


def test_no_diff_without_diff_mode(refused):
    module, options, *_rest = CASES["queue"]
    assert "diff" not in refused(module, options, check=True, diff=False)


@pytest.mark.parametrize("case", ["queue", "pool", "connection"])
@pytest.mark.parametrize("status", [403, 500])
def test_a_failed_read_does_not_hide_a_refusal(refused, sim, case, status):
    module, options, reason, fixed, _possible = CASES[case]
    sim.inject(kind="status", method="GET", path="/tags$", status=status, times=99, error_code="X.1")
    result = refused(module, options)
    assert result["error"]["reason"] == reason
    assert fixed <= {each["option"] for each in result["error"]["differences"]}
    assert [text for text in result.warned if text.startswith("Not all options could be compared")]


def test_an_unavailable_aspect_is_no_refusal(otc, run):
    otc.load_seed({"queues": [{"queue_name": "q1", "cu_count": 64}]})
    result = run(QUEUE, name="q1", queue_type="general", tags={"a": "b"})
    assert [each["option"] for each in result["error"]["differences"]] == ["queue_type"]


def test_a_creation_reports_everything_that_cannot_be_bound(cloud, run, place):
    cloud.load_seed({"queues": [{"queue_name": "shared", "resource_mode": 0}]})
    result = run(CONNECTION, name="new", **place, queues=["shared", "missing"], elastic_resource_pools=["nowhere"])
    assert result["error"]["reason"] == "not_found"
    assert [(each["option"], each["found"]) for each in result["error"]["differences"]] == [
        ("queues", None),
        ("elastic_resource_pools", None),
    ]


@pytest.mark.parametrize(
    ("module", "options", "reason"),
    [
        (QUEUE, {"name": "missing", "state": "restarted"}, "not_found"),
        (QUEUE, {"name": "new"}, "rule"),
        (QUEUE, {"name": "new", "cu_count": 16, "elastic_resource_pool_name": "nowhere"}, "not_found"),
        (POOL, {"name": "pool1", "state": "absent"}, "rule"),
        (CONNECTION, {"name": "new", "queues": ["missing"], "place": True}, "not_found"),
        (CONNECTION, {"name": "new", "dest_vpc_name": "x", "dest_subnet_name": "y"}, "not_found"),
    ],
)
def test_each_refusal_has_a_reason(cloud, run, place, module, options, reason):
    options = {**options, **(place if options.get("place") else {})}
    options.pop("place", None)
    result = run(module, **options)
    assert (result["error"]["reason"], result["error"]["code"]) == (reason, None)
