# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The execution environments: accepted by ansible-builder, with all packages that the collection needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from awx_files import AWX, ROOT

BUILDER = Path(sys.executable).with_name("ansible-builder")
MANAGERS = {"dnf.yml": "/usr/bin/dnf", "microdnf.yml": "/usr/bin/microdnf"}


def build(*arguments: str) -> str:
    done = subprocess.run([str(BUILDER), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_definition_is_tested() -> None:
    assert {path.name for path in (AWX / "execution_environment").glob("*.yml")} == set(MANAGERS)


@pytest.mark.parametrize("name", MANAGERS)
def test_the_builder_creates_a_context_for_the_package_manager_of_the_base_image(name: str, tmp_path: Path) -> None:
    build(
        "create",
        "-f",
        str(AWX / "execution_environment" / name),
        "-c",
        str(tmp_path),
        "--output-filename",
        "Containerfile",
    )
    lines = (tmp_path / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert f'ARG PKGMGR="{MANAGERS[name]}"' in lines
    requirements = yaml.safe_load((tmp_path / "_build/requirements.yml").read_text(encoding="utf-8"))
    assert [each["name"] for each in requirements["collections"]] == ["huaweicloud.dli"]


def test_the_builder_finds_what_the_collection_needs(tmp_path: Path) -> None:
    place = tmp_path / "ansible_collections/huaweicloud/dli"
    place.parent.mkdir(parents=True)
    place.symlink_to(ROOT)
    found = yaml.safe_load(build("introspect", str(tmp_path)).partition("---")[2])
    assert [line.partition(" ")[0] for line in found["python"]] == ["requests>=2.28.0"]
    assert [line.partition(" ")[0] for line in found["system"]] == ["ca-certificates"]
