"""Greek letters and letter pairs as Greek passports spell them (ELOT 743)."""

GREEK_LETTERS = dict(
    zip(
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ",
        "A V G D E Z I TH I K L M N X O P R S T Y F CH PS O".split(),
        strict=True,
    )
)
GREEK_PAIRS = (("ΓΓ", "NG"), ("ΓΞ", "NX"), ("ΓΧ", "NCH"), ("ΟΥ", "OU"))
GREEK_VOICED = "ΑΒΓΔΕΖΗΙΛΜΝΟΡΥΩ"
"""Before these ΑΥ, ΕΥ, ΗΥ sound AV, EV, IV, else AF, EF, IF."""
GREEK_INITIALS = (("ΜΠ", "B"), ("ΝΤ", "D"), ("ΓΚ", "G"))
"""As they sound at the beginning of a word, which the newer spelling writes and the older letter for letter."""
