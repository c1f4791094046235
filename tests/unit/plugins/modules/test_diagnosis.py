# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a diagnosis says when it may not read something, what it costs, and where it is returned."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import client

ADDRESS = "192.168.0.10:5432"
# Every read of a diagnosis of an address: the path, the cause that it decides, and the permission that it needs.
READS = {
    "connections": ("/enhanced-connections$", "binding", "dli:edsconnection:list"),
    "queues": ("/queues$", "overlap", "dli:queue:list"),
    "pools": ("/elastic-resource-pools$", "overlap", "dli:elasticresourcepool:list"),
    "agency": ("/agency$", None, None),
    "subnets": ("/subnets$", "network", "vpc:subnets:get"),
    "VPCs": ("/vpcs$", None, None),
    "rules": ("/security-group-rules$", "security_group", "vpc:securityGroupRules:get"),
    "groups": ("/security-groups$", None, None),
    "ports": ("/ports$", "security_group", "vpc:ports:get"),
    "peering": ("/vpc/peerings/", "peering", "vpc:peerings:get"),
    "route tables": ("/routetables$", "route", "vpc:routeTables:get"),
    "route table": ("/routetables/", "route", "vpc:routeTables:get"),
    "ACLs": ("/firewalls$", "network_acl", "vpc:firewalls:list and vpc:firewalls:get"),
    "ACL": ("/firewalls/", "network_acl", "vpc:firewalls:list and vpc:firewalls:get"),
}
DENIED = {"kind": "status", "status": 403, "error_code": "VPC.2201", "error_msg": "Policy doesn't allow it"}
FAULTS = {
    "denied": DENIED,
    "missing": {"kind": "status", "status": 404, "error_code": "VPC.0003", "error_msg": "It could not be found"},
    "unpublished": {"kind": "status", "status": 404, "error_code": "APIGW.0101", "error_msg": "The API does not exist"},
    "page": {"kind": "status", "status": 502, "shape": "html"},
}


@pytest.fixture
def cloud(cloud):
    """q1 is bound to c1 and does not reach an address behind a security group and a network ACL."""
    cloud.load_seed(
        {
            "connections": [{"name": "c1", "queues": ["q1"], "elastic_resource_pools": ["pool1"]}],
            "security_groups": [
                {
                    "id": "g1",
                    "name": "databases",
                    "sources": [ADDRESS],
                    "rules": [{"protocol": "tcp", "multiport": "22"}],
                },
                {"id": "g2", "name": "open", "rules": [{"protocol": "tcp"}]},
            ],
            "firewalls": [
                {"name": "acl", "subnet_ids": [cloud.ready["networks"][0]["subnet_id"]], "ingress_rules": [{}]}
            ],
            "knobs": {"reachable": []},
        }
    )
    cloud.queues["q1"].cidr_in_vpc = "10.9.0.0/16"
    return cloud


@pytest.fixture
def probe(cloud, run):
    def probe(**options):
        result = run("dli_connectivity_test", **{"queue": "q1", "addresses": [ADDRESS], **options})
        result.causes = {each["cause"]: each for each in result.get("diagnosis", ())}
        return result

    return probe


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("read", READS)
def test_what_cannot_be_read_is_said_and_hides_nothing(cloud, probe, read, fault):
    path, cause, permission = READS[read]
    cloud.inject(method="GET", path=path, times=None, **FAULTS[fault])
    if read == "queues":
        cloud.set_knobs(unreachable=[ADDRESS])
    result = probe(max_retries=0)
    assert result["error"]["reason"] == "unreachable"
    assert result["connectivity"][0]["connectivity"] == "UNREACHABLE"
    assert len(result.causes) == 11
    if (read, fault) == ("peering", "missing"):
        assert result.causes["peering"]["verdict"] == "likely"
    elif cause:
        found = result.causes[cause]
        assert found["verdict"] == "unknown"
        assert "could not be read" in found["evidence"]
        granted = f"Grant the permission {permission} to let the module read it, or "
        assert (found["remedy"] or "").startswith(granted) == (fault == "denied" and permission is not None)
    # Nothing else is left open because of it, as far as it does not need what was not read.
    if read in ("agency", "ACLs", "route tables", "rules", "groups"):
        open_causes = {name for name, each in result.causes.items() if each["verdict"] == "unknown"}
        assert open_causes <= {cause}


KEYS = ["queues", "connections", "elastic_resource_pools", "current_roles", "subnets", "vpcs", "security_group_rules"]
KEYS += ["security_groups", "peering", "routetables", "routetable", "firewalls", "firewall"]


@pytest.mark.parametrize("body", [[], [[]], [{}], [{"id": []}], {}, {"id": {}}, "text", None, 7], ids=str)
def test_bodies_of_another_form_are_no_facts(probe, monkeypatch, body):
    call = client.Client._call

    def answer(self, method, path, *arguments, **options):
        if "connection-test" in path:
            return call(self, method, path, *arguments, **options)
        return dict.fromkeys(KEYS, body)

    monkeypatch.setattr(client.Client, "_call", answer)
    result = probe()
    assert result["error"]["reason"] == "unreachable"
    assert len(result["diagnosis"]) == 11


