# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""convert: values of the expected type, also as texts, are converted; all others raise."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import convert

INFINITY = float("inf")


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        (convert.integer, None, None),
        (convert.integer, "", None),
        (convert.integer, "16", 16),
        (convert.integer, 16.0, 16),
        (convert.required_integer, 0, 0),
        (convert.decimal, None, None),
        (convert.decimal, 3, 3.0),
        (convert.text, None, None),
        (convert.text, 7, "7"),
        (convert.required_text, "x", "x"),
        (convert.boolean, None, None),
        (convert.boolean, " True", True),
        (convert.boolean, "false", False),
        (convert.texts, None, None),
        (convert.texts, ["a", 1], ["a", "1"]),
        (convert.objects, None, []),
        (convert.objects, [{}], [{}]),
        (convert.mapping, {"a": 1}, {"a": 1}),
    ],
)
def test_values_of_the_expected_type_are_converted(function, value, expected):
    assert function(value) == expected


@pytest.mark.parametrize(
    ("function", "values"),
    [
        (convert.integer, [True, "x", "1" * 400, 1.5, INFINITY, float("nan"), 10**400, [], {}]),
        (convert.required_integer, [None, ""]),
        (convert.decimal, [True, "1", INFINITY, float("nan"), 10**400, []]),
        (convert.text, [True, 1.5, 10**400, [], {}]),
        (convert.required_text, [None, "", []]),
        (convert.boolean, [0, 1, "yes", [], {}]),
        (convert.texts, ["a", {}, [None], [""], [[]], 1]),
        (convert.objects, ["a", {}, [None], ["a"], [[]]]),
        (convert.mapping, [None, "a", [], 1]),
    ],
)
def test_all_other_values_raise(function, values):
    for value in values:
        with pytest.raises((TypeError, ValueError)):
            function(value)
