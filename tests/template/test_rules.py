"""The template keeps every rule; and every rule notices when it is broken."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.template import reading, rules_data, rules_permissions, rules_running
from tests.template.reading import Tree

_P = "Properties"

type Rule = Callable[[Tree], Iterator[str]]

_RULES: list[Rule] = [
    rules_permissions.single_resources,
    rules_permissions.single_actions,
    rules_permissions.one_role_each,
    rules_permissions.table_key_through_services,
    rules_permissions.public_roles_open_nothing,
    rules_permissions.beacons_know_no_customer,
    rules_permissions.segment_reads_no_events,
    rules_permissions.summaries_open_nothing,
    rules_permissions.themes_open_surveys_alone,
    rules_permissions.inactivity_opens_nothing,
    rules_permissions.freshness_opens_nothing,
    rules_permissions.mailer_is_alone,
    rules_permissions.key_items_are_written_once,
    rules_permissions.only_counters_are_updated,
    rules_permissions.no_scan,
    rules_permissions.indexes_as_documented,
    rules_permissions.key_policies_delegate,
    rules_data.kept,
    rules_data.tables,
    rules_data.keys_table_forgets,
    rules_data.encrypted,
    rules_data.keys,
    rules_data.bucket,
    rules_data.logs,
    rules_running.described,
    rules_running.answers_in_time,
    rules_running.code_is_there,
    rules_running.environment,
    rules_running.dead_letters,
    rules_running.redrives,
    rules_running.two_queues_are_polled,
    rules_running.each_shard_has_its_hour,
    rules_running.no_hour_is_left_out,
    rules_running.days_are_those_of_the_business,
    rules_running.alarms,
    rules_running.whatever_answers_is_shown,
    rules_running.owner_is_told,
    rules_running.access_log,
    rules_running.contract_routes,
    rules_running.throttled,
]


@pytest.fixture(scope="module")
def template() -> Tree:
    return reading.read()


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.__name__)
def test_the_template_keeps_the_rule(rule: Rule, template: Tree) -> None:
    assert list(rule(template)) == []


def _put(*path: str | int, value: Any) -> Callable[[Tree], None]:
    """Return a sabotage that sets a member below Resources."""

    def sabotage(template: Tree) -> None:
        at: Any = template["Resources"]
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return sabotage


def _drop(*path: str | int) -> Callable[[Tree], None]:
    """Return a sabotage that takes a member below Resources away."""

    def sabotage(template: Tree) -> None:
        at: Any = template["Resources"]
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]

    return sabotage


def _grant(role: str, action: str, resource: Any) -> Callable[[Tree], None]:
    """Return a sabotage that gives a role one more right."""

    def sabotage(template: Tree) -> None:
        policies = template["Resources"][role]["Properties"]["Policies"]
        policies[0]["PolicyDocument"]["Statement"].append(
            {"Effect": "Allow", "Action": action, "Resource": resource}
        )

    return sabotage


def _move(event: str, giver: str, taker: str) -> Callable[[Tree], None]:
    """Return a sabotage that lets another function serve a route."""

    def sabotage(template: Tree) -> None:
        events = template["Resources"][giver]["Properties"]["Events"]
        template["Resources"][taker]["Properties"]["Events"][event] = events.pop(event)

    return sabotage


def _more_alarms(template: Tree) -> None:
    alarm = template["Resources"]["ErrorsAlarm"]
    template["Resources"] |= {f"More{n}Alarm": copy.deepcopy(alarm) for n in range(4)}


def _poll_a_third(template: Tree) -> None:
    event = copy.deepcopy(template["Resources"]["InactivityFunction"][_P]["Events"]["Due"])
    event[_P]["Queue"] = _arn("DeadLetters")
    template["Resources"]["WatchFunction"][_P]["Events"]["Late"] = event


def _forget_settings(template: Tree) -> None:
    del template["Globals"]["Function"]["Environment"]["Variables"]["INDEX_KEY_ARN"]


def _arn(name: str) -> Tree:
    return {"Fn::GetAtt": [name, "Arn"]}


_EVENTS = ("WatchFunction", _P, "Events", "Hourly", _P)
_STREAM = ("KeyguardFunction", _P, "Events", "KeyChanged", _P)
_TOLD = ("MailerFunction", _P, "Events", "Told", _P)
_DAILY = ("InactivityFunction", _P, "Events", "Daily", _P, "ScheduleExpression")
_LOG_FORMAT = ("Api", _P, "AccessLogSettings", "Format")

_SABOTAGES: list[tuple[Rule, Callable[[Tree], None]]] = [
    (rules_permissions.single_resources, _grant("StaffRole", "dynamodb:GetItem", "*")),
    (
        rules_permissions.single_resources,
        _grant("StaffRole", "dynamodb:Query", {"Fn::Sub": "${CustomersTable.Arn}/index/*"}),
    ),
    (rules_permissions.single_actions, _grant("WatchRole", "dynamodb:*", _arn("CustomersTable"))),
    (rules_permissions.one_role_each, _put("StaffFunction", _P, "Role", value=_arn("OrdersRole"))),
    (rules_permissions.one_role_each, _drop("StaffFunction", _P, "Role")),
    (rules_permissions.table_key_through_services, _drop("OrdersRole", _P, "ManagedPolicyArns")),
    (
        rules_permissions.table_key_through_services,
        _put("StaffRole", _P, "ManagedPolicyArns", 0, value={"Ref": "TableKeyThroughSsm"}),
    ),
    (
        rules_permissions.table_key_through_services,
        _grant("StaffRole", "kms:Decrypt", _arn("TableKey")),
    ),
    (
        rules_permissions.public_roles_open_nothing,
        _grant("OrdersRole", "kms:Decrypt", _arn("WrappingKey")),
    ),
    (
        rules_permissions.beacons_know_no_customer,
        _grant("BeaconsRole", "dynamodb:PutItem", _arn("CustomersTable")),
    ),
    (
        rules_permissions.beacons_know_no_customer,
        _grant("BeaconsRole", "dynamodb:Query", _arn("EventsTable")),
    ),
    (
        rules_permissions.beacons_know_no_customer,
        _grant("BeaconsRole", "kms:Encrypt", _arn("WrappingKey")),
    ),
    (
        rules_permissions.themes_open_surveys_alone,
        _grant("ThemesRole", "kms:Decrypt", _arn("WrappingKey")),
    ),
    (
        rules_permissions.themes_open_surveys_alone,
        _grant("ThemesRole", "dynamodb:Query", _arn("CustomersTable")),
    ),
    (
        rules_permissions.inactivity_opens_nothing,
        _grant("InactivityRole", "kms:Decrypt", _arn("WrappingKey")),
    ),
    (
        rules_permissions.inactivity_opens_nothing,
        _grant("InactivityRole", "dynamodb:DeleteItem", _arn("CustomersTable")),
    ),
    (
        rules_permissions.freshness_opens_nothing,
        _grant("FreshnessRole", "kms:Decrypt", _arn("WrappingKey")),
    ),
    (
        rules_permissions.freshness_opens_nothing,
        _grant("FreshnessRole", "dynamodb:PutItem", _arn("CustomersTable")),
    ),
    (
        rules_permissions.segment_reads_no_events,
        _grant("SegmentRole", "dynamodb:BatchGetItem", _arn("EventsTable")),
    ),
    (
        rules_permissions.segment_reads_no_events,
        _grant("SegmentRole", "dynamodb:Query", _arn("EventsTable")),
    ),
    (
        rules_permissions.summaries_open_nothing,
        _grant("SummariesRole", "kms:Decrypt", _arn("WrappingKey")),
    ),
    (
        rules_permissions.summaries_open_nothing,
        _grant("SummariesRole", "dynamodb:DeleteItem", _arn("EventsTable")),
    ),
    (rules_permissions.mailer_is_alone, _grant("FormsRole", "ses:SendEmail", _arn("Api"))),
    (rules_permissions.mailer_is_alone, _grant("MailerRole", "ses:SendEmail", _arn("Api"))),
    (rules_permissions.mailer_is_alone, _move("Confirm", "FormsFunction", "MailerFunction")),
    (
        rules_permissions.key_items_are_written_once,
        _grant("OrdersRole", "dynamodb:UpdateItem", _arn("KeysTable")),
    ),
    (
        rules_permissions.key_items_are_written_once,
        _grant("StaffRole", "dynamodb:DeleteItem", _arn("KeysTable")),
    ),
    (
        rules_permissions.only_counters_are_updated,
        _grant("OrdersRole", "dynamodb:UpdateItem", _arn("CustomersTable")),
    ),
    (rules_permissions.no_scan, _grant("WatchRole", "dynamodb:Scan", _arn("CustomersTable"))),
    (
        rules_permissions.indexes_as_documented,
        _grant("OrdersRole", "dynamodb:Query", {"Fn::Sub": "${CustomersTable.Arn}/index/due"}),
    ),
    (
        rules_permissions.indexes_as_documented,
        _drop("OrdersRole", _P, "Policies", 0, "PolicyDocument", "Statement", 2),
    ),
    (
        rules_permissions.key_policies_delegate,
        _drop("TableKey", _P, "KeyPolicy", "Statement", 1, "Condition"),
    ),
    (
        rules_permissions.key_policies_delegate,
        _put("IndexKey", _P, "KeyPolicy", "Statement", 0, "Principal", value="*"),
    ),
    (rules_data.kept, _drop("EventsTable", "DeletionPolicy")),
    (rules_data.kept, _put("WrappingKey", "UpdateReplacePolicy", value="Delete")),
    (rules_data.tables, _drop("SummariesTable", _P, "PointInTimeRecoverySpecification")),
    (rules_data.tables, _put("EventsTable", _P, "DeletionProtectionEnabled", value=False)),
    (
        rules_data.tables,
        _put(
            "SaltsTable",
            _P,
            "PointInTimeRecoverySpecification",
            "PointInTimeRecoveryEnabled",
            value=True,
        ),
    ),
    (rules_data.tables, _drop("CustomersTable", _P, "SSESpecification")),
    (
        rules_data.tables,
        _put(
            "CustomersTable",
            _P,
            "GlobalSecondaryIndexes",
            0,
            "Projection",
            "ProjectionType",
            value="ALL",
        ),
    ),
    (
        rules_data.keys_table_forgets,
        _drop("KeysTable", _P, "PointInTimeRecoverySpecification", "RecoveryPeriodInDays"),
    ),
    (
        rules_data.keys_table_forgets,
        _put("KeysTable", _P, "StreamSpecification", "StreamViewType", value="NEW_AND_OLD_IMAGES"),
    ),
    (rules_data.encrypted, _drop("StaffLogs", _P, "KmsKeyId")),
    (rules_data.encrypted, _put("DeadLetters", _P, "KmsMasterKeyId", value="alias/aws/sqs")),
    (rules_data.encrypted, _drop("FilesBucket", _P, "BucketEncryption")),
    (rules_data.keys, _drop("WrappingKey", _P, "EnableKeyRotation")),
    (rules_data.keys, _put("IndexKey", _P, "KeySpec", value="HMAC_512")),
    (
        rules_data.bucket,
        _put("FilesBucket", _P, "PublicAccessBlockConfiguration", "BlockPublicPolicy", value=False),
    ),
    (
        rules_data.bucket,
        _put("FilesBucket", _P, "LifecycleConfiguration", "Rules", 0, "ExpirationInDays", value=30),
    ),
    (rules_data.bucket, _drop("FilesBucketPolicy")),
    (rules_data.logs, _drop("OrdersLogs", _P, "RetentionInDays")),
    (rules_data.logs, _drop("OrdersFunction", _P, "LoggingConfig")),
    (rules_running.described, _drop("WatchFunction", _P, "Timeout")),
    (rules_running.answers_in_time, _put("StaffFunction", _P, "Timeout", value=60)),
    (rules_running.code_is_there, _put("StaffFunction", _P, "CodeUri", value="functions/nothing")),
    (rules_running.environment, _forget_settings),
    (rules_running.dead_letters, _drop(*_EVENTS, "DeadLetterConfig")),
    (rules_running.dead_letters, _drop("WatchFunction", _P, "EventInvokeConfig")),
    (
        rules_running.dead_letters,
        _drop("SchedulerRole", _P, "Policies", 0, "PolicyDocument", "Statement", 1),
    ),
    (rules_running.dead_letters, _drop(*_STREAM, "DestinationConfig")),
    (rules_running.dead_letters, _drop(*_TOLD, "DeadLetterConfig")),
    (rules_running.dead_letters, _drop(*_TOLD, "RetryPolicy")),
    (rules_running.dead_letters, _drop(*_STREAM, "MaximumRecordAgeInSeconds")),
    (rules_running.redrives, _drop("Erasures", _P, "RedrivePolicy")),
    (rules_running.redrives, _put("Erasures", _P, "VisibilityTimeout", value=60)),
    (rules_running.two_queues_are_polled, _poll_a_third),
    (rules_running.each_shard_has_its_hour, _drop("SummariesFunction", _P, "Events", "Third")),
    (rules_running.no_hour_is_left_out, _put(*_DAILY, value="cron(30 2 * * ? *)")),
    (
        rules_running.days_are_those_of_the_business,
        _drop(*_DAILY[:-1], "ScheduleExpressionTimezone"),
    ),
    (
        rules_running.days_are_those_of_the_business,
        _put(*_DAILY, value="cron(15 5,17 * * ? *)"),
    ),
    (rules_running.alarms, _more_alarms),
    (rules_running.alarms, _drop("QuarantineAlarm")),
    (rules_running.alarms, _drop("KeyChangedAlarm", _P, "AlarmActions")),
    (
        rules_running.whatever_answers_is_shown,
        _put("AnswersAlarm", _P, "AlarmDescription", value="See the logs of orders and staff"),
    ),
    (
        rules_running.whatever_answers_is_shown,
        _put("Dashboard", _P, "DashboardBody", value={"Fn::Sub": "{}"}),
    ),
    (rules_running.owner_is_told, _drop("AlarmsByMail")),
    (rules_running.access_log, _put(*_LOG_FORMAT, value="$context.path")),
    (rules_running.access_log, _put(*_LOG_FORMAT, value="$context.identity.sourceIp")),
    (
        rules_running.contract_routes,
        _drop("StaffFunction", _P, "Events", "ReadCustomer", _P, "Auth"),
    ),
    (rules_running.contract_routes, _drop("StaffFunction", _P, "Events", "ReadTimeline")),
    (rules_running.contract_routes, _move("SendForm", "StaffFunction", "OrdersFunction")),
    (
        rules_permissions.public_roles_open_nothing,
        _put("StaffFunction", _P, "Events", "ShowPage", _P, "Path", value="/staff/{all+}"),
    ),
    (rules_running.throttled, _drop("Api", _P, "DefaultRouteSettings")),
]


@pytest.mark.parametrize(
    ("rule", "sabotage"),
    _SABOTAGES,
    ids=[f"{rule.__name__}-{number}" for number, (rule, _) in enumerate(_SABOTAGES)],
)
def test_the_rule_notices(rule: Rule, sabotage: Callable[[Tree], None], template: Tree) -> None:
    broken = copy.deepcopy(template)
    sabotage(broken)
    assert list(rule(broken)) != []


def test_every_rule_is_sabotaged_once() -> None:
    assert {rule for rule, _ in _SABOTAGES} == set(_RULES)
