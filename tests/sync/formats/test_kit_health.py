"""How a kit says it is, where its report does not fit."""

from data.json_codec import decode
from sync.formats.kit_health import KitHealth


def test_two_reports_that_do_not_fit_share_nothing() -> None:
    first, second = (decode(KitHealth, '{"lists": 1, "waiting": 1, "audit": 1}') for _number in "ab")
    assert first == second == KitHealth()
    for name in ("lists", "waiting", "audit"):
        assert getattr(first, name) is not getattr(second, name)
