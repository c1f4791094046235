# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task says while it waits: not too much, not too little, and in which words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as _clock
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait import poll as waiting
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait import progress as waits
from ansible_collections.huaweicloud.dli.plugins.plugin_utils import _progress as progress
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

generated = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Told:
    """The lines that were shown, and when, in seconds since the task began."""

    def __init__(self):
        self.began = _clock.monotonic()
        self.at = []
        self.lines = []

    def show(self, line):
        self.at.append(_clock.monotonic() - self.began)
        self.lines.append(line)


@pytest.fixture
def wait():
    """wait(ready_after=90) has a task wait for a queue so long; returns what was told.

    ``states`` says from which second on something else is seen.
    """

    def wait(ready_after=1e9, timeout=2700, interval=15, states=None):
        told = Told()

        def ask():
            return _clock.monotonic() - told.began

        def seen(elapsed):
            return [state for since, state in (states or {0: "not yet"}).items() if since <= elapsed][-1]

        with waits.progress_to(progress.Progress("[localhost] ", told.show)):
            try:
                waiting.wait_until(
                    ask,
                    lambda elapsed: elapsed >= ready_after,
                    deadline=_clock.Deadline(timeout),
                    interval=interval,
                    what="queue q1 to be ready",
                    seen=seen,
                )
            except waiting.WaitTimeout:
                assert ready_after > timeout
        return told

    return wait


@pytest.mark.parametrize("ready_after", [0, 1, 2, 2.9])
def test_a_quick_task_says_nothing(wait, ready_after):
    assert wait(ready_after).lines == []


def test_a_task_that_takes_longer_says_what_it_waits_for(wait):
    assert wait(10).lines == ["[localhost] waiting for queue q1 to be ready: not yet (3 s of at most 2700 s)"]


def test_a_line_is_told_whenever_something_changes(wait):
    told = wait(50, interval=2, states={0: "CREATING", 20: "SCALING", 40: "AVAILABLE"})
    assert [line.split(": ")[1].split()[0] for line in told.lines] == ["CREATING", "SCALING", "AVAILABLE"]


@generated
@given(interval=st.floats(1, 1000), ready_after=st.floats(5, 2600))
def test_there_is_a_line_at_least_once_a_minute_and_not_much_more(wait, interval, ready_after):
    told = wait(ready_after, interval=interval)
    gaps = [later - earlier for earlier, later in pairwise([0.0, *told.at, min(ready_after, 2700)])]
    assert max(gaps) <= 60 + 1e-6
    assert len(told.at) <= 2 + ready_after / 30


def test_time_spent_elsewhere_counts():
    told = Told()
    listener = progress.Progress("", told.show)
    listener(waits.Wait("one", "not yet", 1, 0, 100))
    assert told.lines == []
    # A request took long; what is waited for now is the first thing that takes a pause.
    _clock.sleep(50)
    listener(waits.Wait("two", "not yet", 1, 50, 100))
    assert told.lines == ["waiting for two: not yet (50 s of at most 100 s)"]


def test_a_request_that_is_repeated_has_no_deadline_to_tell():
    told = Told()
    listener = progress.Progress("[localhost] ", told.show)
    listener(waits.Wait("an answer from dli.invalid", "HTTP 429, trying again in 0 s (attempt 2 of 6)", 0.4))
    assert told.lines == []
    listener(waits.Wait("an answer from dli.invalid", "HTTP 429, trying again in 8 s (attempt 3 of 6)", 8))
    assert told.lines == [
        "[localhost] waiting for an answer from dli.invalid: HTTP 429, trying again in 8 s (attempt 3 of 6)"
    ]


def test_a_line_is_one_line_and_not_too_long():
    told = Told()
    seen = "<html>\n  <body>\n" + "a page of a proxy " * 100
    progress.Progress("[localhost] ", told.show)(waits.Wait("queue q1 to be ready", seen, 9, 0, 60))
    (line,) = told.lines
    assert line.startswith("[localhost] waiting for queue q1 to be ready: <html> <body> a page")
    assert line.endswith(" ... (0 s of at most 60 s)")
    assert len(line) < 300
