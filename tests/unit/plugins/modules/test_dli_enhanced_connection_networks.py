# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VPC and subnet by name: one match, or an error with IDs; every page is read. Checks of wrong IDs."""

from __future__ import annotations

import pytest

VPCS, SUBNETS = "GET vpcs 200", "GET subnets 200"
LIST = "GET datasource/enhanced-connections 200"
PAGE = 2000


def identity(number, kind):
    return f"{number:08x}-0000-4000-8000-{kind:012x}"


def network(number, vpc_name, subnet_name, vpc=None):
    """A network for a seed, with IDs derived from its number; ``vpc`` is the number of its VPC."""
    return {
        "vpc_id": identity(number if vpc is None else vpc, 1),
        "vpc_name": vpc_name,
        "vpc_cidr": "192.168.0.0/16",
        "subnet_id": identity(number, 2),
        "subnet_name": subnet_name,
        "subnet_cidr": "192.168.5.0/24",
    }


@pytest.fixture
def networks(cloud):
    """networks([...]) replaces all networks of the simulator."""

    def networks(some):
        cloud.state.networks.clear()
        cloud.load_seed({"networks": some})

    return networks


@pytest.fixture
def by_name(run, cloud):
    """by_name("v", "s", ...) runs the module with names instead of IDs."""

    def by_name(vpc, subnet, **options):
        names = {"dest_vpc_name": vpc, "dest_subnet_name": subnet}
        return run("dli_enhanced_connection", **{"name": "test1", **names, **options})

    return by_name


def names_only(result):
    """The requests to the VPC service."""
    return [each for each in result.sent if each in (VPCS, SUBNETS)]


# --- one match, none, several


def test_a_single_match_is_used(networks, by_name, live):
    networks([network(1, "v", "other"), network(2, "v2", "s"), network(3, "v", "s", vpc=1)])
    result = by_name("v", "s")
    assert result["changed"]
    assert (live().dest_vpc_id, live().dest_network_id) == (identity(1, 1), identity(3, 2))
    subnets = next(r for r in result.requests if r.path.endswith("/subnets"))
    assert subnets.query["vpc_id"] == [identity(1, 1)]
    assert names_only(result) == [VPCS, SUBNETS]


def test_the_neutron_subnet_id_is_never_used(cloud, networks, by_name, live):
    networks([network(1, "v", "s")])
    by_name("v", "s")
    other = cloud.state.networks[0].neutron_subnet_id
    assert not any(other in str(request.body) for request in cloud.requests)
    assert live().dest_network_id != other


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("vpc", "subnet", "option", "words"),
    [
        ("nowhere", "s", "dest_vpc_name", ["an existing VPC, got 'nowhere'", "v (", identity(1, 1), "twice ("]),
        ("V", "s", "dest_vpc_name", ["an existing VPC, got 'V'"]),
        ("v", "nowhere", "dest_subnet_name", ["an existing subnet in VPC", "got 'nowhere'", "s (", identity(1, 2)]),
        # It exists in another VPC.
        ("v", "far", "dest_subnet_name", ["an existing subnet in VPC", "got 'far'"]),
        (
            "twice",
            "s",
            "dest_vpc_name",
            ["exactly one VPC, got 'twice' (2 have it: ", identity(2, 1), identity(3, 1), "Set dest_vpc_id"],
        ),
        (
            "v",
            "two",
            "dest_subnet_name",
            ["one subnet in VPC", identity(4, 2), identity(5, 2), "Set dest_network_id"],
        ),
    ],
)
def test_no_match_and_several_matches_are_errors_that_list_the_ids(
    networks, by_name, live, check, vpc, subnet, option, words
):
    networks(
        [
            network(1, "v", "s"),
            network(2, "twice", "far"),
            network(3, "twice", "s"),
            network(4, "v", "two", vpc=1),
            network(5, "v", "two", vpc=1),
        ]
    )
    result = by_name(vpc, subnet, check=check)
    assert result.failed
    assert result["msg"].startswith(f"{option} must be the name of ")
    for each in words:
        assert each in result["msg"]
    assert result.writes == []
    assert live() is None


def test_an_empty_list_is_reported_as_none(networks, by_name):
    networks([])
    assert "an existing VPC, got 'v'. Existing VPCs: none." in by_name("v", "s")["msg"]


def test_of_many_names_the_first_are_listed_and_the_rest_counted(networks, by_name):
    networks([network(n, f"vpc-{n:04}", "s") for n in range(300)])
    message = by_name("v", "s")["msg"]
    assert "vpc-0019 (" in message
    assert "vpc-0020 (" not in message
    assert message.endswith("and 280 more.")


