"""What the pages' browsers load that others wrote: locked in package-lock.json, installed by npm,
copied into `mteja/pages/static` by `make generate`, each file beside its licence."""
