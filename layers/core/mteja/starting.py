"""A faster start of a function: no garbage collection while its modules are imported.

Imports make some hundred thousand objects that stay; the collector looks at them again and again,
for a tenth of the start (`make bench`). Imported first, this switches it off; `ready()` at the end
of the start switches it on and tells it to leave alone what is there.
"""

import gc
from importlib import import_module

gc.disable()


def ready(*modules: str) -> None:
    """End the start. `modules`: what is imported where it is first used, and what this function
    uses so often that its start is the better place."""
    for module in modules:
        import_module(module)
    gc.freeze()
    gc.enable()
