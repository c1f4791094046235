# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security groups and their rules."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_clients import RawClient

from dli_simulator import Simulator

GROUPS, RULES = "/v3/{p}/vpc/security-groups", "/v3/{p}/vpc/security-group-rules"
RULES_V1 = "/v1/{p}/security-group-rules"
RULE = {
    "security_group_id": "g1",
    "direction": "ingress",
    "protocol": "tcp",
    "multiport": "3306",
    "remote_ip_prefix": "10.1.0.0/16",
    "action": "allow",
    "priority": 1,
}


@pytest.fixture(autouse=True)
def _seeded(sim_without_auth: Simulator) -> None:
    groups = [
        {"id": "g1", "name": "databases", "sources": ["192.168.0.10:3306"]},
        {"id": "g2", "name": "open", "rules": [{"id": "r1", "protocol": "udp"}, {"id": "r2", "direction": "egress"}]},
    ]
    sim_without_auth.load_seed({"security_groups": groups})


def create(raw: RawClient, **changes: Any) -> Any:
    return raw("POST", RULES, {"security_group_rule": {**RULE, **changes}})


def ids(raw: RawClient, **query: Any) -> list[str]:
    return [each["id"] for each in raw("GET", RULES, params=query).json()["security_group_rules"]]


def test_groups(raw: RawClient) -> None:
    listed = raw("GET", GROUPS).json()
    assert [each["name"] for each in listed["security_groups"]] == ["databases", "open"]
    assert "security_group_rules" not in listed["security_groups"][0]
    assert len(raw("GET", GROUPS, params={"name": "open"}).json()["security_groups"]) == 1
    shown = raw("GET", GROUPS + "/g2").json()["security_group"]
    assert [each["id"] for each in shown["security_group_rules"]] == ["r1", "r2"]
    missing = raw("GET", GROUPS + "/g9")
    assert (missing.status_code, missing.json()["error_code"]) == (404, "VPC.9904")


def test_lifecycle_of_a_rule(raw: RawClient) -> None:
    created = create(raw, description="from DLI", remote_ip_prefix="10.1.2.3")
    assert created.status_code == 201
    rule = created.json()["security_group_rule"]
    # A single port is a number, a single address a /32.
    assert (rule["multiport"], rule["remote_ip_prefix"], rule["ethertype"]) == (3306, "10.1.2.3/32", "IPv4")
    assert raw("GET", f"{RULES}/{rule['id']}").json()["security_group_rule"] == rule
    deleted = raw("DELETE", f"{RULES}/{rule['id']}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    for method in ("GET", "DELETE"):
        missing = raw(method, f"{RULES}/{rule['id']}")
        assert (missing.status_code, missing.json()["error_code"]) == (404, "VPC.9904")


def test_defaults(raw: RawClient) -> None:
    body = {"security_group_id": "g1", "direction": "ingress"}
    rule = raw("POST", RULES, {"security_group_rule": body}).json()["security_group_rule"]
    assert (rule["action"], rule["priority"], rule["protocol"], rule["multiport"]) == ("allow", 100, None, None)


def test_filters_and_pages(raw: RawClient) -> None:
    number = create(raw).json()["security_group_rule"]["id"]
    assert ids(raw) == [number, "r1", "r2"]
    assert ids(raw, security_group_id="g2") == ["r1", "r2"]
    assert ids(raw, security_group_id=["g1", "g2"], direction="egress") == ["r2"]
    assert ids(raw, protocol="tcp") == ids(raw, remote_ip_prefix="10.1.0.0/16") == [number]
    assert ids(raw, ethertype="ipv4", priority=1) == [number]
    first = raw("GET", RULES, params={"limit": 2}).json()
    assert first["page_info"] == {"previous_marker": number, "current_count": 2, "next_marker": "r1"}
    last = raw("GET", RULES, params={"limit": 2, "marker": "r1"}).json()
    assert last["page_info"] == {"previous_marker": "r2", "current_count": 1}


def test_a_dry_run_creates_nothing(raw: RawClient) -> None:
    answer = raw("POST", RULES, {"dry_run": True, "security_group_rule": RULE})
    assert (answer.status_code, answer.json()["error_code"]) == (202, "SYS.0202")
    assert ids(raw, security_group_id="g1") == []
    assert raw("POST", RULES, {"dry_run": True, "security_group_rule": {}}).status_code == 400


def test_duplicates_and_quota(sim_without_auth: Simulator, raw: RawClient) -> None:
    number = create(raw).json()["security_group_rule"]["id"]
    duplicate = create(raw, description="other", priority=2)
    assert (duplicate.status_code, duplicate.json()["error_code"]) == (409, "VPC.9902")
    assert duplicate.json()["error_msg"] == f"Security group rule already exists. Rule id is {number}."
    sim_without_auth.set_knobs(security_group_rule_quota=3)
    full = create(raw, multiport="5432")
    assert (full.status_code, full.json()["error_code"]) == (409, "VPC.9905")


@pytest.mark.parametrize(
    "changes",
    [
        {"direction": "in"},
        {"ethertype": "IPv5"},
        {"protocol": ""},
        {"protocol": "256"},
        {"multiport": "0"},
        {"multiport": "1-70000"},
        {"multiport": "a"},
        {"priority": 0},
        {"priority": 101},
        {"action": "drop"},
        {"description": "<b>"},
        {"remote_ip_prefix": "10.1.0.1/16"},
        {"remote_group_id": "g2"},
    ],
    ids=str,
)
def test_invalid_rules(raw: RawClient, changes: dict[str, Any]) -> None:
    answer = create(raw, **changes)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "VPC.9902")


