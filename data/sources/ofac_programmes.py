"""OFAC's sanctions programmes in words, by the beginning of their tag: `SDGT` is terrorism."""

_WORDS = {
    "SDGT": "terrorism",
    "FTO": "terrorism",
    "SDT": "terrorism",
    "SDNTK": "drug trafficking",
    "SDNT": "drug trafficking",
    "ILLICIT-DRUGS": "drug trafficking",
    "NPWMD": "weapons of mass destruction",
    "IFSR": "Iran, finance",
    "IRGC": "Iran, Revolutionary Guards",
    "IRAN": "Iran",
    "SYRIA": "Syria",
    "BALKANS": "Western Balkans",
    "IRAQ": "Iraq",
    "GLOMAG": "human rights or corruption",
    "MAGNIT": "human rights, Russia",
    "UKRAINE": "Ukraine",
    "RUSSIA": "Russia",
    "CAATSA - RUSSIA": "Russia",
    "CAATSA - IRAN": "Iran",
    "VENEZUELA": "Venezuela",
    "CYBER": "attacks on computers",
    "ELECTION": "interference in elections",
    "TCO": "organised crime",
    "DPRK": "North Korea",
    "ZIMBABWE": "Zimbabwe",
    "DRCONGO": "DR Congo",
    "CAR": "Central African Republic",
    "SOUTH SUDAN": "South Sudan",
    "DARFUR": "Darfur",
    "SOMALIA": "Somalia",
    "YEMEN": "Yemen",
    "LIBYA": "Libya",
    "LEBANON": "Lebanon",
    "BURUNDI": "Burundi",
    "BELARUS": "Belarus",
    "BURMA": "Burma",
    "NICARAGUA": "Nicaragua",
    "HK": "Hong Kong",
    "MALI": "Mali",
    "HOSTAGES": "hostage taking",
    "NS-PLC": "Palestinian Legislative Council",
}


def in_words(tags: str) -> str:
    """Programmes as printed `SDGT] [IRGC] [IFSR`, each with its meaning: `terrorism (SDGT)`."""
    return ", ".join(map(_in_words, tags.split("] ["))) if tags else ""


def _in_words(tag: str) -> str:
    """Tags are numbered as orders follow one another: `DPRK4`, `UKRAINE-EO13661`, `LIBYA3`."""
    plain = tag.rstrip("0123456789").removesuffix("-EO")
    words = _WORDS.get(plain) or _WORDS.get(plain.split("-")[0])
    return f"{words} ({tag})" if words else tag
