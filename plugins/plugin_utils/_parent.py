# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The end of a task whose ansible-playbook was killed: its worker process would go on writing, unseen."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable


class ControllerGone(BaseException):
    """The process that started this task has ended. No DliError: nothing handles it, so that nothing more is sent."""


def parent_check() -> Callable[[], None]:
    """A function that raises ControllerGone once the process of Ansible that started this worker has ended.

    Checks nothing in a process that is no worker.
    """
    parent = multiprocessing.parent_process()

    def check() -> None:
        # An orphan gets another parent at once.
        if parent is not None and os.getppid() != parent.pid:
            raise ControllerGone("ansible has ended; the task writes nothing more")

    return check
