"""What other packages log (tuf, httpx, uvicorn …): warnings and errors go to the home's log, without their words.

Otherwise Python would print such messages to the terminal; they may quote a traveller. The same goes for what they
tell `warnings`.
"""

import logging
from pathlib import Path
from typing import Any

from data.log.error_log import log_warning


def take_foreign_logs() -> None:
    """Take them from now on, for this whole process; calling it again changes nothing."""
    root = logging.getLogger()
    if not any(isinstance(handler, WithoutWords) for handler in root.handlers):
        root.addHandler(WithoutWords(logging.WARNING))


def take_foreign_warning(message: Warning, category: type[Warning], file: str, line: int, *_more: Any) -> None:
    """Replacement for `warnings.showwarning`: logs class and place."""
    log_warning("warnings", "WARNING", f"{Path(file).stem}:{line} {category.__name__}", None)


class WithoutWords(logging.Handler):
    """Logs where something was said, and by whom."""

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`."""
        error = record.exc_info[1] if record.exc_info else None
        log_warning(record.name, record.levelname, f"{record.module}:{record.lineno} {record.funcName}", error)
