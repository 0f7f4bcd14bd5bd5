"""What a reader makes of a presentation: its text, its codes, and the seal that is printed on it."""

from data.documents.codes import Code
from data.errors import InputError
from devices.faults import DeviceFault, Reason
from devices.reading import Seen
from devices.simulated.script import Presentation
from devices.simulated.seals.sealing import seal_on


def codes_on(shown: Presentation) -> tuple[Code, ...]:
    """Every code on what is presented, the seal last. DeviceFault BAD_READ for a document that nobody seals."""
    try:
        seal = seal_on(shown)
    except InputError as problem:
        raise DeviceFault(Reason.BAD_READ, problem.what) from problem
    return (*shown.seen.codes, seal) if seal is not None else shown.seen.codes


def seen_of(shown: Presentation) -> Seen:
    """The text with its codes."""
    return Seen(shown.text, codes=codes_on(shown))
