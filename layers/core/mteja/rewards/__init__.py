"""Points and stamps: one ledger, two units (docs/decisions/0025)."""
