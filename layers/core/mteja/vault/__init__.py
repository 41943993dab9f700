"""The vault: public handlers seal what they are given and can't open what is stored.

`sealing` is the envelope (HPKE), `keyring` makes and opens key pairs (KMS), `index` turns
identifiers into blind indexes and traits into equality tags (KMS HMAC).
"""
