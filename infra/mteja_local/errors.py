"""What goes wrong on the way to a running local stack."""


class LocalError(Exception):
    """A reason that the developer can act on, in one line. Shown without a traceback."""
