# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts of others, made printable, and the places where they are shown."""

from __future__ import annotations

import sys

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import errors
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.clock import Deadline
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.results import Outcome, QueryResult
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.texts import encodable, printable, without_controls
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait import progress

HOSTILE = "q\x1b]0;owned\x07\x9b2J\u202e\u2066\u200f\ud800\x00"
SHOWN = "q\\x1b]0;owned\\x07\\x9b2J\\u202e\\u2066\\u200f\\ud800\\x00"


def test_every_character_becomes_printable():
    shown = printable("".join(map(chr, range(sys.maxunicode + 1))), sys.maxunicode + 1)
    assert shown.isprintable()
    assert shown.encode().decode() == shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("queue q1", "queue q1"),
        ("\u961f\u5217 \u00fcber \U0001f600", "\u961f\u5217 \u00fcber \U0001f600"),
        ("one\ntwo\tthree\u00a0four\u3000five", "one two three four five"),
        (HOSTILE, SHOWN),
    ],
)
def test_other_characters_become_escapes(text, expected):
    assert printable(text) == expected


def test_every_message_warning_and_report_is_printable():
    unexpected = errors.UnexpectedResponse(HOSTILE)
    unexpected.locate(HOSTILE, HOSTILE)
    for error in (
        errors.Conflict(HOSTILE, hint=HOSTILE),
        errors.WaitTimeout(HOSTILE),
        errors.InvalidInput([HOSTILE]),
        errors.TransportError(HOSTILE, outcome_unknown=True),
        errors.ApiError(HOSTILE, status=400, api_message=HOSTILE),
        unexpected,
    ):
        assert SHOWN in str(error)
        assert all(str(value).isprintable() for value in error.as_result().values())
    assert Outcome(False, None, warnings=(HOSTILE,)).as_result("queue", diff=False)["warnings"] == [SHOWN]
    assert QueryResult([], warnings=(HOSTILE,)).as_result("queues", diff=False)["warnings"] == [SHOWN]
    reported = []
    with progress.progress_to(reported.append), progress.retries_to(reported.append):
        progress.report_progress(HOSTILE, HOSTILE, 1, Deadline(9))
        progress.report_retry(HOSTILE, HOSTILE, 1)
    assert [(wait.what, wait.seen) for wait in reported] == [(SHOWN, SHOWN)] * 2


def test_a_message_with_a_text_of_any_length_is_cut():
    error = errors.Conflict("The binding failed: " + "x" * 20_000_000)
    assert len(str(error)) < 11_000
    assert str(error).endswith("x ...")
    assert len(error.as_result()["message"]) < 11_000


def test_surrogates_are_replaced_in_every_part():
    assert encodable({"a\ud800": [1, None, "\udfffb", {"c": "d"}]}) == {"a\ufffd": [1, None, "\ufffdb", {"c": "d"}]}


def test_results_keep_lines_and_letters_but_no_controls():
    text = "one\n\ttwo \u00fc \u961f \U0001f468\u200d\U0001f469"
    assert without_controls({"a": [text, 1, None]}) == {"a": [text, 1, None]}
    shown = without_controls({"\x1b[2J": ("a\x9b2J\r\u202eb\x00",)})
    assert shown == {"\\x1b[2J": ["a\\x9b2J\\r\\u202eb\\x00"]}
