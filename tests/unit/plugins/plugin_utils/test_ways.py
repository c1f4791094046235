# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tasks are done in Ansible's own process, and why the others are not."""

from __future__ import annotations

import sys

import pytest
from ansible_collections.huaweicloud.dli.plugins.plugin_utils import _ways as ways

OTHER_PYTHON = f"it is to run with /opt/python, and Ansible runs with {sys.executable}"

# What is so about a task, and the reason to run it as a module; none if it is done in this process.
TASKS = [
    ({}, None),
    # The connection, and who does it.
    ({"transport": "ssh"}, "the connection is ssh, not local"),
    ({"become": object()}, "it becomes another user"),
    ({"async_val": 60}, "it runs in the background (async)"),
    # The variable, as people write it.
    ({"huaweicloud_dli_fast_path": True}, None),
    ({"huaweicloud_dli_fast_path": "yes"}, None),
    ({"huaweicloud_dli_fast_path": ""}, None),
    ({"huaweicloud_dli_fast_path": None}, None),
    ({"huaweicloud_dli_fast_path": False}, "huaweicloud_dli_fast_path says so"),
    ({"huaweicloud_dli_fast_path": "no"}, "huaweicloud_dli_fast_path says so"),
    ({"huaweicloud_dli_fast_path": 0}, "huaweicloud_dli_fast_path says so"),
    ({"huaweicloud_dli_fast_path": "perhaps"}, "huaweicloud_dli_fast_path says so"),
    ({"huaweicloud_dli_fast_path": "{{ a }}", "meanings": {"{{ a }}": False}}, "huaweicloud_dli_fast_path says so"),
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
    # What a process reads when it starts.
    ({"environment": [{"HTTPS_PROXY": "http://proxy:3128", "HOME": "/tmp", "PATH": "/bin"}]}, None),
    (
        {"environment": [{"PYTHONPATH": "/opt"}, {"LD_LIBRARY_PATH": "/opt", "HOME": "/tmp"}]},
        "its environment is for a process that starts (PYTHONPATH, LD_LIBRARY_PATH)",
    ),
    (
        {"environment": [{"OPENSSL_CONF": "/opt/openssl.cnf"}]},
        "its environment is for a process that starts (OPENSSL_CONF)",
    ),
    # The first reason that there is.
    ({"transport": "ssh", "ansible_python_interpreter": "/opt/python"}, "the connection is ssh, not local"),
    # A task for another host: it is that host that counts.
    ({"delegate_to": "there"}, None),
    ({"delegate_to": "there", "there": {"ansible_python_interpreter": "/opt/python"}}, OTHER_PYTHON),
    ({"delegate_to": "there", "ansible_python_interpreter": "/opt/python"}, None),
    ({"delegate_to": "there", "there": {ways.VARIABLE: False}}, "huaweicloud_dli_fast_path says so"),
    ({"delegate_to": "there", ways.VARIABLE: False}, "huaweicloud_dli_fast_path says so"),
]


@pytest.fixture
def why(action):
    """why(delegate_to="there", there={...}, ansible_connection=...) takes keywords of a task and variables alike."""

    def why(there=None, **said):
        variables = {name: said.pop(name) for name in list(said) if name.startswith(("ansible_", "huaweicloud_"))}
        variables["ansible_delegated_vars"] = {"there": there or {}}
        plugin = action(**said)
        environment = {}
        plugin._compute_environment_string(environment)
        return ways.reason_for_subprocess(plugin, variables, environment)

    return why


@pytest.mark.parametrize(("said", "reason"), TASKS)
def test_each_obstacle_is_a_reason(why, said, reason):
    assert why(**said) == reason


@pytest.mark.parametrize("variables", [{}, {"ansible_delegated_vars": {}}])
def test_a_host_without_variables_has_no_reason(action, variables):
    assert ways.reason_for_subprocess(action(delegate_to="there"), variables, {}) is None


@pytest.mark.parametrize("value", ["0", "false", "off"])
def test_the_environment_of_ansible_switches_it_off(why, monkeypatch, value):
    monkeypatch.setenv("HUAWEICLOUD_DLI_FAST_PATH", value)
    assert why() == "HUAWEICLOUD_DLI_FAST_PATH says so"


@pytest.mark.parametrize("value", ["1", "true", ""])
def test_the_environment_of_ansible_need_not_switch_it_off(why, monkeypatch, value):
    monkeypatch.setenv("HUAWEICLOUD_DLI_FAST_PATH", value)
    assert why() is None


def test_the_environment_of_the_task_is_not_ansibles(why):
    assert why(environment=[{"HUAWEICLOUD_DLI_FAST_PATH": "0"}]) is None


def test_without_requests_here_the_module_may_find_it_elsewhere(why, monkeypatch):
    monkeypatch.setattr(ways, "REQUESTS_IMPORT_ERROR", "Traceback")
    assert why() == "the Python library requests is missing here"


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
def test_a_python_has_several_names(why, environments, name):
    assert why(ansible_python_interpreter=str(environments / name)) is None


@pytest.mark.parametrize("name", ["second/bin/python", "python", "/usr/bin/env python3"])
def test_another_environment_has_other_libraries(why, environments, name):
    interpreter = name if " " in name or "/" not in name else str(environments / name)
    assert "it is to run with" in why(ansible_python_interpreter=interpreter)


def test_the_configuration_counts_where_no_variable_does(why, monkeypatch):
    original = ways.constants.config.get_config_value

    def value(name, *args, **kwargs):
        # Ansible asks for other settings when it imports a file of its own.
        return "/opt/python" if name == "INTERPRETER_PYTHON" else original(name, *args, **kwargs)

    monkeypatch.setattr(ways.constants.config, "get_config_value", value)
    assert why() == OTHER_PYTHON
