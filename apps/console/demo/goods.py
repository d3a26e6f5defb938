"""What the demo shop sells, from where, to whom; and how real shops' orders are spread (from 5,009 of them)."""

import random
from typing import NamedTuple, TypeVar
from uuid import UUID

from apps.backbone.saga import identity
from apps.orders.events import Address

T = TypeVar("T")


class Good(NamedTuple):
    sku: str
    title: str
    cents: int


class Person(NamedTuple):
    customer_id: UUID
    email: str
    address: Address


WAREHOUSES = {"graz": "Graz", "rotterdam": "Rotterdam", "taipei": "Taipei"}
CURRENCY = "EUR"

GOODS = [
    Good(sku, title, cents)
    for sku, title, cents in (
        ("tea-earl-grey", "Earl Grey, 100 g", 790), ("tea-assam", "Assam Mangalam, 250 g", 1450),
        ("tea-sencha", "Sencha Uji, 100 g", 1680), ("tea-oolong", "Dong Ding oolong, 150 g", 2390),
        ("tea-puerh", "Pu-erh cake 2019, 357 g", 4900), ("tea-rooibos", "Rooibos vanilla, 200 g", 920),
        ("tea-jasmine", "Jasmine pearls, 80 g", 1840), ("tea-alishan", "Alishan high mountain, 75 g", 2750),
        ("coffee-sidamo", "Sidamo beans, 500 g", 1390), ("coffee-huila", "Huila beans, 500 g", 1490),
        ("coffee-decaf", "Decaf beans, 250 g", 890), ("cocoa-dark", "Drinking cocoa 70 %, 300 g", 1190),
        ("pot-glass", "Glass teapot, 1.2 l", 3490), ("pot-iron", "Cast-iron teapot, 0.8 l", 5990),
        ("pot-gaiwan", "Porcelain gaiwan, 150 ml", 2450), ("kettle-gooseneck", "Gooseneck kettle, 0.9 l", 7990),
        ("kettle-stove", "Stove kettle, 2 l", 4490), ("cup-handleless", "Handleless cup, set of 4", 2890),
        ("cup-stoneware", "Stoneware mug, 350 ml", 1650), ("cup-espresso", "Espresso cup, set of 2", 1990),
        ("cup-travel", "Travel mug, 450 ml", 2790), ("strainer-steel", "Steel strainer", 690),
        ("strainer-bamboo", "Bamboo strainer", 590), ("scale-pocket", "Pocket scale, 0.1 g", 2190),
        ("grinder-hand", "Hand grinder", 8900), ("dripper-ceramic", "Ceramic dripper, size 02", 2390),
        ("filter-paper", "Paper filters, 100 pieces", 490), ("press-french", "French press, 1 l", 3290),
        ("moka-six", "Moka pot, 6 cups", 3590), ("whisk-matcha", "Matcha whisk, 100 tines", 1890),
        ("matcha-usucha", "Matcha usucha, 40 g", 2490), ("tray-bamboo", "Bamboo tea tray", 4590),
        ("tin-small", "Tea tin, 100 g", 850), ("tin-large", "Tea tin, 500 g", 1450),
        ("honey-linden", "Linden honey, 500 g", 1090), ("sugar-rock", "Rock sugar, 500 g", 450),
        ("biscuit-almond", "Almond biscuits, 200 g", 680), ("chocolate-sea-salt", "Chocolate with sea salt, 80 g", 540),
        ("towel-linen", "Linen tea towel", 1290), ("book-tea", "The book of tea", 1590),
    )
]  # fmt: skip

FIRST_NAMES = (
    "Ada", "Bruno", "Chiara", "Daniel", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Katja", "Liam", "Mei-ling",
    "Nora", "Olga", "Pavel", "Rosa", "Sven", "Tomas", "Yu-ting",
)  # fmt: skip
LAST_NAMES = (
    "Albrecht", "Bianchi", "Chen", "Dubois", "Eder", "Fischer", "García", "Horvat", "Ito", "Jansen", "Kowalska", "Lin",
    "Moreau", "Novak", "Olsen", "Pereira", "Rossi", "Svoboda", "Tanaka", "Wagner",
)  # fmt: skip
PLACES = (
    ("Graz", "8010", "AT", "Mühlgasse"), ("Wien", "1070", "AT", "Lindengasse"), ("Utrecht", "3511", "NL", "Oudegracht"),
    ("Lyon", "69002", "FR", "Rue Mercière"), ("Torino", "10123", "IT", "Via Po"), ("Praha", "110 00", "CZ", "Dlouhá"),
    ("臺北", "103", "TW", "迪化街一段"), ("København", "1123", "DK", "Gothersgade"),
    ("Porto", "4050-253", "PT", "Rua do Almada"),
)  # fmt: skip

LINES = {1: 507, 2: 244, 3: 120, 4: 67, 5: 32, 6: 14, 7: 10, 9: 6}
QUANTITIES = {1: 90, 2: 240, 3: 241, 4: 119, 5: 123, 6: 57, 7: 61, 8: 26, 9: 26, 12: 17}
DISCOUNTS = {0: 480, 20: 366, 70: 42, 80: 30, 30: 23, 40: 21, 60: 14, 10: 9, 15: 15}
DAYS_TO_SHIP = {0: 50, 1: 36, 2: 135, 3: 102, 4: 280, 5: 216, 6: 119, 7: 61}
CARDS = {
    "tok_ok": 900, "tok_decline_funds": 45, "tok_decline_hard": 10, "tok_timeout_committed": 15,
    "tok_timeout_not_committed": 10, "tok_capture_fails_twice": 20,
}  # fmt: skip
HOURS = {7: 2, 8: 4, 9: 6, 10: 8, 11: 9, 12: 8, 13: 7, 14: 7, 15: 7, 16: 7, 17: 8, 18: 9, 19: 10, 20: 9, 21: 6, 22: 3}
CARRIERS = ("Post", "DHL", "GLS", "DPD")


def draw(dice: random.Random, weights: dict[T, int]) -> T:
    return dice.choices(list(weights), list(weights.values()))[0]


def popularity() -> list[float]:
    """A few goods are half of what is sold."""
    return [1 / (place + 3) for place in range(len(GOODS))]


def people(dice: random.Random, seed: int, count: int = 60) -> list[Person]:
    pairs = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
    return [person(dice, seed, name) for name in dice.sample(pairs, count)]


def person(dice: random.Random, seed: int, name: str) -> Person:
    city, postal_code, country, street = dice.choice(PLACES)
    address = Address(
        name=name, street=f"{street} {dice.randint(1, 90)}", city=city, postal_code=postal_code, country=country
    )
    mail = f"{name.lower().replace(' ', '.').replace('í', 'i')}@customers.example"
    return Person(identity("demo-customer", seed, name), mail, address)
