# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run dli_plan_info in this process and print the highest use of memory in MB. The argument is a file with options."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.huaweicloud.dli.plugins.module_utils._edge.spec import execute
from ansible_collections.huaweicloud.dli.plugins.modules.dli_plan_info import SPEC

validated = ArgumentSpecValidator(SPEC.options).validate(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
result = execute(SPEC, validated.validated_parameters, dry_run=False, diff=False, mask=lambda _secrets: None)
if result.get("failed") or not result["plan"]["in_sync"]:
    sys.exit(f"unexpected plan: {result['msg']}")
json.dumps(result)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
