# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugins with the objects of Ansible that they use."""

from __future__ import annotations

import pytest


@pytest.fixture
def action(make_action):
    """action("dli_queue", {"name": "q1"}, async_val=60) is the plugin for a task with such keywords."""
    return make_action
