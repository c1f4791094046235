# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare the results of both execution modes in the same integration tests.

    python tests/tools/parity/compare_results.py FOLDER_OF_ACTIONS FOLDER_OF_MODULES [--only-action TARGET ...]

record_results.py writes these folders. Both must contain the same tasks in the same order, with the same results and
the same order of keys, except for the values in NORMALISED. A comparison of nothing, or of one mode with itself, fails.
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

# The maximum number of differences shown for each target.
SHOWN = 5


class Ids:
    """Replaces ids by numbers in the order of their first occurrence; each id keeps its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, match: re.Match[str]) -> str:
        return f"<id {self._numbers.setdefault(match[0], len(self._numbers) + 1)}>"


@dataclass(frozen=True)
class Text:
    """A pattern that is replaced in every text."""

    reason: str
    pattern: str
    by: Callable[[], str | Callable[[re.Match[str]], str]]


@dataclass(frozen=True)
class Value:
    """A key whose value is replaced if ``only`` accepts the value; the default accepts every value that is set."""

    reason: str
    key: str
    by: str
    only: Callable[[Any], bool] = bool


NORMALISED: tuple[Text | Value, ...] = (
    Text(
        reason="The ids of resources and requests are random. Equal ids stay equal.",
        pattern=r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})\b",
        by=Ids,
    ),
    Text(
        reason="Each simulator uses another port.",
        pattern=r"\b127\.0\.0\.1:\d+",
        by=lambda: "127.0.0.1:<port>",
    ),
    Text(
        reason="The id of an asynchronous task, which is also a file name, is random.",
        pattern=r"\bj\d+\.\d+\b",
        by=lambda: "<job>",
    ),
    Text(
        reason="The error about a wrong signature contains the signed text and so the time.",
        pattern=r"\b\d{8}T\d{6}Z\b",
        by=lambda: "<time>",
    ),
    Value(
        reason="Times differ between any two runs.",
        key="create_time",
        by="<time>",
    ),
    Value(
        reason="Times differ between any two runs.",
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
        reason="The number of attempts of a task with `until` depends on the duration of an attempt.",
        key="attempts",
        by="<attempts>",
    ),
    Value(
        reason="The error of a task that timed out contains the position in the program.",
        key="frame",
        by="<place>",
    ),
    Value(
        reason="Connectivity tests are numbered, and the number of earlier ones depends on the duration of waits.",
        key="task_id",
        by="<number>",
    ),
    Value(
        reason="The source of readiness depends on the age of the queue, and so on the time between two tasks.",
        key="readiness",
        by="<by age>",
        only=lambda readiness: readiness["source"] in ("not_asked", "connectivity_test", "age"),
    ),
    Value(
        reason="A plan decides by the age of a queue whether a run would wait until it is ready.",
        key="settled",
        by="<by age>",
    ),
)


def normalise(lines: list[Line]) -> list[Line]:
    """The results without the values that differ between any two runs."""
    texts = [(re.compile(each.pattern), each.by()) for each in NORMALISED if isinstance(each, Text)]
    values = {each.key: each for each in NORMALISED if isinstance(each, Value)}

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                plain(key): values[key].by if key in values and values[key].only(each) else plain(each)
                for key, each in value.items()
                # `invocation` describes the task, not its result. The other keys are internal to Ansible.
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
    """The position of a result in the sequence: playbook, task and outcome."""
    if line is None:
        return "nothing more"
    check_mode = " (check mode)" if line["check_mode"] else ""
    return f"{line['playbook']}: {line['task']}{check_mode}: {line['end']}"


def differences(actions: list[Line], modules: list[Line]) -> Iterator[str]:
    """The differences as readable texts."""
    for number, (action, module) in enumerate(zip_longest(normalise(actions), normalise(modules)), start=1):
        if named(action) != named(module):
            yield f"Result {number} is of different tasks:\n  action: {named(action)}\n  module: {named(module)}"
            # All later results would differ as well.
            return
        # As text, so that the order of keys counts and 1 differs from true.
        texts = [json.dumps(each, indent=2).splitlines() for each in (action, module)]
        if texts[0] != texts[1]:
            diff = difflib.unified_diff(*texts, "action", "module", lineterm="", n=2)
            yield "\n  ".join([f"Result {number} differs: {named(action)}", *diff])


def faults(actions: Path, modules: Path, only_action: list[str]) -> Iterator[str]:
    """The problems of two folders of records."""
    targets = {folder: {path.stem for path in folder.glob("*.jsonl")} for folder in (actions, modules)}
    if missing := (targets[actions] ^ targets[modules]) - set(only_action):
        yield f"Recorded in one mode only: {', '.join(sorted(missing))}"
    if not targets[actions] & targets[modules]:
        yield f"There is nothing to compare in {actions} and {modules}."
    for target in sorted(targets[actions] & targets[modules]):
        records = [read(folder / f"{target}.jsonl") for folder in (actions, modules)]
        processes = [(folder / f"{target}.processes").stat().st_size for folder in (actions, modules)]
        found = list(differences(*records))
        if not records[0]:
            found.append("Nothing was recorded.")
        if processes[0] >= processes[1]:
            found.append(f"Both runs used the same mode: {processes[0]} and {processes[1]} processes of modules.")
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
