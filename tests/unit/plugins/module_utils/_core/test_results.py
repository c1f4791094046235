# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of a run with a minimum of arguments."""

from __future__ import annotations

from ansible_collections.huaweicloud.dli.plugins.module_utils._core import results


def test_an_outcome_requires_only_changed_and_after():
    outcome = results.Outcome(changed=False, after=None)
    assert (dict(outcome.diff_before), dict(outcome.diff_after)) == ({}, {})
    assert (outcome.warnings, outcome.unsupported) == ((), ())