def test_a_diagnosis_ends_after_a_minute(cloud, probe, clock):
    cloud.inject(kind="drop_before", method="GET", path="^(?!.*connection-test)", times=None)
    result = probe(max_retries=50)
    assert result["error"]["reason"] == "unreachable"
    assert clock.slept < 70
    assert {each["verdict"] for each in result["diagnosis"]} <= {"unknown", "excluded"}


@pytest.fixture
def failing(cloud, connection):
    """failing(...) binds q2 to a connection, which fails, because their CIDR blocks overlap."""
    cloud.queues["q2"].cidr_in_vpc = "192.168.0.0/20"

    def failing(**options):
        return connection(queues=["q2"], **options)

    return failing


def test_a_failed_binding_comes_with_its_diagnosis(failing, cloud):
    result = failing()
    assert result["error"]["reason"] == "failed"
    assert [each["cause"] for each in result["diagnosis"]] == ["binding", "network", "overlap", "agency", "route"]
    overlap = result["diagnosis"][2]
    assert overlap["verdict"] == "confirmed"
    assert overlap["evidence"] == (
        "The CIDR blocks of queue q2 (192.168.0.0/20) and subnet subnet-sources (192.168.0.0/24) overlap."
    )
    assert f"Confirmed cause: (overlap) {overlap['evidence']} {overlap['remedy']}" in result["error"]["hint"]
    assert result["error"]["hint"].endswith("run the task, add it again. Excluded: network, agency, route.")
    # The next run finds the same, and check mode as well.
    assert failing()["diagnosis"] == failing(check=True)["diagnosis"] == result["diagnosis"]


def test_a_binding_that_stays_creating_is_diagnosed_when_the_time_is_over(cloud, connection):
    cloud.load_seed({"connections": [{"name": "test1", "queues": [{"name": "q2", "status": "CREATING"}], "age": 60}]})
    result = connection(queues=["q2"], wait_timeout=300)
    assert (result["error"]["reason"], result["diagnosis"][0]["verdict"]) == ("timeout", "likely")
    assert result["diagnosis"][0]["evidence"].startswith(
        "The binding of queue q2 to connection test1 has been CREATING"
    )
    assert connection(queues=["q2"], wait_timeout=600)["diagnosis"][0]["verdict"] == "confirmed"


def test_other_failures_are_not_diagnosed(cloud, connection):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    for result in (connection(queues=["nowhere"]), connection(queues=["young"], wait_timeout=10)):
        assert result.failed
        assert "diagnosis" not in result


def test_a_diagnosis_that_reads_nothing_leaves_the_error_as_it_is(failing, cloud):
    failing()
    lists = "/(agency|subnets|vpcs|queues|routetables|enhanced-connections)$"
    cloud.inject(method="GET", path=lists, times=None, **DENIED)
    result = failing(id=next(each.id for each in cloud.connections.values() if each.name == "test1"))
    assert result["error"]["reason"] == "failed"
    assert {each["verdict"] for each in result["diagnosis"][1:]} == {"unknown", "likely"}


def test_neither_a_plan_nor_a_warning_costs_a_diagnosis(failing, cloud, plan, place):
    failing()
    warned = failing(wait=False)
    assert not warned.failed
    assert "has FAILED bindings" in warned.warned[0]
    assert [line.split("/")[-1] for line in warned.sent] == ["enhanced-connections 200"]
    planned = plan(connections=[{"name": "test1", **place, "queues": ["q2"]}], undeclared=False)
    assert [r.path.rsplit("/", 1)[-1] for r in planned.requests] == ["enhanced-connections"]


def test_an_info_module_diagnoses_on_request(failing, cloud, run):
    failing()
    plain = run("dli_enhanced_connection_info")
    assert {each["diagnosis"] for each in plain["enhanced_connections"]} == {None}
    assert len(plain.requests) == 1
    asked = run("dli_enhanced_connection_info", with_diagnosis=True)
    found = {each["name"]: each["diagnosis"] for each in asked["enhanced_connections"]}
    assert found["c1"] == []
    assert [each["cause"] for each in found["test1"] if each["verdict"] == "confirmed"] == ["binding", "overlap"]
    only = run("dli_enhanced_connection_info", name="c1", with_diagnosis=True)
    assert len(only.requests) == 1
    cloud.inject(method="GET", path="/agency$", status=401, kind="status", error_code="APIGW.0301", error_msg="verify")
    assert run("dli_enhanced_connection_info", with_diagnosis=True)["error"]["http_status"] == 401


PREFLIGHT = {"subnets": "/subnets$", "agency": "/agency$", "queues": "/queues$"}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("read", PREFLIGHT)
def test_a_plan_says_what_it_may_not_read_beforehand(cloud, run, other_place, read, fault):
    cloud.load_seed({"connections": [{"name": "old", **other_place, "queues": ["q2"]}]})
    cloud.inject(method="GET", path=PREFLIGHT[read], times=None, **FAULTS[fault])
    new = {"name": "new", **other_place, "elastic_resource_pools": ["pool1"]}
    result = run("dli_plan_info", connections=[new], undeclared=False, max_retries=0, fail_on=["problems"])
    assert not result.failed, result["msg"]
    problems = {(each["id"], each["severity"]) for each in result["plan"]["problems"]}
    assert problems == {("agency" if read == "agency" else "network", "warning")}
    assert result["plan"]["objects"][0]["action"] == "create"


