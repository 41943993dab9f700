"""moto, without what it does for nothing and what took half of these tests' time.

It makes a pair of RSA keys for every key of KMS, also where it needs none. It looks for each of the
ten members of an attribute value by several names, although such a value is `{"S": "…"}` and holds
what it holds. It lists the methods of a service anew with every call, looks through the addresses
of all services for one of ours, and copies whole tables, item by item, before each transaction. And
botocore says anew with every call what machine it runs on.
"""

import copy
from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.useragent import UserAgentString
from moto.backend_index import backend_url_patterns
from moto.core import responses
from moto.core.serialize import ResponseSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.kms import models as kms_models

_OURS = ("dynamodb", "kms", "ssm", "sqs", "sesv2", "ses", "s3", "cognitoidp", "awslambda")
_any_structure = ResponseSerializer._serialize_type_structure
_update_in_place = DynamoDBBackend.update_item


def install() -> None:
    kms_models.generate_private_key = cache(kms_models.generate_private_key)  # type: ignore[attr-defined]
    responses.method_names_from_class = cache(responses.method_names_from_class)  # type: ignore[attr-defined]
    ResponseSerializer._serialize_type_structure = _structure  # type: ignore[method-assign]
    backend_url_patterns.sort(key=lambda one: _OURS.index(one[0]) if one[0] in _OURS else 99)
    Table.__deepcopy__ = _as_it_stands  # type: ignore[attr-defined]
    DynamoDBBackend.update_item = _update_a_copy  # type: ignore[method-assign,assignment]
    UserAgentString.to_string = lambda _: "tests"  # type: ignore[method-assign,assignment]


def _as_it_stands(table: Table, _: dict[int, Any]) -> Table:
    """Return a table that keeps its items whatever is put into the other or deleted there: an item
    is replaced as a whole, also where it is updated (below)."""
    kept = copy.copy(table)
    kept.items = copy.copy(table.items)
    for partition, items in table.items.items():
        kept.items[partition] = copy.copy(items)
    return kept


def _update_a_copy(
    backend: Any, table_name: str, key: dict[str, Any], *args: Any, **named: Any
) -> Any:
    """Put a copy of the item in its place, and update that."""
    table = backend.get_table(table_name)
    partition = DynamoType(key[table.hash_key_attr])
    of_range = key.get(table.range_key_attr)
    position = None if of_range is None else DynamoType(of_range)
    stored = table.get_item(partition, position)
    if stored is not None and position is None:
        table.items[partition] = copy.deepcopy(stored)
    elif stored is not None:
        table.items[partition][position] = copy.deepcopy(stored)
    return _update_in_place(backend, table_name, key, *args, **named)


def _structure(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    if shape.name != "AttributeValue" or not isinstance(value, Mapping):
        _any_structure(self, serialized, value, shape, key)
        return
    wrapper = self.MAP_TYPE() if key else serialized
    for name, member in value.items():
        member_shape = shape.members[name]
        member_shape.parent = shape
        self._serialize(wrapper, member, member_shape, name)
    if key:
        self._default_serialize(serialized, wrapper, shape, key)
