# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""compare_results reports every difference except unavoidable ones, and fails if there is nothing to compare."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "tools/parity/compare_results.py"

FIRST_ID, SECOND_ID = "22094d8f-c310-4621-913d-4c4d655d8495", "78f2562a-36e4-4b39-95b9-f5aab22e1281"
THIRD_ID, FOURTH_ID = "0d6b1f2a7c3e4f58a9b0c1d2e3f40516", "5f0c7c2b9a8e4d61b3f2a1c0d9e8f7a6"


@pytest.fixture(scope="module")
def comparison():
    spec = importlib.util.spec_from_file_location("compare_results", SOURCE)
    module = importlib.util.module_from_spec(spec)
    # Dataclasses find the module of a class here.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def line(task="Create it", end="ok", **result):
    return {
        "playbook": "dli_queue",
        "task": task,
        "action": "huaweicloud.dli.dli_queue",
        "check_mode": False,
        "end": end,
        "result": result,
    }


def readiness(ready, source):
    return {"queue": {"readiness": {"ready": ready, "source": source}}}


def differences(comparison, action, module):
    return list(comparison.differences([line(**action)], [line(**module)]))


@pytest.mark.parametrize(
    ("action", "module"),
    [
        ({"queue": {"name": "etl"}}, {"queue": {"name": "etl"}}),
        ({"id": FIRST_ID}, {"id": SECOND_ID}),
        ({"request_id": THIRD_ID}, {"request_id": FOURTH_ID}),
        ({"msg": f"No queue (request id {THIRD_ID})."}, {"msg": f"No queue (request id {FOURTH_ID})."}),
        ({"ids": [FIRST_ID, SECOND_ID, FIRST_ID]}, {"ids": [SECOND_ID, FIRST_ID, SECOND_ID]}),
        ({"by_id": {FIRST_ID: 1}}, {"by_id": {SECOND_ID: 1}}),
        ({"msg": "no answer from 127.0.0.1:8080"}, {"msg": "no answer from 127.0.0.1:9090"}),
        ({"results_file": "/tmp/async/j20883.12817"}, {"results_file": "/tmp/async/j46273.1324"}),
        ({"queue": {"create_time": 1}}, {"queue": {"create_time": 2}}),
        ({"hosts": [{"update_time": 1}]}, {"hosts": [{"update_time": 2}]}),
        ({"queue": {"create_time_iso": "1"}}, {"queue": {"create_time_iso": "2"}}),
        ({"hosts": [{"update_time_iso": "1"}]}, {"hosts": [{"update_time_iso": "2"}]}),
        ({"attempts": 1}, {"attempts": 2}),
        ({"timedout": {"frame": "Interrupted at a"}}, {"timedout": {"frame": "Interrupted at b"}}),
        ({"answers": [{"task_id": 7}]}, {"answers": [{"task_id": 6}]}),
        ({"msg": "x-sdk-date:20261126T012233Z"}, {"msg": "x-sdk-date:20261126T012851Z"}),
        (readiness(None, "not_asked"), readiness(True, "age")),
        (readiness(True, "connectivity_test"), readiness(True, "age")),
        ({"_ansible_no_log": False, "changed": True}, {"changed": True, "_ansible_no_log": False}),
        ({"invocation": {"module_args": {}}}, {}),
        ({"results": [{"invocation": {}}]}, {"results": [{}]}),
    ],
)
def test_values_that_differ_between_any_two_runs_are_ignored(comparison, action, module):
    assert differences(comparison, action, module) == []


