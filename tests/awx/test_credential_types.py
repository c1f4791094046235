# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credential types: accepted by the rules of AWX, and rendered by its code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from awx_files import ROOT, configuration
from awx_plugins.interfaces._temporary_private_api import ManagedCredentialType
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential

TYPES = {each["name"]: each for each in configuration()["controller_credential_types"]}
FIELD_KEYS = {"id", "label", "type", "secret", "multiline", "help_text"}
# Inputs whose names are not those of options.
OPTIONS = {"ca_bundle": "ca_path"}


def variables_of_options() -> dict[str, str]:
    """The documented environment variables and their options."""
    text = (ROOT / "plugins/doc_fragments/auth.py").read_text(encoding="utf-8")
    [documentation] = re.findall(r'DOCUMENTATION = r"""(.*?)"""', text, re.S)
    options = yaml.safe_load(documentation)["options"]
    return {
        variable: name
        for name, option in options.items()
        for line in option["description"]
        for variable in re.findall(r"E\((\w+)\)", line)
    }


def injected(kind: dict[str, Any], inputs: dict[str, str], folder: Path) -> dict[str, Any]:
    (folder / "env").mkdir(exist_ok=True)
    managed = ManagedCredentialType(
        namespace="dli", name=kind["name"], kind=kind["kind"], inputs=kind["inputs"], injectors=kind["injectors"]
    )
    environment: dict[str, Any] = {}
    inject_credential(managed, Credential(inputs), environment, {}, [], str(folder))
    return environment


@pytest.mark.parametrize("name", TYPES)
def test_awx_accepts_the_inputs_and_injectors(name: str) -> None:
    kind = TYPES[name]
    fields = kind["inputs"]["fields"]
    ids = [field["id"] for field in fields]
    assert kind["kind"] == "cloud"
    assert len(ids) == len(set(ids))
    for field in fields:
        assert {"id", "label", "type"} <= field.keys() <= FIELD_KEYS
        assert re.fullmatch(r"[a-zA-Z_]+[a-zA-Z0-9_]*", field["id"])
        assert field["type"] == "string"
    assert set(kind["inputs"]["required"]) <= set(ids)
    assert set(kind["injectors"]) == {"env", "file"}
    templates = [*kind["injectors"]["env"].values(), *kind["injectors"]["file"].values()]
    used = {word for each in templates for word in re.findall(r"{[{%] (?:if )?([\w.]+) [%}]}", each)}
    assert used - {"tower.filename.ca", "endif"} == set(ids)


def test_secrets_are_secret() -> None:
    secret = {field["id"] for kind in TYPES.values() for field in kind["inputs"]["fields"] if field.get("secret")}
    assert secret == {"secret_key", "security_token", "password"}


@pytest.mark.parametrize("name", TYPES)
def test_each_input_becomes_the_documented_variable_of_its_option(name: str, tmp_path: Path) -> None:
    kind = TYPES[name]
    inputs = {field["id"]: f"value of {field['id']}" for field in kind["inputs"]["fields"]}
    environment = injected(kind, inputs, tmp_path)
    options = variables_of_options()
    assert {options[variable] for variable in environment} == {OPTIONS.get(name, name) for name in inputs}
    bundle = environment.pop("HW_CA_BUNDLE")
    assert [path.read_text() for path in (tmp_path / "env").iterdir()] == [inputs["ca_bundle"]]
    assert Path(bundle).name == next((tmp_path / "env").iterdir()).name
    assert environment == {variable: inputs[options[variable]] for variable in environment}


@pytest.mark.parametrize("name", TYPES)
def test_an_unset_input_becomes_an_empty_variable(name: str, tmp_path: Path) -> None:
    assert set(injected(TYPES[name], {}, tmp_path).values()) == {""}
