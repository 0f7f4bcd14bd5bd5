"""Controls that notice older and changed files of a kit, and clocks that go wrong."""

from tests.mutants.mutant import Mutant

_REPLACED = "a file of the kit is deleted, cut, emptied or replaced"
_SET_BACK = "a clock is set back"
_CLOCK = "a wrong clock"
_FAULTS = "tests/faults/test_changed_files.py"
_ALARMS = "tests/data/witness/test_alarms.py"

WITNESSES = (
    Mutant(
        "an older witness file",
        _REPLACED,
        "data/witness/comparison.py",
        "if is_lost or home.witness.read().step < required_step:",
        "if is_lost:",
        (f"{_FAULTS}::test_a_power_cut_takes_what_was_not_synced_and_raises_no_alarm",),
    ),
    Mutant(
        "an older vault",
        _REPLACED,
        "data/witness/comparison.py",
        "if vault.change < record.vault:",
        "if False:",
        (f"{_FAULTS}::test_an_older_copy_of_any_file_shows",),
    ),
    Mutant(
        "a file that was put back gets no further by going on",
        _REPLACED,
        "data/witness/witness_record.py",
        "change = self.change + 1 if self.change >= known_change else self.change",
        "change = self.change + 1",
        ("tests/data/witness/test_witness_file.py::test_a_file_that_was_put_back_gets_no_further_by_going_on",),
    ),
    Mutant(
        "a list that may be older is not searched",
        _REPLACED,
        "data/lease/access.py",
        "if list_name in access.unconfirmed:",
        "if False:",
        (
            "tests/journeys/test_changed_files.py::test_an_older_list_answers_nobody_until_headquarters_confirms_the_newest",
        ),
    ),
    Mutant(
        "after a change of the journal everything is sent again",
        _REPLACED,
        "data/witness/alarms.py",
        "if any(alarm.part in _CONCERN_REPORTS for alarm in new):",
        "if False:",
        (f"{_FAULTS}::test_after_an_invented_acknowledgement_everything_is_sent_again",),
    ),
    Mutant(
        "after a loss of the journal nobody counts as never seen or referred",
        _REPLACED,
        "data/witness/alarms.py",
        "if any(alarm.part in _CONCERN_MEMORY for alarm in new):",
        "if False:",
        (
            "tests/journeys/test_changed_files.py"
            "::test_who_was_here_before_a_journal_was_lost_is_not_known_and_every_clear_says_so",
        ),
    ),
    Mutant(
        "after a loss of the journal nothing that is left in it reassures",
        _REPLACED,
        "appliance/checks/referrals.py",
        "if noticed is None or finding.state is not State.PASS:",
        "if noticed is None or finding.state is not State.PASS or finding.reason not in _UNKNOWN:",
        (
            "tests/appliance/checks/test_referrals.py"
            "::test_a_settled_referral_reassures_nobody_after_a_loss_of_the_journal",
        ),
    ),
    Mutant(
        "who stays with the second line stays there after a loss of the journal",
        _REPLACED,
        "appliance/answer/referral_words.py",
        "return finding.evidence.facts.get(FOUND_FACT, finding.reason)",
        "return finding.reason",
        (
            "tests/appliance/checks/test_referrals.py"
            "::test_who_stays_with_the_second_line_stays_there_after_a_loss_of_the_journal",
        ),
    ),
    Mutant(
        "an alarm that another process reported is not reported again",
        _REPLACED,
        "data/witness/alarms.py",
        "    reports, standing = _read_reports(connection), home.witness.read().alarms\n",
        "    reports, standing = dict[StandingAlarm, int](), home.witness.read().alarms\n",
        (f"{_FAULTS}::test_an_alarm_that_several_processes_see_is_reported_once",),
    ),
    Mutant(
        "an alarm about which the journal here has no entry is reported",
        _REPLACED,
        "data/witness/alarms.py",
        "    if any(alarm not in reports for alarm in home.witness.read().alarms):\n",
        "    if not reports:\n",
        (f"{_ALARMS}::test_a_copy_that_has_the_report_of_an_earlier_loss_is_a_new_fault",),
    ),
    Mutant(
        "a further fault of a file is another alarm",
        _REPLACED,
        "data/witness/alarms.py",
        "older = set(files.record.alarms) - set(known)",
        "older = set[StandingAlarm]()",
        (f"{_ALARMS}::test_a_copy_that_has_the_report_of_an_earlier_loss_is_a_new_fault",),
    ),
    Mutant(
        "an alarm that could not be written is no further fault with each look",
        _REPLACED,
        "data/witness/alarms.py",
        "untaken = set(home.witness.unwritten_alarms)",
        "untaken = set[StandingAlarm]()",
        (f"{_ALARMS}::test_alarms_that_two_processes_cannot_write_are_reported_once_by_each",),
    ),
    Mutant(
        "an alarm ends with its own entry in this journal",
        _REPLACED,
        "data/witness/alarms.py",
        "for alarm, report in _read_reports(connection).items() if report <= known}",
        "for alarm in home.witness.read().alarms if known}",
        (f"{_ALARMS}::test_an_acknowledgement_of_other_entries_ends_no_alarm_whose_report_is_lost",),
    ),
    Mutant(
        "each event is compared with its entry in the outbox",
        _REPLACED,
        "data/journal/history.py",
        "                if not self._fits_event(body):\n",
        "                if False:\n",
        (f"{_FAULTS}::test_an_outcome_whose_chain_was_written_anew_contradicts_what_headquarters_is_told",),
    ),
    Mutant(
        "a restored kit begins a new incarnation",
        _REPLACED,
        "provisioning/restore.py",
        "        begin_again(connection, now)\n",
        "        pass\n",
        ("tests/provisioning/test_restore.py::test_a_restored_kit_begins_a_new_incarnation_and_raises_no_alarm",),
    ),
    Mutant(
        "running time since the newest signed time",
        _SET_BACK,
        "data/lease/enforcement.py",
        "return max(now, signed.heard + timedelta(seconds=ran_s)) if signed else now",
        "return now",
        ("tests/data/lease/test_verdict_time.py::test_what_the_machine_ran_since_the_newest_signed_time_counts",),
    ),
    Mutant(
        "running time that nobody looked at",
        _SET_BACK,
        "data/lease/access.py",
        "return self.ran_s + self.unseen_s\n\n    @property\n    def certain_s",
        "return self.ran_s\n\n    @property\n    def certain_s",
        ("tests/data/lease/test_verdict_time.py::test_running_that_nobody_looked_at_makes_lists_older",),
    ),
    Mutant(
        "a source that stands still ends no jump",
        _SET_BACK,
        "data/witness/witness_record.py",
        "self.signed is None or record.signed > self.signed",
        "self.signed is None or record.signed >= self.signed",
        ("tests/data/lease/test_verdict_time.py::test_a_source_that_stands_still_ends_no_jump",),
    ),
    Mutant(
        "one absurd reading of the running time proves nothing",
        _CLOCK,
        "data/lease/access.py",
        "LARGEST_STEP_S = 24 * 3600.0",
        "LARGEST_STEP_S = 1e12",
        ("tests/data/lease/test_enforcement.py::test_one_absurd_reading_of_the_uptime_erases_nothing",),
    ),
    Mutant(
        "no signed time ends what was decided under a dead clock",
        _CLOCK,
        "data/journal/retention.py",
        "before = [step.ran_s for step in _decode_signed(notes).steps if step.signed < signed - memory]",
        "before = [now.ran_s + 1]",
        (
            "tests/appliance/checks/test_referrals.py"
            "::test_no_signed_time_ends_what_was_decided_under_a_clock_that_was_dead",
        ),
    ),
    Mutant(
        "a running time that jumped proves no more than signed times",
        _CLOCK,
        "data/lease/access.py",
        "signed_s = min(unseen_s, max(0.0, later.signed_s - later.ran_s))",
        "signed_s = unseen_s",
        ("tests/data/lease/test_access.py::test_an_uptime_that_jumped_for_good_erases_nothing_before_its_time",),
    ),
    Mutant(
        "files are compared before anything is written",
        _REPLACED,
        "data/witness/alarms.py",
        "    watch_files(home, headquarters_word.read_clock(home).now())\n    return home\n",
        "    return home\n",
        (
            "tests/journeys/test_journal.py"
            "::test_an_entry_that_was_taken_away_at_the_end_is_noticed_whatever_is_done_next",
        ),
    ),
)
