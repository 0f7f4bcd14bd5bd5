"""Controls over who signs in, and over two people who act together."""

from tests.mutants.mutant import Mutant

_GUESSED = "PINs are guessed at a kit"
_AS_TWO = "one person acts as two"
_RUNNING = "a kit is stolen while running"
_TRIES_FILE = "data/people/sign_in_tries.py"
_TRIES_TESTS = "tests/data/people/test_sign_in_tries.py"
_PEOPLE_FILE = "appliance/people/post_people.py"
_PROVER_FILE = "appliance/people/person_prover.py"
_PROVER_TESTS = "tests/appliance/people/test_person_prover.py"
_PEOPLE_TESTS = "tests/appliance/people/test_post_people.py"

PEOPLE = (
    Mutant(
        "a try is counted before it is made",
        _GUESSED,
        _PROVER_FILE,
        "        self._tries.begin(number, kit_lock_counts=not may_unlock)\n",
        "",
        (f"{_PEOPLE_TESTS}::test_the_fifth_wrong_pin_locks_the_person_even_with_the_right_one",),
    ),
    Mutant(
        "a card that was asked and did not prove anything stays a try",
        "a staff card's PIN is seen",
        _PROVER_FILE,
        "                self._record_refused(person, person.number)\n",
        "                self._tries.succeed(person.number)\n",
        (f"{_PROVER_TESTS}::test_a_card_that_is_pulled_out_in_the_middle_is_a_try",),
    ),
    Mutant(
        "a home that was put back gives no more tries",
        _GUESSED,
        _TRIES_FILE,
        "return other if other is not None and other.version > self.version else self",
        "return self",
        (f"{_TRIES_TESTS}::test_a_home_that_is_put_back_from_a_copy_resets_nothing",),
    ),
    Mutant(
        "a file of tries that somebody forged does not count",
        _GUESSED,
        _TRIES_FILE,
        "is_ours = file is not None and compare_digest(file.mac, self._compute_mac(file.counts))",
        "is_ours = file is not None",
        (f"{_TRIES_TESTS}::test_a_file_of_another_key_does_not_count",),
    ),
    Mutant(
        "two people are two human beings",
        _AS_TWO,
        _PEOPLE_FILE,
        "        if not first.is_other_human(second):\n",
        "        if first.number == second.number:\n",
        (f"{_PEOPLE_TESTS}::test_two_entries_of_one_human_being_are_no_two_people",),
    ),
    Mutant(
        "headquarters' word ends a session",
        _AS_TWO,
        "data/people/kit_roster.py",
        "    if person is None or person.human != session.human or not person.has_role(session.role):\n",
        "    if person is None and not session.role:\n",
        (f"{_PEOPLE_TESTS}::test_headquarters_ends_a_person_at_once",),
    ),
    Mutant(
        "a locked desk reads no document",
        _RUNNING,
        "ui/screens/desk_queue.py",
        "if is_busy or stays_on_glass or self.is_locked:",
        "if is_busy or stays_on_glass:",
        ("tests/journeys/test_desk_lock.py::test_a_reader_is_not_read_while_the_desk_is_locked",),
    ),
    Mutant(
        "an idle desk locks itself",
        _RUNNING,
        "ui/screens/sign_in_flow.py",
        '                self._lock("idle", _LOCKED_BY_ITSELF)\n',
        "                pass\n",
        ("tests/journeys/test_desk_lock.py::test_an_idle_desk_warns_and_locks_itself",),
    ),
    Mutant(
        "what was proved is looked up again",
        _AS_TWO,
        _PEOPLE_FILE,
        "        if now is None or (now.human, now.credential) != (then.human, then.credential):\n",
        "        if now is None:\n",
        (f"{_PEOPLE_TESTS}::test_an_old_pin_does_not_outlive_the_new_first_pin_though_it_was_proved_before",),
    ),
    Mutant(
        "a proof of two people serves one action",
        _AS_TWO,
        "appliance/people/post_administration.py",
        "        self._people.use_proof(second)\n",
        "",
        ("tests/appliance/people/test_post_administration.py::test_a_proof_serves_one_action",),
    ),
    Mutant(
        "each use of a duress PIN is in the journal",
        _AS_TWO,
        _PROVER_FILE,
        "        if purpose != SIGN_IN or proof.is_under_duress:\n",
        "        if purpose != SIGN_IN and not proof.is_under_duress:\n",
        (f"{_PEOPLE_TESTS}::test_every_use_of_the_duress_pin_is_in_the_journal",),
    ),
    Mutant(
        "a locked kit takes PINs of those who may unlock it only",
        _GUESSED,
        _PROVER_FILE,
        "        may_unlock = person is not None and not unlockers.isdisjoint(person.roles)\n",
        "        may_unlock = bool(unlockers)\n",
        (f"{_PEOPLE_TESTS}::test_a_locked_kit_takes_pins_of_those_who_unlock_it_only",),
    ),
    Mutant(
        "a number that is given again has no PIN of whoever had it before",
        _AS_TWO,
        "data/people/kit_roster.py",
        "            secrets.pop(number, None)\n",
        "            pass\n",
        (
            "tests/appliance/people/test_post_administration.py"
            "::test_a_number_that_is_given_again_has_no_pin_of_whoever_had_it_before",
        ),
    ),
)  # fmt: skip
