"""Common names of the Arabic script with the vowels that the script leaves out, as passports spell them."""

_PAIRS = """
محمد MOHAMMAD|محمود MAHMOUD|احمد AHMAD|حامد HAMED|حمید HAMID|حميد HAMID|حمد HAMAD|مصطفى MUSTAFA|مصطفی MUSTAFA
علي ALI|علی ALI|حسن HASSAN|حسین HUSSEIN|حسين HUSSEIN|محسن MOHSEN|عمر OMAR|عثمان OTHMAN|ابراهيم IBRAHIM
ابراهیم IBRAHIM|اسماعيل ISMAIL|اسماعیل ISMAIL|اسحاق ISHAQ|يعقوب YAQUB|یعقوب YAQUB|يوسف YUSUF|یوسف YUSUF
موسى MUSA|موسی MUSA|عيسى ISSA|عیسی ISSA|هارون HARUN|داود DAWUD|داوود DAWUD|سليمان SULEIMAN|سلیمان SULEIMAN
يحيى YAHYA|یحیی YAHYA|ادريس IDRIS|ادریس IDRIS|صالح SALEH|صلاح SALAH|سالم SALEM|سليم SALIM|سلیم SALIM|سلام SALAM
سلمان SALMAN|ناصر NASSER|نصر NASR|منصور MANSOUR|خان KHAN|شاه SHAH|گل GUL|ملا MULLAH|حاجی HAJI|حاجي HAJI|حجي HAJI
آغا AGHA|اغا AGHA|آقا AGHA|سید SAYED|سيد SAYED|سعيد SAID|سعید SAID|سعد SAAD|مسعود MASOUD|قاسم QASIM|قاسمی QASEMI
كاظم KAZEM|کاظم KAZEM|کریم KARIM|كريم KARIM|رحیم RAHIM|رحيم RAHIM|رحمن RAHMAN|رحمان RAHMAN|رحمانی RAHMANI
عزيز AZIZ|عزیز AZIZ|غفور GHAFOUR|غفار GHAFFAR|غني GHANI|غنی GHANI|قادر QADER|قدير QADIR|قدیر QADIR|قدوس QUDDUS
جبار JABBAR|ستار SATTAR|صمد SAMAD|احد AHAD|واحد WAHID|وحید WAHID|وحيد WAHID|حق HAQ|حكيم HAKIM|حکیم HAKIM
حليم HALIM|حلیم HALIM|رشيد RASHID|رشید RASHID|راشد RASHED|رؤوف RAUF|رزاق RAZZAQ|خالق KHALIQ|خالد KHALID
خليل KHALIL|خلیل KHALIL|خلف KHALAF|جليل JALIL|جلیل JALIL|جلال JALAL|جمال JAMAL|جميل JAMIL|جمیل JAMIL|جمعة JUMA
جمعه JUMA|جواد JAWAD|جعفر JAFAR|جاسم JASIM|نور NUR|نوری NURI|نوري NURI|نجيب NAJIB|نجیب NAJIB|نبيل NABIL|نبی NABI
نبي NABI|نعيم NAIM|نعیم NAIM|مهدي MAHDI|مهدی MAHDI|مجيد MAJID|مجید MAJID|ماجد MAJED|مالك MALIK|مالک MALIK
ملك MALIK|منير MUNIR|منیر MUNIR|مختار MUKHTAR|مراد MURAD|مروان MARWAN|معين MOIN|معتصم MUTASIM|مطيع MUTI|ولي WALI
ولی WALI|وليد WALID|ولید WALID|وکیل WAKIL|وكيل WAKIL|عباس ABBAS|عادل ADEL|عامر AMER|عمار AMMAR|امين AMIN
امین AMIN|امير AMIR|امیر AMIR|انور ANWAR|اكرم AKRAM|اکرم AKRAM|اكبر AKBAR|اکبر AKBAR|اشرف ASHRAF|اسامة OSAMA
اسامه OSAMA|اسد ASAD|ايمن AYMAN|ایمن AYMAN|اياد IYAD|انس ANAS|بكر BAKR|بکر BAKR|بشير BASHIR|بشیر BASHIR
بلال BILAL|بدر BADR|باقر BAQER|تقی TAQI|تقي TAQI|ثابت THABIT|حبيب HABIB|حبیب HABIB|حسام HUSAM|حسني HUSNI
حسینی HOSSEINI|حمزة HAMZA|حمزه HAMZA|حمدان HAMDAN|حمدي HAMDI|حقاني HAQQANI|حقانی HAQQANI|حیدر HAIDAR|حيدر HAIDAR
رضا REZA|رسول RASUL|رمضان RAMADAN|رفيق RAFIQ|رفیق RAFIQ|رياض RIYADH|زاهد ZAHED|زكريا ZAKARIYA|زيد ZAYD|زین ZAIN
زين ZAIN|ستانکزی STANEKZAI|سراج SERAJ|سرور SARWAR|سهيل SUHAIL|سمير SAMIR|سامي SAMI|شريف SHARIF|شریف SHARIF
شاكر SHAKER|شفيق SHAFIQ|شفیق SHAFIQ|شهاب SHAHAB|شمس SHAMS|شیر SHER|شير SHER|صادق SADIQ|صديق SIDDIQ|صدیق SIDDIQ
صدام SADDAM|صبحي SUBHI|صفي SAFI|ضياء ZIA|ضیا ZIA|طالب TALIB|طارق TARIQ|طاهر TAHIR|طه TAHA|ظاهر ZAHIR|ظفر ZAFAR
عارف AREF|عاصم ASEM|عدنان ADNAN|عماد IMAD|عمران IMRAN|عصام ISAM|عزت EZAT|عصمت ESMAT|عبيد UBAID|عبید UBAID
غلام GHULAM|غالب GHALIB|فؤاد FUAD|فاروق FAROUK|فاطمة FATIMA|فاطمه FATIMA|فتح FATH|فضل FAZL|فهد FAHD|فيصل FAISAL
فیصل FAISAL|فريد FARID|فرید FARID|فوزي FAWZI|قاری QARI|قاضي QADI|قطب QUTB|لطیف LATIF|لطيف LATIF|لقمان LUQMAN
كمال KAMAL|کمال KAMAL|كامل KAMEL|محب MOHIB|مولوی MAWLAWI|مولوي MAWLAWI|آخوند AKHUND|اخوند AKHUND|اختر AKHTAR
ياسر YASSER|یاسر YASSER|ياسين YASIN|یاسین YASIN|يونس YUNUS|یونس YUNUS|هاشم HASHIM|هشام HISHAM|هاني HANI
هادي HADI|هادی HADI|هبة HIBA|مريم MARYAM|مریم MARYAM|عائشة AISHA|خديجة KHADIJA|زينب ZAINAB|زهراء ZAHRA
زهرا ZAHRA|ليلى LAYLA|بي BI|تكريتي TIKRITI|بغدادي BAGHDADI|مصري MASRI|عراقي IRAQI|عتيبي OTAIBI|شامي SHAMI
يماني YAMANI|تونسي TUNISI|ليبي LIBI|جزائري JAZAIRI|قحطاني QAHTANI|حربي HARBI|غامدي GHAMDI|زبيدي ZUBAIDI
جبوري JUBURI|دليمي DULAIMI|عبيدي UBAIDI|جنابي JANABI|شمري SHAMMARI|عنزي ANZI|مطيري MUTAIRI|دوسري DOSARI
احمدی AHMADI|محمدی MOHAMMADI|کریمی KARIMI|رضایی REZAEI|هاشمی HASHEMI|موسوی MOUSAVI|نوروزی NOROUZI|اکبری AKBARI
حسینزاده HOSSEINZADEH|جان JAN|دین DIN|دين DIN
بن BIN|ابن IBN|بنت BINT|ابو ABU|ابی ABI|ابي ABI|ام UM|آل AL|ال AL
"""

VOWELLED: dict[str, str] = {
    written: latin
    for written, latin in (pair.split() for line in _PAIRS.split("\n") if line for pair in line.split("|"))
}
"""Hamza and madda are dropped from the first letter before looking here."""
