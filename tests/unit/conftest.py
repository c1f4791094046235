# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A running simulator, modules run through their main(), action plugins, and a clock that takes no time."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import hypothesis
import pytest

# The simulator is a package in a folder beside these tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "simulator"))

from ansible.module_utils import basic
from ansible.module_utils.common import warnings as ansible_warnings
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as _clock
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials

from dli_simulator import Simulator

try:
    # Since ansible-core 2.19.
    from ansible.module_utils.testing import patch_module_args
except ImportError:
    patch_module_args = None

# The default deadline of an example fails on a busy machine.
hypothesis.settings.register_profile("unit", deadline=None)
hypothesis.settings.load_profile("unit")

MODULES = "ansible_collections.huaweicloud.dli.plugins.modules"
ACTIONS = "ansible_collections.huaweicloud.dli.plugins.action"
# POST requests that are allowed in check mode, because they change nothing.
READ_ONLY_POSTS = {"dli_connectivity_test": ("/connection-test",), "dli_plan_info": ("/resource-instances/filter",)}

# Done before the first test: ansible-test forks for each test, and each test would repeat it.
SIMULATOR = Simulator()
for _path in sorted((Path(__file__).resolve().parents[2] / "plugins/modules").glob("dli_*.py")):
    importlib.import_module(f"{MODULES}.{_path.stem}")


