# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Execution in the process of Ansible: the same environment and result as a module has, and no side effects."""

from __future__ import annotations

import datetime
import os

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as _clock
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.results import Outcome
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait import poll, progress
from ansible_collections.huaweicloud.dli.plugins.plugin_utils import _in_process as in_process

CREDENTIALS = {"access_key": "AK", "secret_key": "SK", "region": "eu-west-101", "project_id": "0123"}
HERE = {"inventory_hostname": "localhost"}


class TimeIsUp(BaseException):
    """What Ansible raises in the middle of a task for the keyword timeout."""


@pytest.fixture
def perform(action):
    """perform(step, {"name": "q1"}, ...) runs a plugin whose module does nothing but call ``step(params)``."""

    def perform(step, args=None, *, variables=None, **task):
        def whole_step(_api, params, _dry_run):
            made = step(params)
            return made if isinstance(made, Outcome) else Outcome(changed=False, after=made)

        plugin = action(args={"name": "q1", **CREDENTIALS, **(args or {})}, **task)
        plugin.spec = plugin.spec._replace(run=whole_step, validate=lambda _params: [], lists=None)
        return plugin.run(task_vars={**HERE, **(variables or {})})

    return perform


@pytest.fixture
def both(action, run, connection_params):
    """both("dli_queue", name="q1") runs as a module and in this process; returns both results."""

    def both(module, **options):
        as_module = dict(run(module, diff=False, **options))
        here = action(module, {**connection_params, **options}).run(task_vars=HERE)
        for result in (as_module, here):
            result.pop("invocation", None)
            # Ansible adds its description of a failure to the results of modules, too.
            result.pop("exception", None)
        return as_module, here

    return both


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("dli_queue", {"name": "q1"}),
        ("dli_queue", {"name": "q1", "cu_count": "72", "wait": False}),
        ("dli_queue", {"name": "nowhere"}),
        ("dli_queue", {"name": "no good"}),
        ("dli_queue", {"nam": "q1"}),
        ("dli_queue", {"nam": "q1", "password": {"is": "nam"}}),
        ("dli_queue", {"name": "q1", "cu_count": "many"}),
        ("dli_queue", {}),
        ("dli_queue", {"name": "q1", "password": "q1"}),
        ("dli_queue", {"name": "no good", "security_token": "good"}),
        ("dli_queue", {"name": ""}),
        ("dli_queue", {"name": "q1", "queue_type": "", "cidr_in_vpc": "", "enterprise_project_id": ""}),
        ("dli_queue", {"name": "q1", "cu_count": float("inf")}),
        ("dli_queue", {"name": "q1", "cu_count": "Infinity"}),
        ("dli_queue", {"name": "q1", "access_key": "", "secret_key": ""}),
        ("dli_queue_info", {}),
        ("dli_queue_info", {"name": "q1", "with_tags": "yes", "id_token_file": "16"}),
        ("dli_quota_info", {"types": "QUEUE,CU"}),
        ("dli_quota_info", {"types": ["QUEUES"]}),
    ],
)
def test_both_execution_modes_return_the_same_result(both, existing_queue, module, options):
    existing_queue("q1", cu_count=64)
    as_module, here = both(module, **options)
    assert here == as_module


def test_a_failure_has_the_same_description_as_in_a_module(action, connection_params):
    described_by = in_process.AnsibleModuleCapturedError
    result = action("dli_queue", {**connection_params, "name": "no good"}).run(task_vars=HERE)
    if described_by is None:
        assert "exception" not in result
    else:
        assert result["exception"].error_type is described_by
        assert result["exception"].event.msg == result["msg"]


def test_an_option_and_its_alias_together_cause_a_warning(action, connection_params, existing_queue):
    existing_queue("q1")
    args = {**connection_params, "queue": "q1", "name": "q1", "addresses": ["10.0.0.1:80"]}
    result = action("dli_connectivity_test", args).run(task_vars=HERE)
    assert result["warnings"] == ["Both option queue and its alias name are set."]


