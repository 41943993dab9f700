"""How sure a share is."""

import math

Z = 1.959964  # 95 %


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by Wilson's score, (0, 1) where there is nothing to tell.
    It is never outside of 0 to 1, and right for few (Brown, Cai, DasGupta 2001)."""
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, Z * Z / of
    middle = (share + square / 2) / (1 + square)
    spread = Z / (1 + square) * math.sqrt(share * (1 - share) / of + square / (4 * of))
    return round(max(0.0, middle - spread), 4), round(min(1.0, middle + spread), 4)
