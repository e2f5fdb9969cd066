"""Secrets that whoever holds them comes in by: 256 random bits, of which only a digest is kept."""

import hashlib


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
