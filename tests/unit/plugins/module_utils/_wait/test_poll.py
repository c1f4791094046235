# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits: polling intervals, deadlines, transient errors, busy writes, shared budgets, and progress reports."""

from __future__ import annotations

from itertools import pairwise

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as _clock
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import (
    AccessDenied,
    ApiError,
    Busy,
    Conflict,
    NotFound,
    TransportError,
    WaitTimeout,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait import poll, progress
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait.budget import WaitBudget
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

generated = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
LOST = TransportError("no response", outcome_unknown=True)
UNAVAILABLE = ApiError("Could not look: HTTP 503.", status=503)


class Resource:
    """A resource that becomes ready after a time and records when it is read."""

    def __init__(self, clock, ready_after):
        self.clock = clock
        self.born = clock.now
        self.ready_after = ready_after
        self.read_at = []

    def read(self):
        self.read_at.append(self.clock.now - self.born)
        return "ready" if self.read_at[-1] >= self.ready_after else "not yet"

    def wait(self, timeout=2700, interval=15):
        return poll.wait_until(
            self.read,
            lambda state: state == "ready",
            deadline=_clock.Deadline(timeout),
            interval=interval,
            what="queue q1 to become ready",
            seen=lambda state: f"status {state}",
        )


@generated
@given(ready_after=st.floats(0, 2600), interval=st.floats(0.5, 120))
def test_a_wait_ends_soon_after_the_resource_is_ready(ticking, ready_after, interval):
    resource = Resource(ticking, ready_after)
    assert resource.wait(interval=interval) == "ready"
    late = resource.read_at[-1] - ready_after
    assert late <= max(2, ready_after / 10) + 1e-6
    assert late <= interval + 1e-6


@generated
@given(timeout=st.floats(1, 5000), interval=st.floats(0.5, 120))
def test_a_wait_polls_at_once_then_with_growing_intervals_and_finally_at_the_deadline(ticking, timeout, interval):
    resource = Resource(ticking, float("inf"))
    with pytest.raises(WaitTimeout):
        resource.wait(timeout, interval)
    pauses = [later - earlier for earlier, later in zip(resource.read_at, resource.read_at[1:], strict=False)]
    pauses = [pause for pause in pauses if pause > 1e-9]
    assert resource.read_at[0] == 0
    assert resource.read_at[-1] == pytest.approx(timeout)
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(pauses[:-1]))
    assert max(pauses) <= interval + 1e-6
    assert pauses[0] == pytest.approx(min(1, interval, timeout))


def test_a_wait_for_a_ready_resource_takes_no_time(ticking):
    resource = Resource(ticking, 0)
    assert resource.wait() == "ready"
    assert resource.read_at == [0]
    assert ticking.sleeps == []


def test_a_long_wait_polls_rarely(ticking):
    resource = Resource(ticking, 600)
    resource.wait()
    assert len(resource.read_at) <= 75


def test_a_timeout_reports_the_wait_and_the_last_state(ticking):
    with pytest.raises(WaitTimeout) as caught:
        Resource(ticking, 1e9).wait(timeout=90)
    assert (
        caught.value.message
        == "Timed out after 90 s while waiting for queue q1 to become ready; last state: status not yet."
    )
    assert "wait_timeout" in caught.value.hint


def until(states, read_costs=0, clock=None, timeout=60):
    """Wait for "ready" while reads return these states or raise these exceptions."""
    states = iter(states)

    def read():
        if clock:
            clock.pass_by(read_costs)
        state = next(states)
        if isinstance(state, Exception):
            raise state
        return state

    def settled(state):
        if state == "failed":
            raise Conflict("It failed.")
        return state == "ready"

    deadline = _clock.Deadline(timeout)
    return poll.wait_until(read, settled, deadline=deadline, interval=15, what="it", seen=str)


@pytest.mark.parametrize(
    "error",
    [LOST, UNAVAILABLE, ApiError("", status=429), ApiError("", status=408), ApiError("", status=500)],
)
def test_a_transient_error_does_not_end_a_wait(ticking, error):
    assert until(["not yet", error, error, "ready"]) == "ready"


