# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arithmetic of the benchmarks with made-up times, and the documents that contain their results."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

from dli_benchmarks import names
from dli_benchmarks.documents import DOCUMENTS, insert_results
from dli_benchmarks.latency_proxy import LatencyProxy
from dli_benchmarks.names import CONNECTION, FAST, MODULE, QUEUE
from dli_benchmarks.report import tables
from dli_benchmarks.results import Results, Sample
from dli_benchmarks.schedule import Case, interleave
from dli_benchmarks.tables import Table
from dli_benchmarks.targets import Check, Target, targets

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "tests/benchmarks/results.json"
ABOUT = {"date": "2026-01-02", "ansible-core": "2.21.5", "python": "3.13.0", "requests": "2.34.2", "cores": "2"}


def measured(**cases):
    """Results of cases given as lists of seconds or of samples."""
    results = Results(dict(ABOUT))
    for case, samples in cases.items():
        for sample in samples:
            results.add(case, sample if isinstance(sample, Sample) else Sample(sample))
    return results


def test_cases_that_are_measured_again_replace_the_last_results():
    last, again = measured(a=[1.0, 2.0], b=[3.0]), measured(b=[4.0], c=[5.0])
    again.about["date"] = "2026-02-03"
    both = last.updated(again)
    assert {case: both.series(case) for case in both.samples} == {"a": [1.0, 2.0], "b": [4.0], "c": [5.0]}
    assert both.about["date"] == "2026-02-03"
    again.about["python"] = "3.14.0"
    with pytest.raises(ValueError, match="other versions of python"):
        last.updated(again)


def everything(**other):
    """Results that meet all targets, except for the samples that ``other`` replaces."""
    one = {"requests": 1, "connections": 1}
    samples = {
        names.ROUND_TRIP: Sample(0.003),
        names.task(names.DEBUG): Sample(0.020),
        names.task(names.URI): Sample(0.400),
        names.task(QUEUE): Sample(0.030, **one),
        names.task(QUEUE, MODULE): Sample(0.370, **one),
        **{names.task(peer): Sample(0.400) for peer in names.PEERS},
        **{names.large_account(resource): Sample(0.030) for resource in names.RESOURCES},
        names.beside_plan(names.DEBUG): Sample(0.020),
        names.beside_plan(QUEUE): Sample(0.180, **one),
        names.PLAN: Sample(0.260, requests=2, connections=1),
        names.PLAN_OF_CONNECTIONS: Sample(0.240, **one),
        names.LARGE_PLAN: Sample(1.2, requests=17, connections=1),
        names.PLAN_MEMORY: Sample(2.0, requests=17, memory=90),
        names.role(FAST, 10): Sample(75.0, service_seconds=60.0),
        names.tenant(20, 10): Sample(76.0, service_seconds=60.0),
        names.wait(QUEUE, 5): Sample(6.5, service_seconds=5.0),
        names.wait(QUEUE, 60): Sample(65.0, service_seconds=60.0),
    }
    for scheme, trips in (("http", 2), ("https", 3)):
        for latency in names.LATENCIES:
            seconds = 0.030 + trips * latency / 1000
            samples[names.task(CONNECTION, FAST, scheme, latency)] = Sample(seconds, **one)
            samples[names.loop(QUEUE, FAST, scheme, latency, 1000)] = Sample(6.0, requests=12, connections=1)
            samples[names.loop(CONNECTION, FAST, scheme, latency, 500)] = Sample(3.0, requests=6, connections=1)
    assert not set(other) - set(samples)
    return measured(**{case: [sample] * 3 for case, sample in {**samples, **other}.items()})


def missed(results):
    return [each.description for each in targets(results) if each.met is False]


def test_the_cost_of_one_task_is_the_difference_of_two_runs():
    many, one = Sample(4.5, requests=21, connections=21, handshakes=0), Sample(0.5, requests=1, connections=1)
    assert (many - one) / 20 == Sample(0.2, requests=1, connections=1)


def test_cases_are_interleaved_and_long_ones_stop_earlier():
    cases = [Case(name, rounds, lambda: Sample(0)) for name, rounds in (("a", 3), ("b", 1), ("c", 2))]
    assert "".join(case.name for case in interleave(cases)) == "abcaca"


def test_medians():
    results = measured(a=[3.0, 1.0, 2.0])
    assert results.median("a") == 2.0
    assert results.median("b") is None


def test_only_samples_of_the_same_round_are_compared():
    # The machine was three times as slow in the second round, and something disturbed the third.
    assert Check([1.0, 3.0, 9.0], [2.0, 6.0, 2.0]).used == 0.5


@pytest.mark.parametrize(("number", "most"), [(1.0, -2.0), (-1.0, 2.0), (-1.0, -2.0), (0.0, 0.0)])
def test_a_negative_difference_does_not_meet_a_target(number, most):
    assert Target("", "", [Check([number], [most])]).met is False


