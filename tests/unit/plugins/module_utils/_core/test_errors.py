# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an error tells people, and what it tells playbooks."""

from __future__ import annotations

import inspect

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import errors

TREE = [kind for _name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.DliError)]
KEYS = {"code", "message", "request_id", "http_status", "hint"}


def make(kind, message="Words.", **more):
    """An error of that kind with whatever it needs."""
    if issubclass(kind, errors.InvalidInput):
        return kind([message])
    if issubclass(kind, errors.ApiError):
        more = {"status": 400, **more}
    if issubclass(kind, errors.TransportError):
        more = {"outcome_unknown": True, **more}
    return kind(message, **more)


@pytest.mark.parametrize("kind", TREE)
def test_every_error_has_the_same_keys_and_says_its_words(kind):
    error = make(kind)
    assert set(error.as_result()) == KEYS
    assert error.as_result()["message"] == "Words."
    assert str(error) == "Words."


@pytest.mark.parametrize("kind", [kind for kind in TREE if kind is not errors.InvalidInput])
def test_the_hint_follows_the_message_for_people_and_stands_alone_for_playbooks(kind):
    error = make(kind, hint="Do this.")
    assert str(error) == "Words. Do this."
    assert error.as_result()["hint"] == "Do this."
    assert error.as_result()["message"] == "Words."


def test_a_refusal_keeps_the_words_of_the_service_apart():
    error = errors.NotFound(
        "Could not look: gone (HTTP 400).", status=400, code="DLI.0002", request_id="r1", api_message="gone"
    )
    assert error.as_result() == {
        "code": "DLI.0002",
        "message": "gone",
        "request_id": "r1",
        "http_status": 400,
        "hint": None,
    }


def test_every_broken_rule_is_told():
    error = errors.InvalidInput(["a: must be b", "c: is missing"])
    assert error.problems == ["a: must be b", "c: is missing"]
    assert str(error) == "a: must be b; c: is missing"


def test_only_requests_can_be_unclear():
    assert [kind for kind in TREE if make(kind).outcome_unknown] == [errors.TransportError]
    assert errors.ApiError("", status=503, outcome_unknown=True).outcome_unknown
    assert not errors.TransportError("", outcome_unknown=False).outcome_unknown
