"""Hangul syllables as Korean passports spell them in names, and the letters that a syllable is made of."""

_PAIRS = """
김 KIM GIM|이 LEE YI RI I RHEE YEE|박 PARK PAK BAK|최 CHOI CHOE|정 JUNG JEONG CHONG CHUNG|강 KANG|조 CHO JO JOE
윤 YOON YUN|장 JANG CHANG|한 HAN|홍 HONG|황 HWANG|남 NAM|송 SONG|차 CHA|천 CHEON CHUN|추 CHOO CHU
변 BYUN BYEON PYON|방 BANG PANG|부 BOO BU|설 SEOL SUL|소 SO SOH|어 EO UH|엄 UM EOM OM|염 YEOM YUM|여 YEO YUH
연 YEON YUN|원 WON|위 WI WEE|육 YOOK YUK|제 JE JEY|채 CHAE|임 LIM IM RIM|오 OH O|서 SEO SUH SO|신 SHIN SIN
권 KWON|안 AHN AN|류 RYU YOO|유 YOO YU RYU|전 JEON CHON JUN|고 KO GO|문 MOON MUN|손 SON SOHN|배 BAE PAE
백 BAEK PAEK|허 HEO HUH HO|심 SHIM SIM|노 ROH NOH RO NO RHO|곽 KWAK|성 SUNG SEONG SONG|주 JOO JU CHU|우 WOO U
구 KOO KU GU|은 EUN UN|종 JONG CHONG|철 CHOL CHUL CHEOL|영 YOUNG YEONG YONG|명 MYUNG MYONG|혁 HYOK HYUK
수 SOO SU|희 HEE HUI|숙 SOOK SUK|경 KYUNG KYONG|현 HYUN HYON|준 JOON JUN CHUN|진 JIN CHIN|선 SUN SEON SON
근 KEUN KUN GEUN|재 JAE CHAE|기 KI GI|동 DONG TONG|국 KUK GUK KOOK|길 KIL GIL|옥 OK|순 SOON SUN|리 RI LEE
림 RIM LIM|룡 RYONG|량 RYANG YANG|려 RYO|양 YANG|지 JI CHI|건 KUN GEON KON|광 KWANG|걸 KOL GEOL|석 SEOK SUK SOK
덕 DUK DEOK TOK
"""

HANGUL_CUSTOM_SPELLINGS: dict[str, tuple[str, ...]] = {
    pair.split()[0]: tuple(pair.split()[1:]) for line in _PAIRS.strip().split("\n") for pair in line.split("|")
}
"""The likeliest first."""

HANGUL_LEADING = "G KK N D TT R M B PP S SS  J JJ CH K T P H".split(" ")
HANGUL_VOWELS = "A AE YA YAE EO E YEO YE O WA WAE OE YO U WO WE WI YU EU UI I".split()
HANGUL_CLOSING = " K K K N N N T L K M L L L P L M P P T T NG T T K T P T".split(" ")
"""Revised Romanization, in the order of Unicode; closing consonants as they sound at the end of a syllable."""
NORTHERN_HANGUL_VOWELS = "A AE YA YAE O E YO YE O WA WAE OE YO U WO WE WI YU U UI I".split()
"""As the North's passports spell them, without the marks of the older romanisation."""
CUSTOM_VOWELS = {"EO": ("U",), "YEO": ("YOU", "YU"), "U": ("OO",), "WI": ("WEE",), "YU": ("YOO",), "I": ("EE",)}
"""What South Koreans write as well."""
