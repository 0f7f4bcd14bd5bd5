"""People who work at a post, as tests need them: each name is a human being of its own."""

from hashlib import sha256

from data.people.staff import Actor, Signatory, StaffRole


def make_actor(name: str = "K. Sample", role: StaffRole = StaffRole.OFFICER) -> Actor:
    """Somebody who signed in. The number is the name, so that a test can read it in the journal."""
    return Actor(name, name, human_of(name), role)


def make_supervisor(name: str = "S. Sample") -> Actor:
    """The same, as a supervisor."""
    return make_actor(name, StaffRole.SUPERVISOR)


def make_signatory(name: str) -> Signatory:
    """The same person, as a record of the journal names them."""
    return Signatory(name, name, human_of(name))


def human_of(name: str) -> str:
    """16 hexadecimal digits, the same for the same name."""
    return sha256(name.casefold().encode()).hexdigest()[:16]
