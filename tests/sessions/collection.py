# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection in the places where tools expect it: a copy, a link, a tarball, an installation."""

from __future__ import annotations

import shutil
from pathlib import Path

import nox
import yaml
from antsibull_nox.sessions.collections import prepare_collections

ROOT = Path(__file__).parents[2]
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
PLACE = Path("ansible_collections", GALAXY["namespace"], GALAXY["name"])


def copied_tree(session: nox.Session) -> Path:
    """Copy the collection, uncommitted changes included, to .../ansible_collections/NAMESPACE/NAME.

    ansible-test accepts no other place and no symbolic link to this place. In a directory of symbolic links it skips
    every test and reports success.
    """
    tree = prepare_collections(session, install_in_site_packages=False, install_out_of_tree=True)
    if tree is None:
        session.error("This session needs a virtual environment.")
    return Path(tree.current_path)


def linked_tree(session: nox.Session) -> Path:
    """A directory for PYTHONPATH in which the collection is a link to the checkout; pytest and mypy accept the link."""
    top = Path(session.virtualenv.location) / "tree"
    (top / PLACE).parent.mkdir(parents=True, exist_ok=True)
    if not (top / PLACE).is_symlink():
        (top / PLACE).symlink_to(ROOT)
    return top


def built_tarball(session: nox.Session, into: Path) -> Path:
    """Build the collection from a copy: in the checkout, ansible-galaxy would pack unrelated files as well."""
    tree = copied_tree(session)
    session.run("ansible-galaxy", "collection", "build", "--force", "--output-path", str(into), str(tree), silent=True)
    return into / f"{GALAXY['namespace']}-{GALAXY['name']}-{GALAXY['version']}.tar.gz"


def installed_collection(session: nox.Session, tarball: Path, into: Path) -> Path:
    """Install the tarball as a user would, but offline; returns the folder for ANSIBLE_COLLECTIONS_PATH."""
    shutil.rmtree(into, ignore_errors=True)
    session.run(
        *("ansible-galaxy", "collection", "install", "--offline", "--force", "-p", str(into), str(tarball)),
        env={"ANSIBLE_COLLECTIONS_PATH": str(into)},
        silent=True,
    )
    return into


def need(session: nox.Session, path: str, what: str) -> None:
    """Fail the session if a path is missing; without it, a tool could find nothing to do and report success."""
    if not (ROOT / path).exists():
        session.error(f"There is no {path}, {what}.")