@pytest.mark.parametrize("path", ["/subnets$", "/agency$"])
def test_rejected_credentials_end_a_plan(cloud, run, other_place, path):
    cloud.inject(method="GET", path=path, status=401, kind="status", error_code="APIGW.0301", error_msg="verify aksk")
    new = {"name": "new", **other_place, "elastic_resource_pools": ["pool1"]}
    result = run("dli_plan_info", connections=[new], undeclared=False)
    assert (result.failed, result["error"]["http_status"]) == (True, 401)


def test_an_ipv6_address_of_a_pool_without_ipv6_is_a_warning(cloud, plan, place):
    new = {"name": "new", **place, "queues": ["in_pool"], "elastic_resource_pools": ["pool1"]}
    asked = [{"queue": "In_pool", "addresses": ["[fd00::1]:443", "10.0.0.1:443"]}]
    result = plan(elastic_resource_pools=[{"name": "pool1"}], connections=[new], addresses=asked, undeclared=False)
    [problem] = result.plan["problems"]
    assert (problem["id"], problem["severity"], problem["field"]) == ("ipv6", "warning", "addresses")
    assert problem["message"] == (
        "Queue in_pool tests IPv6 addresses, but its elastic resource pool pool1 has no IPv6."
    )


@pytest.fixture
def far_away(cloud):
    """The options of a connection to the second network."""
    network = cloud.ready["networks"][1]
    return {"dest_vpc_id": network["vpc_id"], "dest_network_id": network["subnet_id"]}


def test_a_diagnosis_says_that_it_did_not_examine_all_bindings(cloud, probe, far_away):
    cloud.load_seed({"connections": [{"name": f"far{number}", **far_away, "queues": ["q2"]} for number in range(12)]})
    cloud.load_seed({"connections": [{"name": "near", "queues": ["q2"]}]})
    network = probe(queue="q2").causes["network"]
    assert (network["verdict"], network["evidence"].endswith("3 more bindings were not examined.")) == ("unknown", True)


def test_the_network_acl_of_an_address_is_that_of_its_subnet(cloud, probe):
    there = cloud.ready["networks"][0]
    other = {"subnet_id": "9c1d7e42-0a5b-4c86-b3f1-2e7a6d5c4b99", "subnet_name": "s2", "subnet_cidr": "192.168.7.0/24"}
    cloud.load_seed({"networks": [{**{key: there[key] for key in ("vpc_id", "vpc_name", "vpc_cidr")}, **other}]})
    acl = probe(addresses=["192.168.7.9:5432"]).causes["network_acl"]
    assert acl["evidence"] == f"Subnet {other['subnet_id']} has no network ACL."


def test_a_queue_does_not_overlap_with_the_pool_that_was_made_for_it(cloud, probe):
    cloud.load_seed({"pools": [{"elastic_resource_pool_name": "q2", "cidr_in_vpc": "10.20.0.0/16"}]})
    cloud.queues["q2"].cidr_in_vpc = "10.20.0.0/16"
    cloud.load_seed({"connections": [{"name": "c2", "elastic_resource_pools": ["q2"]}]})
    causes = probe(queue="q2").causes
    assert causes["binding"]["evidence"] == "The binding of queue q2 to connection c2 is ACTIVE."
    assert causes["overlap"]["verdict"] == "excluded"


def test_a_queue_that_a_connection_names_does_not_overlap_with_its_pool(cloud, probe):
    cloud.queues["in_pool"].cidr_in_vpc = cloud.pools["pool1"].cidr_in_vpc
    cloud.load_seed({"connections": [{"name": "c2", "queues": ["in_pool"]}]})
    assert probe(queue="in_pool").causes["overlap"]["verdict"] == "excluded"


def test_a_queue_whose_pool_may_not_be_read_is_not_called_unbound(cloud, probe):
    cloud.inject(method="GET", path="/queues$", times=None, **DENIED)
    binding = probe(queue="in_pool").causes["binding"]
    assert binding["verdict"] == "unknown"
    assert binding["remedy"].startswith("Grant the permission dli:queue:list to let the module read it, or check")


@pytest.mark.parametrize("owner", ["neutron:VIP_PORT", "neutron:LOADBALANCERV2"])
def test_the_security_group_of_a_virtual_address_does_not_count(cloud, probe, monkeypatch, owner):
    call = client.Client._call

    def answer(self, method, path, *arguments, **options):
        found = call(self, method, path, *arguments, **options)
        for port in found.get("ports", ()):
            port["device_owner"] = owner
        return found

    monkeypatch.setattr(client.Client, "_call", answer)
    assert probe().causes["security_group"]["verdict"] == "unknown"
