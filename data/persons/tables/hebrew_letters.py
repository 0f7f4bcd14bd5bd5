"""Hebrew letters by their Latin consonants. Vowels are not written, so what comes out is compared by its consonants."""

HARD = dict(
    zip(
        "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
        "A B G D H O Z H T Y Q Q L M M N N S A P P TZ TZ Q R SH T".split(),
        strict=True,
    )
)
"""Q for the hard K, so that an H after it stays an H."""
SOFT = {**HARD, "ב": "V", "כ": "KH", "ך": "KH", "פ": "F", "ף": "F", "ש": "S"}
"""Inside a word, where no point tells; at its beginning these are hard."""
