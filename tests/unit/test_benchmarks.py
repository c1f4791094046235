# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arithmetic of the benchmarks, with invented times: nothing is measured here. And what quotes their results."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

from dli_benchmarks import names
from dli_benchmarks.bars import Bar, Check, bars
from dli_benchmarks.documents import DOCUMENTS, quoted
from dli_benchmarks.line import Line
from dli_benchmarks.names import CONNECTION, FAST, MODULE, QUEUE
from dli_benchmarks.plan import Case, in_turn
from dli_benchmarks.report import tables
from dli_benchmarks.results import Results, Sample
from dli_benchmarks.tables import Table

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


def everything(**other):
    """Results in which all that is promised was measured and holds, save for what ``other`` has in the place of it."""
    one = {"requests": 1, "connections": 1}
    samples = {
        names.ROUND_TRIP: Sample(0.003),
        names.task(names.DEBUG): Sample(0.020),
        names.task(names.URI): Sample(0.400),
        names.task(QUEUE): Sample(0.030, **one),
        names.task(QUEUE, MODULE): Sample(0.370, **one),
        **{names.task(peer): Sample(0.400) for peer in names.PEERS},
        **{names.crowd(thing): Sample(0.030) for thing in names.THINGS},
        names.role(FAST, 10): Sample(75.0, needed=60.0),
        names.wait(QUEUE, 5): Sample(6.5, needed=5.0),
        names.wait(QUEUE, 60): Sample(65.0, needed=60.0),
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
    return [each.promise for each in bars(results) if each.held is False]


def test_what_one_more_task_costs_is_the_difference_of_two_runs():
    many, one = Sample(4.5, requests=21, connections=21, handshakes=0), Sample(0.5, requests=1, connections=1)
    assert (many - one) / 20 == Sample(0.2, requests=1, connections=1)


def test_cases_take_turns_and_long_ones_stop_earlier():
    cases = [Case(name, rounds, lambda: Sample(0)) for name, rounds in (("a", 3), ("b", 1), ("c", 2))]
    assert "".join(case.name for case in in_turn(cases)) == "abcaca"


def test_medians():
    results = measured(a=[3.0, 1.0, 2.0])
    assert results.median("a") == 2.0
    assert results.median("b") is None


def test_rounds_are_compared_with_themselves():
    # The machine was three times as slow in the second round, and something disturbed the third.
    assert Check([1.0, 3.0, 9.0], [2.0, 6.0, 2.0]).used == 0.5


@pytest.mark.parametrize(("number", "most"), [(1.0, -2.0), (-1.0, 2.0), (-1.0, -2.0), (0.0, 0.0)])
def test_what_was_disturbed_beyond_sense_does_not_count_as_held(number, most):
    assert Bar("", "", [Check([number], [most])]).held is False


def test_a_promise_is_as_good_as_its_worst_check():
    good, bad = Check([1.0], [2.0]), Check([3.0], [2.0])
    assert Bar("", "", [good]).held is True
    assert Bar("", "", [good, bad]).held is False
    assert Bar("", "", [good, bad]).worst is bad
    assert Bar("", "", []).held is None


def test_what_holds_just_so():
    assert missed(everything()) == []
    assert all(each.held for each in bars(everything()))


def test_what_was_not_measured_is_not_held():
    assert {each.held for each in bars(measured(a=[1.0]))} == {None}


@pytest.mark.parametrize(
    ("case", "sample", "promise"),
    [
        (names.task(QUEUE), Sample(0.0331), "1.5 times as long as ansible.builtin.debug"),
        (names.task(names.HWC), Sample(0.350), "at most 1/12"),
        (names.task(QUEUE, MODULE), Sample(0.381), "0.95 times as long as ansible.builtin.uri"),
        (names.task(CONNECTION, FAST, "https", 50), Sample(0.18, requests=2), "costs one request"),
        (names.task(CONNECTION, FAST, "http", 50), Sample(0.18, requests=1), "setting up the connection"),
        (names.loop(QUEUE, FAST, "https", 50, 1000), Sample(15.1, 12, 1), "An item of a loop over 1000 queues"),
        (names.loop(QUEUE, FAST, "http", 0, 1000), Sample(6.0, 13, 1), "at most 12 requests"),
        (names.loop(CONNECTION, FAST, "http", 0, 500), Sample(7.6, 6, 1), "An item of a loop over 500 connections"),
        (names.loop(CONNECTION, FAST, "http", 0, 500), Sample(3.0, 7, 1), "at most 6 requests"),
        (names.loop(CONNECTION, FAST, "http", 50, 500), Sample(3.0, 6, 2), "over one connection"),
        (names.crowd(CONNECTION), Sample(0.034), "if the account holds 1000 queues"),
        (names.role(FAST, 10), Sample(80.1, needed=60.0), "The role, with 10 new queues"),
        (names.wait(QUEUE, 5), Sample(7.1, needed=5.0), "A wait ends"),
        (names.wait(QUEUE, 60), Sample(67.0, needed=60.0), "A wait ends"),
    ],
)
def test_each_promise_can_be_missed(case, sample, promise):
    [found] = missed(everything(**{case: sample}))
    assert promise in found


def test_results_are_kept_as_they_are(tmp_path):
    results = everything()
    results.save(tmp_path / "results.json")
    assert Results.load(tmp_path / "results.json") == results


def test_tables_are_written_in_two_ways():
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


def test_tables_have_what_was_measured_and_nothing_else():
    assert len(tables(everything())) == 5
    assert [table.title for table in tables(measured(a=[1.0]))] == ["What is promised"]


def test_only_what_stands_between_the_marks_is_replaced():
    text = "before\n# begin of what was measured #\nold\n# end of what was measured #\nafter\n"
    new = quoted(text, "new")
    assert new == "before\n# begin of what was measured #\n\nnew\n\n# end of what was measured #\nafter\n"
    assert quoted(new, "new") == new


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_quote_the_last_results(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text == quoted(text, DOCUMENTS[name](Results.load(RESULTS))), "run: make bench ARGS=--render"


def test_a_line_forwards_and_counts():
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = Line(server.getsockname()[1], 0.0)
        try:
            for first in (b"GET / HTTP/1.1", b"\x16\x03\x01"):
                with socket.create_connection(("127.0.0.1", line.port), timeout=10) as client:
                    client.sendall(first)
                    accepted, _address = server.accept()
                    with accepted:
                        assert accepted.recv(100) == first
                        accepted.sendall(b"answer")
                    assert client.recv(100) == b"answer"
            assert (line.connections, line.handshakes) == (2, 1)
        finally:
            line.close()
