"""The generator's truth: every number that shapes the synthetic market, in one place.

A model that is fitted on the synthetic lake can be judged against these constants, which nobody has for real data.
Orders for a listing arrive as a Poisson-like process. On the way from one day to the next its rate is the product of

    ORDERS_PER_LISTING x listing quality x calendar x closeness, where

    quality    = popularity of the event ^ POPULARITY_DEMAND  x  (price / fair price of the event) ^ -elasticity
    calendar   = month x weekday x holiday x anomaly x shock of the day, by category
    closeness  = CLOSENESS_FLOOR + exp(-days to the event / CLOSENESS_DAYS)

and an order takes one to eight tickets, as long as the listing has tickets left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# --- What is published about the real data

REVENUE = 110_765_430.98
"""Sum of pricepaid at scale 1, USD: the published sum of commission, 16,614,814.65, divided by 0.15. The price level
of the whole lake is set so that its revenue is this, times the scale."""

COMMISSION_RATE = 0.15


# --- The four categories that have events


@dataclass(frozen=True)
class Category:
    """How one category behaves. Month and weekday factors are relative: the generator divides them by their mean."""

    catid: int
    name: str
    share: float
    """Share of the events."""
    price: float
    """Fair price of a ticket to an event of median popularity, before the price level is set; relative."""
    elasticity: float
    """Orders fall by this many per cent when a price is one per cent above the event's fair price."""
    months: tuple[float, ...]
    """Demand by month of the sale, January first."""
    weekdays: tuple[float, ...]
    """Demand by weekday of the sale, Monday first."""
    event_months: tuple[float, ...]
    """Share of the events by month, January first."""
    venues: tuple[int, ...]
    """Classes of venue that stage it (see VENUE_CLASSES), drawn with equal chance."""


CATEGORIES = (
    Category(
        6,
        "Musicals",
        share=0.20,
        price=300.0,
        elasticity=1.2,
        months=(0.90, 0.85, 0.95, 1.00, 1.00, 1.05, 1.15, 1.10, 0.90, 0.95, 1.10, 1.35),
        weekdays=(0.85, 0.85, 0.90, 1.00, 1.20, 1.30, 1.10),
        event_months=(1.0, 0.9, 1.0, 1.0, 1.0, 1.1, 1.1, 1.1, 0.9, 1.0, 1.1, 1.3),
        venues=(0, 1, 2),
    ),
    Category(
        7,
        "Plays",
        share=0.25,
        price=230.0,
        elasticity=1.7,
        months=(1.00, 1.05, 1.10, 1.05, 0.95, 0.80, 0.75, 0.75, 1.10, 1.20, 1.15, 1.10),
        weekdays=(0.90, 0.90, 0.95, 1.00, 1.15, 1.20, 0.95),
        event_months=(1.0, 1.1, 1.1, 1.1, 1.0, 0.7, 0.6, 0.6, 1.1, 1.3, 1.2, 1.1),
        venues=(0, 1, 2),
    ),
    Category(
        8,
        "Opera",
        share=0.11,
        price=380.0,
        elasticity=0.7,
        months=(1.20, 1.20, 1.15, 1.05, 0.95, 0.70, 0.55, 0.60, 1.10, 1.20, 1.15, 1.15),
        weekdays=(1.00, 1.00, 1.00, 1.00, 1.05, 1.10, 0.90),
        event_months=(1.3, 1.3, 1.2, 1.1, 0.9, 0.5, 0.3, 0.4, 1.2, 1.3, 1.2, 1.2),
        venues=(1, 2),
    ),
    Category(
        9,
        "Pop",
        share=0.44,
        price=270.0,
        elasticity=1.4,
        months=(0.85, 0.85, 0.95, 1.05, 1.15, 1.25, 1.25, 1.15, 1.00, 0.95, 0.90, 0.95),
        weekdays=(0.80, 0.80, 0.85, 0.95, 1.35, 1.30, 1.05),
        event_months=(0.8, 0.8, 0.9, 1.0, 1.1, 1.3, 1.4, 1.3, 1.1, 1.0, 0.9, 0.9),
        venues=(2, 3, 4),
    ),
)

EVENT_WEEKDAYS = (0.5, 0.6, 0.8, 1.0, 1.6, 1.9, 1.2)
"""Share of the events by weekday, Monday first."""

# --- Venues


@dataclass(frozen=True)
class VenueClass:
    """A class of venue; venues take the classes in turn, by venueid modulo the number of classes."""

    kind: str
    seats: tuple[int, int]
    """Least and most seats."""
    price: float
    """What this class does to the fair price, as a factor."""


VENUE_CLASSES = (
    VenueClass("small theatre", (300, 1_200), 0.90),
    VenueClass("theatre", (1_200, 2_800), 1.05),
    VenueClass("hall", (1_800, 4_500), 1.10),
    VenueClass("arena", (9_000, 21_000), 1.00),
    VenueClass("stadium", (28_000, 76_000), 0.85),
)

# --- Popularity

