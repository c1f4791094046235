# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback plugin that only installs a clock: waiting tasks advance the simulated clock instead of sleeping.

SIMULATED_CLOCK is the address of the simulator's clock. With SIMULATED_CLOCK=stopped nothing becomes ready, so that a
job waits until it is ended; each sleep then takes a moment of real time. The plugin is loaded before Ansible forks its
workers, which inherit the clock. A module in a process of its own sleeps in real time.
"""

from __future__ import annotations

import json
import os
import time
import urllib.request

from ansible.plugins.callback import CallbackBase
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock

DOCUMENTATION = """
name: simulated_time
type: aggregate
short_description: Tasks of huaweicloud.dli wait in simulated time
description: See the module.
"""

STOPPED = "stopped"
# Seconds that a sleep takes while the clock is stopped.
MOMENT = 0.05


class SimulatedTime:
    """Replaces the functions of the collection's clock. Each worker process has its own time."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._slept = 0.0
        # Only what plain HTTP needs: a complete opener reads all certificates.
        self._opener = urllib.request.OpenerDirector()
        self._opener.add_handler(urllib.request.HTTPHandler())

    def sleep(self, seconds: float) -> None:
        if self._address == STOPPED:
            time.sleep(MOMENT)
            return
        self._slept += seconds
        body = json.dumps({"advance": seconds}).encode()
        self._opener.open(urllib.request.Request(self._address, body, method="POST"), timeout=30).close()

    def monotonic(self) -> float:
        return 1000.0 + self._slept


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "simulated_time"

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        if "SIMULATED_CLOCK" in os.environ:
            simulated = SimulatedTime(os.environ["SIMULATED_CLOCK"])
            clock.sleep, clock.monotonic = simulated.sleep, simulated.monotonic
