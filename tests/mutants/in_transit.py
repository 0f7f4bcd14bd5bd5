"""Controls over what comes from elsewhere: lines, sticks, reports, envelopes, requests for signatures."""

from tests.mutants.mutant import Mutant

_LINE = "a hostile link, mirror or folder"
_REPORTS = "forged, replayed or lost reports"
_STICK = "a lost, swapped or prepared stick"
_OTHERS = "another kit's files"
_REVOKED = "a kit is stolen and revoked"
_ONLINE = "headquarters' online keys are stolen"
_HOLDER = "a key holder is bribed or robbed"
_REQUEST = "a forged signing request"
_POST_PEOPLE = "who works at a post is forged, rolled back, or read by somebody else"
_PEOPLE_FETCH = "tests/sync/kit/test_people_fetch.py"
_ENVELOPE_TEST = "tests/sync/formats/test_envelope.py::test_an_envelope_is_taken_only_by_its_kit_and_in_order"

IN_TRANSIT = (
    Mutant(
        "an older tree is refused",
        _LINE,
        "sync/trust/metadata.py",
        '_LinkFetcher(link), bootstrap=root)\n',
        '_LinkFetcher(link), bootstrap=root) if not (folder / "timestamp.json").unlink(missing_ok=True) '
        'and not (folder / "snapshot.json").unlink(missing_ok=True) else None  # type: ignore[assignment]\n',
        ("tests/sync/trust/test_metadata.py::test_an_older_tree_is_refused_by_what_is_left",),
    ),
    Mutant(
        "an older tree is refused although the metadata was put back",
        _LINE,
        "sync/kit/envelopes.py",
        "if versions.is_older_than(vault_entries.read_metadata_versions(home)):",
        "if False:",
        ("tests/sync/trust/test_metadata.py::test_an_older_tree_is_refused_by_what_is_left",),
    ),
    Mutant(
        "hash of a downloaded file",
        _LINE,
        "sync/kit/staging.py",
        'return file_digest(content, "sha256").hexdigest() == file.sha256',
        "return bool(content)",
        ("tests/sync/kit/test_staging.py::test_anything_else_than_what_was_signed_is_refused_and_not_kept",),
    ),
    Mutant(
        "bounded decompression",
        _LINE,
        "sync/formats/sealed_file.py",
        '            raise _refusal(_("A list file decompresses to far more than a list can be"))\n',
        "            pass\n",
        ("tests/sync/formats/test_sealed_file.py::test_a_bomb_is_refused_before_it_fills_anything",),
    ),
    Mutant(
        "order of the chunks of a sealed file",
        _LINE,
        "sync/formats/sealed_file.py",
        'return number.to_bytes(11, "big") + bytes([last])',
        "return bytes(11) + bytes([last])",
        ("tests/sync/formats/test_sealed_file.py::test_chunks_cannot_be_swapped",),
    ),
    Mutant(
        "a password in a URL is not shown",
        _LINE,
        "data/untrusted_text.py",
        '_CREDENTIALS.sub(r"\\1…@", text)',
        "text",
        ("tests/journeys/test_credentials_in_urls.py",),
    ),
    Mutant(
        "signature of a report",
        _REPORTS,
        "sync/formats/report_messages.py",
        "        Ed25519PublicKey.from_public_bytes(public).verify(signature, purpose + content)\n",
        "        Ed25519PublicKey.from_public_bytes(public)\n",
        ("tests/sync/headquarters/ingest/test_segments.py::test_nothing_but_a_kits_own_signed_report_is_taken",),
    ),
    Mutant(
        "a report names the kit that signed it",
        _REPORTS,
        "sync/headquarters/ingest/segments.py",
        "        if (segment.kit, segment.enrolment) != (signer.kit, signer.enrolment):\n",
        "        if False:\n",
        ("tests/sync/headquarters/ingest/test_segments.py::test_nothing_but_a_kits_own_signed_report_is_taken",),
    ),
    Mutant(
        "an entry under a taken number is kept apart",
        _REPORTS,
        "sync/headquarters/ingest/segments.py",
        "            if here.get(position.seq, position.hash) != position.hash:\n",
        "            if False:\n",
        ("tests/sync/headquarters/ingest/test_segments.py"
         "::test_another_entry_under_a_taken_number_is_kept_apart_and_not_acknowledged",),
    ),
    Mutant(
        "links on a stick are not followed",
        _STICK,
        "sync/formats/stick.py",
        "os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW, dir_fd=folder",
        "os.O_RDONLY | os.O_NONBLOCK, dir_fd=folder",
        ("tests/sync/formats/test_stick.py::test_a_link_on_a_stick_is_not_followed_even_to_what_could_be_right",),
    ),
    Mutant(
        "a folder of a stick does not lead out of it",
        _STICK,
        "sync/formats/stick_writer.py",
        "        self._check_no_way_out()\n",
        "",
        ("tests/sync/formats/test_stick_writer.py::test_a_folder_that_leads_out_of_the_stick_is_not_followed",),
    ),
    Mutant(
        "signature of an envelope",
        _OTHERS,
        "sync/formats/sealed_message.py",
        "            signer.verify(signature, self.domain + content)\n",
        "            pass\n",
        (
            "tests/sync/formats/test_envelope.py::test_an_envelope_that_headquarters_did_not_sign_is_refused",
            "tests/sync/kit/test_people_fetch.py::test_people_that_headquarters_did_not_sign_are_refused",
        ),
    ),
    Mutant(
        "an envelope is for its kit",
        _OTHERS,
        "sync/formats/envelope.py",
        "    if (envelope.kit, envelope.enrolment_id) != (kit, enrolment_id):\n",
        "    if False:\n",
        (_ENVELOPE_TEST,),
    ),
    Mutant(
        "an older envelope is refused",
        _OTHERS,
        "sync/formats/envelope.py",
        "    if envelope.serial < serial:\n",
        "    if False:\n",
        (_ENVELOPE_TEST,),
    ),
    Mutant(
        "all envelopes have one size",
        _OTHERS,
        "sync/formats/sealed_message.py",
        'padded = signed.ljust(whole + -whole % self.pad_bytes, b"\\0")',
        "padded = signed",
        ("tests/sync/formats/test_envelope.py::test_the_size_of_an_envelope_does_not_tell_what_is_in_it",),
    ),
    Mutant(
        "the people of a post are those that the envelope names",
        _POST_PEOPLE,
        "sync/kit/people_fetch.py",
        "    if len(sealed) != file.size or sha256(sealed).digest() != file.sha256:\n",
        "    if False:\n",
        (f"{_PEOPLE_FETCH}::test_a_file_must_be_the_one_that_the_envelope_names",),
    ),
    Mutant(
        "the people of a post are for their kit",
        _POST_PEOPLE,
        "sync/formats/people_envelope.py",
        "    if (people.kit, people.enrolment_id) != (kit, enrolment_id):\n",
        "    if False:\n",
        (f"{_PEOPLE_FETCH}::test_people_for_somebody_else_are_refused",),
    ),
    Mutant(
        "an older roster is refused",
        _POST_PEOPLE,
        "sync/formats/people_envelope.py",
        "    if people.roster.serial < serial:\n",
        "    if False:\n",
        (f"{_PEOPLE_FETCH}::test_the_serial_of_a_roster_never_falls",),
    ),
    Mutant(
        "a kit without a post lets nobody sign in",
        _POST_PEOPLE,
        "sync/kit/people_fetch.py",
        "            _forget_people(home, taken, now, is_wiped=is_wiped)\n",
        "            pass\n",
        (f"{_PEOPLE_FETCH}::test_a_kit_that_loses_its_post_lets_nobody_sign_in",),
    ),
    Mutant(
        "the people of a lost kit leave the tree at once",
        _POST_PEOPLE,
        "sync/headquarters/store/tree.py",
        "path.name == PEOPLE_NAME or ",
        "",
        ("tests/sync/headquarters/publishing/test_people_files.py::test_an_ended_kit_gets_no_people",),
    ),
    Mutant(
        "a kit changes PINs of its own post only",
        _POST_PEOPLE,
        "sync/headquarters/publishing/changed_secrets.py",
        "    if kit is None or not kit.is_in_force or kit.post not in entry.posts:\n",
        "    if kit is None:\n",
        (
            "tests/sync/headquarters/publishing/test_changed_secrets.py::"
            "test_a_kit_changes_nothing_for_people_of_other_posts",
        ),
    ),
    Mutant(
        "a PIN replaces the one in force",
        _POST_PEOPLE,
        "sync/headquarters/publishing/changed_secrets.py",
        "    if change.replaces != entry.person.credential.version and entry.origin != origin:\n",
        "    if False:\n",
        (
            "tests/sync/headquarters/publishing/test_changed_secrets.py::"
            "test_a_reset_by_headquarters_wins_over_a_change_of_the_pin_before",
        ),
    ),
    Mutant(
        "keys turn with a revocation",
        _REVOKED,
        "sync/headquarters/store/kit_table.py",
        "    _set_values(connection, kit, state=state, reason=_reason(why))\n    return _turn_keys(connection, had)\n",
        "    _set_values(connection, kit, state=state, reason=_reason(why))\n    return tuple(had)\n",
        ("tests/sync/headquarters/test_kits.py::test_a_revoked_kit_with_all_it_ever_had_reads_nothing_new",),
    ),
    Mutant(
        "what cannot be taken back is asked about",
        _REVOKED,
        "ui/confirmation.py",
        "    if yes:\n        return\n",
        "    return\n",
        ("tests/journeys/test_irreversible.py",),
    ),
    Mutant(
        "bounds on what a version adds and removes",
        _ONLINE,
        "sync/trust/bounds.py",
        "    if count > most:\n",
        "    if False:\n",
        ("tests/sync/trust/test_bounds.py::test_each_bound_is_held_and_named",),
    ),
    Mutant(
        "bound on how far a list falls",
        _ONLINE,
        "sync/trust/bounds.py",
        "        _must_not_fall(change, bounds.share)\n",
        "        pass\n",
        ("tests/sync/trust/test_bounds.py::test_a_list_falls_no_further_than_its_share",),
    ),
    Mutant(
        "a request needs enough signatures",
        _HOLDER,
        "sync/headquarters/ceremonies/signing.py",
        "        if not signatures.enough:\n            raise InputError(",
        "        if False:\n            raise InputError(",
        ("tests/sync/headquarters/ceremonies/test_proposal_rotation.py",
         "tests/sync/headquarters/ceremonies/test_ceremony.py"),
    ),
    Mutant(
        "a holder signs for no other headquarters",
        _HOLDER,
        "sync/headquarters/ceremonies/signing.py",
        "    newest_root(request.roots, known=known)\n",
        "    newest_root(request.roots)\n",
        ("tests/sync/headquarters/ceremonies/test_signing.py::test_a_holder_signs_for_no_other_headquarters",),
    ),
    Mutant(
        "a request changes no more than its words say",
        _REQUEST,
        "sync/headquarters/ceremonies/signing_request.py",
        "    _must_change_no_more_than_is_shown(request)\n",
        "",
        ("tests/sync/headquarters/ceremonies/test_signing_request.py"
         "::test_a_request_cannot_change_more_than_its_words_say",),
    ),
    Mutant(
        "targets name the policy alone",
        _REQUEST,
        "sync/headquarters/ceremonies/signing_request.py",
        "        _must_name(targets, request.new_policy)\n",
        "        pass\n",
        ("tests/sync/headquarters/ceremonies/test_signing_request.py"
         "::test_a_policy_that_the_targets_do_not_name_is_refused",),
    ),
)  # fmt: skip
