"""moto, without what it does for nothing and what took half of these tests' time.

It makes a pair of RSA keys for every key of KMS, also where it needs none. It looks for each of the
ten members of an attribute value by several names, although such a value is `{"S": "…"}` and holds
what it holds. And it lists the methods of a service anew with every call.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from moto.core import responses
from moto.core.serialize import ResponseSerializer
from moto.kms import models as kms_models

_any_structure = ResponseSerializer._serialize_type_structure


def install() -> None:
    kms_models.generate_private_key = cache(kms_models.generate_private_key)  # type: ignore[attr-defined]
    responses.method_names_from_class = cache(responses.method_names_from_class)  # type: ignore[attr-defined]
    ResponseSerializer._serialize_type_structure = _structure  # type: ignore[method-assign]


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
