"""Controls over processes and over those who connect to them."""

from tests.mutants.mutant import Mutant

_COMMAND = "any command"
_DRIVER = "the driver of a device that is isolated"
_SHARE = "a kit that shares with neighbours"
_SERVER = "headquarters (`sync/headquarters/http_connections.py`)"
_PROBE = "tests/journeys/test_processes.py::test_every_command_begins_by_hardening_its_process"
_DRIVER_TEST = "tests/journeys/test_processes.py::test_the_process_of_a_driver_is_as_hard"
_HARDENING = "data/process_hardening.py"
_TWO_DESKS = "a desk takes what waits at another"
_DESKS_FILE = "data/journal/living_desks.py"
_DESKS_TESTS = "tests/data/journal/test_living_desks.py"
_CARD_MAKER = "the library of a card's maker"
_STAFF_CARD = "a staff card's PIN is seen"
_CARD_PROVING_TESTS = "tests/devices/staff_card/test_card_proving.py"
_CARD_PROOF_TESTS = "tests/data/people/test_card_proof.py"
_STRAY_SCAN = "a scan that lands in a page with fields"
_GUARD_TESTS = "tests/ui/screens/test_scan_guard.py"
_SHARE_FILE = "sync/kit/neighbours/share.py"
_SHARE_TESTS = "tests/sync/kit/neighbours/test_share.py"
_SERVER_FILE = "sync/headquarters/http_connections.py"
_SERVER_TESTS = "tests/sync/headquarters/test_http_connections.py"

