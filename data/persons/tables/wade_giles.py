"""How the syllables of pinyin are written by Wade and Giles, without apostrophes and marks."""

WADE_GILES_INITIALS = {
    "B": "P", "D": "T", "G": "K", "J": "CH", "Q": "CH", "X": "HS", "ZH": "CH", "Z": "TS", "C": "TS", "R": "J",
}  # fmt: skip
WADE_GILES_FINALS = {
    **{"IAN": "IEN", "ONG": "UNG", "IE": "IEH", "UE": "UEH", "G-E": "O", "K-E": "O", "H-E": "O"},
    **{"S-UO": "O", "D-UO": "O", "T-UO": "O", "N-UO": "O", "L-UO": "O", "Z-UO": "O", "C-UO": "O", "R-UO": "O"},
    **{"X-IONG": "IUNG", "J-IONG": "IUNG", "Q-IONG": "IUNG", "G-UI": "UEI", "K-UI": "UEI"},
}
"""By final, or by the first letter of the initial and the final."""
WADE_GILES_WHOLE = {
    "ZHI": "CHIH", "CHI": "CHIH", "SHI": "SHIH", "RI": "JIH", "ZI": "TZU", "CI": "TZU", "SI": "SSU", "YAN": "YEN",
    "YE": "YEH", "YONG": "YUNG", "YOU": "YU", "YI": "YI", "ER": "ERH", "YUE": "YUEH",
}  # fmt: skip
