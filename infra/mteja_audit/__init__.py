"""What `make audit` looks at: secrets in the history, licences, known faults of dependencies."""
