"""Hangul syllables as Korean passports spell them in names, where custom differs from the official romanisation."""

_PAIRS = """
김 KIM GIM|이 LEE YI RI I|박 PARK PAK|최 CHOI CHOE|정 JUNG JEONG CHONG|강 KANG|조 CHO JO|윤 YOON YUN|장 JANG CHANG
임 LIM IM RIM|오 OH O|서 SEO SUH SO|신 SHIN SIN|권 KWON|안 AHN AN|류 RYU YOO|유 YOO YU RYU|전 JEON CHON JUN|고 KO GO
문 MOON MUN|손 SON SOHN|배 BAE PAE|백 BAEK PAEK|허 HEO HUH HO|심 SHIM SIM|노 NOH RO NO|곽 KWAK|성 SUNG SEONG SONG
주 JOO JU CHU|우 WOO U|구 KOO KU GU|은 EUN UN|종 JONG CHONG|철 CHOL CHUL CHEOL|영 YOUNG YEONG YONG|명 MYUNG MYONG
혁 HYOK HYUK|수 SOO SU|희 HEE HUI|숙 SOOK SUK|경 KYUNG KYONG|현 HYUN HYON|준 JOON JUN CHUN|진 JIN CHIN|선 SUN SEON SON
근 KEUN KUN GEUN|재 JAE CHAE|기 KI GI|동 DONG TONG|국 KUK GUK KOOK|길 KIL GIL|옥 OK|순 SOON SUN|리 RI LEE|림 RIM LIM
룡 RYONG|량 RYANG YANG|려 RYO|양 YANG|지 JI CHI|건 KUN GEON KON|광 KWANG|걸 KOL GEOL|석 SEOK SUK SOK|덕 DUK DEOK TOK
"""

SPELLED: dict[str, tuple[str, ...]] = {
    pair.split()[0]: tuple(pair.split()[1:]) for line in _PAIRS.strip().split("\n") for pair in line.split("|")
}
"""The likeliest first."""
HARDER = str.maketrans("GDBJ", "KTPC")
"""The first letter in the older romanisation; J becomes CH."""