class Clock:
    """The clock of the collection: a sleep advances it and the clock of the simulator, and takes no time."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.sleeps = []

    def sleep(self, seconds):
        self.sleeps.append(seconds)
        self.simulator.clock.advance(seconds)

    def monotonic(self):
        # Independent of real time: on a busy machine, a deadline would otherwise come after fewer sleeps.
        return 1000.0 + self.slept

    @property
    def slept(self):
        return sum(self.sleeps)


class Result(dict):
    """The result of a module; ``requests`` are the requests that it sent."""

    requests = ()

    @property
    def failed(self):
        return self.get("failed", False)

    @property
    def sent(self):
        """The requests in short form, without the project in the path: 'POST queues 200'."""
        return [f"{r.method} {r.path.split('/', 3)[-1]} {r.status}" for r in self.requests]

    @property
    def warned(self):
        """The texts of the warnings, which are objects since ansible-core 2.19."""
        return [each if isinstance(each, str) else each["event"]["msg"] for each in self.get("warnings", [])]

    @property
    def writes(self):
        return [r for r in self.requests if r.method != "GET"]


@pytest.fixture(scope="session")
def running_simulator():
    with SIMULATOR:
        yield SIMULATOR


@pytest.fixture
def sim(running_simulator):
    """The simulator in its initial state, with a clock that only sleeps advance."""
    running_simulator.reset()
    return running_simulator


@pytest.fixture
def existing_queue(sim):
    """existing_queue("q1", cu_count=64) seeds a queue, a month old unless ``age`` is set."""

    def existing_queue(name, **fields):
        sim.load_seed({"queues": [{"queue_name": name, **fields}]})
        return sim.queues[name.lower()]

    return existing_queue


@pytest.fixture
def clock(sim):
    return Clock(sim)


@pytest.fixture(autouse=True)
def no_test_sleeps(request, monkeypatch):
    """Replace the clock. Tests without a simulator get a clock of their own."""
    if "sim" in request.fixturenames:
        clock = request.getfixturevalue("clock")
        monkeypatch.setattr(_clock, "sleep", clock.sleep)
        monkeypatch.setattr(_clock, "monotonic", clock.monotonic)
        return
    now = [1000.0]
    monkeypatch.setattr(_clock, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    monkeypatch.setattr(_clock, "monotonic", lambda: now[0])


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def clean_environment(request, monkeypatch, empty_home):
    """Hide the credentials, proxies and files of the machine."""
    for name in list(os.environ):
        if name.startswith(("HW_", "OS_", "HUAWEICLOUD_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    # A folder for each test would take pytest longer than most tests, because it numbers them.
    home = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else empty_home
    monkeypatch.setenv("HOME", str(home))


@pytest.fixture
def connection_params(sim):
    """The connection options for the simulator: AK/SK and a project id."""
    ready = sim.ready
    return {
        "endpoint": ready["dli_endpoint"],
        "iam_endpoint": ready["iam_endpoint"],
        "vpc_endpoint": ready["vpc_endpoint"],
        "region": ready["region"],
        "project_id": ready["project_id"],
        "access_key": ready["access_key"],
        "secret_key": ready["secret_key"],
    }


@pytest.fixture
def api(connection_params):
    """A client that is connected to the simulator."""
    return credentials.connect(
        {**connection_params, "validate_certs": True, "ca_path": None, "request_timeout": 10, "max_retries": 5}
    )


def pytest_configure(config):
    text = "both_modes: about options and results, so tests/tools/parity/both_ways.py runs it in both execution modes"
    config.addinivalue_line("markers", text)
    config.addinivalue_line("markers", "one_mode(reason): both_ways.py does not run it in both execution modes")


@pytest.fixture
def executed_as():
    """How ``run`` runs a module: "module" or "action". tests/tools/parity/both_ways.py runs tests with both."""
    return "module"


@pytest.fixture
def results():
    """The results of the test so far, in the order of its calls of ``run``."""
    return []


@pytest.fixture
def run(sim, connection_params, executed_as, results, make_action):
    """run("dli_queue", name="q1", ...) runs the module and returns its result."""

    def run_module(module, options, check, diff):
        arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": diff, "_ansible_version": "2.16.0"}
        arguments["_ansible_module_name"] = f"huaweicloud.dli.{module}"
        return run_main(importlib.import_module(f"{MODULES}.{module}"), arguments)

    def run_action(module, options, check, diff):
        plugin = make_action(module, options, check_mode=check, diff=diff)
        return plugin.run(task_vars={"inventory_hostname": "localhost"})

    def run(module, *, check=False, diff=True, connected=True, **options):
        options = {**(connection_params if connected else {}), **options}
        before = len(sim.requests)
        result = Result({"module": run_module, "action": run_action}[executed_as](module, options, check, diff))
        result.requests = list(sim.requests)[before:]
        results.append(result)
        if check:
            # A login is a POST, but it changes no resource.
            allowed = ("/v3/auth/tokens", "/id-token/tokens", "/securitytokens", *READ_ONLY_POSTS.get(module, ()))
            assert all(r.path.endswith(allowed) for r in result.writes), result.sent
        return result

    return run


def run_main(module, arguments):
    """Call main() as this version of ansible-core does; returns the decoded result."""
    printed = io.StringIO()
    # In its own process, a module starts without warnings.
    ansible_warnings._global_warnings.clear()
    with (
        module_process(),
        module_arguments(arguments),
        contextlib.redirect_stdout(printed),
        pytest.raises(SystemExit),
    ):
        module.main()
    return json.loads(printed.getvalue())


@contextlib.contextmanager
def module_process():
    """Since 2.19, ansible-core takes this process for the controller after tests of action plugins; prevent that."""
    internal = sys.modules.get("ansible.module_utils._internal")
    with pytest.MonkeyPatch.context() as patch:
        if hasattr(internal, "is_controller"):
            patch.setattr(internal, "is_controller", False)
        yield


@contextlib.contextmanager
def module_arguments(arguments):
    if patch_module_args is None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
            yield
    else:
        with patch_module_args(arguments):
            yield


class Templar:
    """Knows what whole texts stand for; how Ansible finds that out is its own matter."""

    def __init__(self, meanings):
        self.meanings = meanings

    def template(self, value):
        if isinstance(value, dict):
            return {key: self.template(each) for key, each in value.items()}
        return self.meanings.get(value, value) if isinstance(value, str) else value


class Screen:
    """Keeps what is shown: ``lines`` of (text, whether on standard error), and ``remarks`` for -vvv by host."""

    def __init__(self):
        self.lines = []
        self.remarks = []

    def display(self, text, stderr=False):
        self.lines.append((text, stderr))

    def vvv(self, text, host=None):
        self.remarks.append((host, text))


@pytest.fixture
def screen():
    return Screen()


@pytest.fixture
def make_action(request, screen):
    """make_action("dli_queue", {"name": "q1"}, async_val=60) is the plugin for a task with such keywords."""

    def make_action(module="dli_queue", args=None, *, transport="local", become=None, meanings=None, **keywords):
        task = {
            "action": f"huaweicloud.dli.{module}",
            "args": args or {},
            "async_val": 0,
            "check_mode": False,
            "delegate_to": None,
            "diff": False,
            "environment": [],
            "loop": None,
            "no_log": False,
            "retries": None,
            "until": None,
        }
        shell = SimpleNamespace(env_prefix=lambda **_variables: "", tmpdir=None)
        made = importlib.import_module(f"{ACTIONS}.{module}").ActionModule(
            task=SimpleNamespace(**{**task, **keywords}),
            connection=SimpleNamespace(transport=transport, become=become, _shell=shell),
            play_context=None,
            loader=SimpleNamespace(get_basedir=lambda: str(request.getfixturevalue("tmp_path"))),
            templar=Templar({"{{ ansible_playbook_python }}": sys.executable, **(meanings or {})}),
            shared_loader_obj=None,
        )
        made._display = screen
        return made

    return make_action
