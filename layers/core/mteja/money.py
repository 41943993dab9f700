"""Money: integer minor units and an ISO 4217 currency. Never float."""

from decimal import Decimal, InvalidOperation

# ISO 4217 list one (2024-06-25): the currencies whose minor unit is not a hundredth.
# A unit test holds this table to the `iso4217` package.
_EXPONENTS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_LARGEST_EXPONENT = 13
_MOST_FIGURES = 60


def exponent(currency: str) -> int:
    """Return how many decimals a currency has: 2 for USD, 0 for JPY, 3 for KWD.

    Raises ValueError for what is not three capital letters.
    """
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        raise ValueError("a currency is three letters (ISO 4217)")
    if not currency.isupper():
        raise ValueError("a currency is three capital letters (ISO 4217)")
    return _EXPONENTS.get(currency, 2)


def minor_units(amount: str | Decimal | int, currency: str) -> int:
    """Return an amount in minor units: ("19.90", "USD") is 1990, ("2.000", "USD") is 200.

    Raises ValueError for what is no finite number, has more decimals than the currency that are
    not zero, or is absurdly large: rounding would make money appear or vanish.
    """
    digits = exponent(currency)
    try:
        value = Decimal(amount)
    except InvalidOperation:
        raise ValueError("an amount must be a decimal number") from None
    if not value.is_finite() or value.adjusted() > _LARGEST_EXPONENT:
        raise ValueError("an amount must be a finite number of a sensible size")
    sign, figures, power = value.as_tuple()
    if not isinstance(power, int) or len(figures) - power > _MOST_FIGURES:
        raise ValueError("an amount must be a number of a sensible length")
    # Exact integers: Decimal's arithmetic rounds to 28 figures.
    number = int("".join(map(str, figures)))
    up: int = 10 ** max(0, power + digits)
    down: int = 10 ** max(0, -power - digits)
    units, rest = divmod(number * up, down)
    if rest:
        raise ValueError(f"an amount in {currency} has at most {digits} decimals")
    return -units if sign else units
