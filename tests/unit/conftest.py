# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the unit tests need to be found."""

from __future__ import annotations

import sys
from pathlib import Path

# The tests start the simulator in process. Its place is told from this file's, because ansible-test runs the tests in
# a copy of the collection, and passes no PYTHONPATH on.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "simulator"))