PROCESSES = (
    Mutant(
        "the process of a card's library begins by hardening itself",
        _CARD_MAKER,
        "devices/staff_card/pkcs11_child.py",
        "    begin_child_process()\n",
        "",
        (
            "tests/devices/staff_card/test_pkcs11_reader.py"
            "::test_the_pin_is_nowhere_but_on_the_socket_and_its_process_ends",
        ),
    ),
    Mutant(
        "a try is counted before the card is asked",
        _STAFF_CARD,
        "devices/staff_card/card_proving.py",
        "    tries.begin(challenge.number)\n",
        "",
        (f"{_CARD_PROVING_TESTS}::test_whatever_follows_the_pin_stays_counted",),
    ),
    Mutant(
        "a challenge serves once",
        _STAFF_CARD,
        "data/people/card_proof.py",
        "issued = self._open.pop(challenge.nonce, None)",
        "issued = self._open.get(challenge.nonce)",
        (f"{_CARD_PROOF_TESTS}::test_a_challenge_serves_once",),
    ),
    Mutant(
        "only the key that the roster names proves",
        _STAFF_CARD,
        "data/people/card_proof.py",
        "if key is None or not compare_digest(compute_fingerprint(key).encode(), fingerprint.encode()):",
        "if key is None:",
        (f"{_CARD_PROOF_TESTS}::test_another_card_or_none_in_the_roster_is_no_proof",),
    ),
    Mutant(
        "a desk that lives holds its lock",
        _TWO_DESKS,
        _DESKS_FILE,
        "            flock(descriptor, LOCK_EX | LOCK_NB)\n",
        "",
        (f"{_DESKS_TESTS}::test_another_desk_does_not_get_what_waits_at_one_that_lives",),
    ),
    Mutant(
        "a desk that cannot be locked lives",
        _TWO_DESKS,
        _DESKS_FILE,
        "        except BlockingIOError:\n            return True\n",
        "        except BlockingIOError:\n            return False\n",
        (f"{_DESKS_TESTS}::test_a_desk_lives_until_it_is_left",),
    ),
    Mutant(
        "what a dead desk left is taken over",
        _TWO_DESKS,
        _DESKS_FILE,
        "                path.unlink(missing_ok=True)\n        except",
        "                return True\n        except",
        (f"{_DESKS_TESTS}::test_a_desk_that_was_killed_leaves_everything_to_one_other",),
    ),
    Mutant(
        "a scan is no text for a field",
        _STRAY_SCAN,
        "ui/screens/app.py",
        "if self._exit or await self._scan_guard.takes(event):",
        "if self._exit:",
        (f"{_GUARD_TESTS}::test_a_scan_waits_at_the_desk_and_what_was_typed_stays[TypeInDialog-keys-]",),
    ),
    Mutant(
        "an access number opens no chip that came while it was typed",
        _STRAY_SCAN,
        "ui/screens/desk_events.py",
        "if not is_same or (self._gives_way and self.waiting.has_next):",
        "if False:",
        ("tests/journeys/test_desk_chip.py::test_an_access_number_is_tried_on_no_chip_that_came_while_it_was_typed",),
    ),
    Mutant(
        "no core dump of a command",
        _COMMAND,
        _HARDENING,
        "    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n",
        "",
        (_PROBE,),
    ),
    Mutant(
        "no command can be traced",
        _COMMAND,
        _HARDENING,
        "    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)\n",
        "",
        (_PROBE,),
    ),
    Mutant("mask of new files", _COMMAND, _HARDENING, "    os.umask(PRIVATE_MASK)\n", "", (_PROBE,)),
    Mutant(
        "the passphrase leaves the environment",
        _COMMAND,
        _HARDENING,
        "    passphrase = os.environ.pop(PASSPHRASE_VARIABLE, None)\n    _from_environment[:]",
        "    passphrase = os.environ.get(PASSPHRASE_VARIABLE)\n    _from_environment[:]",
        (_PROBE,),
    ),
    Mutant(
        "core dump and tracing of a driver",
        _DRIVER,
        "devices/isolation/child.py",
        "    harden_process()\n",
        "",
        (_DRIVER_TEST,),
    ),
    Mutant(
        "a driver inherits no passphrase",
        _DRIVER,
        "devices/isolation/process.py",
        "    return {**inherited,",
        "    return {**os.environ, **inherited,",
        (_DRIVER_TEST,),
    ),
    Mutant(
        "a driver ends with the kit's process",
        _DRIVER,
        _HARDENING,
        "    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)\n",
        "",
        ("tests/journeys/test_processes.py::test_a_driver_that_hangs_ends_with_a_kit_that_is_killed",),
    ),
    Mutant(
        "a third party's driver is isolated whatever it declares",
        _DRIVER,
        "devices/registry.py",
        "    return scheme not in BUILT_IN_DRIVERS or ",
        "    return ",
        ("tests/devices/test_registry.py::test_a_third_party_adds_a_driver_but_takes_over_none",),
    ),
    Mutant(
        "a third party's driver is not imported by the kit",
        _DRIVER,
        "devices/registry.py",
        """    if isolated == "yes" and parsed.scheme not in BUILT_IN_DRIVERS:\n""",
        "    if False:\n",
        ("tests/devices/test_registry.py::test_a_third_party_adds_a_driver_but_takes_over_none",),
    ),
    Mutant(
        "a third party's driver of chips runs in the kit only if its URL says so",
        _DRIVER,
        "devices/registry.py",
        """ and isolated != "no":\n""",
        " and False:\n",
        (
            "tests/devices/test_registry.py::test_a_third_partys_driver_of_chips_runs_in_the_kit_only_if_its_url_says_so",
        ),
    ),
    Mutant(
        "what a driver started ends with it",
        _DRIVER,
        "devices/isolation/process.py",
        "                os.killpg(self._process.pid, signal.SIGKILL)\n",
        "                pass\n",
        ("tests/devices/isolation/test_process.py::test_what_a_driver_started_ends_with_it[kill]",),
    ),
    Mutant(
        "what a driver started ends with a kit that is killed",
        "the one that waits for that driver's end",
        "devices/isolation/child.py",
        "    _guard_session()\n",
        "",
        ("tests/devices/isolation/test_child.py::test_what_a_driver_started_ends_with_a_kit_that_is_killed",),
    ),
    Mutant(
        "a device that is simulated is refused in production, whatever its driver's module says",
        _DRIVER,
        "devices/isolation/process.py",
        "            refuse_simulated(scheme, context.profile, simulated=opened.simulated)\n",
        "",
        ("tests/devices/test_registry.py::test_a_production_kit_refuses_what_a_third_party_opens_as_simulated",),
    ),
    Mutant(
        "a driver that hangs is left behind",
        _DRIVER,
        "appliance/counter/reader_loop.py",
        "result = outcome.get(timeout=wait_s + HANGS_AFTER_S)",
        "result = outcome.get(timeout=wait_s + 3 * HANGS_AFTER_S)",
        ("tests/journeys/test_foreign_drivers.py::test_check_gives_up_on_a_driver_that_hangs",),
    ),
    Mutant(
        "only a local network is answered",
        _SHARE,
        _SHARE_FILE,
        "        if not is_local(client_address[0]):\n",
        "        if False:\n",
        (f"{_SHARE_TESTS}::test_who_is_not_of_the_local_network_is_not_answered",),
    ),
    Mutant(
        "who asks nothing holds no place",
        _SHARE,
        _SHARE_FILE,
        "        if not idle:\n            return False\n",
        "        return False\n",
        (f"{_SHARE_TESTS}::test_connections_that_ask_nothing_hold_no_place",),
    ),
    Mutant(
        "places of one address",
        _SHARE,
        _SHARE_FILE,
        "len(theirs) >= LIMITS.share_connections_each",
        "len(theirs) > LIMITS.share_connections",
        (f"{_SHARE_TESTS}::test_one_machine_does_not_get_all_places",),
    ),
    Mutant(
        "places in all",
        _SHARE,
        _SHARE_FILE,
        "len(self._places) >= LIMITS.share_connections and",
        "len(self._places) >= 1000 and",
        (f"{_SHARE_TESTS}::test_only_a_few_are_answered_at_once_and_the_rest_is_asked_to_come_again",),
    ),
    Mutant(
        "an answer must be taken",
        _SHARE,
        _SHARE_FILE,
        "min(LIMITS.share_connection_s, LIMITS.share_request_s + (end - start) / LIMITS.share_least_bytes_s)",
        "LIMITS.share_connection_s",
        (f"{_SHARE_TESTS}::test_an_answer_that_nobody_takes_ends",),
    ),
    Mutant(
        "the connection that has not moved for longest gives way",
        _SERVER,
        _SERVER_FILE,
        "            min(idle or others, key=lambda other: other.moved_at).cut()\n",
        "            pass\n",
        (f"{_SERVER_TESTS}::test_one_too_many_ends_the_one_that_has_not_moved_for_longest",),
    ),
    Mutant(
        "a slow line keeps its place",
        _SERVER,
        _SERVER_FILE,
        "            self._note_move()\n        super().data_received(data)\n",
        "            pass\n        super().data_received(data)\n",
        (f"{_SERVER_TESTS}::test_a_slow_line_keeps_its_place_while_others_come_and_stop",),
    ),
    Mutant(
        "a question must be whole in time",
        _SERVER,
        _SERVER_FILE,
        "        if self.cycle is None and not self.transport.is_closing():\n",
        "        if False:\n",
        (f"{_SERVER_TESTS}::test_who_asks_nothing_is_hung_up_on",),
    ),
)
