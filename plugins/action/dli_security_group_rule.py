# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ..modules.dli_security_group_rule import SPEC
from ..plugin_utils._in_process import InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC
