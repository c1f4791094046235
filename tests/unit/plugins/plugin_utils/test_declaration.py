# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the role and of the playbooks become the declaration that dli_plan_info takes."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.plugin_utils import _declaration as declaration
from ansible_collections.huaweicloud.dli.plugins.plugin_utils import _spelling as spelling

NAME = {"name": "c1"}
POOL = {"name": "p1", "max_cu": 64, "min_cu": 64}


def misspelt(*names, prefix="datasource_connection", known=declaration.ROLE):
    return spelling.misspelt(prefix, [f"{prefix}_{name}" for name in names], known)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("queus", "queues"), ("queue", "queues"), ("host", "hosts"), ("tag", "tags"), ("dest_vpcid", "dest_vpc_id")],
)
def test_a_misspelt_variable_is_named_with_the_right_one(wrong, right):
    prefix = "datasource_connection"
    assert misspelt(wrong) == [f"{prefix}_{wrong} is not a variable; did you mean {prefix}_{right}?"]


def test_every_misspelt_variable_of_the_playbook_is_named():
    found = misspelt("queus", "conections", prefix="tenant", known=declaration.LISTS)
    assert [text.split()[0] for text in found] == ["tenant_conections", "tenant_queus"]


def test_known_variables_and_those_of_the_user_are_no_mistake():
    assert misspelt(*declaration.ROLE, "result", "owner", "environment", "cost_center") == []


def of_role(**variables):
    return declaration.of_role({**NAME, **variables})


def test_what_is_not_set_is_not_declared():
    for unset in (None, ""):
        declared = of_role(queues=unset, hosts=unset, elastic_resource_pools=unset, test_addresses=unset)
        assert declared["queues"] == declared["elastic_resource_pools"] == declared["addresses"] == []
        [connection] = declared["connections"]
        assert {name for name, value in connection.items() if value is not None} == {
            "name",
            "purge_elastic_resource_pools",
        }
        assert not connection["purge_elastic_resource_pools"]


def test_bound_queues_are_exact_and_named_in_lower_case():
    [connection] = of_role(queues=[{"name": "Q1"}, {"name": "q2"}])["connections"]
    assert connection["queues"] == ["q1", "q2"]
    assert of_role(queues=[])["connections"][0]["queues"] == []


@pytest.mark.parametrize(
    ("own", "pool"),
    [({}, "p1"), ({"elastic_resource_pool_name": None}, "p1"), ({"elastic_resource_pool_name": ""}, "")],
)
def test_a_queue_is_in_the_pool_of_the_role_unless_it_names_another_one(own, pool):
    declared = of_role(queues=[{"name": "q1", **own}], elastic_resource_pool=POOL)
    assert declared["queues"][0]["elastic_resource_pool_name"] == pool
    assert declared["elastic_resource_pools"] == [POOL]
    assert declared["connections"][0]["elastic_resource_pools"] == ["p1"]


@pytest.mark.parametrize("names", [["a", "b"], "a,b"])
def test_other_pools_are_exact_and_the_one_of_the_role_is_added(names):
    [connection] = of_role(elastic_resource_pools=names, elastic_resource_pool=POOL)["connections"]
    assert connection["elastic_resource_pools"] == ["a", "b", "p1"]
    assert connection["purge_elastic_resource_pools"]
    assert of_role(elastic_resource_pools=[])["connections"][0]["elastic_resource_pools"] == []


def test_addresses_are_tested_from_each_queue_and_need_one():
    declared = of_role(queues=[{"name": "Q1"}], test_addresses=["10.0.0.1:80"])
    assert declared["addresses"] == [{"queue": "q1", "addresses": ["10.0.0.1:80"]}]
    with pytest.raises(ValueError, match="datasource_connection_queues is required"):
        of_role(test_addresses=["10.0.0.1:80"])


@pytest.mark.parametrize(("delete", "pools"), [(False, []), ("false", []), (True, ["p1"]), ("true", ["p1"])])
def test_a_deletion_names_the_objects_and_the_pool_only_if_asked(delete, pools):
    declared = of_role(
        state="absent", queues=[{"name": "Q1"}], elastic_resource_pool=POOL, delete_elastic_resource_pool=delete
    )
    assert declared["state"] == "absent"
    assert [pool["name"] for pool in declared["elastic_resource_pools"]] == pools
    assert (declared["queues"], declared["connections"]) == ([{"name": "q1"}], [NAME])


