# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Authentication, project, and endpoints."""

    DOCUMENTATION = r"""
requirements:
  - requests >= 2.28
notes:
  - There are four authentication methods. A token (O(auth_token)), an access key (O(access_key) and O(secret_key)), a
    login with an ID token (O(id_token) or O(id_token_file)), a login with O(password). Options of two methods are an error.
  - If the task sets an option of any method, including C(module_defaults), no credentials are taken from environment
    variables, except the account (O(domain_name) or O(domain_id)) of a user. Otherwise, the method comes from one family of
    variables as a whole. The first family with all variables of a method is used, in the order C(HW_), C(HUAWEICLOUD_SDK_),
    C(OS_), and in a family the first of the methods above. The variables of an agency are used only if the credentials
    come from environment variables, too.
  - If O(agency_name) is set, the credentials are only used to assume that agency. All other requests use the temporary
    access key of the agency.
  - With O(project_id) and a token or an access key, authentication takes no request. A login and an agency take one
    request to IAM each. Looking up the project takes another one, if neither O(project_id) nor the login provides its id.
  - If the task sets O(project_id) or O(project_name), no project is taken from environment variables. If the task sets
    O(region), a project is taken from them only if they name the same region, and a public endpoint only if it is that of
    this region.
  - Environment variables and text options that are empty strings count as not set. So do variables in the keyword
    C(environment) that are null.
  - Without encryption (C(http)), passwords and tokens are only sent to loopback addresses, unless O(allow_http=true).
  - Proxies are taken from the environment variables C(HTTPS_PROXY) and C(NO_PROXY), in upper or lower case.
options:
  access_key:
    description:
      - Access key (AK). Requires O(secret_key).
      - Environment variables are E(HW_ACCESS_KEY), E(HUAWEICLOUD_SDK_AK), E(OS_ACCESS_KEY); the first one that is set is used.
    type: str
  secret_key:
    description:
      - Secret key (SK) of O(access_key).
      - Environment variables are E(HW_SECRET_KEY), E(HUAWEICLOUD_SDK_SK), E(OS_SECRET_KEY); the first one that is set is used.
    type: str
  security_token:
    description:
      - Security token of a temporary O(access_key).
      - Environment variables are E(HW_SECURITY_TOKEN), E(HUAWEICLOUD_SDK_SECURITY_TOKEN); the first one that is set is used.
    type: str
  auth_token:
    description:
      - A token issued by IAM.
      - Environment variables are E(HW_AUTH_TOKEN), E(OS_AUTH_TOKEN); the first one that is set is used.
    type: str
  username:
    description:
      - Name of an IAM user. Requires O(password), and O(domain_name) or O(domain_id).
      - Environment variables are E(HW_USER_NAME), E(OS_USERNAME); the first one that is set is used.
    type: str
  user_id:
    description:
      - Id of an IAM user, as an alternative to O(username).
      - Environment variables are E(HW_USER_ID), E(OS_USER_ID); the first one that is set is used.
    type: str
  password:
    description:
      - Password of the IAM user.
      - Environment variables are E(HW_USER_PASSWORD), E(OS_PASSWORD); the first one that is set is used.
    type: str
  domain_name:
    description:
      - Name of the account of the user. A login requires it or O(domain_id), also if O(agency_name) is set.
      - Environment variables are E(HW_DOMAIN_NAME), E(OS_DOMAIN_NAME), E(OS_USER_DOMAIN_NAME); the first one that is set
        is used.
    type: str
  domain_id:
    description:
      - Id of the account of the user.
      - Environment variables are E(HW_DOMAIN_ID), E(OS_DOMAIN_ID), E(OS_USER_DOMAIN_ID); the first one that is set is used.
    type: str
  idp_id:
    description:
      - Id in IAM of the identity provider (OpenID Connect) that issued O(id_token).
      - Environment variables are E(HW_ASSUME_ROLE_IDP_ID), E(HUAWEICLOUD_SDK_IDP_ID); the first one that is set is used.
    type: str
  id_token:
    description:
      - ID token of the identity provider, which IAM exchanges for a token. Requires O(idp_id).
      - Environment variable is E(HW_ASSUME_ROLE_ID_TOKEN).
    type: str
  id_token_file:
    description:
      - File with an ID token on the host that runs the task, as an alternative to O(id_token). The module reads the file
        for each login, because the program that writes it renews the token every few minutes.
      - Environment variables are E(HW_ASSUME_ROLE_ID_TOKEN_FILE), E(HUAWEICLOUD_SDK_ID_TOKEN_FILE); the first one that is
        set is used.
    type: path
  agency_name:
    description:
      - Name of an agency to assume. An agency delegates access to another account, in which O(project_id) and
        O(project_name) then are. Requires O(agency_domain_name) or O(agency_domain_id).
      - Environment variables are E(HW_ASSUME_ROLE_AGENCY_NAME), E(OS_AGENCY_NAME); the first one that is set is used.
    type: str
  agency_domain_name:
    description:
      - Name of the account that owns the agency.
      - Environment variables are E(HW_ASSUME_ROLE_DOMAIN_NAME), E(OS_AGENCY_DOMAIN_NAME); the first one that is set is
        used.
    type: str
  agency_domain_id:
    description:
      - Id of the account that owns the agency. Takes precedence over O(agency_domain_name).
      - Environment variable is E(HW_ASSUME_ROLE_DOMAIN_ID).
    type: str
  agency_duration:
    description:
      - Lifetime of the temporary access key of the agency in seconds, from V(900) to V(86400). The default is V(3600). A
        task that takes longer requests a new key in time.
      - Environment variable is E(HW_ASSUME_ROLE_DURATION).
    type: int
  region:
    description:
      - Region of the service, for example V(eu-west-101). Endpoints and the name of the project are derived from it.
      - Required unless O(endpoint) is set and either O(project_id) is set or the project can be looked up with
        O(iam_endpoint) and O(project_name).
      - Environment variables are E(HW_REGION_NAME), E(OS_REGION_NAME); the first one that is set is used.
    type: str
  project_id:
    description:
      - Id of the project. By default, it is looked up by O(project_name).
      - Environment variables are E(HW_PROJECT_ID), E(HUAWEICLOUD_SDK_PROJECT_ID), E(OS_PROJECT_ID); the first one that is
        set is used.
    type: str
  project_name:
    description:
      - Name of the project, if O(project_id) is not set. The default is the name of the region, which is also the name of
        the main project of the region.
      - Environment variables are E(HW_PROJECT_NAME), E(OS_PROJECT_NAME); the first one that is set is used.
    type: str
  cloud:
    description:
      - Domain of the cloud. By default, it is derived from O(region). It is V(myhuaweicloud.eu) for regions that begin
        with V(eu-west-1), V(otc.t-systems.com) for the regions of Open Telekom Cloud (V(eu-de), V(eu-nl)),
        V(sc.otc.t-systems.com) for V(eu-ch2), and V(myhuaweicloud.com) for all others.
      - Environment variable is E(HW_CLOUD).
    type: str
  endpoint:
    description:
      - Endpoint of DLI. The default is C(https://dli.REGION.CLOUD).
      - Environment variable is E(HW_DLI_ENDPOINT).
    type: str
  iam_endpoint:
    description:
      - Endpoint of IAM. The default is C(https://iam.REGION.CLOUD/v3), and C(https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3)
        for V(eu-ch2).
      - Environment variables are E(HW_AUTH_URL), E(HUAWEICLOUD_SDK_IAM_ENDPOINT), E(OS_AUTH_URL); the first one that is
        set is used.
    type: str
  vpc_endpoint:
    description:
      - Endpoint of the VPC service. The default is C(https://vpc.REGION.CLOUD).
      - Environment variable is E(HW_VPC_ENDPOINT).
    type: str
  allow_http:
    description:
      - Whether to send passwords, tokens and the keys of an agency to endpoints without encryption (C(http)). The default is
        V(false), which rejects such endpoints except on loopback addresses, and warns about requests that are signed with
        an access key.
      - Environment variable is E(HW_ALLOW_HTTP).
    type: bool
  validate_certs:
    description:
      - Whether to validate the certificates of the services. The default is V(true).
      - Environment variable is E(HW_INSECURE), which says the opposite. It is not used if the task sets O(ca_path).
    type: bool
  ca_path:
    description:
      - CA bundle for the validation of certificates. The default is the bundle in the environment variable
        C(REQUESTS_CA_BUNDLE), else the one that C(requests) includes.
      - Environment variable is E(HW_CA_BUNDLE).
    type: path
  request_timeout:
    description:
      - Maximum time until the response to one request is complete, in seconds. Establishing the connection may take 10
        seconds more. The default is V(60).
      - Environment variable is E(HW_REQUEST_TIMEOUT).
    type: int
  max_retries:
    description:
      - Maximum number of retries of a request that gets no response, or one that reports an overload of the service.
        The default is V(5).
      - Non-idempotent requests are retried only if the service reports that it did not accept them.
      - Environment variable is E(HW_MAX_RETRIES).
    type: int
"""
