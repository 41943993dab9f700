"""Rules over what runs: functions, asynchronous edges, alarms, the API. Each yields its faults."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mteja.segment.reading import PATHS as SEGMENT_PATHS
from mteja.tracking.packed import EVENT_SHARDS
from tests.template.reading import (
    COOKIE_FUNCTION,
    COOKIE_ROUTES,
    TEMPLATE,
    Tree,
    allowed,
    functions,
    of_type,
    role_of,
    routes,
    target,
)

_MOST_ALARMS = 10
_MOST_POLLED = 2
_CLOCKS_HAVE_CHANGED = 4
_WATCHED = {
    ("AWS/Lambda", "Errors"),
    ("AWS/Lambda", "Throttles"),
    ("Mteja", "Quarantined"),
    ("Mteja", "SourceSilent"),
    ("Mteja", "KeyChanged"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    ("AWS/KMS", "SuccessfulRequest"),
    ("AWS/ApiGateway", "5xx"),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
}
_LOGGED = {
    "$context.requestId",
    "$context.requestTimeEpoch",
    "$context.routeKey",
    "$context.status",
    "$context.responseLength",
    "$context.responseLatency",
    "$context.integration.error",
}
"""What an access log may say: nothing of it comes from the caller."""

_OPEN_ROUTES = {
    ("POST", "/v1/webhooks/{source}"),
    ("GET", "/v1/forms/{form}"),
    ("POST", "/v1/forms/{form}"),
    ("GET", "/v1/surveys/{survey}"),
    ("POST", "/v1/surveys/{survey}/responses"),
    ("GET", "/surveys/{survey}"),
    ("GET", "/surveys/{survey}/thanks"),
    ("GET", "/forms/{form}"),
    ("GET", "/forms/{form}/thanks"),
    ("GET", "/assets/{file}"),
    ("GET", "/rewards"),
    ("GET", "/confirm/{token}"),
    ("POST", "/confirm/{token}"),
    ("GET", "/still-right"),
    ("POST", "/still-right"),
    ("GET", "/unsubscribe/{token}"),
    ("POST", "/unsubscribe/{token}"),
    ("GET", "/mteja.js"),
    ("POST", "/v1/collect"),
    ("GET", "/v1/pixel.gif"),
    ("GET", "/v1/projects/{key}/settings"),
    *(("POST", f"/v1/{path}") for path in SEGMENT_PATHS),
}
_STAFF_ROUTES = {
    ("GET", "/v1/customers"),
    ("GET", "/v1/customers/{id}"),
    ("GET", "/v1/customers/{id}/timeline"),
    ("GET", "/v1/customers/{id}/rewards"),
    ("POST", "/v1/rewards/join"),
    ("POST", "/v1/rewards/stamp"),
    ("POST", "/v1/rewards/redeem"),
    ("POST", "/v1/rewards/adjust"),
    ("POST", "/v1/customers/{id}/link"),
    ("POST", "/v1/customers/{id}/unlink"),
    ("POST", "/v1/customers/{id}/erase"),
    ("GET", "/v1/jobs/{job}"),
    ("GET", "/v1/duplicates"),
    ("POST", "/v1/staff/forms/{form}"),
    ("POST", "/v1/staff/surveys/{survey}"),
    ("POST", "/v1/customers/{id}/survey-links"),
    ("POST", "/v1/surveys/{survey}/links"),
    ("POST", "/v1/customers/{id}/links"),
    ("GET", "/v1/warranties"),
    ("POST", "/v1/warranties/{product}/{serial}/transfer"),
    ("GET", "/v1/preorders/{product}"),
    ("POST", "/v1/preorders/{product}/{ticket}/cancel"),
    ("POST", "/v1/customers"),
    ("PATCH", "/v1/customers/{id}"),
    ("POST", "/v1/customers/{id}/calls"),
    ("POST", "/v1/customers/{id}/sales"),
    ("POST", "/v1/customers/{id}/notes"),
    ("POST", "/v1/calls"),
    ("GET", "/v1/tasks"),
    ("GET", "/v1/offers"),
    ("GET", "/v1/offers/{code}"),
    ("POST", "/v1/offers/{code}/redeem"),
    ("GET", "/v1/codes"),
    ("POST", "/v1/codes/{list}"),
    ("GET", "/v1/reports/winback"),
    ("GET", "/v1/products/{id}/interested"),
    ("GET", "/v1/products/{id}/advocates"),
    ("GET", "/v1/customers/{id}/prediction"),
    ("GET", "/v1/customers/{id}/reach"),
    ("POST", "/v1/customers/{id}/followers"),
    ("POST", "/v1/customers/{id}/code"),
    ("GET", "/v1/leaving"),
    ("GET", "/v1/reports/customers"),
    ("GET", "/v1/products/{id}/similar"),
    ("GET", "/v1/customers/{id}/suggestions"),
    ("GET", "/v1/reports/pages"),
    ("GET", "/v1/reports/freshness"),
    ("GET", "/v1/reports/nps"),
    ("GET", "/v1/reports/products"),
    ("GET", "/v1/reports/inactivity"),
    ("GET", "/v1/reports/reasons"),
    ("GET", "/v1/reports/survey/{id}"),
    ("GET", "/v1/reports/sessions"),
    ("GET", "/v1/reports/sources"),
    ("POST", "/v1/tasks/{id}/done"),
}


_OF_ONE = {"PUBLIC_URL": "MailerFunction"}
"""What one function alone is told: the others serve the API, and can't name it."""


