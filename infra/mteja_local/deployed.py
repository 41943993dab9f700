"""What CloudFormation knows of the deployed stack, and the values that its template stands for."""

import re
from dataclasses import dataclass
from typing import Any

from mteja_local.clients import Clients
from mteja_local.errors import LocalError
from mteja_local.place import REGION, STACK_NAME

_ARNS = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{id}",
    "AWS::KMS::Key": "arn:aws:kms:{region}:{account}:key/{id}",
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{id}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{id}:*",
}
"""How `Fn::GetAtt …Arn` reads for the resources that the steps after deployment resolve."""


@dataclass(frozen=True)
class Deployed:
    """The stack: its template after SAM's transformation, names, parameters and outputs."""

    template: dict[str, Any]
    names: dict[str, str]
    parameters: dict[str, str]
    outputs: dict[str, str]
    account: str

    def of_type(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """Return the properties of the template's resources of a type that the stack has."""
        return {
            logical_id: resource.get("Properties", {})
            for logical_id, resource in self.template["Resources"].items()
            if resource["Type"] == resource_type and logical_id in self.names
        }

    def resolve(self, value: Any) -> Any:
        """Return a value of the template with its intrinsic functions worked out."""
        if isinstance(value, list):
            return [self.resolve(member) for member in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Ref" or function.startswith("Fn::"):
                return self._call(function, argument)
        return {name: self.resolve(member) for name, member in value.items()}

    def _call(self, function: str, argument: Any) -> Any:
        match function:
            case "Ref":
                return self._ref(argument)
            case "Fn::GetAtt":
                return self._attribute(argument)
            case "Fn::Sub":
                return self._sub(argument)
            case "Fn::Join":
                return argument[0].join(str(part) for part in self.resolve(argument[1]))
            case "Fn::Split":
                return str(self.resolve(argument[1])).split(argument[0])
            case _:
                raise LocalError(f"the local stack can't work out {function} in the template")

    def _ref(self, name: str) -> Any:
        pseudo = {
            "AWS::AccountId": self.account,
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackName": STACK_NAME,
            "AWS::URLSuffix": "amazonaws.com",
        }
        for known in (pseudo, self.parameters, self.names):
            if name in known:
                return known[name]
        raise LocalError(f"the template refers to {name}, which the stack does not have")

    def _attribute(self, argument: str | list[str]) -> str:
        logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        resource_type = self.template["Resources"][logical_id]["Type"]
        if attribute != "Arn" or resource_type not in _ARNS:
            raise LocalError(f"the local stack can't work out {logical_id}.{attribute}")
        return _ARNS[resource_type].format(
            region=REGION, account=self.account, id=self.names[logical_id]
        )

    def _sub(self, argument: str | list[Any]) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument

        def put_in(match: re.Match[str]) -> str:
            name = match.group(1)
            if name in given:
                return str(self.resolve(given[name]))
            return str(self._attribute(name) if "." in name else self._ref(name))

        return re.sub(r"\$\{([A-Za-z0-9:.]+)\}", put_in, text)


def read(clients: Clients) -> Deployed:
    """Return the stack as it stands. Raises LocalError when it is not complete."""
    cloudformation = clients("cloudformation")
    stack = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    if stack["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise LocalError(f"the stack is {stack['StackStatus']}: see the log of `sam deploy`")
    template = cloudformation.get_template(StackName=STACK_NAME, TemplateStage="Processed")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
    names = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource.get("PhysicalResourceId")
    }
    return Deployed(
        template=template["TemplateBody"],
        names=names,
        parameters={
            entry["ParameterKey"]: entry.get("ParameterValue", "")
            for entry in stack.get("Parameters", [])
        },
        outputs={entry["OutputKey"]: entry["OutputValue"] for entry in stack.get("Outputs", [])},
        account=clients("sts").get_caller_identity()["Account"],
    )
