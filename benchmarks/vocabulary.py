"""The words that the made-up data is written in, each in English and in Arabic."""

import gettext
from functools import cache

import pycountry

Word = tuple[str, str]
# The busiest states, in this order; the rest follow by code.
BUSIEST = (
    "USA",
    "RUS",
    "SYR",
    "IRN",
    "TUR",
    "SAU",
    "CHN",
    "GBR",
    "FRA",
    "ISR",
    "UKR",
    "DEU",
    "QAT",
    "EGY",
    "LBN",
    "IRQ",
)


def _words(text: str) -> tuple[Word, ...]:
    return tuple((english, arabic) for english, arabic in (pair.split("=") for pair in text.split(", ")))


GIVEN = _words(
    "Ahmed=أحمد, Sergei=سيرغي, John=جون, Maria=ماريا, Omar=عمر, Dmitri=ديمتري, Samantha=سامانثا, "
    "Hassan=حسن, Anna=آنا, Walid=وليد, Mark=مارك, Fatima=فاطمة, Vitaly=فيتالي, Laila=ليلى, David=ديفيد, "
    "Nikolai=نيكولاي, Karim=كريم, Susan=سوزان, Yusuf=يوسف, Olga=أولغا, Peter=بيتر, Amina=أمينة, "
    "Viktor=فيكتور, Salma=سلمى, Robert=روبرت, Tariq=طارق, Elena=يلينا, Khalid=خالد, Linda=ليندا, "
    "Ivan=إيفان, Nadia=نادية, Michael=مايكل, Bashar=بشار, Irina=إيرينا, Faisal=فيصل, Julia=جوليا, "
    "Adel=عادل, Boris=بوريس, Huda=هدى, Thomas=توماس"
)
FAMILY = _words(
    "Lavorsky=لافورسكي, Karry=كاري, Haddad=حداد, Petrenko=بترينكو, Najjar=نجار, Millers=ميلرز, "
    "Khoury=خوري, Orlova=أورلوفا, Mansour=منصور, Jensen=ينسن, Barakat=بركات, Sidorov=سيدوروف, "
    "Saleh=صالح, Brown=براون, Darwish=درويش, Volkov=فولكوف, Hamdan=حمدان, Clarke=كلارك, Shami=شامي, "
    "Kuzmin=كوزمين, Rashid=راشد, Palmer=بالمر, Aziz=عزيز, Morozov=موروزوف, Tamimi=تميمي, Weaver=ويفر, "
    "Qasim=قاسم, Zaitsev=زايتسيف, Halabi=حلبي, Turner=تيرنر, Sabbagh=صباغ, Fedorov=فيدوروف, Jaber=جابر, "
    "Hughes=هيوز, Masri=مصري, Gromov=غروموف, Naser=ناصر, Foster=فوستر, Salman=سلمان, Belov=بيلوف, "
    "Yasin=ياسين, Parker=باركر, Ghanem=غانم, Titov=تيتوف, Shaheen=شاهين, Coleman=كولمان, Dabbas=دباس, "
    "Nikitin=نيكيتين"
)
ADJECTIVES = _words(
    "humanitarian=إنساني, nuclear=نووي, military=عسكري, economic=اقتصادي, northern=شمالي, "
    "southern=جنوبي, regional=إقليمي, maritime=بحري, joint=مشترك, temporary=مؤقت, secret=سري, "
    "provincial=محلي, chemical=كيميائي, financial=مالي, rural=ريفي, coastal=ساحلي, "
    "parliamentary=برلماني, federal=اتحادي, historic=تاريخي, tribal=قبلي, industrial=صناعي, annual=سنوي, "
    "technical=تقني, international=دولي"
)
NOUNS = _words(
    "corridor=ممر, arsenal=ترسانة, convoy=قافلة, border=حدود, pipeline=أنبوب, embassy=سفارة, "
    "airport=مطار, harbour=ميناء, hospital=مستشفى, bridge=جسر, prisoner=أسير, hostage=رهينة, "
    "missile=صاروخ, drone=مسيرة, refugee=لاجئ, school=مدرسة, dam=سد, refinery=مصفاة, market=سوق, "
    "election=انتخاب, constitution=دستور, tariff=تعرفة, loan=قرض, grain=حبوب, water=مياه, "
    "electricity=كهرباء, railway=سكة, satellite=قمر, treaty=معاهدة, summit=قمة, observer=مراقب, "
    "militia=ميليشيا, journalist=صحفي, mosque=مسجد, cathedral=كاتدرائية, island=جزيرة, fishery=مصيد, "
    "uranium=يورانيوم, vaccine=لقاح, rocket=قذيفة"
)
TOWNS = _words(
    "Aleppa=حلبا, Rastan=رستان, Mosula=موصلة, Kirovsk=كيروفسك, Hamadan=حمدانة, Zaporin=زابورين, "
    "Basrana=بصرانة, Tartusa=طرطوسة, Donetsa=دونيتسا, Latakin=لاذقين, Samarin=سامرين, Odessin=أوديسين, "
    "Jarabul=جرابل, Palmyrin=تدمرين, Mariupa=ماريوبا, Kirkukin=كركوكين"
)
TITLES = _words(
    "Ministry of Foreign Affairs=وزارة خارجية, Ministry of Defence=وزارة دفاع, Armed Forces=جيش, "
    "Parliament=برلمان, Presidency=رئاسة, Intelligence Service=استخبارات"
)


@cache
def countries() -> tuple[tuple[str, Word], ...]:
    """The alpha-3 code and the name of every state, the busiest first."""
    arabic = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["ar"])
    names = {one.alpha_3: (str(one.name), arabic.gettext(one.name)) for one in pycountry.countries}
    rest = sorted(names.keys() - set(BUSIEST))
    return tuple((code, names[code]) for code in (*BUSIEST, *rest))


def person(number: int) -> Word:
    """The name of the person NUMBER; past two thousand with an initial."""
    rest, family = divmod(number, len(FAMILY))
    turn, given = divmod(rest, len(GIVEN))
    (first, first_ar), (last, last_ar) = GIVEN[(given + family) % len(GIVEN)], FAMILY[family]
    if not turn:
        return f"{first} {last}", f"{first_ar} {last_ar}"
    initial, initial_ar = chr(ord("A") + (turn - 1) % 26), chr(ord("ف") + (turn - 1) % 7)
    return f"{first} {initial}. {last}", f"{first_ar} {initial_ar} {last_ar}"
