"""Common family and given names of several languages, to be put together at random: nobody in particular.

A row is: family names, women's names, men's names. Letters stay in the language's own script, so that whoever makes a
document from them transliterates as its issuer does.
"""

NAMES: dict[str, tuple[str, str, str]] = {
    "english": ("Baker Carter Hughes O'Neil Price Turner Walker Webb", "Alice Emma Ruth Grace", "Adam Henry Mark Owen"),
    "french": ("Dubois Lefèvre Mercier Girard L'Hermite", "Chloé Élodie Anaïs Lucie", "Hugo Théo Luc Jean-Pierre"),
    "german": ("Müller Weiß Schäfer Köhler von-der-Au", "Anna Käthe Lena Jördis", "Jürgen Lukas Max Götz"),
    "dutch": ("de-Vries van-den-Berg Jansen Bakker", "Sanne Lotte Femke Noor", "Daan Sem Thijs Lars"),
    "nordic": ("Sjögren Åkesson Jørgensen Bjørnson Þórsson", "Åsa Freja Sólveig Maja", "Bjørn Søren Leif Årne"),
    "polish": ("Wójcik Kowalczyk Żukowska Łapiński", "Zofia Małgorzata Ewa Łucja", "Paweł Józef Michał Jan"),
    "czech": ("Dvořák Růžička Šťastný Novotný", "Tereza Jiřina Klára Eliška", "Jiří Ondřej Tomáš Matěj"),
    "magyar": ("Szűcs Kőműves Varga Tóth", "Zsófia Réka Eszter Noémi", "Gergő László Ádám Máté"),
    "romanian": ("Ionescu Țurcan Dumitrășcu Munteanu", "Ioana Ștefania Elena Mădălina", "Andrei Ștefan Radu Ion"),
    "italian": ("Esposito Ferrari D'Angelo Greco", "Giulia Chiara Sofia Niccolina", "Luca Marco Niccolò Elia"),
    "iberian": ("Ibáñez Núñez García-López Peña Gonçalves", "Lucía Inês María-José Begoña", "Iñigo João Tomás Andrés"),
    "turkish": ("Yılmaz Öztürk Çelik Şahin Güneş", "Ayşe Zeynep Gül Elif", "Emre Çağrı Ömer Yiğit"),
    "russian": ("Щукин Соловьёв Журавлев Цветков", "Наталья Юлия Дарья Ольга", "Сергей Андрей Игорь Юрий"),
    "ukrainian": ("Гончарук Шевченко Їжакевич Щербак", "Юлія Ганна Оксана Євгенія", "Андрій Євген Ігор Сергій"),
    "bulgarian": ("Георгиева Щерев Желязков Цанков", "Десислава Юлия Ваня Цвета", "Георги Асен Желю Христо"),
    "serbian": ("Đorđević Petrović Živković Ćosić", "Jelena Snežana Milica Živka", "Dragan Đorđe Miloš Saša"),
    "greek": (
        "Παπαδόπουλος Μαυρίδου Ευαγγέλου Χατζής",
        "Ελένη Ευθυμία Ψυχή Χριστίνα",
        "Γιώργος Ευάγγελος Αύγουστος Νίκος",
    ),
    "arabic": (
        "Haddad Al-Masri Ben-Salem El-Amrani Khoury",
        "Fatima Layla Salma Noor",
        "Omar Karim Abdel-Rahman Youssef",
    ),
    "persian": ("Hosseinzadeh Karimi Rahmani Ahmadi", "Zahra Nasrin Shirin Laleh", "Reza Farhad Bahram Ali"),
    "indian": ("Sharma Iyer Patel Nair Chatterjee", "Priya Lakshmi Anjali Meera", "Arjun Ravi Suresh Vijay"),
    "chinese": ("Wang Li Zhang Chen Ouyang", "Xiaomei Lihua Yan Jing", "Wei Jianguo Ming Haoran"),
    "japanese": ("Sato Suzuki Takahashi Ono", "Yuki Sakura Haruka Emi", "Kenji Hiroshi Daiki Ren"),
    "korean": ("Kim Park Choi Jeong", "Ji-Woo Seo-Yeon Min-Ji Ha-Eun", "Min-Jun Seo-Jun Do-Yun Ji-Ho"),
    "thai": (
        "Dejthamrong Srisawat Charoensuk Nilavadhanananda",
        "Chayapa Kanya Malee Siriporn",
        "Somchai Anan Niran Krit",
    ),
    "malay": ("Rahman Abdullah Suharto Wijaya", "Siti Nurul Dewi Aisyah", "Ahmad Budi Hafiz Agus"),
    "vietnamese": ("Nguyễn Trần Đặng Phạm", "Thị-Lan Hương Mai Ngọc", "Văn-Hùng Đức Minh Tuấn"),
    "west african": (
        "Diallo Okonkwo Mensah Traoré Adeyemi",
        "Aïssatou Ngozi Ama Fatou",
        "Mamadou Chinedu Kofi Ibrahima",
    ),
    "east african": ("Kamau Tesfaye Mwangi Abdi", "Wanjiru Hiwot Amina Zawadi", "Juma Dawit Otieno Hassan"),
}

SPOKEN_IN: dict[str, str] = {
    "english": "GBR USA CAN AUS NZL IRL ZAF",
    "french": "FRA BEL LUX",
    "german": "D AUT CHE LIE",
    "dutch": "NLD",
    "nordic": "SWE NOR DNK ISL FIN",
    "polish": "POL",
    "czech": "CZE SVK",
    "magyar": "HUN",
    "romanian": "ROU MDA",
    "italian": "ITA",
    "iberian": "ESP PRT BRA MEX ARG COL",
    "turkish": "TUR AZE",
    "russian": "RUS KAZ",
    "ukrainian": "UKR",
    "bulgarian": "BGR",
    "serbian": "SRB HRV BIH MNE RKS",
    "greek": "GRC CYP",
    "arabic": "EGY MAR DZA TUN LBN IRQ SAU SDN",
    "persian": "IRN AFG",
    "indian": "IND LKA NPL",
    "chinese": "CHN SGP",
    "japanese": "JPN",
    "korean": "KOR",
    "thai": "THA",
    "malay": "MYS IDN",
    "vietnamese": "VNM",
    "west african": "NGA GHA SEN NER MLI",
    "east african": "KEN ETH SOM TZA",
}
"""Issuers as an MRZ prints them, whose documents get such names."""
