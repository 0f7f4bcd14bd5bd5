"""One screening: deadlines, late answers, checks that hang, and the journal before the screen."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from appliance.screening import run
from appliance.screening.result import ScreeningProgress
from appliance.screening.run import Screener, ScreeningLimits
from appliance.verdict import verdict_of_finding
from data.errors import SettingsError, StoreError
from data.screenings import Finding, State, Verdict
from data.text import _
from tests.appliance.support.check_doubles import PATIENT, passes, screen
from tests.support.sample import Asked, Notebook, candidate, documents_hit, finding, match, persons_hit, screening
from tests.support.waiting import GUARD_S, wait_until

SHORT = ScreeningLimits(check_s=0.1)
"""Where a check is to miss its deadline; the others may miss it as well."""


def raises(error: BaseException) -> Callable[[], Finding]:
    def answer() -> Finding:
        raise error

    return answer


def wait_for_end(name: str) -> None:
    """Until no thread runs this check any more, which has begun."""
    wait_until(lambda: not any(thread.name == name for thread in threading.enumerate()), f"the end of {name}")


def waits_for(event: threading.Event, then: Finding, answered: threading.Event | None = None) -> Callable[[], Finding]:
    def answer() -> Finding:
        assert event.wait(GUARD_S)
        if answered:
            answered.set()
        return then

    return answer


def test_all_checks_pass_is_clear_in_the_order_of_the_checks() -> None:
    result = screen(passes("b"), passes("a"))
    assert result.verdict is Verdict.CLEAR
    assert [one.check for one in result.findings] == ["b", "a"]
    assert result.complete
    assert result.says == "Nothing found"


@pytest.mark.parametrize("error", [ValueError("SAMPLE ADA L1234567A"), SystemExit(3)])
def test_a_check_that_raises_is_not_done_without_quoting_the_error(error: BaseException) -> None:
    result = screen(passes(), Asked(raises(error), "persons:wanted"))
    failed = result.findings[1]
    assert result.verdict is Verdict.CANNOT_SAY
    assert (failed.state, failed.reason) == (State.NOT_DONE, "error")
    assert failed.evidence.facts == {"error": type(error).__name__}
    assert "SAMPLE" not in repr(result.findings)


def test_a_check_that_cannot_use_the_kits_own_files_says_why_and_what_to_do() -> None:
    damaged = StoreError(_("The list is damaged"), do=_("Call the technician"))
    result = screen(passes(), Asked(raises(damaged), "persons:wanted"))
    assert result.findings[1].says.endswith("so it gave no answer. The list is damaged. Call the technician")


def test_a_check_beyond_its_deadline_is_not_done() -> None:
    event = threading.Event()
    result = screen(passes(), Asked(waits_for(event, finding()), "persons:wanted"), limits=SHORT)
    event.set()
    assert result.verdict is Verdict.CANNOT_SAY
    assert result.findings[1].reason == "timeout"
    assert "0.1 s" in result.says


def test_an_optional_check_not_done_is_named_beside_clear() -> None:
    result = screen(passes(), Asked(raises(ValueError()), "face", mandatory=False))
    assert result.verdict is Verdict.CLEAR
    assert result.second_line.endswith("not done: face")


def test_a_screener_decides_what_is_mandatory_and_not_the_finding() -> None:
    lies = Asked(lambda: finding(State.NOT_DONE, "other", mandatory=False), "persons:wanted")
    result = screen(passes(), lies)
    assert result.verdict is Verdict.CANNOT_SAY
    assert result.findings[1].check == "persons:wanted"


def test_refer_is_shown_while_another_check_still_runs_and_clear_is_not() -> None:
    event, reports = threading.Event(), list[ScreeningProgress]()

    def on_progress(progress: ScreeningProgress) -> None:
        reports.append(progress)
        if progress.verdict is Verdict.REFER:
            event.set()

    slow = Asked(waits_for(event, finding()), "persons:wanted")
    checks = [passes(), slow, Asked(lambda: documents_hit(match()), "documents:sltd")]
    result = Screener(checks, Notebook(), PATIENT).screen(screening(), on_progress)
    assert {one.verdict for one in reports if one.ended < 3 and one.verdict} == {Verdict.REFER}
    assert reports[0].ended == 0
    assert reports[0].verdict is None
    assert reports[-1].result == result
    assert (result.verdict, result.complete) == (Verdict.REFER, True)


def test_what_is_shown_is_in_the_journal_before() -> None:
    journal, event = Notebook(), threading.Event()
    behind: list[ScreeningProgress] = []

    def on_progress(progress: ScreeningProgress) -> None:
        if progress.result:
            written = journal.revisions[-1]
            if (progress.result.revision, progress.result.verdict) != written[:2]:
                behind.append(progress)
            event.set()

    notice = Asked(lambda: finding(State.NOTICE), "mrz")
    hit_check = Asked(waits_for(event, documents_hit(match())), "documents:sltd")
    Screener([notice, hit_check], journal, PATIENT).screen(screening(), on_progress)
    assert behind == []
    assert [(number, shown) for number, shown, _ in journal.revisions] == [(1, Verdict.CHECK), (2, Verdict.REFER)]
    assert len(journal.revisions[-1][2]) == 2


def test_a_late_hit_rises_is_journalled_and_told() -> None:
    journal, event, risen, reports = Notebook(), threading.Event(), threading.Event(), list[ScreeningProgress]()

    def on_progress(progress: ScreeningProgress) -> None:
        reports.append(progress)
        if progress.verdict is Verdict.REFER:
            risen.set()

    late = Asked(waits_for(event, persons_hit(candidate())), "persons:wanted")
    result = Screener([passes(), late], journal, SHORT).screen(screening(), on_progress)
    assert result.verdict is Verdict.CANNOT_SAY
    event.set()
    assert risen.wait(GUARD_S)
    assert [shown for _, shown, _ in journal.revisions] == [Verdict.CANNOT_SAY, Verdict.REFER]
    assert reports[-1].result is not None
    assert reports[-1].result.revision == 2


def test_a_late_pass_does_not_improve_what_was_shown() -> None:
    journal, event, answered, reports = Notebook(), threading.Event(), threading.Event(), list[ScreeningProgress]()
    late = Asked(waits_for(event, finding(), answered), "persons:wanted")
    Screener([passes(), late], journal, SHORT).screen(screening(), reports.append)
    event.set()
    assert answered.wait(GUARD_S)
    wait_for_end("check persons:wanted")
    assert reports[-1].verdict is Verdict.CANNOT_SAY
    assert len(journal.revisions) == 1


def test_checks_that_answer_at_once_run_one_after_the_other_in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "HAND_ON_S", GUARD_S)
    threads = list[int]()

    def answer(name: str) -> Finding:
        threads.append(threading.get_ident())
        return finding(State.PASS, name)

    names = ("mrz", "validity", "sltd", "un")
    result = screen(*(Asked(partial(answer, name), name) for name in names))
    assert result.verdict is Verdict.CLEAR
    assert len(threads) == len(names) and len(set(threads)) == 1
    assert threading.get_ident() not in threads, "a check that hangs leaves its caller free"


def test_checks_that_hang_hold_up_none_of_those_behind_them() -> None:
    last = threading.Event()

    def answer() -> Finding:
        last.set()
        return finding(State.PASS, "un")

    hanging = [Asked(waits_for(last, finding(State.PASS, name)), name) for name in ("mrz", "validity", "sltd")]
    result = screen(*hanging, Asked(answer, "un"))
    assert [one.state for one in result.findings] == [State.PASS] * 4


def test_a_check_that_had_no_thread_before_its_deadline_is_asked_late_and_a_hit_of_it_counts() -> None:
    event, asked, journal, reports = threading.Event(), threading.Event(), Notebook(), list[ScreeningProgress]()
    hit = Asked(waits_for(asked, persons_hit(candidate())), "un")
    checks = [Asked(waits_for(event, finding()), "mrz"), hit]
    screener = Screener(checks, journal, ScreeningLimits(check_s=run.HAND_ON_S / 10))
    result = screener.screen(screening(), reports.append)
    assert [one.reason for one in result.findings] == ["timeout", "timeout"]
    asked.set()
    wait_until(lambda: bool(reports) and reports[-1].verdict is Verdict.REFER, "the late hit")
    assert journal.revisions[-1][1] is Verdict.REFER
    event.set()


def test_a_late_refer_that_is_recorded_is_not_called_unrecorded() -> None:
    event, journal, reports = threading.Event(), Notebook(failures=1), list[ScreeningProgress]()
    hit = Asked(waits_for(event, persons_hit(candidate())), "un")
    screener = Screener([passes(), hit], journal, SHORT)
    assert not screener.screen(screening(), reports.append).is_recorded
    event.set()
    wait_until(lambda: reports[-1].verdict is Verdict.REFER, "the late hit")
    shown = reports[-1].result
    assert shown is not None and shown.is_recorded
    assert "journal" not in {one.check for one in shown.findings} and "not recorded" not in shown.second_line
    assert "journal" not in {one.check for one in journal.revisions[-1][2]}


def test_a_check_that_hangs_traveller_after_traveller_is_not_started_again() -> None:
    event, starts = threading.Event(), list[int]()

    def answer() -> Finding:
        starts.append(1)
        return waits_for(event, finding())()

    screener = Screener([Asked(answer)], Notebook(), ScreeningLimits(check_s=0.05, hung_runs=2))
    reasons = [screener.screen(screening()).findings[0].reason for _ in range(3)]
    wait_until(lambda: len(starts) == 2, "both runs")
    event.set()
    assert reasons == ["timeout", "timeout", "hung"]
    wait_for_end("check mrz")
    assert len(starts) == 2


@dataclass
class Patient(Asked):
    """A check that waits for a person."""

    deadline_s: float = GUARD_S


def test_a_check_that_waits_for_a_person_has_its_own_deadline_and_lends_it_to_no_other() -> None:
    laid, reports = threading.Event(), list[ScreeningProgress]()

    def on_progress(progress: ScreeningProgress) -> None:
        reports.append(progress)
        if progress.ended == 2:
            laid.set()

    ended = threading.Event()
    hanging = Asked(waits_for(ended, finding()), "persons:wanted")
    waits = Patient(waits_for(laid, finding(State.PASS, "chip", says="genuine")), "chip")
    passes_in_time = Patient(lambda: finding(State.PASS, "mrz"), "mrz")
    result = Screener([passes_in_time, hanging, waits], Notebook(), SHORT).screen(screening(), on_progress)
    ended.set()
    assert [one.reason for one in result.findings] == ["r", "timeout", "r"]
    assert result.verdict is Verdict.CANNOT_SAY
    assert [one.verdict for one in reports if one.ended == 2] == [None], "CANNOT SAY waits for the one that still runs"


def test_what_comes_back_late_beside_a_patient_check_counts_only_where_it_is_worse() -> None:
    for answer, verdict in ((finding(), Verdict.CANNOT_SAY), (persons_hit(candidate()), Verdict.REFER)):
        late, answered, laid = threading.Event(), threading.Event(), threading.Event()

        def lay(answered: threading.Event = answered, laid: threading.Event = laid) -> None:
            assert answered.wait(GUARD_S)
            wait_for_end("check persons:wanted")
            laid.set()

        laying = threading.Thread(target=lay)

        def on_progress(
            progress: ScreeningProgress, late: threading.Event = late, laying: threading.Thread = laying
        ) -> None:
            if progress.ended == 2 and not late.is_set():
                late.set()
                laying.start()

        checks = [
            Patient(lambda: finding(State.PASS, "mrz"), "mrz"),
            Asked(waits_for(late, answer, answered), "persons:wanted"),
            Patient(waits_for(laid, finding()), "chip"),
        ]
        assert Screener(checks, Notebook(), SHORT).screen(screening(), on_progress).verdict is verdict
        laying.join(GUARD_S)


def test_a_check_that_came_back_is_asked_again() -> None:
    event, answered = threading.Event(), threading.Event()
    screener = Screener(
        [Asked(waits_for(event, finding(), answered))], Notebook(), ScreeningLimits(check_s=0.05, hung_runs=1)
    )
    assert screener.screen(screening()).findings[0].reason == "timeout"
    event.set()
    assert answered.wait(GUARD_S)
    wait_for_end("check mrz")
    assert screener.screen(screening()).findings[0].reason != "hung"


def test_a_journal_that_fails_makes_clear_cannot_say() -> None:
    result = screen(passes(), journal=Notebook(failures=9))
    assert result.verdict is Verdict.CANNOT_SAY
    assert (result.findings[-1].check, result.findings[-1].reason) == ("journal", "journal_failed")
    assert result.findings[-1].says.endswith(". The disk is full"), "why is said"
    assert "technician" in result.advice.steps[0]
    assert result.revision == 0


def test_a_journal_that_fails_leaves_a_refer_what_it_is() -> None:
    result = screen(Asked(lambda: documents_hit(match()), "documents:sltd"), journal=Notebook(failures=9))
    assert result.verdict is Verdict.REFER
    assert result.findings[-1].check == "journal"
    assert result.second_line.endswith("; not recorded")


@pytest.mark.parametrize("state", [State.PASS, State.NOTICE, State.NOT_DONE])
def test_what_is_no_refer_and_not_recorded_says_so_with_its_findings_under_it(state: State) -> None:
    checks = [Asked(lambda: finding(state)), Asked(lambda: documents_hit(match(certain=False)), "documents:sltd")]
    result = screen(*checks, journal=Notebook(failures=9))
    assert result.verdict is Verdict.CANNOT_SAY
    assert result.says.startswith("The answer cannot be recorded")
    assert [entry.check for entry in result.findings] == ["mrz", "documents:sltd", "journal"]
    assert not result.is_recorded


def test_a_document_that_waits_goes_with_the_verdict_after_the_last_check() -> None:
    event, journal = threading.Event(), Notebook()

    def on_progress(progress: ScreeningProgress) -> None:
        if progress.ended == 1:
            event.set()

    checks = [Asked(lambda: documents_hit(match()), "documents:sltd"), Asked(waits_for(event, finding()))]
    Screener(checks, journal, PATIENT).screen(screening(), on_progress, unscreened="1")
    assert journal.unscreened == ["", "1"], "a kill while checks run leaves the document"


def test_each_screening_shown_without_a_journal_is_counted_once() -> None:
    journal = Notebook(failures=99)
    for count in (1, 2):
        screen(Asked(lambda: documents_hit(match()), "documents:sltd"), passes(), journal=journal)
        assert journal.unrecorded == count


def test_a_refer_that_is_recorded_in_the_end_is_not_called_unrecorded() -> None:
    event, reports = threading.Event(), list[ScreeningProgress]()
    journal = Notebook(failures=1)

    def on_progress(progress: ScreeningProgress) -> None:
        reports.append(progress)
        if progress.ended == 1:
            event.set()

    checks = [Asked(lambda: documents_hit(match()), "documents:sltd"), Asked(waits_for(event, finding()))]
    result = Screener(checks, journal, PATIENT).screen(screening(), on_progress)
    shown = [report.result for report in reports if report.result]
    assert [one.is_recorded for one in shown] == [False, True], "the REFER is shown at once"
    assert (result.verdict, result.is_recorded, result.revision) == (Verdict.REFER, True, 1)
    assert [entry.check for entry in result.findings] == ["documents:sltd", "mrz"]
    assert journal.unrecorded == 0


def test_a_check_not_journalled_is_not_shown_early_and_tried_again_at_the_end() -> None:
    event, reports = threading.Event(), list[ScreeningProgress]()
    journal = Notebook(failures=1)

    def on_progress(progress: ScreeningProgress) -> None:
        reports.append(progress)
        if progress.ended == 1:
            event.set()

    checks = [Asked(lambda: finding(State.NOTICE)), Asked(waits_for(event, finding()), "persons:wanted")]
    result = Screener(checks, journal, PATIENT).screen(screening(), on_progress)
    assert [one.verdict for one in reports] == [None, None, Verdict.CHECK]
    assert (result.verdict, result.revision) == (Verdict.CHECK, 1)


def test_a_set_up_that_could_never_say_no_is_refused() -> None:
    with pytest.raises(SettingsError, match="mandatory"):
        Screener([Asked(finding, "face", mandatory=False)], Notebook())
    with pytest.raises(SettingsError, match="twice"):
        Screener([passes(), passes()], Notebook())


def test_each_finding_is_judged_once_however_many_checks_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = list[str]()

    def judge(finding: Finding) -> Verdict:
        judged.append(finding.check)
        return verdict_of_finding(finding)

    monkeypatch.setattr("appliance.verdict.verdict_of_finding", judge)
    result = screen(*(passes(f"check {number}") for number in range(40)))
    assert result.verdict is Verdict.CLEAR and len(result.findings) == 40
    assert len(judged) <= 3 * 40, "once when it comes, and for the words of the one verdict that is shown"