def described(template: Tree) -> Iterator[str]:
    """Each function says what it is for, how long it may take and how much memory it has."""
    for name, resource in of_type(template, "AWS::Serverless::Function").items():
        for member in ("Description", "MemorySize", "Timeout"):
            if member not in resource["Properties"]:
                yield f"{name}: no {member}"


def answers_in_time(template: Tree) -> Iterator[str]:
    """What the API calls ends before the API gives up after 30 seconds."""
    for route in routes(template).values():
        timeout = functions(template)[route["function"]].get("Timeout", 0)
        if not 1 <= timeout <= 29:
            yield f"{route['function']}: Timeout {timeout}"


def code_is_there(template: Tree) -> Iterator[str]:
    """Each function's folder holds one module, app, with the handler."""
    for name, function in functions(template).items():
        folder = TEMPLATE.parent / function["CodeUri"]
        files = {path.name for path in folder.glob("*") if path.name != "__pycache__"}
        if files != {"app.py"}:
            yield f"{name}: {function['CodeUri']} holds {sorted(files)}"
        elif "lambda_handler" not in (folder / "app.py").read_text(encoding="utf-8"):
            yield f"{name}: no lambda_handler"


def environment(template: Tree) -> Iterator[str]:
    """Every name that the code reads from its environment is set for every function, or for the
    one that reads it."""
    config = Path(TEMPLATE.parent / "layers/core/mteja/config.py").read_text(encoding="utf-8")
    needed = set(re.findall(r'_required\("([A-Z_]+)"\)', config))
    given = set(template["Globals"]["Function"]["Environment"]["Variables"])
    given |= {
        name
        for name, function in _OF_ONE.items()
        if name in functions(template)[function]["Environment"]["Variables"]
    }
    if not needed:
        yield "mteja.config reads nothing: this rule no longer sees how"
    for name in sorted(needed - given):
        yield f"{name} is not set"
    for name, function in functions(template).items():
        service = function["Environment"]["Variables"].get("POWERTOOLS_SERVICE_NAME")
        if service != name.removesuffix("Function").lower():
            yield f"{name}: logs and metrics as {service}"


def dead_letters(template: Tree) -> Iterator[str]:
    """What fails for good lands in a queue, on every edge where nobody waits for the answer."""
    for name, function in functions(template).items():
        for event_name, event in function.get("Events", {}).items():
            where = f"{name}.{event_name}"
            if not _bounded(event):
                yield f"{where}: retried without a bound, or one bad record blocks its shard"
            for queue, sender in _ways_out(function, event):
                if queue not in of_type(template, "AWS::SQS::Queue"):
                    yield f"{where}: no dead-letter queue"
                elif "sqs:SendMessage" not in allowed(template, sender, queue):
                    yield f"{where}: {sender} may not send to {queue}"


def _ways_out(function: Tree, event: Tree) -> Iterator[tuple[str | None, str]]:
    """Yield queue and sending role for each place where an event can get stuck."""
    properties = event["Properties"]
    match event["Type"]:
        case "HttpApi":
            return
        case "DynamoDB":
            yield target(_on_failure(properties)), role_of(function)
        case "ScheduleV2":
            scheduler = target(properties.get("DeadLetterConfig", {}).get("Arn"))
            yield scheduler, str(target(properties.get("RoleArn")))
            yield target(_on_failure(function.get("EventInvokeConfig", {}))), role_of(function)
        case "EventBridgeRule":
            yield target(_on_failure(function.get("EventInvokeConfig", {}))), role_of(function)
        case "SQS":
            return  # the queue's own redrive policy: see redrives
        case other:
            raise AssertionError(f"no rule for events of type {other} yet")


