"""Rules over who may do what. Each yields a line for each fault that it finds."""

import re
from collections.abc import Iterator

from mteja.store import index_keys
from tests.template.reading import (
    ACCESS_PATTERNS,
    COOKIE_FUNCTION,
    COOKIE_ROUTES,
    Tree,
    allowed,
    functions,
    listed,
    of_type,
    role_of,
    routes,
    statements,
    target,
)

# The places where the names below a prefix are the owner's to choose.
_OPEN_ENDED = {
    "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/mteja/${AWS::StackName}/sources/*",
    "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/mteja/${AWS::StackName}/forms/*",
    "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/mteja/${AWS::StackName}/sites/*",
}
_INDEX_ARN = "${CustomersTable.Arn}/index/"
_INDEX_ROW = re.compile(r"^\| `([a-z]+)` \|.*\| ([^|]+) \|$", re.MULTILINE)
_KEY_ITEMS_ARE_WRITTEN_ONCE = {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"}


def single_resources(template: Tree) -> Iterator[str]:
    """No identity has a right on every resource, or on all whose names begin alike."""
    for role in of_type(template, "AWS::IAM::Role"):
        for statement in statements(template, role):
            for resource in listed(statement["Resource"]):
                text = resource.get("Fn::Sub", "") if isinstance(resource, dict) else resource
                if "*" in str(text) and text not in _OPEN_ENDED:
                    yield f"{role}: {text}"


def single_actions(template: Tree) -> Iterator[str]:
    """No identity has actions by pattern, and none is granted by exclusion."""
    for role in of_type(template, "AWS::IAM::Role"):
        for statement in statements(template, role):
            if "NotAction" in statement or "NotResource" in statement:
                yield f"{role}: rights by exclusion"
            for action in listed(statement.get("Action", [])):
                if "*" in action:
                    yield f"{role}: {action}"


def one_role_each(template: Tree) -> Iterator[str]:
    """Each function has a role of its own, which Lambda alone may take and SAM leaves alone."""
    seen: dict[str, str] = {}
    for name, function in functions(template).items():
        if "Role" not in function:
            yield f"{name}: no role of its own, so that SAM attaches a policy on every log group"
            continue
        if "Policies" in function:
            yield f"{name}: Policies are ignored beside Role"
        role = role_of(function)
        if role in seen:
            yield f"{name} and {seen[role]} share {role}"
        seen[role] = name
        trust = template["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        if [one["Principal"] for one in trust] != [{"Service": "lambda.amazonaws.com"}]:
            yield f"{role}: others than Lambda may take it"


def table_key_through_services(template: Tree) -> Iterator[str]:
    """Who calls DynamoDB, SSM or SQS may use the table key through that service, and only so."""
    via = {
        "dynamodb": {"kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"},
        "ssm": {"kms:Decrypt"},
        "sqs": {"kms:Decrypt", "kms:GenerateDataKey"},
    }
    for role in of_type(template, "AWS::IAM::Role"):
        called = set()
        granted: dict[str, set[str]] = {}
        for statement in statements(template, role):
            actions = set(listed(statement["Action"]))
            called |= {action.partition(":")[0] for action in actions} & set(via)
            if "TableKey" not in {target(one) for one in listed(statement["Resource"])}:
                continue
            condition = statement.get("Condition", {}).get("StringEquals", {})
            service = condition.get("kms:ViaService", {}).get("Fn::Sub", "")
            if not service.endswith(".${AWS::Region}.amazonaws.com"):
                yield f"{role}: may use the table key directly"
            granted.setdefault(service.partition(".")[0], set()).update(actions)
        for service in called | granted.keys():
            if service not in called:
                yield f"{role}: may use the table key through {service}, which it does not call"
            elif via[service] - granted.get(service, set()):
                yield f"{role}: calls {service} without rights on the table key"


def public_roles_open_nothing(template: Tree) -> Iterator[str]:
    """A function that strangers can call reads no private key and changes no key item."""
    for (method, path), route in routes(template).items():
        verified = (method, path) in COOKIE_ROUTES and route["function"] == COOKIE_FUNCTION
        if route["authorizer"] or verified:
            continue
        role = role_of(functions(template)[route["function"]])
        wrapping = allowed(template, role, "WrappingKey") - {"kms:Encrypt"}
        if wrapping:
            yield f"{path}: {role} has {sorted(wrapping)} on the wrapping key"
        index = allowed(template, role, "IndexKey") - {"kms:GenerateMac"}
        if index:
            yield f"{path}: {role} has {sorted(index)} on the index key"


# The table holds nothing else, so that no beginning of keys says what may be touched.
_MAKES_AND_READS = {"dynamodb:GetItem": {"any"}, "dynamodb:PutItem": {"any"}}


def beacons_know_no_customer(template: Tree) -> Iterator[str]:
    """The function of beacons has no right on customers, on keys but the table key, or on anything
    but events and salts; it reads the salts alone, and it can't say whose browser a visitor is."""
    name = "BeaconsFunction"
    role = role_of(functions(template)[name])
    for resource in template["Resources"]:
        rights = allowed(template, role, resource)
        if rights and resource not in {"EventsTable", "SaltsTable", "BeaconsLogs", "TableKey"}:
            yield f"{name}: {sorted(rights)} on {resource}"
    yield from _beyond(template, role, "EventsTable", {"dynamodb:PutItem": {"EVENTS#*"}})
    yield from _beyond(template, role, "SaltsTable", _MAKES_AND_READS)


_READS = ("dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:Query")
_WRITES = ("dynamodb:DeleteItem", "dynamodb:PutItem")


def themes_open_surveys_alone(template: Tree) -> Iterator[str]:
    """The function of themes opens the keys of surveys' months and no other: of the tables it reads
    answers, texts and those keys, and writes themes alone."""
    role = role_of(functions(template)["ThemesFunction"])
    for table, expected in {
        "CustomersTable": {"dynamodb:Query": {"ANSWERS#*", "SAID#*"}},
        "KeysTable": {"dynamodb:BatchGetItem": {"SCOPE#survey-*"}},
        "SummariesTable": {"dynamodb:PutItem": {"THEMES#*"}},
    }.items():
        yield from _beyond(template, role, table, expected)
    for statement in statements(template, role):
        if "WrappingKey" in {target(one) for one in listed(statement["Resource"])}:
            condition = statement.get("Condition", {}).get("StringLike", {})
            if condition.get("kms:EncryptionContext:scope") != "survey-*":
                yield f"{role}: opens more than the keys of surveys"


def inactivity_opens_nothing(template: Tree) -> Iterator[str]:
    """The daily job opens nothing and names nobody: it has no right on keys, takes away codes of
    lists alone, and reads of the night's figures how long customers stay away."""
    role = role_of(functions(template)["InactivityFunction"])
    for resource in ("KeysTable", "WrappingKey", "IndexKey", "EventsTable"):
        rights = allowed(template, role, resource)
        if rights:
            yield f"{role}: {sorted(rights)} on {resource}"
    acted_on = {"CUSTOMER#*", "CODE#*", "STOCK#*", "OUTBOX#*", "RUN#*", "INACTIVITY"}
    writing = {f"dynamodb:{one}": acted_on for one in ("ConditionCheckItem", "PutItem")}
    reading = {f"dynamodb:{one}": acted_on for one in ("BatchGetItem", "Query")}
    told = {f"{kind}#*" for kind in (*index_keys.FACTS, index_keys.TOLD)}
    reading["dynamodb:Query"] = acted_on | {"2*"} | told  # days and kinds, of the indices
    expected = writing | reading | {"dynamodb:DeleteItem": {"STOCK#*"}}
    yield from _beyond(template, role, "CustomersTable", expected)
    yield from _beyond(template, role, "SummariesTable", {"dynamodb:BatchGetItem": {"GAPS"}})


def freshness_opens_nothing(template: Tree) -> Iterator[str]:
    """The function that notes how fresh fields are reads customers, writes its own rows alone, and
    has no right on what opens sealed values."""
    role = role_of(functions(template)["FreshnessFunction"])
    for resource in ("KeysTable", "WrappingKey", "IndexKey"):
        rights = allowed(template, role, resource)
        if rights:
            yield f"{role}: {sorted(rights)} on {resource}"
    rows = {"FRESHNESS", "FRESHNESS#*"}
    expected = {action: {"any"} for action in _READS} | dict.fromkeys(_WRITES, rows)
    yield from _beyond(template, role, "CustomersTable", expected)


def segment_reads_no_events(template: Tree) -> Iterator[str]:
    """The function of Segment's calls adds to the events, and reads the salts and whose a browser
    is: nothing of what was done."""
    role = role_of(functions(template)["SegmentFunction"])
    expected = {
        "dynamodb:PutItem": {"EVENTS#*", "VISITOR#*"},
        "dynamodb:BatchGetItem": {"VISITOR#*"},
    }
    yield from _beyond(template, role, "EventsTable", expected)
    yield from _beyond(template, role, "SaltsTable", _MAKES_AND_READS)


def summaries_open_nothing(template: Tree) -> Iterator[str]:
    """The function of summaries has no right on what opens sealed values. It destroys the salts,
    and reads none, by which a day's visitors could be told."""
    role = role_of(functions(template)["SummariesFunction"])
    for resource in ("KeysTable", "WrappingKey", "IndexKey"):
        rights = allowed(template, role, resource)
        if rights:
            yield f"{role}: {sorted(rights)} on {resource}"
    expected = {
        "dynamodb:Query": {"EVENTS#*"},
        "dynamodb:BatchGetItem": {"VISITOR#*"},
    }
    yield from _beyond(template, role, "EventsTable", expected)
    yield from _beyond(template, role, "SaltsTable", {"dynamodb:DeleteItem": {"any"}})


def _beyond(template: Tree, role: str, table: str, expected: dict[str, set[str]]) -> Iterator[str]:
    """Yield what a role may do on a table beyond some actions on some beginnings of keys."""
    for statement in statements(template, role):
        if table not in {target(one) for one in listed(statement["Resource"])}:
            continue
        condition = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
        leading = set(condition.get("dynamodb:LeadingKeys", ["any"]))
        for action in listed(statement["Action"]):
            if not leading <= expected.get(action, set()):
                yield f"{role}: {action} on {sorted(leading)}"


def mailer_is_alone(template: Tree) -> Iterator[str]:
    """One function sends to customers, as one identity, and strangers can't call it."""
    name = "MailerFunction"
    senders = {
        function
        for function, properties in functions(template).items()
        for statement in statements(template, role_of(properties))
        for action in listed(statement["Action"])
        if action.startswith(("ses:", "sms-voice:", "sns:"))
    }
    if senders != {name}:
        yield f"messages are sent by {sorted(senders)}"
    if any(route["function"] == name for route in routes(template).values()):
        yield f"{name}: reached from outside"
    for statement in statements(template, role_of(functions(template)[name])):
        if any(action.startswith("ses:") for action in listed(statement["Action"])):
            named = [str(one) for one in listed(statement["Resource"])]
            if not all(
                "identity/${MailIdentity}" in one or "${ConfigurationSet}" in one for one in named
            ):
                yield f"{name}: sends as {named}"


def key_items_are_written_once(template: Tree) -> Iterator[str]:
    """No function updates an item of the keys table, and one alone destroys them: erasure, which
    strangers can't call."""
    for name, function in functions(template).items():
        rights = {
            action
            for action in allowed(template, role_of(function), "KeysTable")
            if action.startswith("dynamodb:")
        }
        stream = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
        more = rights - _KEY_ITEMS_ARE_WRITTEN_ONCE - {f"dynamodb:{action}" for action in stream}
        if name == "ErasureFunction":
            more -= {"dynamodb:DeleteItem"}
            if any(route["function"] == name for route in routes(template).values()):
                yield f"{name}: reached from outside"
        if more:
            yield f"{name}: {sorted(more)} on the keys table"


def only_counters_are_updated(template: Tree) -> Iterator[str]:
    """No function updates an item of the customers table but counters of pre-orders and of
    invitations: all else is written whole (docs/decisions/0001, 0012 and 0022)."""
    for role in of_type(template, "AWS::IAM::Role"):
        for statement in statements(template, role):
            updates = "dynamodb:UpdateItem" in listed(statement["Action"])
            of_customers = "CustomersTable" in {
                target(one) for one in listed(statement["Resource"])
            }
            if updates and of_customers and not _of_counters(statement):
                yield f"{role}: may update any item of customers"


def _of_counters(statement: Tree) -> bool:
    condition = statement.get("Condition", {})
    keys = listed(condition.get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", []))
    return len(condition) == 1 and bool(keys) and {*keys} <= {"PREORDER#*", "INVITED#*"}


def no_scan(template: Tree) -> Iterator[str]:
    """No function may read a whole table: cost grows with what happened, not with customers."""
    for role in of_type(template, "AWS::IAM::Role"):
        for statement in statements(template, role):
            for action in listed(statement["Action"]):
                if action in {
                    "dynamodb:Scan",
                    "dynamodb:PartiQLSelect",
                    "dynamodb:ExportTableToPointInTime",
                }:
                    yield f"{role}: {action}"


def indexes_as_documented(template: Tree) -> Iterator[str]:
    """A function may query the indexes beside whose names docs/access-patterns.md names it, and no
    others."""
    documented = {
        (function, index)
        for index, readers in _INDEX_ROW.findall(ACCESS_PATTERNS.read_text(encoding="utf-8"))
        for function in functions(template)
        if function.removesuffix("Function").lower() in re.findall("[a-z]+", readers)
    }
    granted = {
        (function, str(resource["Fn::Sub"]).removeprefix(_INDEX_ARN))
        for function, properties in functions(template).items()
        for statement in statements(template, role_of(properties))
        for resource in listed(statement["Resource"])
        if isinstance(resource, dict) and str(resource.get("Fn::Sub")).startswith(_INDEX_ARN)
    }
    for function, index in sorted(documented - granted):
        yield f"{function}: may not query {index}"
    for function, index in sorted(granted - documented):
        yield f"{function}: may query {index}, which no access pattern asks for"


def key_policies_delegate(template: Tree) -> Iterator[str]:
    """Key policies name the account, and AWS services only under a condition."""
    for name, key in of_type(template, "AWS::KMS::Key").items():
        for statement in key["Properties"]["KeyPolicy"]["Statement"]:
            principal = statement["Principal"]
            if "Service" in principal:
                if not statement.get("Condition"):
                    yield f"{name}: {principal['Service']} without a condition"
                if name != "TableKey":
                    yield f"{name}: a service may use it"
            elif principal != {
                "AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
            }:
                yield f"{name}: {principal}"
