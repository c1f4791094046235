# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wanted against current, as plain data."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import compare
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.frozensets(st.sampled_from("abcdef"))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {}),
        ({"a": None, "b": 1}, {"b": 1}),
        # What is empty, false or nought was said; only what was left out was not.
        ({"a": "", "b": [], "c": {}, "d": False, "e": 0}, {"a": "", "b": [], "c": {}, "d": False, "e": 0}),
    ],
)
def test_what_was_left_out_was_not_said(options, expected):
    assert compare.given(options) == expected


@pytest.mark.parametrize(
    ("wanted", "current", "expected"),
    [
        ({"cu": 16}, {"cu": 16}, {}),
        ({"cu": 64}, {"cu": 16}, {"cu": 64}),
        ({}, {"cu": 16}, {}),
        # What the service does not show cannot be called different.
        ({"cu": 64}, {"cu": None}, {}),
        ({"cu": 64}, {}, {}),
        # But what it shows as empty can.
        ({"text": "a"}, {"text": ""}, {"text": "a"}),
        ({"text": ""}, {"text": "a"}, {"text": ""}),
        ({"flag": False}, {"flag": True}, {"flag": False}),
        ({"number": 0}, {"number": 1}, {"number": 0}),
        ({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 0, "c": 0, "d": 9}, {"b": 2, "c": 3}),
    ],
)
def test_a_delta_is_what_differs_from_what_can_be_seen(wanted, current, expected):
    assert compare.delta(wanted, current) == expected


@pytest.mark.parametrize(
    ("wanted", "current", "expected"),
    [
        ({"name": "Q1", "labels": ["b", "a"]}, {"name": "q1", "labels": ["a", "b"]}, {}),
        ({"name": "Q2", "labels": ["b"]}, {"name": "q1", "labels": ["a", "b"]}, {"name": "Q2", "labels": ["b"]}),
    ],
)
def test_values_are_compared_in_their_normal_form_and_reported_as_said(wanted, current, expected):
    assert compare.delta(wanted, current, {"name": str.lower, "labels": sorted}) == expected


@given(wanted=NAMES, current=NAMES)
def test_a_set_becomes_exact_or_only_grows(wanted, current):
    exact = compare.desired_set(wanted, current, purge=True)
    grown = compare.desired_set(wanted, current, purge=False)
    assert exact == wanted
    assert grown >= wanted
    assert grown >= current
    assert grown - wanted <= current


@given(current=NAMES, purge=st.booleans())
def test_a_set_that_nobody_mentioned_stays(current, purge):
    assert compare.desired_set(None, current, purge=purge) == current


@given(current=NAMES)
def test_an_empty_set_was_mentioned(current):
    assert compare.desired_set([], current, purge=True) == set()
