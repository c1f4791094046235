# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong in the vendor's procedure, and the message that a user sees: each row of causes.yml.

The guide to troubleshooting has the same table: ``python tests/tools/cause_documentation.py`` writes it.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import yaml

ROWS = yaml.safe_load(Path(__file__).with_name("causes.yml").read_text(encoding="utf-8"))
ADDRESS = "192.168.0.10:5432"
SCENARIOS = {}


def scenario(function):
    SCENARIOS[function.__name__] = function
    return function


class User:
    """A user of the collection, with a project of old queues and pools; q1 is bound to connection c1."""

    def __init__(self, cloud, run, place):
        self.cloud, self.run, self.place = cloud, run, place

    def connects(self, **options):
        """A connection to the network of the sources."""
        return self.run("dli_enhanced_connection", **{"name": "c2", **self.place, "wait_timeout": 900, **options})

    def plans(self, **options):
        return self.run("dli_plan_info", undeclared=False, fail_on=["problems"], **options)

    def tests(self, *addresses, **options):
        return self.run(
            "dli_connectivity_test", **{"queue": "q1", "addresses": list(addresses) or [ADDRESS], **options}
        )

    def queue(self, **options):
        return self.run("dli_queue", **{"name": "q1", **options})

    def pool(self, **options):
        return self.run("dli_elastic_resource_pool", **{"name": "pool1", **options})

    def is_refused(self, method, path, status, code, text):
        self.cloud.inject(kind="status", method=method, path=path, status=status, error_code=code, error_msg=text)


@pytest.fixture
def user(cloud, run, place):
    cloud.load_seed({"connections": [{"name": "c1", **place, "queues": ["q1"]}], "queues": [{"queue_name": "far"}]})
    cloud.queues["q1"].cidr_in_vpc = "10.9.0.0/16"
    return User(cloud, run, place)


@scenario
def default_queue(user):
    return user.connects(queues=["default"])


@scenario
def shared_queue(user):
    user.cloud.queues["q2"].resource_mode = 0
    return user.connects(queues=["q2"])


@scenario
def overlaps_subnet(user):
    user.cloud.queues["q2"].cidr_in_vpc = "192.168.0.0/18"
    return user.plans(connections=[{"name": "c2", **user.place, "queues": ["q2"]}])


@scenario
def overlaps_bound_queue(user):
    user.cloud.queues["q2"].cidr_in_vpc = "10.9.128.0/17"
    return user.plans(connections=[{"name": "c2", **user.place, "queues": ["q2"]}])


@scenario
def immutable_block(user):
    return user.pool(cidr_in_vpc="172.30.0.0/16")


@scenario
def public_block(user):
    return user.pool(name="new", min_cu=64, max_cu=64, cidr_in_vpc="8.8.0.0/16")


@scenario
def bad_name(user):
    return user.connects(name="no-dashes")


@scenario
def upper_case(user):
    return user.queue(name="Q1", cu_count=16)


@scenario
def too_many_tags(user):
    return user.queue(tags={f"key{number}": "value" for number in range(21)})


@scenario
def reserved_route(user):
    return user.connects(routes=[{"name": "r", "cidr": "100.64.1.0/24"}])


@scenario
def bad_host(user):
    return user.connects(hosts=[{"name": "1node", "ip": "10.0.0.1"}])


@scenario
def wrong_size(user):
    return user.queue(name="new", cu_count=17)


@scenario
def scaled_in_pool(user):
    return user.queue(name="in_pool", cu_count=64)


@scenario
def policy_hours(user):
    policy = {"impact_start_time": "08:00", "impact_stop_time": "20:00", "min_cu": 16, "max_cu": 16}
    return user.queue(name="in_pool", scaling_policies=[{"priority": 1, **policy}])


@scenario
def quota(user):
    user.cloud.load_seed({"quotas": {"QUEUE": 8}})
    return user.plans(queues=[{"name": name, "cu_count": 16} for name in ("a", "b")])


@scenario
def enterprise_project(user):
    user.cloud.queues["q2"].enterprise_project_id = "1f0c7c2b-9a8e-4d61-b3f2-a1c0d9e8f7a6"
    return user.queue(name="q2", elastic_resource_pool_name="pool1")


@scenario
def agency(user):
    user.cloud.load_seed({"dli_agency": {"current_roles": ["obs_adm"]}})
    return user.connects(queues=["far"])


@scenario
def wrong_subnet(user):
    other = user.cloud.ready["networks"][1]["subnet_id"]
    return user.plans(connections=[{"name": "c2", **user.place, "dest_network_id": other}])