ACT_SPREAD = 0.8
"""Standard deviation of the log popularity of an act: a show or a performer, with many events."""
EVENT_SPREAD = 0.6
"""Standard deviation of the log popularity of an event beside its act's."""
WEEKEND_POPULARITY = 0.25
"""Added to the log popularity of events on Friday, Saturday and Sunday."""
POPULARITY_LISTINGS = 0.9
"""Listings of an event are in proportion to its popularity to this power."""
POPULARITY_DEMAND = 0.45
"""Orders for each listing of an event are in proportion to its popularity to this power."""
POPULARITY_PRICE = 0.15
"""The fair price of an event is in proportion to its popularity to this power: across events, dear sells better;
elasticity shows within an event only."""

# --- Listings

PRICE_SPREAD = 0.35
"""Standard deviation of the log of a listing's price over its event's fair price: what the seller hopes for."""
PRICE_RANGE = (20.0, 2_500.0)
"""Least and most USD that a ticket costs; prices are whole dollars, as in the real data."""
LONGEST_LEAD_DAYS = 120
LEAD_SKEW = 1.25
"""A listing comes 1 + floor(longest x u ^ LEAD_SKEW) days before its event, u uniform, longest cut at New Year."""
TICKETS = {1: 0.05, 2: 0.27, 3: 0.09, 4: 0.26, 5: 0.03, 6: 0.12, 8: 0.09, 10: 0.05, 12: 0.02, 20: 0.015, 30: 0.005}
"""Share of the listings by number of tickets."""

# --- Orders

ORDERS_PER_LISTING = 3.4
"""Level of demand before `closeness` thins it and listings run out; the number of sales is exact whatever it is."""
CLOSENESS_FLOOR = 0.25
CLOSENESS_DAYS = 15.0
QUANTITIES = {1: 0.30, 2: 0.39, 3: 0.09, 4: 0.14, 5: 0.02, 6: 0.04, 7: 0.005, 8: 0.015}
"""Share of the orders by number of tickets wanted; a listing that has fewer left sells what it has."""
DAY_SHOCK = 0.06
"""Standard deviation of the log of the noise that a category's day has of its own."""
HOLIDAY_FACTOR = 1.35
"""Demand on a holiday, as a factor."""

HOLIDAYS = (
    date(2008, 1, 1),
    date(2008, 1, 21),
    date(2008, 2, 18),
    date(2008, 5, 26),
    date(2008, 7, 4),
    date(2008, 9, 1),
    date(2008, 10, 13),
    date(2008, 11, 11),
    date(2008, 11, 27),
    date(2008, 12, 25),
)


@dataclass(frozen=True)
class Anomaly:
    """One planted day on which demand is not what the calendar says."""

    day: date
    catids: tuple[int, ...]
    factor: float
    story: str


ANOMALIES = (
    Anomaly(date(2008, 3, 18), (6, 7, 8, 9), 0.10, "the site was down most of the day"),
    Anomaly(date(2008, 5, 14), (9,), 3.50, "a tour went viral"),
    Anomaly(date(2008, 7, 22), (6,), 0.20, "payments for musicals failed"),
    Anomaly(date(2008, 9, 24), (6, 7, 8, 9), 2.20, "a promotion that nobody announced"),
    Anomaly(date(2008, 10, 21), (8,), 4.00, "a farewell performance"),
    Anomaly(date(2008, 11, 6), (7,), 3.00, "a prize for a play"),
)

# --- Users

BUYERS = 0.40
"""Share of the users that may ever buy; about a sixth of them never does."""
SELLERS = 0.10
"""Share of the users that may ever sell, drawn independently of the buyers."""
TRADE_HEAD = 0.005
"""How unequal traders are: a trader's chance falls as 1 / (rank + head), where head is this share of its group."""
TASTES = (6, 6, 7, 7, 8, 9, 9, 9)
"""Favourite category of a user, by rank modulo eight."""
LOYALTY = 0.65
"""Share of the orders that are placed by a user whose favourite category it is; the others by anybody."""
ANSWERED = 0.55
"""Chance that a user has said yes or no to a like; otherwise the field is empty."""
LIKES: dict[str, dict[int, float]] = {
    # Chance of a yes among those who answered, by favourite category.
    "likesports": {6: 0.30, 7: 0.25, 8: 0.20, 9: 0.50},
    "liketheatre": {6: 0.65, 7: 0.85, 8: 0.50, 9: 0.20},
    "likeconcerts": {6: 0.40, 7: 0.30, 8: 0.55, 9: 0.85},
    "likejazz": {6: 0.30, 7: 0.35, 8: 0.40, 9: 0.30},
    "likeclassical": {6: 0.30, 7: 0.40, 8: 0.85, 9: 0.15},
    "likeopera": {6: 0.30, 7: 0.25, 8: 0.90, 9: 0.10},
    "likerock": {6: 0.30, 7: 0.30, 8: 0.15, 9: 0.80},
    "likevegas": {6: 0.35, 7: 0.20, 8: 0.15, 9: 0.45},
    "likebroadway": {6: 0.85, 7: 0.55, 8: 0.35, 9: 0.20},
    "likemusicals": {6: 0.90, 7: 0.40, 8: 0.35, 9: 0.20},
}
