# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The execution mode of a task, and the reason for running it as a regular module."""

from __future__ import annotations

import sys

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.huaweicloud.dli.plugins.plugin_utils import _execution_mode

OTHER_PYTHON = f"its Python interpreter is /opt/python, Ansible's is {sys.executable}"

# Properties of a task, and the reason for running it as a module; None for execution in this process.
TASKS = [
    ({}, None),
    # The connection, become and async.
    ({"transport": "ssh"}, "the connection is ssh, not local"),
    ({"become": object()}, "it uses become"),
    ({"async_val": 60}, "it runs in the background (async)"),
    # The variable, with all usual values.
    ({"huaweicloud_dli_fast_path": True}, None),
    ({"huaweicloud_dli_fast_path": "yes"}, None),
    ({"huaweicloud_dli_fast_path": ""}, None),
    ({"huaweicloud_dli_fast_path": None}, None),
    ({"huaweicloud_dli_fast_path": False}, "huaweicloud_dli_fast_path is false"),
    ({"huaweicloud_dli_fast_path": "no"}, "huaweicloud_dli_fast_path is false"),
    ({"huaweicloud_dli_fast_path": 0}, "huaweicloud_dli_fast_path is false"),
    ({"huaweicloud_dli_fast_path": "{{ a }}", "meanings": {"{{ a }}": False}}, "huaweicloud_dli_fast_path is false"),
    ({"huaweicloud_dli_fast_path": "{{ a }}", "meanings": {"{{ a }}": True}}, None),
    # The interpreter.
    ({"ansible_python_interpreter": "/opt/python"}, OTHER_PYTHON),
    ({"ansible_python_interpreter": "{{ a }}", "meanings": {"{{ a }}": "/opt/python"}}, OTHER_PYTHON),
    ({"ansible_python_interpreter": "{{ ansible_playbook_python }}"}, None),
    ({"ansible_python_interpreter": sys.executable}, None),
    ({"ansible_python_interpreter": "auto"}, None),
    ({"ansible_python_interpreter": "auto_silent"}, None),
    ({"ansible_python_interpreter": "auto_legacy"}, None),
    ({"ansible_python_interpreter": "auto_legacy_silent"}, None),
    ({"ansible_python_interpreter": ""}, None),
    # Variables that take effect when a process starts.
    ({"environment": [{"HTTPS_PROXY": "http://proxy:3128", "HOME": "/tmp", "PATH": "/bin"}]}, None),
    (
        {"environment": [{"PYTHONPATH": "/opt"}, {"LD_LIBRARY_PATH": "/opt", "HOME": "/tmp"}]},
        "its environment sets variables that take effect at process start (PYTHONPATH, LD_LIBRARY_PATH)",
    ),
    (
        {"environment": [{"OPENSSL_CONF": "/opt/openssl.cnf"}]},
        "its environment sets variables that take effect at process start (OPENSSL_CONF)",
    ),
    # The first of several reasons.
    ({"transport": "ssh", "ansible_python_interpreter": "/opt/python"}, "the connection is ssh, not local"),
    # With delegate_to, the variables of the other host count.
    ({"delegate_to": "there"}, None),
    ({"delegate_to": "there", "there": {"ansible_python_interpreter": "/opt/python"}}, OTHER_PYTHON),
    ({"delegate_to": "there", "ansible_python_interpreter": "/opt/python"}, None),
    ({"delegate_to": "there", "there": {_execution_mode.VARIABLE: False}}, "huaweicloud_dli_fast_path is false"),
    ({"delegate_to": "there", _execution_mode.VARIABLE: False}, "huaweicloud_dli_fast_path is false"),
]


