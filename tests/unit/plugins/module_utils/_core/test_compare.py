# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparison of requested and current values."""

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
        # Empty, false and zero values are set; only None is unset.
        ({"a": "", "b": [], "c": {}, "d": False, "e": 0}, {"a": "", "b": [], "c": {}, "d": False, "e": 0}),
    ],
)
def test_only_none_counts_as_unset(options, expected):
    assert compare.given(options) == expected


@pytest.mark.parametrize(
    ("wanted", "current", "expected"),
    [
        ({"cu": 16}, {"cu": 16}, {}),
        ({"cu": 64}, {"cu": 16}, {"cu": 64}),
        ({}, {"cu": 16}, {}),
        # A field that the service does not return is not reported as different.
        ({"cu": 64}, {"cu": None}, {}),
        ({"cu": 64}, {}, {}),
        # It does not hide the fields after it.
        ({"cu": 64, "text": "a"}, {"cu": None, "text": ""}, {"text": "a"}),
        # An empty field is.
        ({"text": "a"}, {"text": ""}, {"text": "a"}),
        ({"text": ""}, {"text": "a"}, {"text": ""}),
        ({"flag": False}, {"flag": True}, {"flag": False}),
        ({"number": 0}, {"number": 1}, {"number": 0}),
        ({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 0, "c": 0, "d": 9}, {"b": 2, "c": 3}),
    ],
)
def test_a_delta_has_the_fields_that_differ_from_returned_values(wanted, current, expected):
    assert compare.delta(wanted, current) == expected


@pytest.mark.parametrize(
    ("wanted", "current", "expected"),
    [
        ({"name": "Q1", "labels": ["b", "a"]}, {"name": "q1", "labels": ["a", "b"]}, {}),
        ({"name": "Q2", "labels": ["b"]}, {"name": "q1", "labels": ["a", "b"]}, {"name": "Q2", "labels": ["b"]}),
    ],
)
def test_values_are_compared_in_normalized_form_and_reported_as_requested(wanted, current, expected):
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
def test_an_unset_set_stays_unchanged(current, purge):
    assert compare.desired_set(None, current, purge=purge) == current


@given(current=NAMES)
def test_an_empty_set_removes_all_elements(current):
    assert compare.desired_set([], current, purge=True) == set()
