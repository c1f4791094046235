# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure, compare with what is promised, and write down both."""

from __future__ import annotations

import argparse
import re
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from . import many, single, waiting
from .about import about
from .bars import bars
from .documents import write
from .plan import FULL, QUICK, Plan, in_turn
from .playbooks import Ansible, Failed
from .report import tables
from .results import Results
from .ways import surroundings

HERE = Path(__file__).resolve().parents[1]
RESULTS = HERE / "results.json"


def main() -> int:
    options = _options()
    # Otherwise what was started is left running.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    if options.render:
        results = Results.load(RESULTS)
    else:
        try:
            plan = QUICK if options.quick else FULL
            results = _measure(replace(plan, rounds=options.rounds or plan.rounds), options.only)
        except Failed as failure:
            print(failure, file=sys.stderr)
            return 2
    for table in tables(results):
        print(f"\n{table.title}\n\n{table.markdown()}")
    if not options.quick and not options.only:
        results.save(RESULTS)
        # What is saved has fewer digits, and the documents are compared with that.
        write(HERE.parents[1], Results.load(RESULTS))
    missed = any(each.held is not True for each in bars(results))
    return int(missed and not (options.quick or options.only or options.report_only))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dli_benchmarks", description="How fast the collection is.")
    parser.add_argument("--quick", action="store_true", help="try everything with small numbers, and judge nothing")
    parser.add_argument("--only", metavar="REGEX", help="measure only the cases of these names, and judge nothing")
    parser.add_argument("--rounds", type=int, metavar="N", help="7 unless told otherwise; half of them for long cases")
    parser.add_argument("--render", action="store_true", help="measure nothing, and write the last results down again")
    parser.add_argument("--report-only", action="store_true", help="end with 0 even if a promise is not held")
    return parser.parse_args()


def _measure(plan: Plan, only: str | None) -> Results:
    results = Results(about())
    with tempfile.TemporaryDirectory(prefix="dli-benchmarks-") as name, surroundings(Path(name)) as around:
        ansible = Ansible(Path(name))
        cases = [case for kind in (single, many, waiting) for case in kind.cases(plan, ansible, around)]
        cases = [case for case in cases if re.search(only or "", case.name)]
        turns = list(in_turn(cases))
        for number, case in enumerate(turns, 1):
            sample = case.measure()
            results.add(case.name, sample)
            print(f"{number}/{len(turns)} {case.name}: {sample.seconds * 1000:.1f} ms", file=sys.stderr, flush=True)
    return results


if __name__ == "__main__":
    sys.exit(main())