@pytest.mark.parametrize(
    "error",
    [
        AccessDenied("", status=403),
        NotFound("", status=400),
        ApiError("", status=400),
        TransportError("no trusted connection", outcome_unknown=True, transient=False),
        Conflict("It cannot be."),
        RuntimeError("an internal error"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_any_other_error_ends_a_wait_at_once(ticking, error):
    with pytest.raises(type(error)) as caught:
        until(["not yet", error, "ready"])
    assert caught.value is error
    assert ticking.sleeps == [1]


def test_a_failed_resource_ends_a_wait_at_once(ticking):
    with pytest.raises(Conflict, match="It failed"):
        until(["not yet", "failed", "ready"])


def test_a_wait_without_any_state_reports_the_error(ticking):
    with pytest.raises(WaitTimeout, match=r"last state: Could not look: HTTP 503\."):
        until([UNAVAILABLE] * 100)


def test_a_state_replaces_an_earlier_error(ticking):
    with pytest.raises(WaitTimeout, match=r"last state: not yet\."):
        until([UNAVAILABLE] + ["not yet"] * 100)


def test_slow_responses_count_as_time_waited(ticking):
    with pytest.raises(WaitTimeout):
        until(["not yet"] * 100, read_costs=20, clock=ticking, timeout=60)
    assert ticking.now - 1000 <= 80


# --- writes rejected as busy ------------------------------------------------------------------------------------------


class Writes:
    """A write with planned outcomes, None for a success."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.sent = 0

    def send(self):
        self.sent += 1
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if outcome:
            raise outcome


BUSY = Busy("Could not bind: Queue q1 is assigning.", status=400)


def budget(wait=True, timeout=600):
    return WaitBudget(wait=wait, timeout=timeout, interval=15)


def test_a_write_rejected_as_busy_is_sent_until_it_is_accepted(ticking):
    writes = Writes(BUSY, BUSY, None)
    budget().until_accepted(writes.send, what="q1")
    assert writes.sent == 3
    assert ticking.sleeps == [1, 1]


def test_an_accepted_write_is_sent_once(ticking):
    writes = Writes(None)
    budget().until_accepted(writes.send, what="q1")
    assert writes.sent == 1


@pytest.mark.parametrize(
    "error",
    [
        LOST,
        UNAVAILABLE,
        ApiError("", status=503, outcome_unknown=True),
        ApiError("", status=429),
        AccessDenied("", status=403),
        NotFound("", status=400),
    ],
    ids=["lost", "503", "outcome_unknown", "429", "403", "missing"],
)
def test_no_other_failed_write_is_sent_again(ticking, error):
    writes = Writes(BUSY, error, None)
    with pytest.raises(type(error)) as caught:
        budget().until_accepted(writes.send, what="q1")
    assert caught.value is error
    assert writes.sent == 2


def test_without_wait_busy_is_raised_at_once(ticking):
    writes = Writes(Busy("Busy.", status=400), None)
    with pytest.raises(Busy) as caught:
        budget(wait=False).until_accepted(writes.send, what="q1")
    assert "later, or set wait=true" in caught.value.hint
    assert writes.sent == 1
    assert ticking.sleeps == []


def test_a_step_that_always_waits_uses_the_same_budget(ticking):
    unwilling = budget(wait=False, timeout=30)
    ticking.pass_by(20)
    with pytest.raises(WaitTimeout):
        unwilling.always_waiting().until_accepted(Writes(BUSY).send, what="q1")
    assert sum(ticking.sleeps) == pytest.approx(10)
    assert not unwilling.wait


def test_a_write_that_stays_busy_times_out_with_the_last_rejection(ticking):
    with pytest.raises(WaitTimeout) as caught:
        budget(timeout=45).until_accepted(Writes(BUSY).send, what="queue q1 to be free")
    assert (
        caught.value.message
        == "Timed out after 45 s while waiting for queue q1 to be free. Could not bind: Queue q1 is assigning."
    )
    assert sum(ticking.sleeps) == pytest.approx(45)


def guess():
    error = Busy("Could not create queue q1: not available.", status=400, code="X.1", request_id="r", api_message="na")
    error.guessed = True
    return error


def test_a_rejection_that_only_suggests_a_temporary_state_is_repeated_for_minutes(ticking):
    with pytest.raises(ApiError, match=r"Could not create queue q1: .* repeated the request for 300 s") as caught:
        budget(timeout=2700).until_accepted(Writes(guess()).send, what="queue q1 to be created")
    # Neither the error of a timeout nor one that callers take for a temporary state.
    assert caught.value.__class__ is ApiError
    assert caught.value.as_result() == {
        "code": "X.1",
        "reason": "rejected",
        "message": "na",
        "request_id": "r",
        "http_status": 400,
        "hint": caught.value.hint,
        "differences": [],
    }
    assert 300 <= sum(ticking.sleeps) <= 400


def test_the_minutes_for_a_guess_start_after_the_last_certain_rejection(ticking):
    certain = 40
    writes = Writes(*[BUSY] * certain, guess())
    with pytest.raises(ApiError):
        budget(timeout=2700).until_accepted(writes.send, what="queue q1 to be created")
    certain_part = sum(ticking.sleeps[: certain - 1])
    assert 300 <= sum(ticking.sleeps) - certain_part <= 340


def test_all_waits_of_a_task_share_one_budget(ticking):
    task = budget(timeout=100)
    task.until(Resource(ticking, 60).read, lambda state: state == "ready", what="the first")
    with pytest.raises(WaitTimeout):
        task.until(Resource(ticking, 60).read, lambda state: state == "ready", what="the second")
    assert sum(ticking.sleeps) == pytest.approx(100)


def test_each_wait_starts_with_short_pauses(ticking):
    task = budget()
    task.until(Resource(ticking, 300).read, lambda state: state == "ready", what="the first")
    second = Resource(ticking, 3)
    task.until(second.read, lambda state: state == "ready", what="the second")
    assert second.read_at == pytest.approx([0, 1, 2, 3])


# --- progress reports -------------------------------------------------------------------------------------------------


def reports_of(resource, **options):
    reports = []
    with progress.progress_to(reports.append):
        resource.wait(**options)
    return reports


def test_each_poll_that_does_not_end_the_wait_is_reported(ticking):
    reports = reports_of(Resource(ticking, 30), interval=10, timeout=100)
    assert {(report.what, report.seen, report.budget) for report in reports} == {
        ("queue q1 to become ready", "status not yet", 100)
    }
    assert reports[0].elapsed == 0
    assert reports[-1].elapsed < 30


def test_a_wait_for_a_ready_resource_is_not_reported(ticking):
    assert reports_of(Resource(ticking, 0)) == []


def test_nothing_is_reported_after_the_context_ends(ticking):
    reports = reports_of(Resource(ticking, 5))
    before = len(reports)
    Resource(ticking, 5).wait()
    assert len(reports) == before


def test_long_pauses_are_reported_once_a_minute(ticking):
    reports = reports_of(Resource(ticking, 2000), interval=600)
    silences = [after.elapsed - before.elapsed for before, after in pairwise(reports)]
    assert max(silences) <= progress.LONGEST_SILENCE
    # A pause is a tenth of the wait, so there are pauses of more than a minute here.
    assert max(ticking.sleeps) <= progress.LONGEST_SILENCE


def test_a_callback_may_end_the_wait(ticking):
    def interrupt(_wait):
        raise InterruptedError

    with progress.progress_to(interrupt), pytest.raises(InterruptedError):
        Resource(ticking, 5).wait()
    assert ticking.sleeps == []


@pytest.fixture
def reported():
    """The reports during the test, as (what, seen, pause)."""
    reported = []
    with progress.progress_to(lambda wait: reported.append((wait.what, wait.seen, wait.pause))):
        yield reported


def test_each_pause_is_reported_before_it_begins(ticking, reported):
    assert Resource(ticking, 3).wait() == "ready"
    assert reported == [("queue q1 to become ready", "status not yet", 1)] * 3


def test_reports_contain_no_request_ids(ticking, reported):
    rejections = [
        Busy(
            f"Could not bind: It is assigning (HTTP 400, request id {n}).",
            status=400,
            api_message="It is assigning",
            hint="Hm.",
        )
        for n in range(3)
    ]
    budget().until_accepted(Writes(*rejections, None).send, what="queue q1 to be free")
    assert set(reported) == {("queue q1 to be free", "It is assigning", 1)}


@pytest.mark.parametrize(("error", "words"), [(LOST, "no response"), (UNAVAILABLE, "Could not look: HTTP 503")])
def test_a_transient_error_is_reported_without_details(ticking, reported, error, words):
    until(["not yet", error, "ready"])
    assert [seen for _what, seen, _pause in reported] == ["not yet", words]


def test_advice_is_only_in_the_message_of_a_timeout(ticking, reported):
    def never(_answer):
        return False

    with pytest.raises(WaitTimeout, match=r"last state: CREATING\. Unbind it\."):
        budget(timeout=5).until(lambda: "CREATING", never, what="c1", advice=lambda _answer: "Unbind it")
    assert "Unbind" not in str(reported)


def test_retries_are_reported_separately(ticking, reported):
    retries = []
    with progress.retries_to(retries.append):
        progress.report_retry("a response", "HTTP 429", 8)
    progress.report_retry("a response", "HTTP 429", 8)
    assert retries == [progress.Wait("a response", "HTTP 429", 8)]
    assert reported == []
