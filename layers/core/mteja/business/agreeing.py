"""Whether what the owner's file says of fields, forms, products and purposes agrees, with itself
and with what is stored.

For the check of the file alone: a function that loads what was compiled pays for none of it.
"""

from collections.abc import Iterator, Sequence

from mteja.business.agreeing_surveys import survey_faults
from mteja.business.file import OwnersFile
from mteja.business.forms import Form, FormField
from mteja.inventory import inventory
from mteja.pages.catalogues import known

type Fault = tuple[Sequence[str | int], str]
"""Where in the file, and what is wrong there."""


def disagreements(file: OwnersFile) -> Iterator[Fault]:
    """Yield what names something that is not declared, or is declared twice."""
    for name, ids in {
        "fields": [one.name for one in file.fields],
        "forms": [one.id for one in file.forms],
        "products": [one.id for one in file.products],
    }.items():
        for number, its in enumerate(ids):
            if its in ids[:number]:
                yield (name, number), f"{its} is declared twice"
    for number, language in enumerate(file.languages):
        if language not in known():
            yield ("languages", number), f"there are no texts in {language!r}"
    yield from _purposes(file)
    yield from _mail(file)
    for number, form in enumerate(file.forms):
        for where, fault in _of_form(form, file):
            yield ("forms", number, *where), fault
    for number, rule in enumerate(file.rewards.earn if file.rewards is not None else ()):
        if rule.form is not None and rule.form not in {one.id for one in file.forms}:
            yield ("rewards", "earn", number, "form"), f"{rule.form} is no form"
    yield from survey_faults(file)
    yield from _win_back(file)


def _purposes(file: OwnersFile) -> Iterator[Fault]:
    basis = {purpose.id: purpose.basis for purpose in file.purposes}
    kept = {field.purpose: f"{field.store}.{field.name}" for field in inventory()}
    for purpose, what in kept.items():
        if purpose not in basis:
            fault = f"{what} is kept for the purpose {purpose!r}, which is not declared"
            yield ("purposes",), fault
    for number, asked in enumerate(file.fields):
        where = ("fields", number, "purpose")
        if asked.purpose not in basis:
            yield where, f"the purpose {asked.purpose!r} of {asked.name} is not declared"
        elif asked.type == "consent" and basis[asked.purpose] != "consent":
            yield where, f"the purpose {asked.purpose!r} does not rest on consent"


def _mail(file: OwnersFile) -> Iterator[Fault]:
    basis = {purpose.id: purpose.basis for purpose in file.purposes}
    if file.mail is None:
        return
    if file.mail.ses_identity not in {file.mail.sender, file.mail.sender.partition("@")[2]}:
        yield ("mail", "identity"), "is neither the sender's address nor its domain"
    if file.mail.sms is not None and file.mail.sms.purpose not in basis:
        yield ("mail", "sms", "purpose"), f"{file.mail.sms.purpose!r} is not declared"


def _win_back(file: OwnersFile) -> Iterator[Fault]:
    declared = {purpose.id for purpose in file.purposes}
    for number, rule in enumerate(file.win_back.rules):
        if rule.purpose not in declared:
            where = ("win_back", "rules", number, "purpose")
            yield where, f"the purpose {rule.purpose!r} of {rule.id} is not declared"


def _is_asked_once(field: FormField) -> bool:
    """Whether it is known that a field was answered: a profile would ask any other for ever."""
    return field.is_trait or field.type == "consent"


def _of_form(form: Form, file: OwnersFile) -> Iterator[Fault]:
    fields = {one.name: one for one in file.fields}
    products = {one.id: one for one in file.products}
    for number, asked in enumerate(form.fields):
        if asked.field not in fields:
            yield ("fields", number), f"{form.id} asks for {asked.field}, which is no field"
        elif form.kind == "profile" and not _is_asked_once(fields[asked.field]):
            fault = f"{form.id} asks for {asked.field}, which is neither a trait nor a consent"
            yield ("fields", number), fault
    for number, named in enumerate(form.products):
        if named not in products:
            yield ("products", number), f"{form.id} names {named}, which is no product"
        elif not products[named].fits(form.kind):
            yield ("products", number), f"{named} is no product for a form of the kind {form.kind}"
    if "product" in {one.field for one in form.fields} and not any(
        one.fits(form.kind) for one in file.products
    ):
        yield ("fields",), f"{form.id} asks for a product, and there is none for its kind"
    if form.turnstile and file.turnstile is None:
        yield ("turnstile",), f"{form.id} asks for turnstile, which has no site key"
