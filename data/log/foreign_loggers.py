"""What other packages log (tuf, httpx, uvicorn …): warnings and errors go to the home's log, without their words.

Otherwise Python would print such messages, and what ended a thread, to the terminal; they may quote a traveller.
"""

import logging
import threading

from data.log.error_log import log_error, log_warning


def take_foreign_logs() -> None:
    """Take them from now on, for this whole process; calling it again changes nothing."""
    root = logging.getLogger()
    if not any(isinstance(handler, _WithoutWords) for handler in root.handlers):
        root.addHandler(_WithoutWords(logging.WARNING))


def log_thread_failure(failure: threading.ExceptHookArgs) -> None:
    """Log what ended a thread; for `threading.excepthook`, which would print it with its words."""
    if failure.exc_value is not None and failure.exc_type is not SystemExit:
        log_error(failure.exc_value)


class _WithoutWords(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        log_warning(record.name, record.levelname, f"{record.module}:{record.lineno} {record.funcName}", error)
