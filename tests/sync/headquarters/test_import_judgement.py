"""What a reader refuses is remembered in little memory."""

from data.text import EMPTY, _
from sync.headquarters.import_judgement import ReaderReport
from sync.headquarters.sources import RefusedRecord
from sync.headquarters.store.import_run import NAMED_RECORDS


def test_of_many_refused_records_the_first_keep_their_words_and_all_say_whose_they_are() -> None:
    report = ReaderReport()
    count = NAMED_RECORDS + 2
    for line in range(count):
        report.refuse(RefusedRecord(f"sltd.csv:{line}", _("no number"), f"FRA-PAS-{line}", digest=str(line)))
    assert [refusal.identity for refusal in report.refused] == [f"FRA-PAS-{line}" for line in range(count)]
    assert [refusal.digest for refusal in report.refused] == [str(line) for line in range(count)]
    words = [(refusal.where, refusal.why) for refusal in report.refused]
    assert words[:NAMED_RECORDS] == [(f"sltd.csv:{line}", "no number") for line in range(NAMED_RECORDS)]
    assert words[NAMED_RECORDS:] == [("", EMPTY)] * 2