def redrives(template: Tree) -> Iterator[str]:
    """A queue that a function takes from gives up at last, into the dead-letter queue, and waits
    long enough for the function: six times its time-out, as AWS asks for."""
    for name, function in functions(template).items():
        for event in function.get("Events", {}).values():
            if event["Type"] != "SQS":
                continue
            queue = target(event["Properties"]["Queue"])
            properties = of_type(template, "AWS::SQS::Queue")[str(queue)]["Properties"]
            redrive = properties.get("RedrivePolicy", {})
            if target(redrive.get("deadLetterTargetArn")) is None:
                yield f"{name}: {queue} never gives up"
            if properties.get("VisibilityTimeout", 30) < 6 * function["Timeout"]:
                yield f"{name}: {queue} hands a message out again while it is worked on"
            if event["Properties"].get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
                yield f"{name}: one failure brings the whole batch again"


def two_queues_are_polled(template: Tree) -> Iterator[str]:
    """At most two queues are polled all day: each costs when nothing is in it, too."""
    polled = {
        target(event["Properties"]["Queue"])
        for function in functions(template).values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "SQS"
    }
    if len(polled) > _MOST_POLLED:
        yield f"polled: {sorted(map(str, polled))}"


def each_shard_has_its_hour(template: Tree) -> Iterator[str]:
    """The schedules of summaries share all shards out, each to one."""
    events = functions(template)["SummariesFunction"]["Events"].values()
    told = [json.loads(one["Properties"].get("Input", "{}")) for one in events]
    shards = sorted(shard for one in told for shard in one.get("shards", ()))
    if shards != list(range(EVENT_SHARDS)):
        yield f"summaries are made of the shards {shards}"


def no_hour_is_left_out(template: Tree) -> Iterator[str]:
    """The daily job runs on the days on which clocks change too: not between midnight and four."""
    for event in functions(template)["InactivityFunction"]["Events"].values():
        if event["Type"] == "ScheduleV2":
            hour = event["Properties"]["ScheduleExpression"].removeprefix("cron(").split()[1]
            if not hour.isdigit() or int(hour) < _CLOCKS_HAVE_CHANGED:
                yield f"the daily job runs at {hour}"


def days_are_those_of_the_business(template: Tree) -> Iterator[str]:
    """What runs at an hour runs at that of the business, and the daily job once a day."""
    for name, function in functions(template).items():
        for event_name, event in function.get("Events", {}).items():
            expression = event["Properties"].get("ScheduleExpression", "")
            zone = event["Properties"].get("ScheduleExpressionTimezone")
            if expression.startswith("cron(") and target(zone) != "TimeZone":
                yield f"{name}.{event_name}: runs by the clock of somewhere else"
            is_daily = re.fullmatch(r"cron\(\d+ \d+ \* \* \? \*\)", expression)
            if (name, event["Type"]) == ("InactivityFunction", "ScheduleV2") and not is_daily:
                yield f"{name}.{event_name}: is not run once a day"


def _bounded(event: Tree) -> bool:
    properties = event["Properties"]
    match event["Type"]:
        case "DynamoDB":
            bounds = (
                "MaximumRecordAgeInSeconds",
                "MaximumRetryAttempts",
                "BisectBatchOnFunctionError",
            )
            return all(properties.get(bound) for bound in bounds)
        case "ScheduleV2":
            return "MaximumEventAgeInSeconds" in properties.get("RetryPolicy", {})
        case "EventBridgeRule":
            bounded = "MaximumEventAgeInSeconds" in properties.get("RetryPolicy", {})
            return bounded and target(properties.get("DeadLetterConfig", {}).get("Arn")) is not None
        case _:
            return True


def _on_failure(properties: Tree) -> Any:
    return properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")


