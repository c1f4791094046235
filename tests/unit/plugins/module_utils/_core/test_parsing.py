# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""parsing: a part of a response with another shape is one error of ours."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import UnexpectedResponse
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.parsing import parses_response


@parses_response
def double(part):
    return 2 * int(part["size"])


def test_a_part_of_the_expected_shape_is_converted():
    assert double({"size": "21"}) == 42


@pytest.mark.parametrize("part", [None, "size", 1, [], {}, {"size": None}, {"size": "x"}, {"size": float("inf")}])
def test_any_other_shape_is_one_error(part):
    with pytest.raises(UnexpectedResponse, match="The response cannot be understood") as caught:
        double(part)
    caught.value.locate("read queue q1", "r1")
    assert caught.value.message.startswith("Could not read queue q1: the response cannot be understood (")
    assert caught.value.as_result()["request_id"] == "r1"
