"""Greek letters and letter pairs as Greek passports spell them (ELOT 743)."""

LETTERS = dict(
    zip(
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ",
        "A V G D E Z I TH I K L M N X O P R S T Y F CH PS O".split(),
        strict=True,
    )
)
PAIRS = (("ΓΓ", "NG"), ("ΓΞ", "NX"), ("ΓΧ", "NCH"), ("ΟΥ", "OU"))
VOICED = "ΑΒΓΔΕΖΗΙΛΜΝΟΡΥΩ"
"""Before these ΑΥ, ΕΥ, ΗΥ sound AV, EV, IV, else AF, EF, IF."""
HEARD = (("ΜΠ", "B"), ("ΝΤ", "D"), ("ΓΚ", "G"))
"""As they sound at the beginning of a word, which the newer spelling writes and the older letter for letter."""