@pytest.fixture
def why(action):
    """why(delegate_to="there", there={...}, ansible_connection=...) takes keywords of a task and variables alike."""

    def why(there=None, **task):
        variables = {name: task.pop(name) for name in list(task) if name.startswith(("ansible_", "huaweicloud_"))}
        variables["ansible_delegated_vars"] = {"there": there or {}}
        plugin = action(**task)
        environment = {}
        plugin._compute_environment_string(environment)
        return _execution_mode.reason_for_subprocess(plugin, variables, environment)

    return why


@pytest.mark.parametrize(("task", "reason"), TASKS)
def test_each_property_of_a_task_that_requires_a_process_is_reported(why, task, reason):
    assert why(**task) == reason


@pytest.mark.parametrize("value", ["perhaps", [False], 2, {}])
def test_a_switch_that_is_no_boolean_is_named(why, monkeypatch, value):
    with pytest.raises(InvalidInput, match=r"^huaweicloud_dli_fast_path must be true or false, got "):
        why(huaweicloud_dli_fast_path=value)
    monkeypatch.setenv("HUAWEICLOUD_DLI_FAST_PATH", str(value))
    with pytest.raises(InvalidInput, match=r"^HUAWEICLOUD_DLI_FAST_PATH must be true or false, got "):
        why()


@pytest.mark.parametrize("variables", [{}, {"ansible_delegated_vars": {}}])
def test_a_host_without_variables_has_no_reason(action, variables):
    assert _execution_mode.reason_for_subprocess(action(delegate_to="there"), variables, {}) is None


@pytest.mark.parametrize("value", ["0", "false", "off"])
def test_the_environment_of_ansible_can_turn_the_fast_path_off(why, monkeypatch, value):
    monkeypatch.setenv("HUAWEICLOUD_DLI_FAST_PATH", value)
    assert why() == "HUAWEICLOUD_DLI_FAST_PATH is false"


@pytest.mark.parametrize("value", ["1", "true", ""])
def test_the_environment_of_ansible_can_leave_the_fast_path_on(why, monkeypatch, value):
    monkeypatch.setenv("HUAWEICLOUD_DLI_FAST_PATH", value)
    assert why() is None


def test_the_environment_of_the_task_does_not_count(why):
    assert why(environment=[{"HUAWEICLOUD_DLI_FAST_PATH": "0"}]) is None


def test_without_requests_in_ansibles_python_the_task_runs_as_a_module(why, monkeypatch):
    monkeypatch.setattr(_execution_mode, "REQUESTS_IMPORT_ERROR", "Traceback")
    assert why() == "Ansible's Python lacks the library requests"


@pytest.fixture
def environments(tmp_path, monkeypatch):
    """Two virtual environments made from one Python; Ansible runs in the first."""
    for name in ("first", "second"):
        folder = tmp_path / name / "bin"
        folder.mkdir(parents=True)
        (folder / "python").symlink_to(sys.executable)
        (folder / "python3").symlink_to("python")
    (tmp_path / "link").symlink_to(tmp_path / "first")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "first/bin/python"))
    return tmp_path


@pytest.mark.parametrize("name", ["first/bin/python", "first/bin/python3", "link/bin/python3"])
def test_all_names_of_one_python_count_as_the_same(why, environments, name):
    assert why(ansible_python_interpreter=str(environments / name)) is None


@pytest.mark.parametrize("name", ["second/bin/python", "python", "/usr/bin/env python3"])
def test_the_python_of_another_virtual_environment_counts_as_different(why, environments, name):
    interpreter = name if " " in name or "/" not in name else str(environments / name)
    assert "its Python interpreter is" in why(ansible_python_interpreter=interpreter)


def test_the_configured_interpreter_counts_if_no_variable_sets_one(why, monkeypatch):
    original = _execution_mode.constants.config.get_config_value

    def value(name, *args, **kwargs):
        # Ansible reads other settings when it imports a file of its own.
        return "/opt/python" if name == "INTERPRETER_PYTHON" else original(name, *args, **kwargs)

    monkeypatch.setattr(_execution_mode.constants.config, "get_config_value", value)
    assert why() == OTHER_PYTHON
