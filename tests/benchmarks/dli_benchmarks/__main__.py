# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the benchmarks, compare the results with the targets and save both."""

from __future__ import annotations

import argparse
import re
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from . import loops, plan_tasks, single_tasks, waiting
from .about import about
from .documents import write
from .playbooks import Ansible, RunFailed
from .report import tables
from .results import Results
from .schedule import FULL, QUICK, Schedule, interleave
from .services import start_services
from .targets import targets

HERE = Path(__file__).resolve().parents[1]
RESULTS = HERE / "results.json"


def main() -> int:
    options = _options()
    # Without a handler, SIGTERM would leave child processes running.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    if options.render:
        results = Results.load(RESULTS)
    else:
        try:
            schedule = QUICK if options.quick else FULL
            results = _measure(replace(schedule, rounds=options.rounds or schedule.rounds), options.only)
        except RunFailed as failure:
            print(failure, file=sys.stderr)
            return 2
    if options.update:
        results = Results.load(RESULTS).updated(results)
    for table in tables(results):
        print(f"\n{table.title}\n\n{table.markdown()}")
    if options.update or not (options.quick or options.only):
        results.save(RESULTS)
        # The file has fewer digits than the measurement, and a test compares the documents with the file.
        write(HERE.parents[1], Results.load(RESULTS))
    missed = any(each.met is not True for each in targets(results))
    return int(missed and not (options.quick or options.only or options.report_only))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dli_benchmarks", description="Benchmarks of the collection.")
    parser.add_argument(
        "--quick", action="store_true", help="run every case with small sizes, do not check the targets"
    )
    parser.add_argument(
        "--only", metavar="REGEX", help="run only the cases whose names match, do not check the targets"
    )
    parser.add_argument(
        "--update", action="store_true", help="with --only: save these cases, and keep the last results of all others"
    )
    parser.add_argument(
        "--rounds", type=int, metavar="N", help="number of rounds (default: 7); long cases run in half of them"
    )
    parser.add_argument(
        "--render", action="store_true", help="measure nothing, regenerate the tables from the last results"
    )
    parser.add_argument("--report-only", action="store_true", help="exit with 0 even if a target is missed")
    options = parser.parse_args()
    if options.update and (options.quick or not options.only):
        parser.error("--update requires --only, and excludes --quick")
    return options


def _measure(schedule: Schedule, only: str | None) -> Results:
    results = Results(about())
    with tempfile.TemporaryDirectory(prefix="dli-benchmarks-") as name, start_services(Path(name)) as services:
        ansible = Ansible(Path(name))
        cases = [
            case
            for kind in (single_tasks, plan_tasks, loops, waiting)
            for case in kind.cases(schedule, ansible, services)
        ]
        cases = [case for case in cases if re.search(only or "", case.name)]
        turns = list(interleave(cases))
        for number, case in enumerate(turns, 1):
            sample = case.measure()
            results.add(case.name, sample)
            print(f"{number}/{len(turns)} {case.name}: {sample.seconds * 1000:.1f} ms", file=sys.stderr, flush=True)
    return results


if __name__ == "__main__":
    sys.exit(main())
