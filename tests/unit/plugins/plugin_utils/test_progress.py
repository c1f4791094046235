# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress lines of a waiting task: how many there are, and their text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as _clock
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait import poll, progress
from ansible_collections.huaweicloud.dli.plugins.plugin_utils._progress import Progress
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

generated = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


class Lines:
    """The lines shown, and their times in seconds since the task began."""

    def __init__(self):
        self.began = _clock.monotonic()
        self.at = []
        self.lines = []

    def show(self, line):
        self.at.append(_clock.monotonic() - self.began)
        self.lines.append(line)


@pytest.fixture
def wait():
    """wait(ready_after=90) waits for a queue that is ready after 90 s; returns the lines.

    ``states`` maps seconds to the state that is seen from then on.
    """

    def wait(ready_after=1e9, timeout=2700, interval=15, states=None):
        shown = Lines()

        def read():
            return _clock.monotonic() - shown.began

        def seen(elapsed):
            return [state for since, state in (states or {0: "not yet"}).items() if since <= elapsed][-1]

        with progress.progress_to(Progress("[localhost] ", shown.show)):
            try:
                poll.wait_until(
                    read,
                    lambda elapsed: elapsed >= ready_after,
                    deadline=_clock.Deadline(timeout),
                    interval=interval,
                    what="queue q1 to be ready",
                    seen=seen,
                )
            except poll.WaitTimeout:
                assert ready_after > timeout
        return shown

    return wait


@pytest.mark.parametrize("ready_after", [0, 1, 2, 2.9])
def test_a_quick_task_shows_no_line(wait, ready_after):
    assert wait(ready_after).lines == []


def test_a_longer_wait_shows_what_the_task_waits_for(wait):
    assert wait(10).lines == ["[localhost] waiting for queue q1 to be ready: not yet (3 s of at most 2700 s)"]


def test_each_change_of_the_state_shows_a_line(wait):
    shown = wait(50, interval=2, states={0: "CREATING", 20: "SCALING", 40: "AVAILABLE"})
    assert [line.split(": ")[1].split()[0] for line in shown.lines] == ["CREATING", "SCALING", "AVAILABLE"]


@generated
@given(interval=st.floats(1, 1000), ready_after=st.floats(5, 2600))
def test_a_wait_shows_about_one_line_a_minute(wait, interval, ready_after):
    shown = wait(ready_after, interval=interval)
    gaps = [later - earlier for earlier, later in pairwise([0.0, *shown.at, min(ready_after, 2700)])]
    assert max(gaps) <= 60 + 1e-6
    assert len(shown.at) <= 2 + ready_after / 30


def test_time_spent_in_requests_counts():
    shown = Lines()
    callback = Progress("", shown.show)
    callback(progress.Wait("one", "not yet", 1, 0, 100))
    assert shown.lines == []
    # A slow request follows; the next wait is the first one with a pause.
    _clock.sleep(50)
    callback(progress.Wait("two", "not yet", 1, 50, 100))
    assert shown.lines == ["waiting for two: not yet (50 s of at most 100 s)"]


def test_the_line_about_a_retry_has_no_deadline():
    shown = Lines()
    callback = Progress("[localhost] ", shown.show)
    callback(progress.Wait("a response from dli.invalid", "HTTP 429, retrying in 0 s (attempt 2 of 6)", 0.4))
    assert shown.lines == []
    callback(progress.Wait("a response from dli.invalid", "HTTP 429, retrying in 8 s (attempt 3 of 6)", 8))
    assert shown.lines == [
        "[localhost] waiting for a response from dli.invalid: HTTP 429, retrying in 8 s (attempt 3 of 6)"
    ]


def test_a_long_text_is_shortened_to_one_line():
    shown = Lines()
    seen = "<html>\n  <body>\n" + "a page of a proxy " * 100
    Progress("[localhost] ", shown.show)(progress.Wait("queue q1 to be ready", seen, 9, 0, 60))
    (line,) = shown.lines
    assert line.startswith("[localhost] waiting for queue q1 to be ready: <html> <body> a page")
    assert line.endswith(" ... (0 s of at most 60 s)")
    assert len(line) < 300
