"""Kana as Japanese passports spell them (Hepburn)."""

_ROWS = """
あ A I U E O|か KA KI KU KE KO|さ SA SHI SU SE SO|た TA CHI TSU TE TO|な NA NI NU NE NO|は HA HI FU HE HO
ま MA MI MU ME MO|ら RA RI RU RE RO
が GA GI GU GE GO|ざ ZA JI ZU ZE ZO|だ DA JI ZU DE DO|ば BA BI BU BE BO|ぱ PA PI PU PE PO
"""
_SIGNS = """
あいうえお|かきくけこ|さしすせそ|たちつてと|なにぬねの|はひふへほ
まみむめも|らりるれろ
がぎぐげご|ざじずぜぞ|だぢづでど|ばびぶべぼ|ぱぴぷぺぽ
"""
KANA: dict[str, str] = {
    sign: latin
    for signs, row in zip(_SIGNS.replace("\n", "|").split("|"), _ROWS.replace("\n", "|").split("|"), strict=True)
    for sign, latin in zip(signs, row.split()[1:], strict=True)
} | {"や": "YA", "ゆ": "YU", "よ": "YO", "わ": "WA", "ゐ": "I", "ゑ": "E", "を": "O", "ん": "N", "ゔ": "VU"}
SMALL_KANA = {"ゃ": "YA", "ゅ": "YU", "ょ": "YO", "ぁ": "A", "ぃ": "I", "ぅ": "U", "ぇ": "E", "ぉ": "O"}
"""After a sign they take the place of its vowel: しゃ is SHA, ふぁ FA."""
DOUBLING_SIGN, LENGTH_SIGN = "っ", "ー"
