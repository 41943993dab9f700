"""What only a demonstration has: made-up secrets of sources and websites, and one staff user."""

import base64
import contextlib
import json
import secrets
from typing import Any

from botocore.exceptions import ClientError

from mteja_local.clients import Clients
from mteja_local.deployed import Deployed
from mteja_local.errors import LocalError
from mteja_local.place import Place, write_private

STAFF_EMAIL = "owner@shop.example"
STAFF_GROUP = "owner"
_NOT_SHOWN = frozenset({"id", "secrets", "country"})


def sources(place: Place) -> list[dict[str, Any]]:
    """Return the sources of the owner's file as it was built."""
    return _declared(place, "business.json", "sources")


def sites(place: Place) -> list[dict[str, Any]]:
    """Return the websites of the owner's file as it was built."""
    return _declared(place, "sites.json", "sites")


def _declared(place: Place, part: str, name: str) -> list[dict[str, Any]]:
    built = place.build / "BusinessLayer/python/mteja_business" / part
    declared: list[dict[str, Any]] = json.loads(built.read_text(encoding="utf-8"))[name]
    return declared


def complete(clients: Clients, deployed: Deployed, place: Place) -> dict[str, Any]:
    """Give each source and website its secrets and make the staff user. Return what stack.json
    says of them: of the websites, the keys of the first."""
    kept = _kept(place)
    shown = {}
    for source in sources(place):
        secret = kept["sources"].setdefault(source["id"], [_new_secret(source["platform"])])
        _put_secret(clients, deployed, source["secrets"], secret)
        facts = {name: value for name, value in source.items() if name not in _NOT_SHOWN}
        shown[source["id"]] = facts | {"secrets": secret}
    write_keys = []
    for site in sites(place):
        secret = kept.setdefault("sites", {}).setdefault(site["id"], [secrets.token_urlsafe(32)])
        _put_secret(clients, deployed, site["secret"], secret)
        write_keys.append({"public": site["write_key"], "secret": secret[0]})
    write_private(place.secrets_file, kept)
    _staff_user(clients, deployed, kept["staff"]["email"], kept["staff"]["password"])
    return {
        "sources": shown,
        "staff": kept["staff"],
        "write_keys": write_keys[0] if write_keys else None,
    }


def staff_token(clients: Clients, stack: dict[str, Any]) -> str:
    """Return an access token of the staff user. Raises LocalError."""
    try:
        answer = clients("cognito-idp").initiate_auth(
            ClientId=stack["staff"]["client_id"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={
                "USERNAME": stack["staff"]["email"],
                "PASSWORD": stack["staff"]["password"],
            },
        )
    except ClientError as error:
        raise LocalError(f"signing in failed: {error}") from None
    token: str = answer["AuthenticationResult"]["AccessToken"]
    return token


def _new_secret(platform: str) -> str:
    """Return a secret as the platform would make it."""
    if platform == "standard":
        return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    return f"whsec_{secrets.token_hex(24)}" if platform == "stripe" else secrets.token_hex(32)


def _kept(place: Place) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads(place.secrets_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        # The pool asks for small and capital letters and digits.
        password = f"{secrets.token_urlsafe(18)}-aA1"
        kept = {"sources": {}, "staff": {"email": STAFF_EMAIL, "password": password}}
    return kept


def _put_secret(clients: Clients, deployed: Deployed, name: str, secret: list[str]) -> None:
    ssm = clients("ssm")
    parameter = f"{deployed.outputs['SecretsPrefix']}/{name}"
    value = "\n".join(secret)
    with contextlib.suppress(ssm.exceptions.ParameterNotFound):
        found = ssm.get_parameter(Name=parameter, WithDecryption=True)["Parameter"]
        if found["Value"] == value:
            return
    ssm.put_parameter(
        Name=parameter,
        Value=value,
        Type="SecureString",
        KeyId=deployed.outputs["TableKeyArn"],
        Overwrite=True,
    )


def _staff_user(clients: Clients, deployed: Deployed, email: str, password: str) -> None:
    cognito = clients("cognito-idp")
    pool = deployed.outputs["StaffPoolId"]
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
            ],
        )
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=email, Password=password, Permanent=True
    )
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=STAFF_GROUP)