@scenario
def missing_action(user):
    user.is_refused("POST", "/queues$", 403, "DLI.0003", "Permission denied")
    return user.queue(name="new", cu_count=16)


@scenario
def first_use(user):
    user.is_refused("GET", "/queues/q1$", 403, "APIGW.0802", "The user is not authorized in this region")
    return user.queue()


@scenario
def bound_too_early(user):
    user.cloud.load_seed({"connections": [{"name": "c2", "queues": [{"name": "far", "status": "CREATING"}]}]})
    return user.connects(queues=["far"])


@scenario
def route_conflict(user):
    user.cloud.set_knobs(fail_peers={"far": "Failed to create the route, because of a conflict"})
    block = user.cloud.queues["far"].cidr_in_vpc
    user.cloud.load_seed({"vpc_routes": [{"type": "vpn", "destination": block, "nexthop": "vpn-1"}]})
    return user.connects(queues=["far"])


@scenario
def security_group(user):
    rule = {"protocol": "tcp", "multiport": "22"}
    user.cloud.load_seed(
        {"security_groups": [{"id": "g1", "name": "databases", "sources": [ADDRESS], "rules": [rule]}]}
    )
    user.cloud.set_knobs(security_groups_block=True)
    return user.tests()


def admitted(user):
    """A security group that admits everything, so that it is not the cause."""
    user.cloud.load_seed({"security_groups": [{"id": "g1", "name": "databases", "rules": [{"protocol": "tcp"}]}]})
    user.cloud.set_knobs(reachable=[])


@scenario
def network_acl(user):
    admitted(user)
    subnet = user.place["dest_network_id"]
    user.cloud.load_seed({"firewalls": [{"name": "acl", "subnet_ids": [subnet], "ingress_rules": []}]})
    return user.tests()


@scenario
def no_port(user):
    return user.tests("192.168.0.10")


@scenario
def no_hosts(user):
    admitted(user)
    return user.tests("node-1.hbase.internal:16020")


@scenario
def active_is_not_reachable(user):
    admitted(user)
    return user.tests()


@scenario
def peering_removed(user):
    admitted(user)
    user.cloud.set_knobs(removed_peerings=["q1"])
    return user.tests()


@scenario
def one_sided_ipv6(user):
    admitted(user)
    return user.tests("[fd00::10]:5432")


@scenario
def running_jobs(user):
    user.cloud.load_seed({"jobs": [{"queue_name": "q2"}]})
    return user.queue(name="q2", state="absent")


@scenario
def unpublished(user):
    user.cloud.set_knobs(unpublished=["/tags"])
    return user.queue(tags={"a": "b"})


@scenario
def foreign_project(user):
    return user.queue(project_id="f" * 32)


@scenario
def sold_out(user):
    user.cloud.set_knobs(sold_out=True)
    return user.queue(name="new", cu_count=16)


@scenario
def second_scaling(user):
    user.cloud.load_seed({"queues": [{"queue_name": "big", "cu_count": 64}]})
    user.queue(name="big", cu_count=80, wait=False)
    return user.queue(name="big", cu_count=96, wait=False)


@scenario
def never_used(user):
    user.cloud.load_seed({"queues": [{"queue_name": "big", "cu_count": 64}]})
    user.cloud.set_knobs(unused_queues_refuse=True)
    return user.queue(name="big", cu_count=80, wait_timeout=60)


@scenario
def unknown_user(user):
    user.cloud.set_knobs(known_users=["ann"])
    return user.queue(authorized_users=[{"user_name": "bob", "privileges": ["RESTART"]}])


def seen(result):
    """Everything that a user reads of a result."""
    return " ".join([result.get("msg", ""), *result.warned])


def test_every_row_has_a_scenario():
    assert [row["scenario"] for row in ROWS] == list(SCENARIOS)
    assert len(ROWS) == 36


@pytest.mark.parametrize("row", ROWS, ids=[row["scenario"] for row in ROWS])
def test_a_user_reads_the_message_of_the_cause(user, row):
    result = SCENARIOS[row["scenario"]](user)
    if row["message"] is None:
        assert not result.failed
        assert result["changed"] is False
    else:
        assert row["message"] in seen(result)
    assert "Traceback" not in seen(result)


def test_the_guide_has_the_table():
    path = Path(__file__).resolve().parents[3] / "tools/cause_documentation.py"
    spec = importlib.util.spec_from_file_location("cause_documentation", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    page = tool.PAGE.read_text(encoding="utf-8")
    assert page == tool.updated(page), "run python tests/tools/cause_documentation.py"
