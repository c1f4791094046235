# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answers of a survey become variables of the role, and what is wrong with them is found without requests."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.huaweicloud.dli.plugins.lookup.survey import LookupModule
from ansible_collections.huaweicloud.dli.plugins.plugin_utils._survey import answers

ROOT = Path(__file__).resolve().parents[5]
ROLE = ROOT / "roles/datasource_connection/meta/argument_specs.yml"
SPEC = yaml.safe_load(ROLE.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
UNANSWERED = dict.fromkeys(answers.ANSWERS, "")
NAME = {"connection_name": "c1"}
NAMED = {"datasource_connection_name": "c1"}
GROUP, PORTS = "datasource_connection_security_group: g", "datasource_connection_security_group_ports"
TIMEOUT = "datasource_connection_wait_timeout"
BOMB = "datasource_connection_tags: &a {x: y}\ndatasource_connection_routes: [*a, *a]"


def variables(**given):
    reading = answers.read({**UNANSWERED, **NAME, **given}, SPEC)
    assert reading.problems == []
    return reading.variables


def problems(**given):
    return answers.read({**UNANSWERED, **NAME, **given}, SPEC).problems


def test_without_an_answer_only_the_name_is_missing():
    assert answers.read(UNANSWERED, SPEC) == ({}, ["dli_connection_name is required"])
    assert answers.read(dict.fromkeys(answers.ANSWERS), SPEC).problems == ["dli_connection_name is required"]
    assert answers.read({}, SPEC).problems == ["dli_connection_name is required"]


def test_unanswered_questions_set_nothing():
    assert variables() == NAMED


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"connection_name": " c1 "}, {}),
        ({"state": "present"}, {"state": "present"}),
        ({"queue_names": "q1\r\nq2\r\n\r\n"}, {"queues": [{"name": "q1"}, {"name": "q2"}]}),
        ({"queue_names": " q1, q2 ,"}, {"queues": [{"name": "q1"}, {"name": "q2"}]}),
        ({"queue_names": ["q1", "", "q2"]}, {"queues": [{"name": "q1"}, {"name": "q2"}]}),
        (
            {"queue_names": "q1", "queue_cu_count": "16", "queue_type": "SQL"},
            {"queues": [{"name": "q1", "cu_count": 16, "queue_type": "sql"}]},
        ),
        ({"queue_names": "q1", "queue_cu_count": 16.0}, {"queues": [{"name": "q1", "cu_count": 16}]}),
        ({"queue_names": "q1", "queue_cu_count": 64}, {"queues": [{"name": "q1", "cu_count": 64}]}),
        ({"vpc_name": "v", "subnet_name": "s"}, {"dest_vpc_name": "v", "dest_subnet_name": "s"}),
        (
            {"host_entries": "a=10.0.0.1 # comment\n10.0.0.2 b b.example.com # comment\n# 10.0.0.3 c\nd = 10.0.0.4"},
            {
                "hosts": [
                    {"name": "a", "ip": "10.0.0.1"},
                    {"name": "b", "ip": "10.0.0.2"},
                    {"name": "b.example.com", "ip": "10.0.0.2"},
                    {"name": "d", "ip": "10.0.0.4"},
                ]
            },
        ),
        (
            {"queue_names": "q1", "test_addresses": "10.0.0.1:80\n[fd00::1]:443"},
            {"queues": [{"name": "q1"}], "test_addresses": ["10.0.0.1:80", "[fd00::1]:443"]},
        ),
        (
            {"connection_tags": "team=reporting\nempty=\nsum=a=b"},
            {"tags": {"team": "reporting", "empty": "", "sum": "a=b"}},
        ),
        (
            {"pool_name": "p1", "pool_min_cu": 64, "pool_max_cu": "128", "pool_cidr": "10.100.0.0/16"},
            {"elastic_resource_pool": {"name": "p1", "min_cu": 64, "max_cu": 128, "cidr_in_vpc": "10.100.0.0/16"}},
        ),
        (
            {
                "advanced": "datasource_connection_routes: [{name: r, cidr: 10.1.0.0/24}]\n"
                "datasource_connection_tags: ''"
            },
            {"routes": [{"name": "r", "cidr": "10.1.0.0/24"}]},
        ),
        ({"advanced": '{"datasource_connection_wait_timeout": 60}'}, {"wait_timeout": 60}),
        ({"advanced": {"datasource_connection_wait_timeout": 60}}, {"wait_timeout": 60}),
        ({"advanced": "datasource_connection_tags: {since: 2026-01-01}"}, {"tags": {"since": "2026-01-01"}}),
        (
            {"queue_names": "q1", "test_addresses": "10.0.0.1:80", "advanced": GROUP},
            {"queues": [{"name": "q1"}], "test_addresses": ["10.0.0.1:80"], "security_group": "g"},
        ),
        (
            {"queue_names": "q1", "advanced": f"{GROUP}\n{PORTS}: [80, 90-95]"},
            {"queues": [{"name": "q1"}], "security_group": "g", "security_group_ports": [80, "90-95"]},
        ),
        (
            {"test_addresses": "10.0.0.1:80", "advanced": "datasource_connection_queues: [{name: q1}]"},
            {"test_addresses": ["10.0.0.1:80"], "queues": [{"name": "q1"}]},
        ),
        (
            {"state": "absent", "confirm": "c1", "pool_name": "p1", "delete_pool": True},
            {"state": "absent", "elastic_resource_pool": {"name": "p1"}, "delete_elastic_resource_pool": True},
        ),
        ({"delete_pool": "no", "confirm": "anything"}, {}),
    ],
)
def test_answers_become_variables(given, wanted):
    assert variables(**given) == {**NAMED, **{f"datasource_connection_{name}": value for name, value in wanted.items()}}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"connection_name": "c 1"}, "dli_connection_name must be 1 to 64 letters, digits and underscores, got 'c 1'"),
        ({"connection_name": ["c1"]}, "dli_connection_name must be text, got ['c1']"),
        ({"state": "gone"}, "dli_state must be present or absent, got 'gone'"),
        ({"queue_name": "q1"}, "dli_queue_name is not a variable; did you mean dli_queue_names?"),
        ({"queue_names": "q1,Q1"}, "dli_queue_names contains 'Q1' twice"),
        ({"queue_names": "default"}, "dli_queue_names must not contain the built-in queue default"),
        ({"queue_names": True}, "dli_queue_names must be text with one entry per line, got True"),
        ({"queue_names": "q1", "queue_type": "flink"}, "dli_queue_type must be sql or general, got 'flink'"),
        ({"queue_names": "q1", "queue_cu_count": "many"}, "dli_queue_cu_count must be a whole number, got 'many'"),
        ({"queue_names": "q1", "queue_cu_count": 1.5}, "dli_queue_cu_count must be a whole number, got 1.5"),
        ({"queue_names": "q1,q2", "queue_cu_count": 17}, "dli_queue_cu_count must be a positive multiple of 16"),
        ({"queue_cu_count": 16}, "dli_queue_names is required with dli_queue_cu_count"),
        (
            {"test_addresses": "10.0.0.1:80"},
            "dli_queue_names is required with dli_test_addresses: each address is tested",
        ),
        (
            {"queue_names": "q1", "test_addresses": "10.0.0.1"},
            "dli_test_addresses must be host:port with an IPv4 address",
        ),
        (
            {"host_entries": "a b"},
            'dli_host_entries must be one "name=address" or "address name" per line, with an IPv4 address',
        ),
        ({"host_entries": "a=10.0.0.1\na=10.0.0.2"}, "dli_host_entries.name contains 'a' with several addresses"),
        ({"host_entries": "1a=10.0.0.1"}, "dli_host_entries[0].name must be 1 to 128 letters, digits"),
        ({"connection_tags": "team"}, "dli_connection_tags must be one \"key=value\" per line, got 'team'"),
        ({"connection_tags": "a=1\na=2"}, "dli_connection_tags contains the key 'a' twice"),
        ({"connection_tags": "a=<b>"}, "dli_connection_tags must have values of at most 255 letters, digits"),
        ({"pool_cidr": "10.0.0.0/16"}, "dli_pool_name is required with dli_pool_cidr"),
        (
            {"pool_name": "p", "pool_min_cu": 128, "pool_max_cu": 64},
            "dli_pool_min_cu must be at most dli_pool_max_cu (64)",
        ),
        ({"pool_name": "p", "pool_cidr": "10.0.0.1/16"}, "dli_pool_cidr must be"),
        ({"delete_pool": "yes"}, "dli_pool_name is required with dli_delete_pool"),
        (
            {"delete_pool": "yes", "pool_name": "p"},
            "dli_delete_pool must be no unless dli_state is absent, got 'yes'",
        ),
        ({"vpc_name": "a\nb"}, "dli_vpc_name must be text on one line, got 'a\\nb'"),
        ({"subnet_name": "a\x00"}, "dli_subnet_name must be text on one line, got 'a\\x00'"),
        (
            {"queue_names": "q1", "queue_cu_count": 10**12},
            "dli_queue_cu_count must be a whole number of at most 10 digits, got 1000000000000",
        ),
        ({"queue_names": "q1", "queue_cu_count": True}, "dli_queue_cu_count must be a whole number, got True"),
        ({"advanced": f"{TIMEOUT}: .inf"}, f"argument '{TIMEOUT}' is of type"),
        (
            {"advanced": f"{TIMEOUT}: 5\n{TIMEOUT}: 6"},
            f"must be YAML: found the key '{TIMEOUT}' twice in line 2, column 1",
        ),
        ({"advanced": "{a: b}: c"}, "dli_advanced must be YAML: found unhashable key in line 1, column 1"),
        ({"advanced": f"{TIMEOUT}: !!binary aGk="}, "could not determine a constructor for the tag"),
        (
            {"advanced": "a: b\n---\nc: d"},
            "dli_advanced must be YAML: expected a single document in the stream but found another document in line 2",
        ),
        ({"advanced": f"{PORTS}: [80]"}, f"datasource_connection_security_group is required with {PORTS}"),
        ({"queue_names": "q1", "advanced": GROUP}, f"{PORTS} or datasource_connection_test_addresses is required with"),
        (
            {"queue_names": "q1", "advanced": f"{GROUP}\n{PORTS}: [x]"},
            f"{PORTS}[0] must be a number or a range such as 8000-8010, from 1 to 65535, got 'x'",
        ),
        (
            {"advanced": "datasource_connection_test_addresses: [10.0.0.1:80]"},
            "datasource_connection_queues is required with datasource_connection_test_addresses",
        ),
        ({"state": "absent"}, "dli_confirm must be the name of the connection that is deleted, 'c1', got nothing"),
        (
            {"state": "absent", "confirm": "C1"},
            "dli_confirm must be the name of the connection that is deleted, 'c1', got 'C1'",
        ),
        ({"advanced": "datasource_connection_queues: q1"}, "Elements value for option 'datasource_connection_queues'"),
        (
            {"advanced": "datasource_connection_wait_interval: .nan"},
            "datasource_connection_wait_interval must be a number",
        ),
        ({"advanced": "a: b: c"}, "dli_advanced must be YAML: mapping values are not allowed here in line 1, column 5"),
        ({"advanced": "[" * 1000}, "dli_advanced must be YAML: "),
        ({"advanced": "- a"}, "dli_advanced must be a YAML dictionary of variables, got '- a'"),
        ({"advanced": BOMB}, "dli_advanced must not contain aliases such as *name"),
        (
            {"advanced": "datasource_connection_route: []"},
            "dli_advanced contains the unknown variable datasource_connection_route; did you mean "
            "datasource_connection_routes?",
        ),
        (
            {"advanced": "region: x"},
            "dli_advanced contains the unknown variable region; its variables are datasource_connection_",
        ),
        (
            {"advanced": "datasource_connection_state: absent"},
            "dli_advanced must not contain datasource_connection_state; use",
        ),
        (
            {"vpc_name": "v", "advanced": "datasource_connection_dest_vpc_name: w"},
            "datasource_connection_dest_vpc_name in dli_advanced and the answer to the question for it are "
            "mutually exclusive",
        ),
        (
            {"advanced": "datasource_connection_queues: [{name: q, nmae: q}]"},
            "unknown option datasource_connection_queues.nmae.",
        ),
        (
            {"advanced": "datasource_connection_wait_timeout: x"},
            "argument 'datasource_connection_wait_timeout' is of type",
        ),
        (
            {"advanced": "datasource_connection_routes: [{name: r, cidr: 10.1.0.1/24}]"},
            "datasource_connection_routes[0].cidr must be a CIDR block without host bits",
        ),
        (
            {"advanced": "datasource_connection_queues: [{name: q1, cu_count: 3}]"},
            "Queue 'q1': cu_count must be a positive multiple of 16",
        ),
        (
            {"vpc_name": "v", "advanced": "datasource_connection_dest_vpc_id: 22094d8f-c310-4621-913d-4c4d655d8495"},
            "datasource_connection_dest_vpc_id and dli_vpc_name are mutually exclusive",
        ),
    ],
)
def test_a_wrong_answer_is_one_problem(given, problem):
    [found] = problems(**given)
    assert problem in found


