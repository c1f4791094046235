# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How to reach the service and who asks."""

    DOCUMENTATION = r"""
requirements:
  - requests >= 2.28
notes:
  - Credentials are used in this order. A token if O(auth_token) is given, else a signature with O(access_key) and
    O(secret_key), else a login with O(id_token) or O(id_token_file), else a login with O(password).
  - If O(agency_name) is given, these credentials only serve to assume that agency, and its temporary keys do the work.
  - With a token or an access key, and with O(project_id), no request is spent on authentication. A login and an agency
    take a request to IAM each, and so does looking up the project if neither O(project_id) nor the login tells it.
  - An environment variable that is set but empty counts as not set, and the next one is looked at. A text that
    is empty counts as not given, but keeps its environment variables from being looked at.
  - Proxies are taken from C(HTTPS_PROXY) and C(NO_PROXY), or their lower-case spellings, in the environment.
options:
  access_key:
    description:
      - Access key (AK). Goes with O(secret_key).
      - Environment variables are E(HW_ACCESS_KEY), E(HUAWEICLOUD_SDK_AK), E(OS_ACCESS_KEY); the first one that is set is used.
    type: str
  secret_key:
    description:
      - Secret key (SK) of O(access_key).
      - Environment variables are E(HW_SECRET_KEY), E(HUAWEICLOUD_SDK_SK), E(OS_SECRET_KEY); the first one that is set is used.
    type: str
  security_token:
    description:
      - Security token that goes with a temporary O(access_key).
      - Environment variables are E(HW_SECURITY_TOKEN), E(HUAWEICLOUD_SDK_SECURITY_TOKEN); the first one that is set is used.
    type: str
  auth_token:
    description:
      - A token that IAM has given out already.
      - Environment variables are E(HW_AUTH_TOKEN), E(OS_AUTH_TOKEN); the first one that is set is used.
    type: str
  username:
    description:
      - Name of an IAM user. Goes with O(password), and with O(domain_name) or O(domain_id).
      - Environment variables are E(HW_USER_NAME), E(OS_USERNAME); the first one that is set is used.
    type: str
  user_id:
    description:
      - Id of an IAM user, in place of O(username).
      - Environment variables are E(HW_USER_ID), E(OS_USER_ID); the first one that is set is used.
    type: str
  password:
    description:
      - Password of the IAM user.
      - Environment variables are E(HW_USER_PASSWORD), E(OS_PASSWORD); the first one that is set is used.
    type: str
  domain_name:
    description:
      - Name of the account that the user belongs to. A login needs it, or O(domain_id), also if O(agency_name) is given.
      - Environment variables are E(HW_DOMAIN_NAME), E(OS_DOMAIN_NAME), E(OS_USER_DOMAIN_NAME); the first one that is set
        is used.
    type: str
  domain_id:
    description:
      - Id of the account that the user belongs to.
      - Environment variables are E(HW_DOMAIN_ID), E(OS_DOMAIN_ID), E(OS_USER_DOMAIN_ID); the first one that is set is used.
    type: str
  idp_id:
    description:
      - Id of the identity provider (OpenID Connect) in IAM that O(id_token) comes from.
      - Environment variables are E(HW_ASSUME_ROLE_IDP_ID), E(HUAWEICLOUD_SDK_IDP_ID); the first one that is set is used.
    type: str
  id_token:
    description:
      - Id token of that identity provider, which is exchanged for a token of IAM. Goes with O(idp_id).
      - Environment variable is E(HW_ASSUME_ROLE_ID_TOKEN).
    type: str
  id_token_file:
    description:
      - File that holds such an id token, in place of O(id_token), on the host that runs the task. It is read anew for
        each login, because what writes it renews it every few minutes.
      - Environment variables are E(HW_ASSUME_ROLE_ID_TOKEN_FILE), E(HUAWEICLOUD_SDK_ID_TOKEN_FILE); the first one that is
        set is used.
    type: path
  agency_name:
    description:
      - Name of an agency to assume, by which another account lets this one work in it. O(project_id) and
        O(project_name) are then those of that account. Goes with O(agency_domain_name) or O(agency_domain_id).
      - Environment variables are E(HW_ASSUME_ROLE_AGENCY_NAME), E(OS_AGENCY_NAME); the first one that is set is used.
    type: str
  agency_domain_name:
    description:
      - Name of the account that the agency belongs to.
      - Environment variables are E(HW_ASSUME_ROLE_DOMAIN_NAME), E(OS_AGENCY_DOMAIN_NAME); the first one that is set is
        used.
    type: str
  agency_domain_id:
    description:
      - Id of the account that the agency belongs to, in place of O(agency_domain_name), over which it wins.
      - Environment variable is E(HW_ASSUME_ROLE_DOMAIN_ID).
    type: str
  agency_duration:
    description:
      - For how many seconds the agency's temporary keys are asked for, V(900) to V(86400); V(3600) if it is left out. A
        task that takes longer gets new ones.
      - Environment variable is E(HW_ASSUME_ROLE_DURATION).
    type: int
  region:
    description:
      - Region of the service, for example V(eu-west-101). Addresses and the name of the project follow from it.
      - Needed unless O(endpoint) is given, and O(project_id) or what it takes to look it up.
      - Environment variables are E(HW_REGION_NAME), E(OS_REGION_NAME); the first one that is set is used.
    type: str
  project_id:
    description:
      - Id of the project to work in. If it is left out, it is looked up by O(project_name).
      - Environment variables are E(HW_PROJECT_ID), E(HUAWEICLOUD_SDK_PROJECT_ID), E(OS_PROJECT_ID); the first one that is
        set is used.
    type: str
  project_name:
    description:
      - Name of the project to work in, if O(project_id) is not given. The name of the region if it is left out,
        which is the name of each region's main project.
      - Environment variables are E(HW_PROJECT_NAME), E(OS_PROJECT_NAME); the first one that is set is used.
    type: str
  cloud:
    description:
      - Domain of the cloud. It follows from O(region) if it is left out, V(myhuaweicloud.eu) for regions that
        begin with V(eu-west-1), V(otc.t-systems.com) for those of Open Telekom Cloud (V(eu-de), V(eu-nl)), and
        V(myhuaweicloud.com) for all others.
      - Environment variable is E(HW_CLOUD).
    type: str
  endpoint:
    description:
      - Address of the DLI service. It is C(https://dli.REGION.CLOUD) if it is left out.
      - Environment variable is E(HW_DLI_ENDPOINT).
    type: str
  iam_endpoint:
    description:
      - Address of IAM. It is C(https://iam.REGION.CLOUD/v3) if it is left out.
      - Environment variables are E(HW_AUTH_URL), E(HUAWEICLOUD_SDK_IAM_ENDPOINT), E(OS_AUTH_URL); the first one that is
        set is used.
    type: str
  vpc_endpoint:
    description:
      - Address of the VPC service. It is C(https://vpc.REGION.CLOUD) if it is left out.
      - Environment variable is E(HW_VPC_ENDPOINT).
    type: str
  validate_certs:
    description:
      - Whether the certificates of the services are checked.
    type: bool
    default: true
  ca_path:
    description:
      - CA bundle that the certificates are checked against, in place of the one that comes with C(requests) or that
        C(REQUESTS_CA_BUNDLE) names in the environment.
    type: path
  request_timeout:
    description:
      - How long to wait for the answer to one request, in seconds. To be connected takes at most 10 of them.
    type: int
    default: 60
  max_retries:
    description:
      - How often a request is repeated that got no answer, or one that says that the service is overloaded.
      - A request that would do harm if it were done twice is repeated only if the service says that it did not accept it.
    type: int
    default: 5
"""
