"""Document types of the stolen-document list.

A row is: type code, class (STD travel, SAD administrative document), group, English name. INTERPOL publishes only some
of its about 65 codes; these are those, and codes of our own for the other documents that states report. The order is
append-only, since a row's position is stored in packed facts: raise TYPES_VERSION with every change.
"""

TYPES_VERSION = 1

DOCUMENT_TYPES: tuple[tuple[str, str, str, str], ...] = (
    # Passports and what is printed like one: MRZ codes P…
    ("PAS", "STD", "P", "passport"),
    ("DIP", "STD", "P", "diplomatic passport"),
    ("OFP", "STD", "P", "official passport"),
    ("SEP", "STD", "P", "service passport"),
    ("SPP", "STD", "P", "special passport"),
    ("NAP", "STD", "P", "national passport"),
    ("EMP", "STD", "P", "emergency passport"),
    ("TMP", "STD", "P", "temporary passport"),
    ("CHP", "STD", "P", "child's passport"),
    ("FAP", "STD", "P", "family passport"),
    ("COP", "STD", "P", "collective passport"),
    ("CSP", "STD", "P", "consular passport"),
    ("MIP", "STD", "P", "military passport"),
    ("PIP", "STD", "P", "pilgrim's passport"),
    ("RFP", "STD", "P", "refugee's travel document"),
    ("STP", "STD", "P", "stateless person's travel document"),
    ("ALP", "STD", "P", "alien's passport"),
    ("LPA", "STD", "P", "laissez-passer"),
    ("UNL", "STD", "P", "United Nations laissez-passer"),
    ("EUL", "STD", "P", "European Union laissez-passer"),
    ("IOP", "STD", "P", "passport of an international organisation"),
    ("TRD", "STD", "P", "travel document"),
    ("ETD", "STD", "P", "emergency travel document"),
    ("CTD", "STD", "P", "certificate in place of a passport"),
    ("RET", "STD", "P", "return document"),
    # Cards: MRZ codes A…, C…, I…
    ("IDC", "STD", "I", "identity card"),
    ("NID", "STD", "I", "national identity card"),
    ("PCD", "STD", "I", "passport card"),
    ("DIC", "STD", "I", "diplomatic identity card"),
    ("CIC", "STD", "I", "consular identity card"),
    ("SIC", "STD", "I", "service identity card"),
    ("MIC", "STD", "I", "military identity card"),
    ("PIC", "STD", "I", "police identity card"),
    ("CRW", "STD", "I", "crew member certificate"),
    ("SIB", "STD", "I", "seaman's book"),
    ("SID", "STD", "I", "seafarer's identity document"),
    ("RES", "STD", "I", "residence permit"),
    ("PRC", "STD", "I", "permanent residence card"),
    ("FMC", "STD", "I", "residence card of a family member"),
    ("RFI", "STD", "I", "refugee's identity card"),
    ("STI", "STD", "I", "stateless person's identity card"),
    ("ASC", "STD", "I", "asylum seeker's card"),
    ("ALI", "STD", "I", "alien's identity card"),
    ("BCC", "STD", "I", "border crossing card"),
    ("LBT", "STD", "I", "local border traffic permit"),
    ("FTC", "STD", "I", "frequent traveller's card"),
    ("WKP", "STD", "I", "work permit"),
    ("VOT", "SAD", "I", "voter's card"),
    # Visas: MRZ codes V…
    ("VSA", "STD", "V", "visa"),
    ("VIT", "STD", "V", "transit visa"),
    ("VID", "STD", "V", "diplomatic visa"),
    ("VIS", "STD", "V", "service visa"),
    ("VIL", "STD", "V", "long-stay visa"),
    ("VIG", "STD", "V", "group visa"),
    # Driving licences: MRZ code D… where they have one
    ("DRV", "SAD", "D", "driving licence"),
    ("IDP", "SAD", "D", "international driving permit"),
    # Papers without an MRZ
    ("VRD", "SAD", "R", "vehicle registration document"),
    ("VIN", "SAD", "R", "vehicle insurance certificate"),
    ("VCP", "SAD", "R", "vehicle customs papers"),
    ("BIR", "SAD", "O", "birth certificate"),
    ("MAR", "SAD", "O", "marriage certificate"),
    ("DEA", "SAD", "O", "death certificate"),
    ("NAT", "SAD", "O", "naturalisation certificate"),
    ("CIT", "SAD", "O", "citizenship certificate"),
    ("EXP", "SAD", "O", "export licence"),
    ("OTH", "SAD", "O", "other document"),
)

MRZ_GROUPS: dict[str, str] = {"A": "I", "C": "I", "F": "D"}
"""First letters of MRZ document codes that share a group with another letter: cards (Doc 9303-5 section 4.2.2), and
the Swiss driving licence (FA)."""