# --- pages


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (1000, 1), (PAGE - 1, 1), (PAGE, 2), (PAGE + 1, 2)])
def test_the_last_vpc_is_found_on_any_page(networks, by_name, live, count, pages):
    networks([*(network(n, f"v{n}", "s") for n in range(1, count)), network(count, "last", "s")])
    result = by_name("last", "s")
    assert live().dest_vpc_id == identity(count, 1)
    assert names_only(result) == [VPCS] * pages + [SUBNETS]
    markers = [r.query.get("marker") for r in result.requests if r.path.endswith("/vpcs")]
    assert markers == [None, [identity(PAGE, 1)]][:pages]


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (1000, 1), (PAGE - 1, 1), (PAGE, 2), (PAGE + 1, 2)])
def test_the_last_subnet_is_found_on_any_page(networks, by_name, live, count, pages):
    networks([network(n, "v", "last" if n == count else f"s{n}", vpc=1) for n in range(1, count + 1)])
    result = by_name("v", "last")
    assert live().dest_network_id == identity(count, 2)
    assert names_only(result) == [VPCS] + [SUBNETS] * pages


def test_missing_vpcs_and_subnets_are_reported(cloud, networks, by_name, live):
    networks([])
    result = by_name("v", "s")
    assert "an existing VPC, got 'v'. Existing VPCs: none." in result["msg"]
    assert names_only(result) == [VPCS]
    result = by_name(None, "s", dest_vpc_id=identity(1, 1))
    assert f"an existing subnet in VPC {identity(1, 1)}, got 's'. Existing subnets: none." in result["msg"]
    assert names_only(result) == [SUBNETS]
    assert live() is None


def test_a_list_that_ignores_the_marker_ends(networks, by_name, monkeypatch):
    networks([network(n, f"v{n}", "s") for n in range(PAGE)])
    monkeypatch.setattr("dli_simulator.vpc.text", lambda _query, _name, default: default)
    result = by_name("nowhere", "s")
    assert "an existing VPC, got 'nowhere'" in result["msg"]
    assert names_only(result) == [VPCS, VPCS]


# --- an existing connection


def test_an_existing_connection_costs_one_request_for_each_name(cloud, run, names, live):
    cloud.load_seed({"connections": [{"name": "test1"}]})
    subnet = {"dest_subnet_name": names["dest_subnet_name"]}
    for given, more in ((subnet, [SUBNETS]), (names, [VPCS, SUBNETS])):
        result = run("dli_enhanced_connection", name="test1", **given)
        assert not result["changed"], result
        assert result.sent == [LIST, *more]
    assert live().dest_vpc_id == result["enhanced_connection"]["dest_vpc_id"]


def test_a_subnet_alone_is_looked_up_in_the_vpc_of_the_connection(networks, cloud, run):
    networks([network(1, "v", "s"), network(2, "v2", "s")])
    cloud.load_seed(
        {"connections": [{"name": "test1", "dest_vpc_id": identity(2, 1), "dest_network_id": identity(2, 2)}]}
    )
    assert not run("dli_enhanced_connection", name="test1", dest_subnet_name="s")["changed"]


@pytest.mark.parametrize("check", [True, False])
def test_a_subnet_alone_is_not_enough_for_a_new_connection(run, cloud, names, live, check):
    result = run("dli_enhanced_connection", name="test1", dest_subnet_name=names["dest_subnet_name"], check=check)
    assert "Connection test1 does not exist; dest_vpc_id or dest_vpc_name is required to create it" in result["msg"]
    assert live() is None


def test_a_name_and_an_id_can_be_combined(run, cloud, names, place, live):
    mixed = {"dest_vpc_id": place["dest_vpc_id"], "dest_subnet_name": names["dest_subnet_name"]}
    assert run("dli_enhanced_connection", name="test1", **mixed)["changed"]
    assert live().dest_network_id == place["dest_network_id"]
    mixed = {"dest_vpc_name": names["dest_vpc_name"], "dest_network_id": place["dest_network_id"]}
    assert not run("dli_enhanced_connection", name="test1", **mixed)["changed"]


@pytest.mark.parametrize("check", [True, False])
def test_a_network_given_by_name_is_immutable_too(networks, by_name, live, check):
    networks([network(1, "v", "s"), network(2, "v2", "s")])
    by_name("v", "s")
    before = live()
    result = by_name("v2", "s", check=check)
    for words in ("dest_vpc_id", identity(1, 1), identity(2, 1), "from dest_vpc_name=v2", "from dest_subnet_name=s"):
        assert words in result["msg"]
    assert result.writes == []
    assert live() is before


def test_recreating_at_another_network_by_name(networks, by_name, live):
    networks([network(1, "v", "s"), network(2, "v2", "s")])
    by_name("v", "s", routes=[{"name": "r1", "cidr": "10.1.0.0/24"}])
    assert by_name("v2", "s", force_recreate=True)["changed"]
    assert (live().dest_vpc_id, live().routes) == (identity(2, 1), [])
    assert not by_name("v2", "s", force_recreate=True)["changed"]


