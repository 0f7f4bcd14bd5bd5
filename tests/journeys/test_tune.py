"""A post replays its crossings and sets its thresholds."""

import json
import re
from pathlib import Path

from tests.support.command_line import PASSPHRASE, Waypost
from tests.support.staff import TECHNICIAN, sign_in_at


def crossings(count: int) -> str:
    """Invented travellers, with a birth date each."""
    lines = []
    for number in range(count):
        name = f"QUENT{chr(65 + number % 26)}RO, ALBAN{chr(65 + number // 26)}"
        lines.append(json.dumps({"name": name, "born": f"19{50 + number % 50}-05-06"}))
    return "\n".join(lines)


def test_tuning_replays_the_journal_and_keeps_what_it_found(waypost: Waypost, kit: Path, tmp_path: Path) -> None:
    few = waypost("kit", "tune", "--home", kit)
    assert few.code == 0 and "too few crossings" in few.out and "Nothing was changed" in few.out
    batch = tmp_path / "batch"
    batch.write_text(crossings(70), "utf-8")
    waypost("check", "--home", kit, "--batch", batch)
    told = waypost("kit", "tune", "--home", kit, "--rate", "5", "--json").json
    assert told["tuned"]["measured"] and told["tuned"]["crossings"] == 70 and not told["written"]
    assert "name_possible = -1.99" in (kit / "kit.toml").read_text("utf-8")
    refused = waypost("kit", "tune", "--home", kit, "--rate", "5", "--write")
    assert refused.code == 1 and "It needs one of these roles: technician" in refused.err
    sign_in_at(kit, PASSPHRASE, TECHNICIAN)
    written = waypost("kit", "tune", "--home", kit, "--rate", "5", "--write", signs_in=False)
    assert "70 crossings in 1 day (70 a day)" in written.out
    assert f"name_possible = {told['tuned']['thresholds']['possible']}" in (kit / "kit.toml").read_text("utf-8")
    current = f"Current thresholds (strong {told['tuned']['thresholds']['strong']}, "
    assert current in waypost("kit", "tune", "--home", kit).out
    settings = (kit / "kit.toml").read_text("utf-8")
    (kit / "kit.toml").write_text(re.sub('name_weights = ".*"', 'name_weights = "earlier"', settings), "utf-8")
    outdated = waypost("kit", "tune", "--home", kit).out
    assert "another version's weights" in outdated and "Current thresholds (strong 0.85," in outdated
    sign_in_at(kit, PASSPHRASE)
    assert waypost("check", "--home", kit, "--name", "QUENTARO, ALBANA", "--born", "1950-05-06").code in (0, 10)
