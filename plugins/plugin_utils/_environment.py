# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keyword `environment` of a task: its problems, its secrets, and its effect on this process."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from ..module_utils._core import rules
from ..module_utils._core.errors import InvalidInput
from ..module_utils._identity import credentials
from ..module_utils._identity.environment import HANDED_OVER, VARIABLES, chosen_credentials

# What a shell accepts, which starts the process of a module.
NAME = r"[A-Za-z_][A-Za-z0-9_]*"
SECRET_VARIABLES = frozenset(name for option in credentials.SECRET_OPTIONS for name in VARIABLES[option])


def check(environment: Mapping[Any, Any]) -> None:
    """Raises InvalidInput for names and values that not every process can receive; values are not quoted."""
    problems = []
    for name, value in environment.items():
        if not isinstance(name, str) or not re.fullmatch(NAME, name):
            rule = "a dictionary with names of letters, digits and underscores that do not start with a digit"
            problems.append(rules.must_be("environment", rule, name))
        elif not _fits(str(value)):
            problems.append(f"environment must have values without null characters and surrogates (variable {name})")
    if problems:
        raise InvalidInput(problems)


def _fits(text: str) -> bool:
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


class HandOver(NamedTuple):
    """The credentials that a module receives as ``options``, and the variables that its process must not receive.

    ``sources`` are the variables that the options came from.
    """

    options: Mapping[str, str] = {}
    hidden: frozenset[str] = frozenset()
    sources: tuple[str, ...] = ()

    def shown(self, environment: Mapping[str, Any]) -> dict[str, Any]:
        """The variables that the process receives."""
        marker = {HANDED_OVER: " ".join(self.sources)} if self.sources else {}
        return {**self.visible(environment), **marker}

    def visible(self, environment: Mapping[str, Any]) -> dict[str, Any]:
        """The variables of the task that are no secrets."""
        return {name: value for name, value in environment.items() if name not in self.hidden}


def hand_over(arguments: Mapping[str, Any], environment: Mapping[str, Any], inherited: Mapping[str, str]) -> HandOver:
    """The options that a module receives in place of the secrets in its environment.

    Ansible shows the variables of a process with -vvv, and so does ps. ``inherited`` is the environment that the
    process would have without the keyword.
    """
    hidden = frozenset(name for name in SECRET_VARIABLES & environment.keys() if str(environment[name]))
    if not hidden:
        return HandOver()
    given = {name: value for name, value in arguments.items() if value is not None and value != ""}
    both = {**inherited, **{name: str(value) for name, value in environment.items()}}
    sources = chosen_credentials(given, both)
    if not environment.keys() & set(sources.values()):
        return HandOver(hidden=hidden)
    options = {option: both[variable] for option, variable in sources.items()}
    return HandOver(options, hidden, tuple(sources.values()))


@contextmanager
def process_state(environment: Mapping[str, Any], directory: str) -> Iterator[None]:
    """Set the environment and the working directory that the process of a module would have.

    The directory serves relative paths only. One that cannot be entered, or left again, fails no task: the task that
    reads such a path reports it.
    """
    # No module sets variables, so only the variables of the task are restored.
    before, directory_before = {name: os.environ.get(name) for name in environment}, None
    with suppress(OSError):
        directory_before = os.getcwd()
    try:
        os.environ.update({name: str(value) for name, value in environment.items()})
        with suppress(OSError):
            os.chdir(directory)
        yield
    finally:
        if directory_before is not None:
            with suppress(OSError):
                os.chdir(directory_before)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
