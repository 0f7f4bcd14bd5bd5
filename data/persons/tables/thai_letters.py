"""Thai letters at the beginning and the end of a syllable (Royal Institute, 1999), and the shapes a syllable has."""

_CONSONANTS = "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"
THAI_LEADING = dict(
    zip(
        _CONSONANTS,
        (
            "K KH KH KH KH KH NG CH CH CH S CH Y D T TH TH TH N D T TH TH TH N B P PH F PH F PH M Y R L W S S S H L  H"
        ).split(" "),
        strict=True,
    )
)
THAI_CLOSING = {
    **dict.fromkeys("กขคฆ", "K"),
    **dict.fromkeys("จชซฌฎฏฐฑฒดตถทธศษส", "T"),
    **dict.fromkeys("นญณรลฬ", "N"),
    **dict.fromkeys("บปพฟภ", "P"),
    **{"ง": "NG", "ม": "M", "ย": "I", "ว": "O"},
}
THAI_SHAPES = """
เCียF IA|เCียะ IA|เCีย IA|เCือF UEA|เCือะ UEA|เCือ UEA|Cัวะ UA|Cัว UA|เCาะ O|เCา AO|เCอะ OE|เCอF OE|เCอ OE|เCิF OE|เCย OEI
เC็F E|เCะ E|แCะ AE|แC็F AE|แCF AE|แC AE|โCะ O|โCF O|โC O|ไCย AI|ไC AI|ใC AI|เCF E|เC E|Cำ AM|CรรF A|Cรร AN|CัF A|Cะ A
CาF A|Cา A|CิF I|Cิ I|CีF I|Cี I|CึF UE|Cึ UE|CืF UE|Cือ UE|Cื UE|CุF U|Cุ U|CูF U|Cู U|C็อF O|CอF O|Cอ O|CวF UA|CF O|C A
"""
"""A syllable's letters (C leads, F closes) and its vowel; tried in this order."""
