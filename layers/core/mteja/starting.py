"""A faster start of a function: no garbage collection while its modules are imported.

Imports make some hundred thousand objects that stay; the collector looks at them again and again,
for a tenth of the start (`make bench`). Imported first, this switches it off; `ready()` at the end
of the start switches it on and tells it to leave alone what is there.
"""

import gc

gc.disable()


def ready() -> None:
    gc.freeze()
    gc.enable()
