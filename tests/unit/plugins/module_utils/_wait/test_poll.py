# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting: how often it asks, when it ends, and what it puts up with."""

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
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait import poll as waiting
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait import progress
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait.budget import WaitBudget
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

generated = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LOST = TransportError("no answer", outcome_unknown=True)
UNAVAILABLE = ApiError("Could not look: HTTP 503.", status=503)


class Thing:
    """Something that becomes ready after a time, and remembers when it was asked."""

    def __init__(self, clock, ready_after):
        self.clock = clock
        self.born = clock.now
        self.ready_after = ready_after
        self.asked_at = []

    def ask(self):
        self.asked_at.append(self.clock.now - self.born)
        return "ready" if self.asked_at[-1] >= self.ready_after else "not yet"

    def wait(self, timeout=2700, interval=15):
        return waiting.wait_until(
            self.ask,
            lambda answer: answer == "ready",
            deadline=_clock.Deadline(timeout),
            interval=interval,
            what="queue q1 to become ready",
            seen=lambda answer: f"status {answer}",
        )


@generated
@given(ready_after=st.floats(0, 2600), interval=st.floats(0.5, 120))
def test_a_wait_ends_soon_after_the_thing_is_ready(ticking, ready_after, interval):
    thing = Thing(ticking, ready_after)
    assert thing.wait(interval=interval) == "ready"
    late = thing.asked_at[-1] - ready_after
    assert late <= max(2, ready_after / 10) + 1e-6
    assert late <= interval + 1e-6


@generated
@given(timeout=st.floats(1, 5000), interval=st.floats(0.5, 120))
def test_a_wait_asks_at_once_then_ever_more_rarely_and_last_at_the_deadline(ticking, timeout, interval):
    thing = Thing(ticking, float("inf"))
    with pytest.raises(WaitTimeout):
        thing.wait(timeout, interval)
    pauses = [later - earlier for earlier, later in zip(thing.asked_at, thing.asked_at[1:], strict=False)]
    pauses = [pause for pause in pauses if pause > 1e-9]
    assert thing.asked_at[0] == 0
    assert thing.asked_at[-1] == pytest.approx(timeout)
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(pauses[:-1]))
    assert max(pauses) <= interval + 1e-6
    assert pauses[0] == pytest.approx(min(1, interval, timeout))


def test_something_ready_at_once_costs_no_time(ticking):
    thing = Thing(ticking, 0)
    assert thing.wait() == "ready"
    assert thing.asked_at == [0]
    assert ticking.sleeps == []


def test_a_long_wait_asks_rarely(ticking):
    thing = Thing(ticking, 600)
    thing.wait()
    assert len(thing.asked_at) <= 75


def test_a_wait_in_vain_says_for_what_and_what_was_seen_last(ticking):
    with pytest.raises(WaitTimeout) as caught:
        Thing(ticking, 1e9).wait(timeout=90)
    assert (
        caught.value.message
        == "Timed out after 90 s while waiting for queue q1 to become ready; last state: status not yet."
    )
    assert "wait_timeout" in caught.value.hint


def until(answers, ask_costs=0, clock=None, timeout=60):
    """Wait for "ready" while the answers, or exceptions, come one after the other."""
    answers = iter(answers)

    def ask():
        if clock:
            clock.pass_by(ask_costs)
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def settled(answer):
        if answer == "failed":
            raise Conflict("It failed.")
        return answer == "ready"

    deadline = _clock.Deadline(timeout)
    return waiting.wait_until(ask, settled, deadline=deadline, interval=15, what="it", seen=str)


@pytest.mark.parametrize(
    "trouble",
    [LOST, UNAVAILABLE, ApiError("", status=429), ApiError("", status=408), ApiError("", status=500)],
)
def test_a_passing_failure_to_ask_does_not_end_a_wait(ticking, trouble):
    assert until(["not yet", trouble, trouble, "ready"]) == "ready"


