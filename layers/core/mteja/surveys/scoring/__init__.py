"""What answers to surveys amount to. Pure rules: each says where it comes from, and what it does
with few answers (docs/decisions/0020)."""
