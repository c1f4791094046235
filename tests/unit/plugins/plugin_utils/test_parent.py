# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task whose ansible-playbook was killed writes nothing more."""

from __future__ import annotations

import multiprocessing
import os
from types import SimpleNamespace

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as _clock
from ansible_collections.huaweicloud.dli.plugins.plugin_utils._parent import ControllerGone, parent_check

HERE = {"inventory_hostname": "localhost"}


@pytest.fixture
def kill_parent(monkeypatch):
    """kill_parent(): from now on, the process that started this one has ended."""
    pid = os.getppid()
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: SimpleNamespace(pid=pid))
    return lambda: monkeypatch.setattr(os, "getppid", lambda: 1)


def test_the_check_passes_while_the_parent_lives(kill_parent):
    check = parent_check()
    check()
    kill_parent()
    with pytest.raises(ControllerGone):
        check()


def test_a_process_that_is_no_worker_has_no_parent_to_check(monkeypatch):
    check = parent_check()
    monkeypatch.setattr(os, "getppid", lambda: 1)
    check()


def test_nothing_is_written_once_the_parent_is_gone(sim, action, connection_params, kill_parent):
    kill_parent()
    with pytest.raises(ControllerGone):
        action("dli_queue", {**connection_params, "name": "q1", "cu_count": 16}).run(task_vars=HERE)
    assert [request.method for request in sim.requests] == ["GET"]


def test_a_wait_ends_once_the_parent_is_gone(sim, action, connection_params, kill_parent, monkeypatch):
    wait = _clock.sleep

    def sleep(seconds):
        kill_parent()
        wait(seconds)

    monkeypatch.setattr(_clock, "sleep", sleep)
    sim.set_knobs(peer_seconds=600)
    with pytest.raises(ControllerGone):
        action("dli_queue", {**connection_params, "name": "q1", "cu_count": 16}).run(task_vars=HERE)
    assert [request.method for request in sim.requests if not request.path.endswith("connection-test")].count(
        "POST"
    ) == 1
