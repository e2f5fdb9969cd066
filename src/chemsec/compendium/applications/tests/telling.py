"""What an invented organisation tells."""

SAID = {
    "edition": 1, "visibility": "public", "language": "en", "outcome": "worked", "year": 2025,
    "place": "Three inland ports", "changed": "", "cost": "", "result": "Fewer drums went missing.",
    "evidence": "", "lesson": "",
}  # fmt: skip
