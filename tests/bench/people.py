"""Made-up signers, as many as are asked for: Khmer names in both alphabets, and those of friends abroad.

The same number always gives the same person, and no two persons share a mailbox.
"""

from __future__ import annotations

from typing import NamedTuple

FAMILIES = """
    សុខ/Sok សៅ/Sao ចាន់/Chan ហេង/Heng គឹម/Kim លី/Ly អ៊ុំ/Um ប៉ែន/Pen ម៉ៅ/Mao នួន/Nuon
    កែវ/Keo ជា/Chea សេង/Seng ឈឹម/Chhim ទេព/Tep ឡុង/Long ស៊ឹម/Sim ប្រាក់/Prak យិន/Yin ហ៊ុន/Hun
    ញ៉ែម/Nhem ផាន់/Phan ទូច/Touch រស់/Ros សំ/Sam វ៉ន/Von ថុង/Thong មាស/Meas ខៀវ/Khiev អ៊ូច/Ouch
    ឃុន/Khun ស្វាយ/Svay ទិត្យ/Tith ពេជ្រ/Pich ជួន/Chuon ឌី/Dy គង់/Kong ឯម/Em ព្រំ/Prum ណុប/Nop
""".split()
MIDDLES = "/ ចាន់/Chan សុខ/Sok វណ្ណ/Vann ពៅ/Pov ស្រី/Srey មុន្នី/Mony បូរ៉ា/Bora រតនា/Ratana សុវណ្ណ/Sovann វិសាល/Visal".split()
GIVENS = """
    ដារ៉ា/Dara សុភាព/Sopheap ច័ន្ទថា/Chantha សុផល/Sophal វុទ្ធី/Vuthy បុប្ផា/Bopha រស្មី/Raksmey
    ធារី/Theary វិចិត្រ/Vichet ចិន្តា/Chenda សុជាតា/Socheata ពិសិដ្ឋ/Piseth សំអាត/Samart សុខា/Sokha
    នារី/Neary សារ៉ាត់/Sarath មករា/Makara កញ្ញា/Kanha វឌ្ឍនា/Vathana សុភា/Sophea គន្ធា/Kunthea
    បញ្ញា/Panha ឧត្តម/Uttam សម្បត្តិ/Sambath ផល្លា/Phalla ស្រីមុំ/Sreymom លក្ខិណា/Leakhena ធីតា/Thida
    សិលា/Seyla ភារុណ/Phearun មាលា/Mealea រំដួល/Rumduol ម្លិះ/Mlis ចម្ប៉ា/Champa សុខុម/Sokhom
    វាសនា/Veasna សំណាង/Samnang មង្គល/Mongkul ជ័យ/Chey រិទ្ធ/Rith
""".split()
ABROAD = [
    (
        "Marie Jean-Pierre Léa Amélie François Hélène Étienne Chloé Luc Noémie".split(),
        "Dupont Lefèvre Nguyễn Moreau Garnier Bonnet Roux Faure Girard Mercier".split(),
        ["FR", "BE", "CH", "CA"],
        ["Paris", "Lyon", "Bruxelles", "Genève", "Montréal"],
    ),
    (
        "James Susan Robert Linda Michael Karen David Nancy Daniel Rachel".split(),
        "Smith O'Brien Johnson Miller Anderson Clark Wright Young-Hall Baker Turner".split(),
        ["US", "AU", "GB", "NZ"],
        ["Long Beach, CA", "Lowell", "Melbourne", "London", "Auckland"],
    ),
    (
        "Thị-Ạnh Văn-Đức Minh Hồng Quỳnh Tuấn Phương Lan Sơn Hạnh".split(),
        "Trần Lê Phạm Huỳnh Võ Đặng Bùi Đỗ Hồ Ngô".split(),
        ["VN", "US", "DE", "AU"],
        ["TP. Hồ Chí Minh", "San José", "Berlin", ""],
    ),
]
CITIES = {
    "KH": ["ភ្នំពេញ", "បាត់ដំបង", "សៀមរាប", "កំពង់ចាម", "ព្រះសីហនុ", "តាកែវ", "Phnom Penh", "Battambang", ""],
    "US": ["Long Beach, CA", "Lowell, MA", "Stockton", "Seattle", "Philadelphia", ""],
    "FR": ["Paris", "Lyon", "Créteil", "Marseille", ""],
    "AU": ["Melbourne", "Springvale", "Sydney", ""],
    "CA": ["Montréal", "Toronto", "Ottawa", ""],
    "JP": ["東京", "Yokohama", ""],
    "TH": ["กรุงเทพ", "Rayong", ""],
    "KR": ["Seoul", "Ansan", ""],
}
# Where Khmer names sign from, roughly as the diaspora lives: out of twenty.
HOMES = ["US"] * 7 + ["KH"] * 4 + ["FR"] * 3 + ["AU"] * 2 + ["CA", "JP", "TH", "KR"]
REASONS = [
    "ខ្ញុំចង់ឃើញសន្តិភាព និងយុត្តិធម៌នៅកម្ពុជា",
    "ដើម្បីកូនចៅជំនាន់ក្រោយ",
    "សូមគោរពកិច្ចព្រមព្រៀងសន្តិភាពទីក្រុងប៉ារីស",
    "My family came here in 1981. We have not forgotten.",
    "The agreement was signed by nineteen states and it still binds them.",
    "Pour la paix et la démocratie au Cambodge.",
]
DOMAINS = ["gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "online.com.kh", "orange.fr"]


class Person(NamedTuple):
    name: str
    email: str
    country: str
    city: str
    visibility: str
    comment: str  # empty but with some of the public ones


def _pick(pairs: list[str], place: int, alphabet: int) -> str:
    return pairs[place % len(pairs)].split("/")[alphabet]


def _khmer(i: int) -> tuple[str, str, str]:
    """Three in five Khmer names are typed in Khmer letters."""
    alphabet = 0 if i % 5 < 3 else 1
    j = i * 7919  # a prime: neighbours in number are no neighbours in name
    given = _pick(MIDDLES, j // 1600, alphabet) + _pick(GIVENS, j // 40, alphabet).lower()
    if alphabet:
        given = given.title()
    country = HOMES[j % len(HOMES)]
    cities = CITIES[country]
    return f"{_pick(FAMILIES, j, alphabet)} {given}", country, cities[j // 20 % len(cities)]


def _abroad(i: int) -> tuple[str, str, str]:
    first, last, countries, cities = ABROAD[i % len(ABROAD)]
    j = i // len(ABROAD)
    initial = chr(ord("A") + j // 100 % 26)
    name = f"{first[j % 10]} {initial}. {last[j // 10 % 10]}"
    return name, countries[j % len(countries)], cities[j % len(cities)]


def person(i: int) -> Person:
    """The i-th person: five in six are Khmer."""
    name, country, city = _abroad(i // 6) if i % 6 == 5 else _khmer(i)
    visibility = ("count", "deliver", "count", "deliver", "public", "deliver", "count")[i % 7]
    comment = REASONS[i % len(REASONS)] if visibility == "public" and i % 2 else ""
    return Person(name, f"signer.{i}@{DOMAINS[i % len(DOMAINS)]}", country, city, visibility, comment)
