# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator of Huawei Cloud Data Lake Insight, including the IAM and VPC calls that its clients use."""

from __future__ import annotations

from .simulator import Simulator

__all__ = ["Simulator"]
