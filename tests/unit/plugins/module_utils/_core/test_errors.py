# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors: messages for people, results for playbooks."""

from __future__ import annotations

import inspect

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import errors

ALL = [kind for _name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.DliError)]
# The message and the hint of this error are its own.
TREE = [kind for kind in ALL if kind is not errors.UnexpectedResponse]
KEYS = {"code", "reason", "message", "request_id", "http_status", "hint", "differences"}


def make(kind, message="Words.", **more):
    """An error of that class with its required arguments."""
    if issubclass(kind, errors.InvalidInput):
        return kind([message])
    if issubclass(kind, errors.ApiError):
        more = {"status": 400, **more}
    if issubclass(kind, errors.TransportError):
        more = {"outcome_unknown": True, **more}
    return kind(message, **more)


@pytest.mark.parametrize("kind", TREE)
def test_every_error_has_the_same_keys_and_its_message(kind):
    error = make(kind)
    assert set(error.as_result()) == KEYS
    assert error.as_result()["message"] == "Words."
    assert str(error) == "Words."


@pytest.mark.parametrize("kind", [kind for kind in TREE if kind is not errors.InvalidInput])
def test_the_hint_follows_the_message_in_text_and_has_its_own_key_in_results(kind):
    error = make(kind, hint="Do this.")
    assert str(error) == "Words. Do this."
    assert error.as_result()["hint"] == "Do this."
    assert error.as_result()["message"] == "Words."


def test_an_api_error_returns_the_message_of_the_service():
    error = errors.NotFound(
        "Could not look: gone (HTTP 400).", status=400, code="DLI.0002", request_id="r1", api_message="gone"
    )
    assert error.as_result() == {
        "code": "DLI.0002",
        "reason": "not_found",
        "message": "gone",
        "request_id": "r1",
        "http_status": 400,
        "hint": None,
        "differences": [],
    }


def test_every_broken_rule_is_reported():
    error = errors.InvalidInput(["a must be b, got 1", "c is required"])
    assert error.problems == ["a must be b, got 1", "c is required"]
    assert str(error) == "a must be b, got 1; c is required"


def test_only_requests_have_an_unknown_outcome():
    assert [kind for kind in ALL if make(kind).outcome_unknown] == [errors.TransportError, errors.UnexpectedResponse]
    assert errors.ApiError("", status=503, outcome_unknown=True).outcome_unknown
    assert not errors.TransportError("", outcome_unknown=False).outcome_unknown


def test_an_unexpected_response_names_its_fault_and_its_request():
    error = errors.UnexpectedResponse("KeyError: 'id'")
    assert error.as_result()["message"] == "The response cannot be understood (KeyError: 'id')."
    error.locate("list queues", "r1")
    assert error.as_result() == {
        "code": None,
        "reason": "unexpected_response",
        "message": "Could not list queues: the response cannot be understood (KeyError: 'id') (request id r1).",
        "request_id": "r1",
        "http_status": None,
        "hint": error.hint,
        "differences": [],
    }
    error.locate("list queues", None)
    assert str(error).startswith("Could not list queues: the response cannot be understood (KeyError: 'id'). Check")
