# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keyword `environment`: odd values, and credentials in it that a module receives as options."""

from __future__ import annotations

import pytest
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible_collections.huaweicloud.dli.plugins.plugin_utils import _environment

HERE = {"inventory_hostname": "localhost"}
KEYS = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SK"}
OPTIONS = {"access_key": "AK", "secret_key": "SK"}


@pytest.mark.parametrize("transport", ["local", "ssh"])
@pytest.mark.parametrize(
    "environment",
    [
        {"A=B": "x"},
        {"": "x"},
        {"A\0B": "x"},
        {1: "x"},
        {"A B": "x"},
        {"A-B": "x"},
        {"1A": "x"},
        {"A": "x\0sesame"},
        {"A": "\ud800sesame"},
    ],
)
def test_odd_variables_are_reported_by_the_keyword(action, environment, transport):
    result = action(args={"name": "q1"}, environment=[environment], transport=transport).run(task_vars=HERE)
    assert result["failed"]
    assert result["msg"].startswith("environment must ")
    assert "sesame" not in result["msg"]


@pytest.mark.parametrize("value", ["maybe", [False]])
def test_an_odd_switch_is_reported_by_its_name(action, value):
    result = action(args={"name": "q1"}).run(task_vars={**HERE, "huaweicloud_dli_fast_path": value})
    assert result["msg"].startswith("huaweicloud_dli_fast_path must be true or false, got ")


def test_the_shown_host_is_the_delegate(action, screen, monkeypatch):
    monkeypatch.setattr(NormalAction, "run", lambda self, tmp, task_vars: {})
    action(delegate_to="there", async_val=5).run(task_vars=HERE)
    assert [host for host, _text in screen.remarks] == ["there"]


@pytest.mark.parametrize(
    ("arguments", "environment", "inherited", "options", "hidden"),
    [
        # A whole method of the keyword becomes options.
        ({}, KEYS, {}, OPTIONS, KEYS),
        ({"access_key": "", "secret_key": None}, KEYS, {}, OPTIONS, KEYS),
        ({}, {**KEYS, "HTTPS_PROXY": "p"}, {}, OPTIONS, KEYS),
        ({}, {"HW_SECRET_KEY": "SK"}, {"HW_ACCESS_KEY": "AK"}, OPTIONS, {"HW_SECRET_KEY"}),
        # Credentials that are not chosen are not passed at all.
        ({"auth_token": "t"}, KEYS, {}, {}, KEYS),
        ({}, {**KEYS, "OS_PASSWORD": "p"}, {}, OPTIONS, {*KEYS, "OS_PASSWORD"}),
        ({}, {"OS_PASSWORD": "p"}, KEYS, {}, {"OS_PASSWORD"}),
        # The account and the agency of the environment come with it.
        (
            {},
            {"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_DOMAIN_NAME": "d", "OS_AGENCY_NAME": "a"},
            {},
            {"username": "u", "password": "p", "domain_name": "d", "agency_name": "a"},
            {"OS_PASSWORD"},
        ),
        # Nothing to hide.
        ({}, {"HW_SECRET_KEY": "", "HW_REGION_NAME": "r"}, KEYS, {}, ()),
    ],
)
def test_a_module_receives_the_chosen_credentials_as_options(arguments, environment, inherited, options, hidden):
    found = _environment.hand_over(arguments, environment, inherited)
    assert (found.options, found.hidden) == (options, frozenset(hidden))
    assert bool(found.sources) == bool(options)


def test_no_secret_is_in_the_environment_of_a_module(action, monkeypatch):
    seen = {}

    def run(self, tmp, task_vars):
        shown = {}
        self._compute_environment_string(shown)
        seen.update(environment=shown, args=self._task.args)
        return {}

    monkeypatch.setattr(NormalAction, "run", run)
    plugin = action(args={"name": "q1"}, environment=[{**KEYS, "HW_REGION_NAME": "r"}], async_val=5)
    plugin.run(task_vars=HERE)
    sources = {_environment.HANDED_OVER: "HW_ACCESS_KEY HW_SECRET_KEY"}
    assert seen == {"environment": {"HW_REGION_NAME": "r", **sources}, "args": {"name": "q1", **OPTIONS}}
    # The task is as it was, because another attempt or item uses it.
    assert plugin._task.args == {"name": "q1"}
    again = {}
    plugin._compute_environment_string(again)
    assert again == {**KEYS, "HW_REGION_NAME": "r"}


def test_a_variable_that_is_null_is_empty(action):
    plugin, seen = action(args={"name": "q1"}, environment=[{"HW_SECURITY_TOKEN": None, "HW_CLOUD": "c"}]), {}
    plugin._compute_environment_string(seen)
    assert seen == {"HW_SECURITY_TOKEN": "", "HW_CLOUD": "c"}


def test_an_asynchronous_job_is_polled_without_secrets(action, monkeypatch):
    monkeypatch.setattr(NormalAction, "run", lambda self, tmp, task_vars: dict(self._task.args))
    plugin = action(args={"name": "q1"}, environment=[{**KEYS, "HW_REGION_NAME": "r"}], async_val=5)
    # Another attempt hands over the same credentials.
    for _attempt in range(2):
        assert plugin.run(task_vars=HERE) == {"name": "q1", **OPTIONS}
        assert plugin._task.environment == [{"HW_REGION_NAME": "r"}]
