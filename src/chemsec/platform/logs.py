"""What logs never hold."""

import logging
import re

# what in an address lets in whoever has it
SECRET = re.compile(r"(/(?:calendar|invitations|reset/key)/)[^/?\s]+")


class HideSecrets(logging.Filter):
    """Leave secrets out of the addresses that a message names."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        hidden = SECRET.sub(r"\1…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True