def test_a_target_is_met_if_its_worst_check_is_within_the_limit():
    good, bad = Check([1.0], [2.0]), Check([3.0], [2.0])
    assert Target("", "", [good]).met is True
    assert Target("", "", [good, bad]).met is False
    assert Target("", "", [good, bad]).worst is bad
    assert Target("", "", []).met is None


def test_samples_just_within_the_limits_meet_the_targets():
    assert missed(everything()) == []
    assert all(each.met for each in targets(everything()))


def test_targets_without_samples_are_not_met():
    assert {each.met for each in targets(measured(a=[1.0]))} == {None}


@pytest.mark.parametrize(
    ("case", "sample", "description"),
    [
        (names.task(QUEUE), Sample(0.0331), "1.5 times the time of ansible.builtin.debug"),
        (names.task(names.HWC), Sample(0.350), "at most 1/12 of the time"),
        (names.task(QUEUE, MODULE), Sample(0.381), "0.95 times the time of ansible.builtin.uri"),
        (names.task(CONNECTION, FAST, "https", 50), Sample(0.18, requests=2), ": one request"),
        (names.task(CONNECTION, FAST, "http", 50), Sample(0.18, requests=1), "the connection setup"),
        (names.loop(QUEUE, FAST, "https", 50, 1000), Sample(15.1, 12, 1), "15 ms per item"),
        (names.loop(QUEUE, FAST, "http", 0, 1000), Sample(6.0, 13, 1), "at most 12 requests"),
        (names.loop(CONNECTION, FAST, "http", 0, 500), Sample(7.6, 6, 1), "15 ms per item"),
        (names.loop(CONNECTION, FAST, "http", 0, 500), Sample(3.0, 7, 1), "at most 6 requests"),
        (names.loop(CONNECTION, FAST, "http", 50, 500), Sample(3.0, 6, 2), "one TCP connection"),
        (names.large_account(CONNECTION), Sample(0.034), "in an account with 1000 queues"),
        (names.PLAN, Sample(0.271, requests=2), "times the time of dli_queue"),
        (names.PLAN_OF_CONNECTIONS, Sample(0.251, requests=1), "two round trips and 30 ms"),
        (names.LARGE_PLAN, Sample(1.31, requests=17), "at most 5 times"),
        (names.LARGE_PLAN, Sample(1.2, requests=18), "at most 17 requests"),
        (names.PLAN_MEMORY, Sample(2.0, memory=151), "at most 150 MB"),
        (names.role(FAST, 10), Sample(80.1, service_seconds=60.0), "Role with 10 new queues"),
        (names.wait(QUEUE, 5), Sample(7.1, service_seconds=5.0), "A wait ends"),
        (names.wait(QUEUE, 60), Sample(67.0, service_seconds=60.0), "A wait ends"),
    ],
)
def test_each_target_can_be_missed(case, sample, description):
    [found] = missed(everything(**{case: sample}))
    assert description in found


def test_results_survive_saving_and_loading(tmp_path):
    results = everything()
    results.save(tmp_path / "results.json")
    assert Results.load(tmp_path / "results.json") == results


def test_tables_as_markdown_and_rst():
    table = Table("Title", ["What", "takes"], [["a", "1 ms"], ["bcdef", "10 ms"]])
    assert table.markdown().splitlines() == [
        "| What  | takes |",
        "| ----- | ----: |",
        "| a     |  1 ms |",
        "| bcdef | 10 ms |",
    ]
    assert table.rst().splitlines() == [
        ".. list-table:: Title",
        "  :header-rows: 1",
        "  :widths: 5 1",
        "",
        "  * - What",
        "    - takes",
        "  * - a",
        "    - 1 ms",
        "  * - bcdef",
        "    - 10 ms",
    ]


def test_tables_leave_out_cases_that_were_not_measured():
    assert len(tables(everything())) == 6
    assert [table.title for table in tables(measured(a=[1.0]))] == ["Performance targets"]


def test_only_the_text_between_the_markers_is_replaced():
    text = "before\n# begin benchmark results #\nold\n# end benchmark results #\nafter\n"
    new = insert_results(text, "new")
    assert new == "before\n# begin benchmark results #\n\nnew\n\n# end benchmark results #\nafter\n"
    assert insert_results(new, "new") == new


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_contain_the_last_results(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text == insert_results(text, DOCUMENTS[name](Results.load(RESULTS))), "run: make bench ARGS=--render"


def test_the_proxy_forwards_and_counts():
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = LatencyProxy(server.getsockname()[1], 0.0)
        try:
            for first in (b"GET / HTTP/1.1", b"\x16\x03\x01"):
                with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as client:
                    client.sendall(first)
                    accepted, _address = server.accept()
                    with accepted:
                        assert accepted.recv(100) == first
                        accepted.sendall(b"answer")
                    assert client.recv(100) == b"answer"
            assert (proxy.connections, proxy.handshakes) == (2, 1)
        finally:
            proxy.close()
