"""What fields and their options are called, in each language: by the owner's file, or by us."""

from gettext import NullTranslations

from mteja.business.forms import FormField, text_in
from mteja.errors import InvalidInput
from mteja.forms.values import NOT_TOLD, may_be_not_told, option_values
from mteja.pages.catalogues import catalogue, marked

_FIELDS = {
    "email": marked("E-mail address"),
    "phone": marked("Telephone number"),
    "name": marked("Name"),
    "address": marked("Address"),
    "product": marked("Product"),
    "quantity": marked("How many?"),
    "serial": marked("Serial number"),
    "bought_on": marked("Date of purchase"),
    "heard_from": marked("How did you hear of us?"),
    "instagram": marked("Your name on Instagram"),
    "tiktok": marked("Your name on TikTok"),
    "youtube": marked("Your name on YouTube"),
    "facebook": marked("Your name on Facebook"),
    "x": marked("Your name on X"),
}
CHANNELS = {
    "search": marked("Search engine"),
    "social": marked("Social media"),
    "friend": marked("Friends or family"),
    "advert": marked("An advertisement"),
    "passing-by": marked("I passed by"),
    "other": marked("Something else"),
    "dont-remember": marked("I don't remember"),
}
_NOT_TOLD = marked("I would rather not say")


def field_label(field: FormField, language: str) -> str:
    """Return what a field is called."""
    own = text_in(field.label, language)
    if own is not None:
        return own
    known = _FIELDS.get(field.name)
    if known is not None:
        return _texts(language).gettext(known)
    return field.name.replace("_", " ").capitalize()


def options(field: FormField, language: str) -> list[dict[str, str]]:
    """Return what may be answered to a choice, in its order: `[{"value", "label"}]`."""
    texts = _texts(language)
    declared = {one.value: one.label for one in field.options}
    shown = []
    for value in option_values(field):
        label = text_in(declared.get(value), language)
        if label is None:
            label = texts.gettext(CHANNELS[value]) if value in CHANNELS else value
        shown.append({"value": value, "label": label})
    if may_be_not_told(field):
        shown.append({"value": NOT_TOLD, "label": texts.gettext(_NOT_TOLD)})
    return shown


def fault_text(fault: InvalidInput, language: str) -> str:
    """Return what is wrong with a field, in a language, as the beginning of a sentence."""
    text = _texts(language).gettext(fault.template)
    text = text.format(**fault.values) if fault.values else text
    return text[:1].upper() + text[1:]


def _texts(language: str) -> NullTranslations:
    return catalogue(language)
