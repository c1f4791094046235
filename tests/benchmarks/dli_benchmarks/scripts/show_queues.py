# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read queues with the vendor's SDK. The argument is the number of queues."""

from __future__ import annotations

import os
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkdli.v1 import DliClient, ShowQueueRequest

config = HttpConfig.get_default_config()
config.ssl_ca_cert = os.environ["REQUESTS_CA_BUNDLE"]
credentials = BasicCredentials(os.environ["HW_ACCESS_KEY"], os.environ["HW_SECRET_KEY"], os.environ["HW_PROJECT_ID"])
client = (
    DliClient.new_builder()
    .with_http_config(config)
    .with_credentials(credentials)
    .with_endpoint(os.environ["HW_DLI_ENDPOINT"])
    .build()
)
for number in range(1, int(sys.argv[1]) + 1):
    queue = client.show_queue(ShowQueueRequest(queue_name=f"q{number:04}"))
    if queue.cu_count != 16:
        sys.exit(f"{queue.queue_name} has {queue.cu_count} CUs")