def test_a_deleted_network_does_not_prevent_a_deletion(networks, by_name, cloud, live):
    cloud.load_seed(
        {"connections": [{"name": "test1", "dest_vpc_id": identity(1, 1), "dest_network_id": identity(1, 2)}]}
    )
    networks([])
    result = by_name("v", "s", state="absent")
    assert result["changed"]
    assert names_only(result) == []
    assert live() is None


def test_an_error_of_the_vpc_service_is_reported(cloud, by_name, names, live):
    refusal = {"status": 403, "error_code": "VPC.0010", "error_msg": "Rules on vpc:vpcs:list"}
    cloud.inject(kind="status", method="GET", path="/vpcs$", shape="code_message", **refusal)
    result = by_name(*names.values())
    assert "look up VPC vpc-sources" in result["msg"]
    assert "vpc:vpcs:list" in result["msg"]
    assert result["error"]["http_status"] == 403
    assert "permission in IAM: vpc:vpcs:list (roles and policies)" in result["error"]["hint"]
    assert live() is None


def test_an_endpoint_that_is_not_the_vpc_service_is_reported(cloud, by_name, names, live):
    cloud.inject(kind="status", method="GET", path="/vpcs$", status=404, shape="html")
    hint = by_name(*names.values())["error"]["hint"]
    assert hint.startswith("Check region, cloud, vpc_endpoint and the proxy: the response does not come from VPC.")
    assert live() is None


# --- wrong IDs

WRONG_VPC = f"dest_vpc_id must be the VPC of subnet {identity(1, 2)} ({identity(1, 1)}), got '{identity(2, 1)}'."


@pytest.fixture
def predicted(run, networks):
    """predicted(vpc, subnet, ...) runs check mode for a new connection. VPC v has subnet s, VPC v2 has s2."""
    networks([network(1, "v", "s"), network(2, "v2", "s2")])

    def predicted(vpc, subnet, **options):
        ids = {"dest_vpc_id": vpc, "dest_network_id": subnet}
        return run("dli_enhanced_connection", **{"name": "test1", "check": True, **ids, **options})

    return predicted


@pytest.mark.parametrize("letter_case", [str.lower, str.upper])
def test_check_mode_checks_that_the_subnet_is_in_the_vpc(predicted, letter_case):
    result = predicted(letter_case(identity(1, 1)), letter_case(identity(1, 2)))
    assert result["changed"], result
    assert result.warned == []
    assert result.sent == [LIST, f"GET subnets/{identity(1, 2)} 200"]


def test_check_mode_fails_for_a_subnet_of_another_vpc(predicted):
    message = predicted(identity(2, 1), identity(1, 2))["msg"]
    assert message == WRONG_VPC


def test_check_mode_fails_for_a_missing_subnet_and_lists_the_existing_ones(predicted):
    message = predicted(identity(2, 1), identity(7, 2))["msg"]
    assert message.startswith(f"dest_network_id must be the network ID of an existing subnet, got '{identity(7, 2)}'. ")
    assert message.endswith(f"Subnets in VPC {identity(2, 1)}: s2 ({identity(2, 2)}).")
    assert predicted(identity(8, 1), identity(7, 2))["msg"].endswith(f"Subnets in VPC {identity(8, 1)}: none.")


def test_check_mode_recognizes_a_neutron_subnet_id(predicted, cloud):
    other = cloud.state.networks[0].neutron_subnet_id
    message = predicted(identity(1, 1), other)["msg"]
    assert f"got '{other}', the neutron_subnet_id of subnet s." in message
    assert f"Use the network ID of the subnet, {identity(1, 2)}." in message


def test_a_subnet_id_is_checked_against_a_vpc_given_by_name(predicted):
    message = predicted(None, identity(1, 2), dest_vpc_name="v2")["msg"]
    assert message == WRONG_VPC


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 403, "error_code": "VPC.0010", "error_msg": "no", "shape": "code_message"},
        {"kind": "status", "status": 404, "error_code": "APIGW.0101", "error_msg": "no", "shape": "gateway"},
        {"kind": "status", "status": 200, "shape": "dli"},
        {"kind": "drop_before"},
    ],
)
def test_ids_that_cannot_be_checked_are_a_warning(predicted, cloud, clock, fault):
    cloud.inject(method="GET", path="/subnets", times=None, **fault)
    result = predicted(identity(1, 1), identity(1, 2))
    assert result["changed"], result
    [warning] = result.warned
    assert warning.startswith(f"The module could not check that subnet {identity(1, 2)} is in VPC {identity(1, 1)}. ")
    assert clock.slept < 11


def test_a_real_run_leaves_ids_to_the_service(predicted, live):
    result = predicted(identity(2, 1), identity(1, 2), check=False)
    assert result["error"]["code"] == "DLI.0001"
    assert not [each for each in result.sent if "subnets" in each]
    assert live() is None
