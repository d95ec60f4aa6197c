"""
ministack, with what its IAM decides for functions: a line of JSON for each decision, in the file that DECISIONS_FILE names. For writes of
one item its IAM also gets the condition key dynamodb:LeadingKeys, as that of AWS does.
"""

import json
import os
import time

from ministack.app import main
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import dynamodb

decide = iam_evaluator.enforce
context_of = iam_actions.dynamodb_service_context
decisions = open(os.environ["DECISIONS_FILE"], "a", buffering=1)
principals = {}


def enforce(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
    denied = decide(access_key_id, iam_action, service, region, resource_arn=resource_arn, service_context=service_context)
    arn = principal_of(access_key_id)
    if ":assumed-role/" in arn:
        line = {"principal": arn, "action": iam_action, "resource": resource_arn, "allowed": denied is None, "at": time.time() * 1000}
        decisions.write(json.dumps(line) + "\n")
    return denied


def principal_of(access_key_id):
    if access_key_id not in principals:
        principals[access_key_id] = getattr(iam_evaluator.resolve_principal(access_key_id or "", get_account_id()), "arn", "")
    return principals[access_key_id]


def context_with_keys(body):
    request = json.loads(body or b"{}")
    table = dynamodb._tables.get(request.get("TableName"))
    item = request.get("Key") or request.get("Item") or {}
    key = item.get(table["pk_name"]) if table else None
    keys = {"dynamodb:LeadingKeys": list(key.values())} if key else {}
    return {**context_of(body), **keys}


iam_evaluator.enforce = enforce
iam_actions.dynamodb_service_context = context_with_keys
main()