@pytest.mark.parametrize("inject", [True, False])
def test_the_result_has_the_invocation_if_that_of_a_module_has_it(perform, monkeypatch, inject):
    def value(name, variables):
        assert name in ("INTERPRETER_PYTHON", "INJECT_INVOCATION")
        return inject if name == "INJECT_INVOCATION" else "auto"

    monkeypatch.setattr(in_process.constants.config, "get_config_value", value)
    result = perform(lambda params: {}, {"secret_key": "sesame"})
    assert ("invocation" in result) is inject
    if inject:
        assert result["invocation"]["module_args"]["name"] == "q1"
        assert result["invocation"]["module_args"]["secret_key"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def test_vvv_shows_the_execution_mode_and_the_reason(perform, screen, monkeypatch):
    monkeypatch.setattr(NormalAction, "run", lambda self, tmp, task_vars: {"by": "module"})
    assert perform(lambda params: {})["queue"] == {}
    assert perform(lambda params: {}, async_val=5) == {"by": "module"}
    assert screen.remarks == [
        ("localhost", "huaweicloud.dli.dli_queue: in this process"),
        ("localhost", "huaweicloud.dli.dli_queue: as a module, because it runs in the background (async)"),
    ]


# --- environment and directory ----------------------------------------------------------------------------------------


def fail(_params):
    raise KeyError("fault")


def run_out_of_time(_params):
    raise TimeIsUp


@pytest.mark.parametrize("end", [lambda _params: {}, fail, run_out_of_time])
def test_environment_and_directory_of_the_task_are_used_and_restored(perform, monkeypatch, tmp_path, end):
    monkeypatch.setenv("HTTPS_PROXY", "before")
    monkeypatch.delenv("HW_CLOUD", raising=False)
    before, directory = dict(os.environ), os.getcwd()
    found = []

    def step(params):
        found.append((os.environ["HTTPS_PROXY"], params["cloud"], os.getcwd(), os.environ["NUMBER"]))
        os.chdir("/")
        return end(params)

    environment = [{"HTTPS_PROXY": "block", "HW_CLOUD": "a.cloud"}, {"HTTPS_PROXY": "task", "NUMBER": 1}]
    try:
        perform(step, environment=environment)
    except TimeIsUp:
        assert end is run_out_of_time
    assert found == [("task", "a.cloud", str(tmp_path), "1")]
    assert dict(os.environ) == before
    assert os.getcwd() == directory


@pytest.mark.parametrize("broken", ["getcwd", "chdir"])
def test_a_directory_that_cannot_be_entered_fails_no_task(perform, monkeypatch, broken):
    def refuse(*_path):
        raise PermissionError(13, "Permission denied")

    before = dict(os.environ)
    monkeypatch.setattr(os, broken, refuse)
    result = perform(lambda params: {}, environment=[{"HW_CLOUD": "a.cloud"}])
    assert result["queue"] == {}
    assert dict(os.environ) == before


def test_paths_are_relative_to_the_playbook_and_to_the_home_of_the_task(perform, tmp_path):
    (tmp_path / "ca.pem").touch()
    seen = []
    for path in ("ca.pem", "~/ca.pem", "$BUNDLES/ca.pem"):
        perform(
            lambda params: seen.append(os.path.abspath(params["ca_path"])),
            {"ca_path": path},
            environment=[{"HOME": str(tmp_path), "BUNDLES": str(tmp_path)}],
        )
    assert seen == [str(tmp_path / "ca.pem")] * 3


# --- arguments and results --------------------------------------------------------------------------------------------


@pytest.fixture
def vaulted():
    """vaulted("text") is the object that YAML creates for it, which decrypts itself when it is read."""
    objects = pytest.importorskip("ansible.parsing.yaml.objects")
    if not hasattr(objects.AnsibleVaultEncryptedUnicode, "from_plaintext"):
        pytest.skip("since ansible-core 2.19, arguments are decrypted before a plugin sees them")
    secret = VaultSecret(b"password")
    secret.load = lambda: None
    return lambda text: objects.AnsibleVaultEncryptedUnicode.from_plaintext(text, VaultLib([("id", secret)]), secret)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (wrap_var("{{ 1 + 1 }}"), "{{ 1 + 1 }}"),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (datetime.datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05"),
        (5, "5"),
        ("", None),
        (None, None),
    ],
)
def test_arguments_are_plain_python_values(perform, given, plain):
    seen = []
    perform(
        lambda params: seen.append((params["description"], params["tags"])), {"description": given, "tags": {1: given}}
    )
    ((description, tags),) = seen
    assert description == plain
    assert list(tags) == ["1"]
    assert all(type(each) in (str, int, type(None)) for each in (description, *tags, *tags.values()))


