"""Makes docs/openapi.json of what each area says of its routes in its module `api`."""
