"""From nothing, or from what is there, to a running stack that matches the repository."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from mteja_local import demonstration, deployed, emulator, http_api, mail, sam, tables, themes
from mteja_local.clients import Clients
from mteja_local.errors import LocalError
from mteja_local.place import REGION, STACK_NAME, Place, write_private


def bring_up(place: Place, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Start, build, deploy and complete the stack; return what stack.json says. Raises LocalError.

    Run again, it updates the stack and keeps its data.
    """
    emulator.runs(place)  # a taken port is told before the build, not after it
    say("Building")
    sam.build(place)
    say("Starting the emulator")
    emulator.start(place)
    say("Deploying")
    clients = Clients(place.endpoint)
    _make_bucket(clients)
    _remove_failed(clients)
    try:
        sam.deploy(place)
    except LocalError as error:
        raise LocalError(_reason(clients) or str(error)) from None
    stack = deployed.read(clients)
    http_api.complete(clients, stack)
    tables.complete(clients, stack)
    mail.complete(clients, stack, _url(place, stack))
    themes.complete(clients, stack)
    shown = _stack_file(place, stack, demonstration.complete(clients, stack, place))
    write_private(place.stack_file, shown)
    return shown


def _make_bucket(clients: Clients) -> None:
    s3 = clients("s3")
    there = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    if sam.ARTIFACTS_BUCKET not in there:
        s3.create_bucket(Bucket=sam.ARTIFACTS_BUCKET)


def _remove_failed(clients: Clients) -> None:
    """Delete a stack whose creation failed: it has no data, and can't be updated."""
    cloudformation = clients("cloudformation")
    for stack in cloudformation.describe_stacks()["Stacks"]:
        if stack["StackName"] == STACK_NAME and stack["StackStatus"] == "ROLLBACK_COMPLETE":
            cloudformation.delete_stack(StackName=STACK_NAME)
            cloudformation.get_waiter("stack_delete_complete").wait(
                StackName=STACK_NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
            )


def _reason(clients: Clients) -> str | None:
    """Return which resource made the last deployment fail, and why."""
    try:
        events = clients("cloudformation").describe_stack_events(StackName=STACK_NAME)
    except ClientError:
        return None
    for event in reversed(events["StackEvents"]):
        if event["ResourceStatus"].endswith("_FAILED"):
            why = event.get("ResourceStatusReason", "no reason given")
            return f"the deployment failed: {event['LogicalResourceId']}: {why}"
    return None


def _url(place: Place, stack: deployed.Deployed) -> str:
    return f"http://{stack.outputs['ApiId']}.execute-api.localhost:{place.port}"


def _stack_file(
    place: Place, stack: deployed.Deployed, demonstrated: dict[str, Any]
) -> dict[str, Any]:
    api = stack.outputs["ApiId"]
    functions = stack.of_type("AWS::Lambda::Function")
    return {
        "api": {
            "url": _url(place, stack),
            "path_url": f"{place.endpoint}/_aws/execute-api/{api}/$default",
        },
        "aws": {"endpoint": place.endpoint, "region": REGION},
        "tables": {
            name: stack.outputs[f"{name.capitalize()}Table"]
            for name in ("customers", "events", "keys", "salts", "summaries")
        },
        "functions": {
            logical_id.removesuffix("Function").lower(): stack.names[logical_id]
            for logical_id in functions
        },
        "keys": {
            "table": stack.outputs["TableKeyArn"],
            "wrapping": stack.outputs["WrappingKeyArn"],
            "index": stack.outputs["IndexKeyArn"],
        },
        "secrets_prefix": stack.outputs["SecretsPrefix"],
        "sources": demonstrated["sources"],
        "write_keys": demonstrated["write_keys"],
        "staff": demonstrated["staff"]
        | {
            "user_pool_id": stack.outputs["StaffPoolId"],
            "client_id": stack.outputs["StaffClientId"],
        },
        "outputs": stack.outputs,
    }