def test_all_problems_are_found_at_once():
    found = problems(
        connection_name="c 1",
        queue_names="q 1",
        queue_cu_count="x",
        host_entries="a",
        connection_tags="b",
        advanced="datasource_connection_wait_timeout: x",
    )
    assert [text.split()[0] for text in found] == [
        "dli_queue_cu_count",
        "dli_host_entries",
        "dli_connection_tags",
        "argument",
        "dli_queue_names",
        "dli_connection_name",
    ]


def test_a_missing_variable_hides_no_other_problem():
    found = problems(queue_names="q1", queue_cu_count=17, advanced=GROUP)
    assert [text.split()[0] for text in found] == [PORTS, "dli_queue_cu_count"]


def test_a_few_problems_of_a_long_list_are_shown():
    found = problems(queue_names="\n".join(f"q {number}" for number in range(300)), host_entries="\n".join("abcdefgh"))
    assert len(found) == 2 * 6
    assert "dli_queue_names has 295 more problems of this kind" in found
    assert "dli_host_entries has 3 more problems of this kind" in found


def lookup(**given):
    given = {f"dli_{name}": value for name, value in given.items()}
    loader = DataLoader()
    [found] = LookupModule(loader=loader, templar=Templar(loader, given)).run([], given)
    return found


def test_the_lookup_returns_every_variable_of_the_role():
    found = lookup(connection_name="c1", queue_names="q1", hosts="all", auth={})
    assert found["problems"] == []
    assert found["variables"] == {
        **{name: option.get("default", "") for name, option in SPEC.items()},
        **NAMED,
        "datasource_connection_queues": [{"name": "q1"}],
    }
    assert [each["name"] for each in found["declaration"]["connections"]] == ["c1"]


def test_the_lookup_declares_nothing_if_there_are_problems():
    assert lookup(connection_name="c 1")["declaration"] == {}


def test_the_playbook_hands_every_variable_to_the_role():
    [play] = yaml.safe_load((ROOT / "playbooks/connect.yml").read_text(encoding="utf-8"))
    [task] = [task for task in play["tasks"] if "ansible.builtin.include_role" in task]
    assert task["vars"] == {name: f"{{{{ __connect_survey.variables.{name} }}}}" for name in SPEC}
    assert all(task["tags"] == ["always"] for task in play["tasks"])
