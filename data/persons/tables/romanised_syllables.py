"""Classes of the letters that romanisations of Korean and Chinese write for one sound."""

CONSONANTS = {
    **dict.fromkeys(("g", "gg", "k", "kk", "kh"), "k"),
    **dict.fromkeys(("d", "dd", "t", "tt", "th"), "t"),
    **dict.fromkeys(("b", "bb", "p", "pp", "ph"), "p"),
    **dict.fromkeys(("j", "jj", "ch", "tch", "zh", "q", "z", "c", "ts", "tz", "dz"), "c"),
    **dict.fromkeys(("s", "ss", "sh", "x", "hs"), "s"),
    **dict.fromkeys(("l", "ll", "r", "rr", "rh"), "l"),
    **{"m": "m", "n": "n", "h": "h", "f": "f"},
}
VOWELS = {
    **dict.fromkeys(("a", "ah", "aa"), "a"),
    **dict.fromkeys(("ae", "ai", "ay", "e", "eh", "oe", "oi", "wae", "wai", "we", "weh", "uai"), "e"),
    **dict.fromkeys(("ei", "ey", "wei", "uei", "ui", "wi", "wee", "eui", "i", "ih", "ee", "yi", "y"), "i"),
    **dict.fromkeys(("o", "oh", "u", "uh", "eo", "eu", "oo", "ou", "woo", "wu", "uo"), "o"),
    **dict.fromkeys(("wo", "weo"), "wo"),
    **dict.fromkeys(("yo", "yu", "yeo", "you", "yoo", "yuh", "yoh", "iu", "iou", "io", "yow"), "yo"),
    **dict.fromkeys(("ya", "yah", "ia", "ie", "ye", "yeh", "ieh", "yae"), "ya"),
    **dict.fromkeys(("wa", "ua", "oa", "wah"), "wa"),
    **dict.fromkeys(("yue", "yueh", "ue", "ueh"), "yue"),
    **dict.fromkeys(("ao", "au", "aw"), "ao"),
    **dict.fromkeys(("iao", "yao", "yau"), "yao"),
}
CLOSING = {"ng": "ng", "n": "n", "m": "m", "l": "l", "k": "k", "g": "k", "rk": "k", "p": "p", "b": "p", "t": "t"}