@pytest.mark.parametrize(
    "trouble",
    [
        AccessDenied("", status=403),
        NotFound("", status=400),
        ApiError("", status=400),
        TransportError("no trusted connection", outcome_unknown=True, transient=False),
        Conflict("It cannot be."),
        RuntimeError("a mistake of ours"),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
def test_any_other_failure_ends_it_at_once(ticking, trouble):
    with pytest.raises(type(trouble)) as caught:
        until(["not yet", trouble, "ready"])
    assert caught.value is trouble
    assert ticking.sleeps == [1]


def test_a_thing_that_failed_ends_it_at_once(ticking):
    with pytest.raises(Conflict, match="It failed"):
        until(["not yet", "failed", "ready"])


def test_a_wait_that_never_got_an_answer_says_why(ticking):
    with pytest.raises(WaitTimeout, match=r"last state: Could not look: HTTP 503\."):
        until([UNAVAILABLE] * 100)


def test_a_failure_does_not_outlive_the_answer_after_it(ticking):
    with pytest.raises(WaitTimeout, match=r"last state: not yet\."):
        until([UNAVAILABLE] + ["not yet"] * 100)


def test_slow_answers_count_as_time_waited(ticking):
    with pytest.raises(WaitTimeout):
        until(["not yet"] * 100, ask_costs=20, clock=ticking, timeout=60)
    assert ticking.now - 1000 <= 80


# --- writes that are refused as busy ----------------------------------------------------------------------------------


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


def test_a_write_refused_as_busy_is_sent_until_it_is_accepted(ticking):
    writes = Writes(BUSY, BUSY, None)
    budget().until_accepted(writes.send, what="q1")
    assert writes.sent == 3
    assert ticking.sleeps == [1, 1]


def test_a_write_that_is_accepted_is_sent_once(ticking):
    writes = Writes(None)
    budget().until_accepted(writes.send, what="q1")
    assert writes.sent == 1


@pytest.mark.parametrize(
    "trouble",
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
def test_no_other_failed_write_is_sent_again(ticking, trouble):
    writes = Writes(BUSY, trouble, None)
    with pytest.raises(type(trouble)) as caught:
        budget().until_accepted(writes.send, what="q1")
    assert caught.value is trouble
    assert writes.sent == 2


def test_a_task_that_does_not_wait_hears_of_busy_at_once(ticking):
    writes = Writes(Busy("Busy.", status=400), None)
    with pytest.raises(Busy) as caught:
        budget(wait=False).until_accepted(writes.send, what="q1")
    assert "later, or set wait=true" in caught.value.hint
    assert writes.sent == 1
    assert ticking.sleeps == []


def test_a_step_that_must_be_seen_through_waits_within_the_same_budget(ticking):
    unwilling = budget(wait=False, timeout=30)
    ticking.pass_by(20)
    with pytest.raises(WaitTimeout):
        unwilling.always_waiting().until_accepted(Writes(BUSY).send, what="q1")
    assert sum(ticking.sleeps) == pytest.approx(10)
    assert not unwilling.wait


def test_a_write_that_stays_refused_ends_with_the_refusal(ticking):
    with pytest.raises(WaitTimeout) as caught:
        budget(timeout=45).until_accepted(Writes(BUSY).send, what="queue q1 to be free")
    assert (
        caught.value.message
        == "Timed out after 45 s while waiting for queue q1 to be free. Could not bind: Queue q1 is assigning."
    )
    assert sum(ticking.sleeps) == pytest.approx(45)


def test_all_waits_of_a_task_share_one_budget(ticking):
    task = budget(timeout=100)
    task.until(Thing(ticking, 60).ask, lambda answer: answer == "ready", what="the first")
    with pytest.raises(WaitTimeout):
        task.until(Thing(ticking, 60).ask, lambda answer: answer == "ready", what="the second")
    assert sum(ticking.sleeps) == pytest.approx(100)


def test_pauses_begin_short_again_for_each_thing_waited_for(ticking):
    task = budget()
    task.until(Thing(ticking, 300).ask, lambda answer: answer == "ready", what="the first")
    second = Thing(ticking, 3)
    task.until(second.ask, lambda answer: answer == "ready", what="the second")
    assert second.asked_at == pytest.approx([0, 1, 2, 3])


# --- who hears of it --------------------------------------------------------------------------------------------------


def heard(thing, **options):
    looks = []
    with progress.progress_to(looks.append):
        thing.wait(**options)
    return looks


def test_who_listens_hears_of_each_look_that_did_not_end_the_wait(ticking):
    looks = heard(Thing(ticking, 30), interval=10, timeout=100)
    assert {(look.what, look.seen, look.budget) for look in looks} == {
        ("queue q1 to become ready", "status not yet", 100)
    }
    assert looks[0].elapsed == 0
    assert looks[-1].elapsed < 30


def test_nobody_hears_of_what_is_ready_at_once(ticking):
    assert heard(Thing(ticking, 0)) == []


def test_after_the_wait_nobody_listens_any_more(ticking):
    looks = heard(Thing(ticking, 5))
    before = len(looks)
    Thing(ticking, 5).wait()
    assert len(looks) == before


def test_however_long_a_pause_is_somebody_hears_once_a_minute(ticking):
    looks = heard(Thing(ticking, 2000), interval=600)
    silences = [after.elapsed - before.elapsed for before, after in pairwise(looks)]
    assert max(silences) <= progress.LONGEST_SILENCE
    # A pause is a tenth of the wait, so there are pauses of more than a minute here.
    assert max(ticking.sleeps) <= progress.LONGEST_SILENCE


def test_who_listens_may_end_the_wait(ticking):
    def refuse(_wait):
        raise InterruptedError

    with progress.progress_to(refuse), pytest.raises(InterruptedError):
        Thing(ticking, 5).wait()
    assert ticking.sleeps == []


@pytest.fixture
def told():
    """What was told inside of the test, as (what, seen, pause)."""
    told = []
    with progress.progress_to(lambda wait: told.append((wait.what, wait.seen, wait.pause))):
        yield told


def test_each_pause_is_told_before_it_begins(ticking, told):
    assert Thing(ticking, 3).wait() == "ready"
    assert told == [("queue q1 to become ready", "status not yet", 1)] * 3


def test_what_is_told_has_no_ids_that_differ_each_time(ticking, told):
    refusals = [
        Busy(
            f"Could not bind: It is assigning (HTTP 400, request id {n}).",
            status=400,
            api_message="It is assigning",
            hint="Hm.",
        )
        for n in range(3)
    ]
    budget().until_accepted(Writes(*refusals, None).send, what="queue q1 to be free")
    assert set(told) == {("queue q1 to be free", "It is assigning", 1)}


@pytest.mark.parametrize(("trouble", "words"), [(LOST, "no answer"), (UNAVAILABLE, "Could not look: HTTP 503")])
def test_a_failure_to_look_is_told_in_brief(ticking, told, trouble, words):
    until(["not yet", trouble, "ready"])
    assert [seen for _what, seen, _pause in told] == ["not yet", words]


def test_advice_is_for_a_wait_that_ended(ticking, told):
    def never(_answer):
        return False

    with pytest.raises(WaitTimeout, match=r"last state: CREATING\. Unbind it\."):
        budget(timeout=5).until(lambda: "CREATING", never, what="c1", advice=lambda _answer: "Unbind it")
    assert "Unbind" not in str(told)


def test_repeated_requests_are_no_waits(ticking, told):
    retries = []
    with progress.retries_to(retries.append):
        progress.report_retry("an answer", "HTTP 429", 8)
    progress.report_retry("an answer", "HTTP 429", 8)
    assert retries == [progress.Wait("an answer", "HTTP 429", 8)]
    assert told == []
