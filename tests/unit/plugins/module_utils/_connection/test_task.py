# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of a connection."""

from __future__ import annotations

from ansible_collections.huaweicloud.dli.plugins.module_utils._api.task import Task
from ansible_collections.huaweicloud.dli.plugins.module_utils._connection.task import ConnectionTask


def test_names_of_connections_are_case_sensitive_and_names_of_queues_are_not():
    parts = (None, {"name": "Test1"}, False, None)
    assert (ConnectionTask(*parts).name, Task(*parts).name) == ("Test1", "test1")
