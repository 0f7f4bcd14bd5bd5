"""Takes what headquarters tells every kit (the policy) and this one (its envelope), as far as it is signed.

An envelope that does not come or is refused is a problem to tell, not an end: with the keys the kit has it goes on.
Only a kit that never had one cannot. A kit that is not in force says so at every run.
"""

from datetime import datetime

from data import enrolment
from data.enrolment import Standing
from data.errors import NotOffered, TrustError, WaypostError
from data.home import KitHome
from sync import kit_secrets
from sync.formats import envelope
from sync.formats.enrolment_file import EnrolmentFile
from sync.formats.envelope import envelope_path
from sync.limits import LIMITS
from sync.lines.link import STAYS, Link, read_whole
from sync.report import Problem
from sync.trust.metadata import Trust
from sync.trust.policy import POLICY, Policy, policy_from_json


def take_policy(home: KitHome, trust: Trust) -> Policy:
    """The policy in force from here on.

    Raises:
        TrustError: there is none, or it cannot be used.
    """
    content = trust.target(POLICY, most_bytes=LIMITS.policy_bytes)
    if content is None:
        raise TrustError("The source has no policy", means=STAYS, do="Tell headquarters")
    policy = policy_from_json(content)
    kit_secrets.keep_policy(home, content)
    return policy


def take_envelope(home: KitHome, link: Link, secret: EnrolmentFile, policy: Policy, now: datetime) -> list[Problem]:
    """Keep what the envelope of this kit says; what a person should know of it.

    Raises:
        WaypostError: there is none yet that this kit could go on with.
    """
    signer, problems = policy.kits_key(), []
    serial = kit_secrets.newest_serial(home, signer)
    try:
        sealed = read_whole(link, envelope_path(secret.envelope), most_bytes=LIMITS.envelope_bytes)
        mail = envelope.unseal(sealed, secret.identity, signer)
        envelope.must_be_for(mail, secret.kit, secret.incarnation, serial, now)
        if mail.serial > serial:
            kit_secrets.keep_envelope(home, mail, signer)
    except WaypostError as error:
        if kit_secrets.list_keys(home)[0] == 0:
            raise
        problems.append(_NOTHING_FOR_US if isinstance(error, NotOffered) else Problem.of(error))
    return [*problems, *_restrictions(enrolment.standing(home), now)]


_NOTHING_FOR_US = Problem(
    "There is nothing for this kit itself at this source, only lists",
    "The keys it has stay in use.",
    "If it is a stick, let headquarters fill it for this kit too; a kit that was enrolled anew since finds nothing",
)
_SUSPENDED = "suspended"


def _restrictions(standing: Standing, now: datetime) -> list[Problem]:
    if not standing.in_force:
        why = f": {standing.reason}" if standing.reason else ""
        return [
            Problem(
                f"Headquarters says that this kit is not in force ({standing.state}){why}",
                "It gets no newer lists; those it has grow old.",
                "Ask headquarters when it ends that; nothing is to be done at the kit"
                if standing.state == _SUSPENDED
                else "Ask headquarters; a kit that was found again is enrolled anew",
            )
        ]
    if standing.lease_until is not None and standing.lease_until < now:
        return [
            Problem(
                f"The lease of this kit ended at {standing.lease_until:%Y-%m-%d %H:%M} UTC",
                "Headquarters expects a kit that has not heard of it for so long to stop.",
                "Let it reach headquarters, or bring a stick",
            )
        ]
    return []
