"""Controls over what lies on a disk: keys, files, erasure, what is shown of a record, the log, the clock."""

from tests.mutants.mutant import Mutant

_OFF = "a kit is stolen while switched off"
_RUNNING = "a kit is stolen while running"
_LOST = "a kit is lost, or stolen and kept offline"
_CHANGED = "a file is changed on the kit"
_REPLACED = "a file of the kit is deleted, cut, emptied or replaced"
_SET_BACK = "a clock is set back"
_CUT = "a source's file is cut off or damaged"
_HOSTILE = "hostile data in records"
_LOG = "somebody reads the error log"
_CLOCK = "a wrong clock"
_STORE_TEST = "tests/data/test_store.py::test_a_connection_has_the_pragmas_of_its_purpose"

AT_REST = (
    Mutant(
        "encryption of the files",
        _OFF,
        "data/store.py",
        """connection.execute(f"PRAGMA key=\\"x'{key.hex()}'\\"")""",
        "pass",
        ("tests/data/test_store.py::test_nothing_is_readable_on_disk",),
    ),
    Mutant(
        "cost of guessing a passphrase",
        _OFF,
        "data/store_key.py",
        "PASSES = 3",
        "PASSES = 1",
        ("tests/data/test_store_key.py::test_guessing_a_passphrase_costs_what_rfc_9106_asks_of_small_machines",),
    ),
    Mutant(
        "least length of a passphrase",
        _OFF,
        "data/passphrase.py",
        "LEAST_CHARACTERS = 15",
        "LEAST_CHARACTERS = 1",
        ("tests/data/test_passphrase.py::test_a_short_passphrase_closes_nothing",),
    ),
    Mutant(
        "normal form of a new passphrase",
        _OFF,
        "data/store_key.py",
        "    passphrase = normalize_new_passphrase(passphrase)\n",
        "    normalize_new_passphrase(passphrase)\n",
        ("tests/data/test_passphrase.py::test_every_form_of_a_text_is_tried_once_and_nfc_first",
         "tests/data/test_passphrase.py::test_composed_letters_are_what_is_set"),
    ),
    Mutant(
        "other forms of an older passphrase",
        _OFF,
        "data/passphrase.py",
        'yield from dict.fromkeys((normal, passphrase, normalize("NFD", normal)))',
        "yield normal",
        ("tests/data/test_passphrase.py::test_what_an_older_version_closed_in_another_form_still_opens",),
    ),
    Mutant(
        "overwriting the keys file of the old passphrase",
        _OFF,
        "data/store_key.py",
        "        replaced.write(token_bytes(size))\n",
        "",
        ("tests/data/test_store_key_change.py::test_the_bytes_that_the_old_one_opens_are_overwritten",),
    ),
    Mutant(
        "sealed document numbers",
        _OFF,
        "data/documents/sealed_keys.py",
        "sealed = self._encrypt((first ^ rows[:, 16:]).tobytes())",
        "sealed = rows[:, :16].tobytes()",
        ("tests/data/documents/test_sealed_keys.py::test_keys_are_the_first_half_of_aes_cbc_over_the_row",),
    ),
    Mutant("temp_store", _OFF, "data/store.py", '"PRAGMA temp_store=MEMORY", ', "", (_STORE_TEST,)),
    Mutant(
        "trusted_schema",
        _CHANGED,
        "data/store.py",
        ', "PRAGMA trusted_schema=OFF"',
        ",",
        ("tests/data/test_store.py::test_a_view_in_a_prepared_file_runs_none_of_our_functions",),
    ),
    # SQLCipher is built with it, so the line alone may go; what may not happen is that it is off.
    Mutant("secure_delete", _OFF, "data/store.py", "secure_delete=ON", "secure_delete=OFF", (_STORE_TEST,)),
    Mutant(
        "the checkpoint that destroys a value of the vault",
        _LOST,
        "data/store.py",
        '            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")\n',
        "            pass\n",
        ("tests/data/test_store_vault.py"
         "::test_a_destroyed_value_is_in_no_file_any_more_not_even_for_who_has_the_key",),
    ),
    Mutant(
        "mode of files, such as lists/secret",
        _OFF,
        "data/durable_files.py",
        "PRIVATE_MODE = 0o600",
        "PRIVATE_MODE = 0o644",
        ("tests/journeys/test_private_files.py"
         "::test_a_home_in_a_folder_that_was_open_is_closed_and_what_is_carried_is_open",),
    ),
    Mutant(
        "mode of a home in a folder that was open",
        _OFF,
        "data/durable_files.py",
        "        set_mode(folder, PRIVATE_FOLDER_MODE)\n",
        "        pass\n",
        ("tests/journeys/test_private_files.py::test_a_home_that_was_left_open_is_closed_when_it_is_used",),
    ),
    Mutant(
        "a temporary file is opened only where none was",
        _OFF,
        "data/durable_files.py",
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC",
        "os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC",
        ("tests/data/test_durable_files.py::test_nobody_can_put_a_link_in_the_way_of_a_new_file",),
    ),
    Mutant(
        "details are withheld",
        _RUNNING,
        "appliance/answer/disclosure.py",
        '        name="",\n        primary_name="",',
        '        name=candidate.name,\n        primary_name="",',
        ("tests/appliance/answer/test_disclosure.py::test_nothing_that_the_record_says_of_the_person_is_left",),
    ),
    Mutant(
        "details lock where headquarters is silent about their list",
        _RUNNING,
        "data/lease/access.py",
        "    if silent_s <= within_h * _HOUR_S:\n        return EMPTY\n",
        "    if silent_s >= 0:\n        return EMPTY\n",
        ("tests/data/lease/test_access_details.py::test_details_lock_by_the_silence_about_their_own_list",),
    ),
    Mutant(
        "the cap on a word about a list that is signed far ahead",
        _RUNNING,
        "sync/kit/courier.py",
        "enforcement.cap_signed(trust.signed_at, self._clock)",
        "trust.signed_at",
        ("tests/sync/kit/test_courier.py"
         "::test_a_word_about_a_list_that_was_signed_far_ahead_counts_from_when_it_came",),
    ),
    Mutant(
        "lists lock after the lease",
        _LOST,
        "data/lease/access.py",
        "    if lease and lease.locks_in_s <= 0:\n",
        "    if lease and lease.locks_in_s < 0:\n",
        ("tests/data/lease/test_enforcement.py::test_each_change_is_journalled_once_with_its_time",),
    ),
    Mutant(
        "erasing what servers answered",
        _LOST,
        "data/lease/erasure.py",
        "            if entry.at_erasure is AtErasure.GOES:\n",
        "            if entry.at_erasure is AtErasure.GOES and entry is not home_files.ANSWERS:\n",
        ("tests/data/kit/test_home_files.py::test_whatever_lies_where_everything_goes_is_erased",),
    ),
    Mutant(
        "erasing the secret of the lists",
        _LOST,
        "data/lease/erasure.py",
        "        destroy_list_secret(home_files.LISTS.within(home.path))\n",
        "",
        ("tests/data/lease/test_erasure.py::test_an_erasure_that_was_cut_off_is_finished_at_the_next_look",),
    ),
    Mutant(
        "page HMACs",
        _CHANGED,
        "data/store.py",
        '            connection.execute("PRAGMA cipher_hmac_algorithm=HMAC_SHA256")',
        '            connection.execute("PRAGMA cipher_use_hmac=OFF")',
        ("tests/data/test_store.py::test_a_flipped_bit_is_an_error_not_a_changed_row",),
    ),
    Mutant(
        "checksum over a list's overlay",
        _CHANGED,
        "data/lists/storage/overlay.py",
        "            if self._notes.get(_CHECKSUM) != self._compute() and not self._is_new():\n",
        "            if False:\n",
        ("tests/data/lists/storage/test_overlay.py::test_no_page_from_before_a_change_passes",),
    ),
    Mutant(
        "hash chain of the audit",
        _CHANGED,
        "data/journal/history.py",
        "        if link.hash(incarnations.of(link.chain, link.seq)) != bytes(link_hash):\n",
        "        if False:\n",
        ("tests/data/journal/test_history.py::test_tampering_shows",),
    ),
    Mutant(
        "what the files of a kit record of each other",
        _REPLACED,
        "data/witness/comparison.py",
        "    if not files.disagreements:\n        return files\n",
        "    return KitFiles(files.record, files.required_step, files.lists, files.trust, files.vault, ())\n",
        ("tests/journeys/test_changed_files.py",),
    ),
    Mutant(
        "the latest time that the kit's records give",
        _SET_BACK,
        "data/lease/verdict_time.py",
        "    return max([now, *later])\n",
        "    return now\n",
        ("tests/data/lease/test_verdict_time.py::test_a_clock_that_was_set_back_without_a_sync_makes_nothing_younger",),
    ),
    Mutant(
        "a fall of a list is a sign that something is missing",
        _CUT,
        "data/lists/contents.py",
        "        if old.total - new.total > max(share * old.total + _ROUNDING, old.largest):\n",
        "        if False:\n",
        ("tests/sync/headquarters/test_importer_incomplete.py::test_a_fall_is_held_against_the_signed_policy",),
    ),
    Mutant(
        "a name that was cut is counted",
        _CUT,
        "sync/headquarters/sources/names_in_text.py",
        "[?\\ufffd…]",
        "[?\\ufffd]",
        ("tests/sync/headquarters/test_sources_long_names.py"
         "::test_a_long_name_is_counted_and_its_record_counts_as_partly_read",),
    ),
    Mutant(
        "control characters are removed from records",
        _HOSTILE,
        "data/untrusted_text.py",
        '    text = _UNSAFE.sub(" ", text[: 4 * limit])\n',
        "    text = text[: 4 * limit]\n",
        ("tests/data/test_untrusted_text.py::test_clean",),
    ),
    Mutant(
        "what would move or hide text is not shown",
        _HOSTILE,
        "ui/text/sanitize.py",
        '_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})',
        '_DROPPED = frozenset({"Cs", "Co", "Cn"})',
        ("tests/ui/text/test_sanitize.py::test_hostile_text_is_made_harmless_and_honest_text_is_kept",),
    ),
    Mutant(
        "the log holds no words but those that it knows",
        _LOG,
        "data/log/error_log.py",
        '        "list_name": matching(_LIST_NAME, list_name),\n',
        '        "list_name": list_name,\n',
        ("tests/data/log/test_error_log.py::test_what_is_no_list_name_no_url_and_no_number_is_left_out",),
    ),
    Mutant(
        "a signed time far ahead does not raise the floor",
        _CLOCK,
        "data/clock.py",
        "MAX_SIGNED_AHEAD = timedelta(days=400)",
        "MAX_SIGNED_AHEAD = timedelta(days=4000)",
        ("tests/sync/trust/test_metadata.py::test_a_signed_time_far_ahead_does_not_move_the_clock",),
    ),
)  # fmt: skip
