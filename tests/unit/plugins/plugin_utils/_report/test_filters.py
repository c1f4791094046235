# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters that show plans: what they contain, and that no text of the service gets out of its place."""

from __future__ import annotations

import itertools
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.huaweicloud.dli.plugins.filter import (
    misspelt_variables,
    plan_to_html,
    plan_to_junit,
    plan_to_mermaid,
    plan_to_summary,
    plan_to_text,
    plan_to_topology,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "tools"))
import sample_plans
from sample_plans import HOSTILE, connection, hostile, pool, problem, project, queue, result

TIME = "2026-11-30T08:00:00Z"
FILTERS = {
    "html": lambda value: plan_to_html.plan_to_html(value, time=TIME),
    "junit": plan_to_junit.plan_to_junit,
    "mermaid": plan_to_mermaid.plan_to_mermaid,
    "text": plan_to_text.plan_to_text,
    "topology": plan_to_topology.plan_to_topology,
}
VOID = {"meta", "input", "br", "link"}


class Page(HTMLParser):
    """The elements of a page, and whether each is closed where it has to be."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.texts = []
        self.open = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def page(value, **options):
    return Page(plan_to_html.plan_to_html(value, time=TIME, **options))


def suites(value, *options):
    return ElementTree.fromstring(plan_to_junit.plan_to_junit(value, *options)).findall("testsuite")


@pytest.fixture
def small():
    """Two pools whose blocks overlap and a queue, bound to three connections in one VPC."""
    return result(
        [
            pool("etl", "10.100.0.0/16", ["load", "night"]),
            pool("bi", "10.100.128.0/17"),
            queue("load", pool_name="etl"),
            queue("streams", "172.16.0.0/19"),
            connection("crm", pools={"etl": "ACTIVE"}),
            connection("erp", pools={"bi": "CREATING"}),
            connection("logs", queues={"streams": "FAILED"}, broken=True),
        ]
    )


@pytest.mark.parametrize("name", FILTERS)
def test_a_project_without_objects_is_shown(name):
    empty = {"plan": result([])["plan"], "region": None, "msg": "no objects"}
    shown = FILTERS[name](empty)
    assert shown.endswith("\n")
    assert "None" not in shown


@pytest.mark.parametrize("name", FILTERS)
def test_a_host_without_a_plan_shows_its_message(name):
    shown = FILTERS[name]({"first": {"msg": "Could not list queues."}, "second": None, "third": result([])})
    assert "Could not list queues." in shown
    assert "The project was not read." in shown


@pytest.mark.parametrize("value", [None, "plan", [], 3, {"host": "text"}, {"plan": {"objects": []}}, {"plan": []}])
@pytest.mark.parametrize("name", FILTERS)
def test_another_input_is_an_error_of_the_filter(name, value):
    with pytest.raises(AnsibleFilterError, match=r"result.* of dli_plan_info"):
        FILTERS[name](value)


@pytest.mark.parametrize("name", FILTERS)
def test_a_hostile_text_leaves_no_control_characters(name):
    shown = FILTERS[name](hostile())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]", shown)
    shown.encode("utf-8")


@pytest.mark.parametrize("name", FILTERS)
def test_the_same_plan_looks_the_same_every_time(name):
    assert FILTERS[name](project(50)) == FILTERS[name](project(50))


# --- HTML -------------------------------------------------------------------------------------------------------------


def test_the_page_has_a_row_and_a_link_for_each_object(small):
    shown = page(small)
    rows = [each["id"] for each in shown.all("tr") if "id" in each]
    links = [each["href"].removeprefix("#") for each in shown.all("a") if each.get("class") == "node"]
    assert len(rows) == len(small["plan"]["objects"])
    assert sorted(links) == sorted(rows)


def test_the_page_names_region_time_networks_and_states(small):
    network = {"id": "vpc-1", "name": "warehouse", "cidr": "192.168.0.0/16", "vpc_id": None}
    shown = page({**small, "networks": {"vpcs": [network], "subnets": []}}, title="Tenant A").text
    for text in ("Tenant A", "eu-west-101", "2026-11-30 08:00:00 UTC", "VPC warehouse", "192.168.0.0/16", "FAILED"):
        assert text in shown
    assert "4 ok" not in shown  # the number is in an element of its own
    assert "in progress" in shown
    assert "broken" in shown


def test_the_page_marks_blocks_that_overlap(small):
    shown = page(small)
    assert "pool bi (10.100.128.0/17) and pool etl (10.100.0.0/16) have addresses in common in VPC vpc-1." in shown.text
    marked = [each for each in shown.all("rect") if "overlap" in each["class"]]
    assert len(marked) == 2


def test_blocks_of_subnets_and_routes_overlap_too():
    route = {"name": "office", "cidr": "10.100.7.0/24"}
    subnet = {"id": "subnet-1", "name": "lan", "cidr": "10.100.0.0/24", "vpc_id": "vpc-1"}
    bound = connection("crm", pools={"etl": "ACTIVE"}, routes=[route])
    value = result([pool("etl", "10.100.0.0/16"), bound], networks={"vpcs": [], "subnets": [subnet]})
    shown = plan_to_topology.plan_to_topology(value)
    assert "OVERLAP in VPC vpc-1: pool etl (10.100.0.0/16) and subnet lan (10.100.0.0/24)" in shown
    assert "OVERLAP in VPC vpc-1: pool etl (10.100.0.0/16) and route office of connection crm (10.100.7.0/24)" in shown


def test_blocks_in_different_vpcs_do_not_overlap():
    bound = [connection("a", pools={"etl": "ACTIVE"}), connection("b", pools={"bi": "ACTIVE"}, vpc="vpc-2")]
    value = result([pool("etl", "10.100.0.0/16"), pool("bi", "10.100.0.0/16"), *bound])
    assert "OVERLAP" not in plan_to_topology.plan_to_topology(value)


def test_no_element_of_the_page_comes_from_a_text():
    names = {tag for tag, _attributes in page(project(5, declared=True)).elements}
    shown = page({HOSTILE: hostile()}, title=HOSTILE)
    assert {tag for tag, _attributes in shown.elements} <= {*names, "div", "strong", "nav"}
    assert len(shown.all("script")) == len(shown.all("style")) == 1
    attributes = {name for _tag, each in shown.elements for name in each}
    assert not [name for name in attributes if name.startswith("on")]
    # Links lead to places in the page.
    assert all(each["href"].startswith("#") for each in shown.all("a"))
    assert not attributes & {"src", "style", "srcset", "action"}
    ids = [each["id"] for _tag, each in shown.elements if "id" in each]
    assert all(re.fullmatch(r"[a-z]+[\d-]*", each) for each in ids)
    assert len(ids) == len(set(ids))


def test_the_page_allows_only_its_own_script_and_style():
    [policy] = [each["content"] for each in page(hostile()).all("meta") if "http-equiv" in each]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_page_loads_nothing():
    text = plan_to_html.plan_to_html(project(5), time=TIME)
    assert not re.search(r"https?:|@import|url\(|<link|src=", text)


def test_two_hundred_connections_are_all_in_the_page():
    value = project(200)
    shown = page(value)
    assert len([each for each in shown.all("a") if each.get("class") == "node"]) == len(value["plan"]["objects"])


def test_declared_objects_that_are_missing_are_in_the_picture(small):
    small["plan"]["objects"][4] |= {"status": "missing", "action": "create", "current": None}
    for each in small["plan"]["objects"][5:]:
        each["status"] = "in_sync"
    shown = plan_to_topology.plan_to_topology(small)
    assert "connection crm [missing]" in shown
    assert "<- pool etl planned" in shown
    # With a declaration, everything else is undeclared.
    assert "pool etl [undeclared]" in shown


# --- layout -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([100.0, 300.0], [100.0, 300.0]),
        ([100.0, 110.0], [80.0, 130.0]),
        ([0.0, 0.0], [8.0, 58.0]),
        ([100.0, float("inf")], [100.0, 150.0]),
        ([], []),
    ],
)
def test_boxes_are_placed_near_what_they_are_linked_to(wanted, expected):
    from ansible_collections.huaweicloud.dli.plugins.plugin_utils._report.layout import spread

    assert spread(wanted, [50.0] * len(wanted)) == expected


@pytest.mark.parametrize("connections", [5, 50, 200])
def test_boxes_of_one_column_do_not_overlap(connections):
    from ansible_collections.huaweicloud.dli.plugins.plugin_utils._report import layout, readings, topology

    [reading] = readings.readings_or_error(project(connections))
    laid_out = layout.layout(topology.topology(reading))
    for column in (laid_out.computes, laid_out.vpcs, laid_out.connections, laid_out.queues):
        boxes = sorted((box for _thing, box in column), key=lambda box: box.y)
        assert all(one.y + one.height <= other.y for one, other in itertools.pairwise(boxes))
        assert boxes[-1].y + boxes[-1].height <= laid_out.height


def test_a_name_that_is_too_long_is_cut():
    from ansible_collections.huaweicloud.dli.plugins.plugin_utils._report.layout import fitted, text_width

    assert fitted("short", 200, 13) == "short"
    for name in ("a" * 128, "\u6570" * 128):
        cut = fitted(name, 200, 13)
        assert cut.endswith("\u2026")
        assert text_width(cut, 13) <= 200


# --- JUnit XML --------------------------------------------------------------------------------------------------------


def test_junit_counts_what_fail_on_names():
    drifted = queue("a", status="drifted", differences=[{"option": "cu_count", "found": 16, "wanted": 64, "why": None}])
    value = result([drifted, queue("b", status="in_sync"), queue("c"), queue("d", status="unreadable")])
    [suite] = suites(value)
    assert [suite.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["4", "1", "1", "0"]
    [failure] = suite.findall("testcase[@name='a']/failure")
    assert failure.get("type") == "drifted"
    assert "cu_count: 16 -> 64" in failure.text
    assert suite.find("testcase[@name='c']/system-out") is not None
    [suite] = suites(value, ["undeclared"])
    assert [suite.get(key) for key in ("tests", "failures", "errors")] == ["4", "1", "0"]


def test_junit_counts_problems_of_objects_and_of_several():
    found = [problem("Quota QUEUE is too small.", severity="error", id="quota"), problem("They overlap.", id="overlap")]
    object_with_error = queue("a", status="in_sync", problems=[problem("No.", severity="error")])
    [suite] = suites(result([object_with_error], problems=found), ["problems"])
    failed = [case.get("name") for case in suite.findall("testcase") if case.find("failure") is not None]
    assert failed == ["a", "quota"]
    [suite] = suites(result([object_with_error], problems=found), ["drifted"])
    assert suite.get("failures") == "0"


def test_junit_has_a_suite_for_each_host():
    found = suites({"first": result([queue("a")]), "second": {"msg": "No access."}})
    assert [suite.get("name") for suite in found] == ["first", "second"]
    assert found[1].find("testcase/error").get("message") == "No access."


def test_junit_contains_hostile_texts_as_texts():
    [suite] = suites({HOSTILE: hostile()}, ["drifted", "missing", "problems"])
    assert {each.tag for each in suite.iter()} <= {
        *("testsuite", "properties", "property", "testcase", "failure", "error", "system-out"),
    }
    assert "</script><script>" in suite.find("testcase").get("name")


# --- Mermaid ----------------------------------------------------------------------------------------------------------

LINE = re.compile(
    r"""flowchart\ LR
    |\ +classDef\ \w+\ stroke:\#\w+,stroke-width:2px(,stroke-dasharray:4\ 3)?
    |\ +subgraph\ \w+\ \[".*"\]
    |\ +end
    |\ +class\ \w+\ \w+
    |\ +\w+\[".*"\](:::\w+)?
    |\ +\w+\ (---|-\.-|x-\.-x)(\|".*"\|)?\ \w+""",
    re.VERBOSE,
)


@pytest.mark.parametrize("value", [hostile(), project(50, declared=True), {HOSTILE: hostile(), "b": {"msg": HOSTILE}}])
def test_mermaid_has_only_lines_of_known_forms(value):
    shown = plan_to_mermaid.plan_to_mermaid(value)
    for line in shown.splitlines():
        assert LINE.fullmatch(line), line
        for label in re.findall(r'"([^"]*)"', line):
            assert re.fullmatch(r"(?:[A-Za-z0-9 _.,/()-]|[^\x00-\x7f]|#\d+;)*", label), line
    assert shown.count("subgraph ") == len(re.findall(r"^ +end$", shown, re.MULTILINE))


def test_mermaid_shows_bindings_and_overlaps(small):
    shown = plan_to_mermaid.plan_to_mermaid(small)
    ids = {name: key for key, name in re.findall(r'(\w+)\["(?:connection|queue) (\w+)', shown)}
    assert f'{ids["streams"]} -.-|"FAILED"| {ids["logs"]}' in shown
    assert '-.-|"CREATING"|' in shown
    assert 'x-.-x|"CIDR blocks overlap"|' in shown


# --- text -------------------------------------------------------------------------------------------------------------


def test_the_text_of_several_hosts_starts_with_an_overview():
    value = {"a": result([queue("q", status="missing")]), "longer": {"msg": "No access."}}
    assert plan_to_text.plan_to_text(value).splitlines()[:3] == ["a       1 missing", "longer  Error: No access.", ""]


def test_the_text_of_a_project_that_could_not_be_read_is_the_error():
    assert plan_to_text.plan_to_text({"failed": True, "msg": "No access."}) == "Error: No access.\n"


def test_the_topology_as_text(small):
    assert plan_to_topology.plan_to_topology(small).splitlines() == [
        "Region eu-west-101",
        "  VPC vpc-1",
        "    subnet subnet-1",
        "      connection crm [ok]",
        "        <- pool etl ACTIVE",
        "      connection erp [in progress]",
        "        <- pool bi CREATING",
        "      connection logs [broken]",
        "        <- queue streams FAILED",
        "  pool bi [ok] 64\u2013256 CUs, 10.100.128.0/17",
        "  pool etl [ok] 64\u2013256 CUs, 10.100.0.0/16",
        "    queue load [ok] 64 CUs",
        "    queue night [ok]",
        "  queue streams [ok] 64 CUs, 172.16.0.0/19",
        "  OVERLAP in VPC vpc-1: pool bi (10.100.128.0/17) and pool etl (10.100.0.0/16)",
    ]


def test_a_hostile_text_starts_no_line():
    for name in ("text", "topology", "mermaid"):
        for line in FILTERS[name](hostile()).splitlines():
            assert not line.lstrip().startswith("click")
    assert sample_plans.HOSTILE.count("\n") > 1


# --- summaries and variables ------------------------------------------------------------------------------------------


def test_the_summary_has_the_counts_of_each_host():
    found = plan_to_summary.plan_to_summary({"a": result([queue("q", status="in_sync")]), "b": {"msg": "No access."}})
    assert found["a"]["in_sync"] is True
    assert found["a"]["counts"]["in_sync"] == 1
    assert found["b"] == {"region": None, "in_sync": None, "counts": None, "message": "No access."}


def test_only_names_that_are_nearly_known_are_misspelt():
    known = ["audit_queues", "audit_connections"]
    names = ["audit_queue", "audit_queues", "audit_conections", "audit_owner", "other"]
    assert misspelt_variables.misspelt_variables(names, known) == [
        "audit_conections is not a variable; did you mean audit_connections?",
        "audit_queue is not a variable; did you mean audit_queues?",
    ]