@pytest.mark.parametrize(
    ("action", "module"),
    [
        ({"changed": True}, {"changed": False}),
        ({"changed": True}, {"changed": 1}),
        ({"cu_count": 16}, {"cu_count": 16.0}),
        ({"cu_count": 16}, {"cu_count": "16"}),
        ({"changed": False}, {}),
        ({"queue": None}, {}),
        ({"queue": None}, {"queue": {}}),
        ({"warnings": ["a", "b"]}, {"warnings": ["b", "a"]}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"ids": [FIRST_ID, FIRST_ID]}, {"ids": [FIRST_ID, SECOND_ID]}),
        ({"create_time": 1}, {"create_time": None}),
        ({"create_time": 1}, {}),
        ({"update_time": None}, {"update_time": 1}),
        ({"create_time_iso": "1"}, {"create_time_iso": None}),
        ({"update_time_iso": None}, {"update_time_iso": "1"}),
        ({"attempts": 1}, {}),
        ({"task_id": 1}, {"task_id": None}),
        (readiness(True, "age"), readiness(True, "pool")),
        (readiness(True, "age"), {"queue": {}}),
        ({"msg": "port 8080"}, {"msg": "port 9090"}),
        ({"results": [{"changed": True}]}, {"results": [{"changed": False}]}),
    ],
)
def test_everything_else_is_a_difference(comparison, action, module):
    (report,) = differences(comparison, action, module)
    assert report.startswith("Result 1 differs: dli_queue: Create it: ok\n")
    assert "\n  --- action\n  +++ module\n" in report


@pytest.mark.parametrize(
    ("actions", "modules", "report"),
    [
        ("ab", "ac", "Result 2 is of different tasks:\n  action: dli_queue: b: ok\n  module: dli_queue: c: ok"),
        ("ab", "a", "Result 2 is of different tasks:\n  action: dli_queue: b: ok\n  module: nothing more"),
        ("", "a", "Result 1 is of different tasks:\n  action: nothing more\n  module: dli_queue: a: ok"),
    ],
)
def test_a_different_sequence_is_a_difference(comparison, actions, modules, report):
    assert list(comparison.differences([line(each) for each in actions], [line(each) for each in modules])) == [report]


def test_a_different_outcome_or_check_mode_is_a_different_sequence(comparison):
    assert len(list(comparison.differences([line(end="ok")], [line(end="failed")]))) == 1
    assert len(list(comparison.differences([line()], [{**line(), "check_mode": True}]))) == 1


def test_each_normalisation_has_a_reason(comparison):
    assert all(each.reason.endswith(".") for each in comparison.NORMALISED)


@pytest.fixture
def record(tmp_path):
    """record(mode, target, number of processes, *results) writes the records of one target in one mode."""

    def record(mode, target, processes, *lines):
        folder = tmp_path / mode
        folder.mkdir(exist_ok=True)
        (folder / f"{target}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
        (folder / f"{target}.processes").write_text("." * processes)

    return record


@pytest.fixture
def compare(comparison, tmp_path, capsys):
    """compare(*options) runs the program and returns its exit status and the reported problems."""

    def compare(*options):
        (tmp_path / "action").mkdir(exist_ok=True)
        (tmp_path / "module").mkdir(exist_ok=True)
        code = comparison.main([str(tmp_path / "action"), str(tmp_path / "module"), *options])
        return code, capsys.readouterr().err

    return compare


def test_equal_records_pass(record, compare):
    record("action", "dli_queue", 1, line(changed=True), line(changed=False))
    record("module", "dli_queue", 2, line(changed=True), line(changed=False))
    assert compare() == (0, "")


def test_different_records_fail(record, compare):
    record("action", "dli_queue", 0, *[line(changed=True)] * 9)
    record("module", "dli_queue", 9, *[line(changed=False)] * 9)
    code, report = compare()
    assert code == 1
    assert report.count("differs") == 5
    assert report.endswith("dli_queue: and 4 more\n")


def test_empty_folders_fail(compare):
    code, report = compare()
    assert code == 1
    assert report.startswith("There is nothing to compare")


def test_a_target_without_results_fails(record, compare):
    record("action", "dli_queue", 0)
    record("module", "dli_queue", 1)
    assert compare() == (1, "dli_queue: Nothing was recorded.\n")


def test_a_target_that_ran_in_one_mode_only_fails_unless_it_is_named(record, compare):
    for mode, processes in (("action", 0), ("module", 1)):
        record(mode, "dli_queue", processes, line())
    record("action", "tenant", 0, line())
    assert compare() == (1, "Recorded in one mode only: tenant\n")
    assert compare("--only-action", "tenant") == (0, "")


@pytest.mark.parametrize("processes", [0, 1])
def test_one_mode_compared_with_itself_fails(record, compare, processes):
    record("action", "dli_queue", processes, line())
    record("module", "dli_queue", processes, line())
    code, report = compare()
    assert code == 1
    assert "Both runs used the same mode" in report