def test_vaulted_arguments_arrive_decrypted(perform, vaulted):
    seen = []
    args = {"description": vaulted("open"), "cu_count": vaulted("16"), "tags": {"a": vaulted("sesame")}}
    perform(lambda params: seen.append([params["description"], params["cu_count"], params["tags"]]), args)
    assert seen == [["open", 16, {"a": "sesame"}]]


def test_the_result_is_a_plain_copy(perform):
    named = {"a": ("b", "c"), 1: True}
    result = perform(lambda params: named)
    assert result["queue"] == {"a": ["b", "c"], "1": True}
    assert "warnings" not in result


# A secret (from its option or from the environment), a result, and the masked result.
MASKED = [
    ("sesame", {"text": "open sesame", "list": ["sesame"]}, {"text": "open ********", "list": ["VALUE"]}),
    ("16", {"number": 16, "text": "160"}, {"number": "VALUE", "text": "********0"}),
    ("True", {"text": "True"}, {"text": "VALUE"}),
]


@pytest.mark.parametrize("by", ["option", "environment"])
@pytest.mark.parametrize(("secret", "returned", "masked"), MASKED)
def test_secrets_are_masked_as_in_a_module(perform, by, secret, returned, masked):
    how = {"args": {"security_token": secret}}
    if by == "environment":
        # The environment provides a whole key, or nothing.
        keys = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SK", "HW_SECURITY_TOKEN": secret}
        how = {"args": {"access_key": "", "secret_key": None}, "environment": [keys]}
    result = perform(lambda params: Outcome(changed=True, after=returned), **how)
    assert str(result["queue"]).replace("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "VALUE") == str(masked)
    # Booleans are not masked, even if a password looks like one.
    assert result["changed"] is True


def test_an_exception_fails_the_item_and_reports_its_traceback(perform):
    result = perform(fail, {"security_token": "fault"})
    assert result["failed"]
    assert result["msg"].endswith("KeyError: '********'")
    described = result["exception"]
    trace = described if in_process.AnsibleModuleCapturedError is None else described.event.formatted_traceback
    assert "test_in_process.py" in trace
    assert "fault'" not in str(described)


# --- progress ---------------------------------------------------------------------------------------------------------


def wait_for_a_while(params):
    deadline = _clock.Deadline(60)
    for _elapsed in poll.pauses(deadline, 5):
        progress.report_progress("queue sesame to be ready", "not yet", 5, deadline)
    return {}


def test_a_wait_is_reported_on_standard_error(perform, screen):
    perform(wait_for_a_while)
    assert screen.lines
    assert all(text.startswith("[localhost] ") and stderr for text, stderr in screen.lines)


def test_progress_lines_are_masked(perform, screen):
    perform(wait_for_a_while, {"security_token": "sesame"})
    assert screen.lines
    assert "sesame" not in str(screen.lines)


def test_a_task_with_no_log_reports_no_progress(perform, screen):
    perform(wait_for_a_while, no_log=True)
    assert screen.lines == []
