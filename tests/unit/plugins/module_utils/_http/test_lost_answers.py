# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lost responses to POST requests: the lookup, its result, and the resulting error."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.clock import Deadline
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import (
    Ambiguous,
    ApiError,
    TransportError,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import lost_answers


def create(api, *, confirm=None):
    """Create queue q1 and look it up in the list, which may lag."""
    return lost_answers.post_and_confirm(
        api,
        api.path("v1.0", "queues"),
        "create queue q1",
        {"queue_name": "q1", "cu_count": 16, "resource_mode": 1},
        confirm=confirm or (lambda: queues.find_in_list(api, "q1")),
    )


def posts(sim):
    return [request for request in sim.requests if request.method == "POST"]


LOST_BUT_DONE = {
    "dropped": {"kind": "drop_after"},
    **{str(status): {"kind": "status_after", "status": status} for status in (408, 500, 502, 503, 504)},
    "page": {"kind": "status_after", "status": 502, "shape": "html"},
    "nothing": {"kind": "status_after", "status": 504, "shape": "empty"},
    "cut": {"kind": "truncate"},
}
LOST_UNDONE = {
    "dropped": {"kind": "drop_before"},
    **{str(status): {"kind": "status", "status": status} for status in (408, 500, 502, 503, 504)},
    "retry-after": {"kind": "status", "status": 503, "headers": {"Retry-After": "1"}},
}
POST = {"method": "POST", "path": "/queues$"}


@pytest.mark.parametrize("fault", LOST_BUT_DONE.values(), ids=LOST_BUT_DONE)
@pytest.mark.parametrize("lag", [0, 2, 6])
def test_a_created_queue_is_found_even_in_a_lagging_list(sim, api, fault, lag):
    sim.set_knobs(list_lag_seconds=lag)
    sim.inject(**fault, **POST)
    response, found = create(api)
    assert response == {}
    assert found["name"] == "q1"
    assert "q1" in sim.queues
    assert len(posts(sim)) == 1


@pytest.mark.parametrize("fault", LOST_UNDONE.values(), ids=LOST_UNDONE)
def test_a_post_without_effect_fails_and_is_not_sent_again(sim, api, clock, fault):
    sim.inject(**fault, **POST)
    with pytest.raises((TransportError, ApiError), match="Could not create queue q1") as caught:
        create(api)
    assert "No matching resource was found; it is safe to run the task again." in str(caught.value)
    assert "q1" not in sim.queues
    assert len(posts(sim)) == 1
    assert clock.sleeps == list(lost_answers.LOOK_UP_AFTER)


@pytest.mark.parametrize(
    ("seconds", "sleeps", "words"),
    [
        (0.5, [0], "It is unknown whether"),
        (2, [0, 1], "It is unknown whether"),
        (100, list(lost_answers.LOOK_UP_AFTER), "No matching resource was found"),
    ],
)
def test_the_lookups_end_at_the_deadline(sim, api, clock, seconds, sleeps, words):
    sim.inject(kind="drop_before", **POST)
    with api.with_deadline(Deadline(seconds)), pytest.raises(TransportError) as caught:
        create(api)
    assert words in str(caught.value)
    assert clock.sleeps == sleeps
    assert api.wrote == ("unknown" in words)


REJECTED = {
    "exists": {"status": 400, "error_code": "DLI.0006"},
    "denied": {"status": 403, "error_code": "DLI.0003"},
    "is_success": {"shape": "is_success_false"},
}


@pytest.mark.parametrize("fault", REJECTED.values(), ids=REJECTED)
def test_a_known_failure_is_raised_without_a_lookup(sim, api, fault):
    sim.inject(kind="status", **fault, **POST)
    with pytest.raises(ApiError) as caught:
        create(api)
    assert "run the task again" not in str(caught.value)
    assert [request.method for request in sim.requests] == ["POST"]


def test_a_throttled_post_is_sent_again(sim, api, clock):
    sim.inject(kind="status", status=429, headers={"Retry-After": "3"}, times=2, **POST)
    _answer, found = create(api)
    assert found is None
    assert [request.status for request in sim.requests] == [429, 429, 200]
    assert clock.sleeps == [3, 3]
    assert "q1" in sim.queues


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 503}, {"kind": "drop_before"}])
def test_a_failed_lookup_does_not_hide_the_error_of_the_post(sim, api, fault):
    sim.inject(kind="drop_after", **POST)
    sim.inject(**fault, method="GET", times=None)
    with pytest.raises(TransportError, match="Could not create queue q1") as caught:
        create(api)
    assert "It is unknown whether the request took effect" in caught.value.hint
    assert len(posts(sim)) == 1


def test_a_failed_lookup_is_repeated(sim, api):
    sim.inject(kind="drop_after", **POST)
    sim.inject(kind="status", status=503, method="GET", times=8)
    assert create(api)[1]["name"] == "q1"
    assert len(posts(sim)) == 1


def test_an_error_found_by_the_lookup_is_raised(sim, api):
    def two_of_them():
        raise Ambiguous("two of one name")

    sim.inject(kind="drop_after", **POST)
    with pytest.raises(Ambiguous):
        create(api, confirm=two_of_them)
