# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare what action plugins returned with what modules returned in the same integration tests.

    python tests/tools/parity/compare_results.py FOLDER_OF_ACTIONS FOLDER_OF_MODULES [--only-action TARGET ...]

record_results.py writes these folders. The two have to hold the same tasks in the same order, with the same results
down to the order of keys, but for what NORMALISED says. To compare nothing, or the same way twice, is a failure.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

Line = dict[str, Any]

# How many differences are shown of a target.
SHOWN = 5


class Ids:
    """Gives the first id that comes along the number 1, and so on; an id that comes again has its number again."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, match: re.Match[str]) -> str:
        return f"<id {self._numbers.setdefault(match[0], len(self._numbers) + 1)}>"


@dataclass(frozen=True)
class Text:
    """What is replaced wherever it stands in a text."""

    reason: str
    pattern: str
    by: Callable[[], str | Callable[[re.Match[str]], str]]


@dataclass(frozen=True)
class Value:
    """What is replaced because of its key, if ``only`` says so of it: by default, if it is set at all."""

    reason: str
    key: str
    by: str
    only: Callable[[Any], bool] = bool


NORMALISED: tuple[Text | Value, ...] = (
    Text(
        reason="The service makes up an id for each thing and each request. The same id in two places stays the same.",
        pattern=r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})\b",
        by=Ids,
    ),
    Text(
        reason="Each simulator has a port of its own.",
        pattern=r"\b127\.0\.0\.1:\d+",
        by=lambda: "127.0.0.1:<port>",
    ),
    Text(
        reason="Ansible makes up the id of a task in the background, which is also the name of a file.",
        pattern=r"\bj\d+\.\d+\b",
        by=lambda: "<job>",
    ),
    Text(
        reason="A refusal of a signature repeats what was signed, and so when.",
        pattern=r"\b\d{8}T\d{6}Z\b",
        by=lambda: "<time>",
    ),
    Value(
        reason="Moments, of which no two runs have the same.",
        key="create_time",
        by="<time>",
    ),
    Value(
        reason="Moments, of which no two runs have the same.",
        key="update_time",
        by="<time>",
    ),
    Value(
        reason="The same times in ISO 8601.",
        key="create_time_iso",
        by="<time>",
    ),
    Value(
        reason="The same times in ISO 8601.",
        key="update_time_iso",
        by="<time>",
    ),
    Value(
        reason="How often a task with `until` has to ask depends on how long it takes to ask.",
        key="attempts",
        by="<attempts>",
    ),
    Value(
        reason="A task that ran out of time says where in the program that was.",
        key="frame",
        by="<place>",
    ),
    Value(
        reason="Tests of a connection are numbered, and how many there were before depends on how long waits took.",
        key="task_id",
        by="<number>",
    ),
    Value(
        reason="An old queue is ready by its age, a young one is asked, or not. Time goes on between two tasks.",
        key="readiness",
        by="<by age>",
        only=lambda readiness: readiness["source"] in ("not_asked", "connectivity_test", "age"),
    ),
)


def normalise(lines: list[Line]) -> list[Line]:
    """The results without what cannot be the same in two runs."""
    texts = [(re.compile(each.pattern), each.by()) for each in NORMALISED if isinstance(each, Text)]
    values = {each.key: each for each in NORMALISED if isinstance(each, Value)}

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                plain(key): values[key].by if key in values and values[key].only(each) else plain(each)
                for key, each in value.items()
                # The promise leaves out what tells what was asked and not what was answered; the rest is between
                # Ansible's own parts.
                if key != "invocation" and not key.startswith("_ansible")
            }
        if isinstance(value, list):
            return [plain(each) for each in value]
        if isinstance(value, str):
            for pattern, by in texts:
                value = pattern.sub(by, value)
        return value

    return [plain(line) for line in lines]


def read(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def named(line: Line | None) -> str:
    """A result's place in the sequence."""
    if line is None:
        return "nothing more"
    check_mode = " (check mode)" if line["check_mode"] else ""
    return f"{line['playbook']}: {line['task']}{check_mode}: {line['end']}"


def differences(actions: list[Line], modules: list[Line]) -> Iterator[str]:
    """What differs, in words for people; nothing if all is the same."""
    for number, (action, module) in enumerate(zip_longest(normalise(actions), normalise(modules)), start=1):
        if named(action) != named(module):
            yield f"Result {number} is of different tasks:\n  action: {named(action)}\n  module: {named(module)}"
            # Whatever comes after it would differ, too.
            return
        # As text, so that the order of keys counts, and 1 and true are two things.
        texts = [json.dumps(each, indent=2).splitlines() for each in (action, module)]
        if texts[0] != texts[1]:
            diff = difflib.unified_diff(*texts, "action", "module", lineterm="", n=2)
            yield "\n  ".join([f"Result {number} differs: {named(action)}", *diff])


def faults(actions: Path, modules: Path, only_action: list[str]) -> Iterator[str]:
    """What is wrong with two folders of records."""
    targets = {folder: {path.stem for path in folder.glob("*.jsonl")} for folder in (actions, modules)}
    if missing := (targets[actions] ^ targets[modules]) - set(only_action):
        yield f"Recorded in one way only: {', '.join(sorted(missing))}"
    if not targets[actions] & targets[modules]:
        yield f"There is nothing to compare in {actions} and {modules}."
    for target in sorted(targets[actions] & targets[modules]):
        records = [read(folder / f"{target}.jsonl") for folder in (actions, modules)]
        processes = [(folder / f"{target}.processes").stat().st_size for folder in (actions, modules)]
        found = list(differences(*records))
        if not records[0]:
            found.append("Nothing was recorded.")
        if processes[0] >= processes[1]:
            found.append(f"Both went the same way: {processes[0]} and {processes[1]} processes of modules.")
        yield from (f"{target}: {each}" for each in found[:SHOWN])
        if len(found) > SHOWN:
            yield f"{target}: and {len(found) - SHOWN} more"
        state = f"{len(found)} faults" if found else "the same"
        print(f"{target}: {len(records[0])} results, {state} ({processes[0]} and {processes[1]} processes of modules)")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("actions", type=Path)
    parser.add_argument("modules", type=Path)
    parser.add_argument("--only-action", nargs="*", default=[], metavar="TARGET")
    options = parser.parse_args(arguments)
    found = list(faults(options.actions, options.modules, options.only_action))
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
