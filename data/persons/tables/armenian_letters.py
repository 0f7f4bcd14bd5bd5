"""Armenian capitals as passports of Armenia spell them, and what western Armenians read otherwise."""

EASTERN = dict(
    zip(
        "ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖ",
        "A B G D E Z E Y T ZH I L KH TS K H DZ GH CH M Y N SH O CH P J R S V T R TS V P K O F".split(),
        strict=True,
    )
)
ARMENIAN_PAIRS = (("ՈՒ", "U"), ("ԵՒ", "EV"))
EASTERN_FIRST = {"Ե": "YE", "Ո": "VO"}
"""At the beginning of a word."""
WESTERN = dict(zip("ԲԳԴԾԿՁՃՊՋՏ", "P K T DZ G TS J B CH D".split(), strict=True))
WESTERN_FIRST = {"Յ": "H"}