def alarms(template: Tree) -> Iterator[str]:
    """At most ten alarms, each told to somebody, over all that must not go unseen."""
    found = {
        name: one["Properties"] for name, one in of_type(template, "AWS::CloudWatch::Alarm").items()
    }
    if len(found) > _MOST_ALARMS:
        yield f"{len(found)} alarms"
    for name, alarm in found.items():
        if [target(action) for action in alarm.get("AlarmActions", [])] != ["AlarmsTopic"]:
            yield f"{name}: nobody is told"
        if not alarm.get("AlarmDescription"):
            yield f"{name}: does not say what to do"
    seen = {(alarm.get("Namespace"), alarm.get("MetricName")) for alarm in found.values()}
    for namespace, metric in sorted(_WATCHED - seen):
        yield f"{namespace} {metric}: not watched"
    for alarm in found.values():
        for dimension in alarm.get("Dimensions", []):
            service = dimension["Value"] if dimension["Name"] == "service" else None
            if service and f"{service.capitalize()}Function" not in functions(template):
                yield f"an alarm waits for {service}, which does not exist"
    watched = {
        target(dimension["Value"])
        for alarm in found.values()
        for dimension in alarm.get("Dimensions", [])
        if dimension["Name"] == "QueueName"
    }
    for queue in sorted(set(of_type(template, "AWS::SQS::Queue")) - watched):
        yield f"{queue}: its depth is not watched"


def whatever_answers_is_shown(template: Tree) -> Iterator[str]:
    """Whoever answers the API stands in the dashboard and in what the alarm says of where to
    look."""
    dashboard = str(of_type(template, "AWS::CloudWatch::Dashboard"))
    (alarm,) = (
        one["Properties"]["AlarmDescription"]
        for one in of_type(template, "AWS::CloudWatch::Alarm").values()
        if one["Properties"].get("Namespace") == "AWS/ApiGateway"
    )
    for name in sorted({route["function"] for route in routes(template).values()}):
        for metric in ("Duration", "Errors", "Throttles"):
            if f'"AWS/Lambda", "{metric}", "FunctionName", "${{{name}}}"' not in dashboard:
                yield f"{name}: its {metric} are not shown"
        if name.removesuffix("Function").lower() not in re.findall("[a-z]+", alarm):
            yield f"{name}: the alarm does not say to look there"


def owner_is_told(template: Tree) -> Iterator[str]:
    """Alarms and the budget alert are mailed to the owner."""
    subscriptions = of_type(template, "AWS::SNS::Subscription").values()
    if not any(
        target(one["Properties"]["TopicArn"]) == "AlarmsTopic"
        and target(one["Properties"]["Endpoint"]) == "OwnerEmail"
        for one in subscriptions
    ):
        yield "alarms are not mailed to the owner"
    if not of_type(template, "AWS::Budgets::Budget"):
        yield "no budget alert"


def access_log(template: Tree) -> Iterator[str]:
    """The access log holds nothing that a caller sends: no path, query string or address."""
    for name, api in of_type(template, "AWS::Serverless::HttpApi").items():
        written = set(re.findall(r"\$[A-Za-z.]+", api["Properties"]["AccessLogSettings"]["Format"]))
        for variable in sorted(written - _LOGGED):
            yield f"{name}: logs {variable}"


def contract_routes(template: Tree) -> Iterator[str]:
    """The routes are those of the contract, and strangers reach only those meant for them."""
    found = routes(template)
    for route in sorted((_OPEN_ROUTES | _STAFF_ROUTES | COOKIE_ROUTES) - set(found)):
        yield f"{route}: missing"
    for route, served in found.items():
        if route in COOKIE_ROUTES:
            if served != {"function": COOKIE_FUNCTION, "authorizer": None}:
                yield f"{route}: not where sessions are verified"
            continue
        if served["authorizer"] is None and route not in _OPEN_ROUTES:
            yield f"{route}: open to anybody"
        if served["authorizer"] not in {None, "StaffAuthorizer"}:
            yield f"{route}: {served['authorizer']}"
        if route not in _OPEN_ROUTES | _STAFF_ROUTES:
            yield f"{route}: not in the contract"


def throttled(template: Tree) -> Iterator[str]:
    """The API has a rate above which it answers 429, and a browser's page its allowed origins."""
    for name, api in of_type(template, "AWS::Serverless::HttpApi").items():
        settings = api["Properties"].get("DefaultRouteSettings", {})
        for setting, parameter in {
            "ThrottlingRateLimit": "RequestsPerSecond",
            "ThrottlingBurstLimit": "RequestBurst",
        }.items():
            if target(settings.get(setting)) != parameter:
                yield f"{name}: {setting}"
        cors = api["Properties"]["DefinitionBody"].get("x-amazon-apigateway-cors", {})
        if "AllowedOrigins" not in str(cors.get("allowOrigins")):
            yield f"{name}: any origin, or none"
