"""Health is told rarely, and another problem at once."""

from data.kit import headquarters_word
from data.kit.home import KitHome
from data.text import join
from sync.kit import courier
from sync.kit.reports.health import enter_health


def test_health_is_told_at_most_every_six_hours(kit: KitHome) -> None:
    for _ in range(3):
        courier.run(kit)
    with kit.journal.reading() as connection:
        (count,) = connection.execute("SELECT count(*) FROM outbox WHERE kind = 'health'").fetchone()
    assert count == 1


def test_another_problem_is_told_at_once_and_the_same_one_is_not(kit: KitHome) -> None:
    clock = headquarters_word.read_clock(kit)
    for problem in ("Broke off after 17 bytes", "Broke off after 40 bytes", "Older than what this kit has seen (5, 6)"):
        enter_health(kit, clock, [join([problem])])
    with kit.journal.reading() as connection:
        (count,) = connection.execute("SELECT count(*) FROM outbox WHERE kind = 'health'").fetchone()
    assert count == 3  # one from before, when all was well
