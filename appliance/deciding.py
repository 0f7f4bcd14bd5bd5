"""What decides: the finding, and the evidence in it, that the officer is told about first."""

from collections.abc import Iterable, Iterator

from appliance import verdict, words
from appliance.words import Advice
from data.findings import Finding, Verdict


def deciding(findings: Iterable[Finding]) -> Finding | None:
    """The first of the most serious findings; None when nothing is more than CLEAR."""
    serious = [finding for finding in findings if verdict.of_finding(finding) is not Verdict.CLEAR]
    return max(serious, key=lambda finding: verdict.of_finding(finding).seriousness, default=None)


def advice(findings: Iterable[Finding]) -> Advice:
    """What the officer does next about these findings."""
    finding = deciding(findings)
    if finding is None:
        return words.CLEAR
    most = verdict.of_finding(finding)
    return next((text for found, text in _evidence(finding) if found is most), words.for_finding(finding))


def _evidence(finding: Finding) -> Iterator[tuple[Verdict, Advice]]:
    for match in finding.evidence.matches:
        yield verdict.of_document(match), words.for_document(match)
    for candidate in finding.evidence.candidates:
        yield verdict.of_person(candidate), words.for_person(candidate)