def test_an_unknown_group(raw: RawClient) -> None:
    answer = create(raw, security_group_id="g9")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "VPC.9904")
    assert answer.json()["error_msg"] == "security_group_id g9 could not be found."


def test_batches(raw: RawClient) -> None:
    path = GROUPS + "/g1/security-group-rules/batch-create"
    rules = [{"direction": "ingress", "multiport": port} for port in ("80", "443", "80")]
    assert raw("POST", path, {"security_group_rules": rules}).status_code == 409
    assert ids(raw, security_group_id="g1") == []
    created = raw("POST", path, {"security_group_rules": rules, "ignore_duplicate": True})
    shown = created.json()["security_group_rules"]
    assert (created.status_code, [(each["multiport"], each["priority"]) for each in shown]) == (
        201,
        [(80, 1), (443, 1)],
    )


def test_version_1(raw: RawClient) -> None:
    body = {
        "security_group_id": "g1",
        "direction": "ingress",
        "protocol": "tcp",
        "port_range_min": 3306,
        "port_range_max": 3310,
    }
    created = raw("POST", RULES_V1, {"security_group_rule": body})
    rule = created.json()["security_group_rule"]
    assert (created.status_code, rule["port_range_min"], rule["port_range_max"]) == (201, 3306, 3310)
    assert not {"action", "priority", "multiport"} & set(rule)
    assert raw("GET", RULES_V1, params={"security_group_id": "g1"}).json()["security_group_rules"] == [rule]
    assert raw("GET", f"{RULES_V1}/{rule['id']}").json()["security_group_rule"] == rule
    assert raw("DELETE", f"{RULES_V1}/{rule['id']}").status_code == 204


def test_regions_without_version_3() -> None:
    with Simulator("vpc-v1", require_signature=False) as simulator:
        for path in (GROUPS, RULES):
            answer = RawClient(simulator)("GET", path)
            assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")
        assert RawClient(simulator)("GET", RULES_V1).ok


@pytest.mark.parametrize(
    ("rule", "reachable"),
    [
        (None, False),
        ({}, True),
        ({"multiport": "22,3300-3310"}, True),
        ({"remote_ip_prefix": "10.0.0.0/8"}, True),
        ({"multiport": "5432"}, False),
        ({"remote_ip_prefix": "10.2.0.0/16"}, False),
        ({"action": "deny"}, False),
        ({"direction": "egress"}, False),
    ],
    ids=str,
)
def test_security_groups_can_block_connectivity_tests(
    sim_without_auth: Simulator, raw: RawClient, rule: dict[str, str] | None, reachable: bool
) -> None:
    sim_without_auth.load_seed({"queues": [{"queue_name": "q1", "cidr_in_vpc": "10.1.0.0/16"}]})
    if rule is not None:
        assert create(raw, **rule).ok

    def result(address: str) -> str:
        path = "/v1.0/{p}/queues/q1/connection-test"
        number = raw("POST", path, {"address": address}).json()["task_id"]
        sim_without_auth.clock.advance(5)
        return str(raw("GET", f"{path}/{number}").json()["connectivity"])

    assert result("192.168.0.10:3306") == "REACHABLE"
    sim_without_auth.set_knobs(security_groups_block=True)
    assert result("192.168.0.10:3306") == ("REACHABLE" if reachable else "UNREACHABLE")
    assert result("192.168.0.11:3306") == "REACHABLE"


def test_each_address_of_a_group_has_a_port(raw: RawClient, sim_without_auth: Simulator) -> None:
    subnet = sim_without_auth.ready["networks"][0]["subnet_id"]
    sources = ["192.168.0.10:3306", "192.168.0.10:22", "192.168.0.11:22", "10.0.0.1:22", "db.example.com:22"]
    sim_without_auth.load_seed({"security_groups": [{"id": "g3", "sources": sources}]})

    def ports(**query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = raw("GET", "/v1/{p}/ports", params=query).json()["ports"]
        return found

    found = {port["fixed_ips"][0]["ip_address"]: port["security_groups"] for port in ports(network_id=subnet)}
    assert found == {"192.168.0.10": ["g1", "g3"], "192.168.0.11": ["g3"]}
    [one] = ports(fixed_ips="ip_address=192.168.0.11")
    assert one["network_id"] == subnet
    assert ports(fixed_ips="ip_address=192.168.0.1") == ports(network_id="another") == []
