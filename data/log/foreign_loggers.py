"""What other packages log (tuf, httpx, uvicorn …): warnings and errors go to the home's log, without their words.

Otherwise Python would print such messages to the terminal; they may quote a traveller.
"""

import logging

from data.log.error_log import log_warning


def take_foreign_logs() -> None:
    """Take them from now on, for this whole process; calling it again changes nothing."""
    root = logging.getLogger()
    if not any(isinstance(handler, _WithoutWords) for handler in root.handlers):
        root.addHandler(_WithoutWords(logging.WARNING))


class _WithoutWords(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        log_warning(record.name, record.levelname, f"{record.module}:{record.lineno} {record.funcName}", error)