Q1 = {"queues": [{"name": "Q1"}]}
GROUP = {"security_group": "g", "security_group_ports": ["80"]}
MARK = "DLI connection c1 (role huaweicloud.dli.datasource_connection)"


@pytest.mark.parametrize(
    ("variables", "rule"),
    [
        ({**Q1, **GROUP}, {"ports": ["80"], "queues": ["q1"], "elastic_resource_pools": []}),
        ({**Q1, **GROUP, "security_group_ports": "80, 90-99"}, {"ports": ["80", "90-99"]}),
        ({**Q1, **GROUP, "security_group_ports": [80]}, {"ports": ["80"]}),
        ({**Q1, **GROUP, "security_group_ports": 80}, {"ports": ["80"]}),
        (
            {**Q1, "security_group": "g", "test_addresses": ["10.0.0.1:80", "[fd00::1]:80", "h:90"]},
            {"ports": ["80", "90"]},
        ),
        ({**Q1, **GROUP, "test_addresses": ["10.0.0.1:90"]}, {"ports": ["80"]}),
        ({**GROUP, "elastic_resource_pools": "a, b", "elastic_resource_pool": POOL},
         {"queues": [], "elastic_resource_pools": ["a", "b", "p1"]}),
        ({**Q1, **GROUP, "state": "absent"}, {}),
    ],
)  # fmt: skip
def test_a_security_group_gets_rules_that_name_the_connection(variables, rule):
    declared = of_role(**variables)["security_group_rule"]
    assert {name: declared[name] for name in rule} == rule
    assert (declared["security_group"], declared["description"]) == ("g", MARK)


def test_rules_are_removed_by_their_description_alone():
    declared = of_role(**Q1, **GROUP, state="absent")["security_group_rule"]
    assert declared == {"security_group": "g", "description": MARK}


def test_without_a_security_group_no_rule_is_declared():
    assert "security_group_rule" not in of_role(**Q1, security_group="", security_group_ports="")


PREFIX = "datasource_connection_"


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        (
            {**Q1, "security_group_ports": ["80"]},
            f"{PREFIX}security_group is required with {PREFIX}security_group_ports",
        ),
        (
            {**Q1, "security_group": "g"},
            f"{PREFIX}security_group_ports or {PREFIX}test_addresses is required with {PREFIX}security_group",
        ),
        (
            GROUP,
            f"{PREFIX}queues or {PREFIX}elastic_resource_pool or {PREFIX}elastic_resource_pools is required with "
            f"{PREFIX}security_group",
        ),
    ],
)
def test_an_incomplete_rule_is_refused(variables, missing):
    with pytest.raises(ValueError, match=f"^{missing}$"):
        of_role(**variables)


def test_the_lists_of_a_playbook_are_handed_on():
    assert declaration.of_lists("tenant", {"queues": [{"name": "q1"}], "connections": None, "state": ""}) == {
        "state": "present",
        "elastic_resource_pools": [],
        "queues": [{"name": "q1"}],
        "connections": [],
        "addresses": [],
    }


def test_texts_of_options_are_read_as_ansible_reads_them():
    declared = of_role(
        queues=["name=q1 cu_count=16"], elastic_resource_pool='{"name": "p1"}', elastic_resource_pools="p2, p3"
    )
    assert declared["queues"] == [{"name": "q1", "cu_count": "16", "elastic_resource_pool_name": "p1"}]
    assert declared["connections"][0]["elastic_resource_pools"] == ["p2", "p3", "p1"]


@pytest.mark.parametrize("unset", [None, ""])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_what_has_no_name_is_refused(unset, state):
    for variables in ({"name": unset}, {"queues": [{"name": unset}]}, {"elastic_resource_pool": {"name": unset}}):
        with pytest.raises(
            ValueError, match=f"datasource_connection_{next(iter(variables))} (is required|requires a name)"
        ):
            of_role(state=state, **variables)


@pytest.mark.parametrize(
    "variables", [{}, {"state": "absent"}, {"wait_timeout": 60}, {"queues": None, "connections": ""}]
)
def test_a_declaration_without_any_list_is_refused(variables):
    lists = "tenant_elastic_resource_pools, tenant_queues, tenant_connections"
    with pytest.raises(ValueError, match=f"one of {lists} is required"):
        declaration.of_lists("tenant", variables)
    assert declaration.of_lists("tenant", {**variables, "queues": []})["queues"] == []
