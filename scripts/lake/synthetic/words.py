"""The words of the synthetic lake: categories as AWS ships them, cities, names, titles. ASCII only, no ``|``.

People, venues and pop acts are invented by combining words; titles of shows are of works long out of copyright.
"""

from __future__ import annotations

CATEGORIES = (
    (1, "Sports", "MLB", "Major League Baseball"),
    (2, "Sports", "NHL", "National Hockey League"),
    (3, "Sports", "NFL", "National Football League"),
    (4, "Sports", "NBA", "National Basketball Association"),
    (5, "Sports", "MLS", "Major League Soccer"),
    (6, "Shows", "Musicals", "Musical theatre"),
    (7, "Shows", "Plays", "All non-musical theatre"),
    (8, "Shows", "Opera", "All opera and light opera"),
    (9, "Concerts", "Pop", "All rock and pop music concerts"),
    (10, "Concerts", "Jazz", "All jazz singers and bands"),
    (11, "Concerts", "Classical", "All symphony, concerto, and choir concerts"),
)


def _words(text: str) -> tuple[str, ...]:
    """Split a text into its words."""
    return tuple(text.split())


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """City and state from lines such as ``NY New York City, Buffalo``."""
    lines = (line.strip() for line in text.strip().splitlines())
    return tuple((city.strip(), line[:2]) for line in lines for city in line[3:].split(","))


# Large places first: a user or a venue is likelier to be in the first lines.
CITIES = _pairs("""
    NY New York City, Brooklyn
    CA Los Angeles, San Francisco, San Diego
    IL Chicago
    TX Houston, Dallas, San Antonio, Austin
    ON Toronto, Ottawa
    PA Philadelphia, Pittsburgh
    FL Miami, Orlando, Tampa
    MA Boston
    GA Atlanta
    DC Washington
    WA Seattle
    QC Montreal, Quebec City
    NV Las Vegas
    AZ Phoenix, Tucson
    MI Detroit, Grand Rapids
    BC Vancouver, Victoria
    CO Denver
    MN Minneapolis
    OH Cleveland, Columbus, Cincinnati
    MO Saint Louis, Kansas City
    TN Nashville, Memphis
    LA New Orleans
    OR Portland
    NC Charlotte, Raleigh
    MD Baltimore
    IN Indianapolis
    WI Milwaukee, Madison
    NJ Newark, Jersey City
    AB Calgary, Edmonton
    VA Richmond, Norfolk
    UT Salt Lake City
    KY Louisville
    OK Oklahoma City, Tulsa
    CT Hartford, New Haven
    MB Winnipeg
    NM Albuquerque, Santa Fe
    NE Omaha
    AL Birmingham
    SC Charleston
    RI Providence
    IA Des Moines
    KS Wichita
    AR Little Rock
    HI Honolulu
    NS Halifax
    SK Regina, Saskatoon
    MS Jackson
    ID Boise
    NH Manchester
    ME Bangor
    DE Wilmington
    AK Anchorage
    MT Billings
    SD Sioux Falls
    ND Fargo
    WV Wheeling
    VT Burlington
    WY Cheyenne
    NB Moncton
    NL Saint Johns
    PE Charlottetown
""")

FIRST_NAMES = _words("""
    Aaron Abigail Adam Aisha Alan Alice Amara Amy Andre Angela Anita Anna Anthony Arjun Ava Beatrice Ben Bianca Boris
    Brenda Brian Carla Carlos Carmen Cedric Chen Chloe Clara Colin Cora Dana Daniel Daria David Deepa Diego Dora Edith
    Elena Eli Emil Emma Eric Esther Ethan Eva Felix Fiona Flora Frank Gabriel Gina Grace Greta Hannah Harold Hassan
    Heidi Helen Hugo Ian Ida Imani Ines Irene Isaac Ivy Jack Jamal Jane Jasper Joan Joel Jonas Joyce Judith Julia Kai
    Karen Keiko Kevin Kira Laila Lars Laura Leah Leo Lena Liam Lina Louis Lucas Lucy Luis Mabel Marco Maria Mason Maya
    Mei Mia Miles Mina Mona Nadia Naomi Nathan Nina Noah Nora Olga Oliver Omar Oscar Paula Peter Petra Priya Quinn
    Rachel Rafael Ravi Rita Robert Rosa Ruth Sam Sara Simon Sofia Stella Tara Theo Tina Tomas Uma Vera Victor Vivian
    Walter Wendy Xavier Yara Yusuf Zara Zoe
""")

LAST_NAMES = _words("""
    Abbott Adler Ahmed Allen Alvarez Ames Archer Baker Banks Barnes Bauer Becker Bell Bennett Berg Bishop Blake Bloom
    Bowen Brandt Brooks Burke Byrne Calder Campbell Carter Castillo Chan Chapman Clarke Cohen Cole Conway Cooper Costa
    Cruz Dalton Davies Delgado Diaz Dixon Doyle Drake Duran Eaton Ellis Evans Farrell Fischer Fleming Flores Foster Fox
    Franco Frost Garcia Gibson Gomez Grant Greene Gupta Haas Hale Hansen Harper Hayes Heller Hill Holmes Howard Hughes
    Ibrahim Ingram Irwin Jensen Johnson Jones Kaplan Keller Kelly Khan Kim King Klein Knight Kovacs Kumar Lambert Larsen
    Lee Lewis Lin Lopez Lowe Lund Malik Mann Marsh Martin Mason Mejia Mercer Meyer Miller Moore Morales Murphy Nash
    Navarro Nelson Newman Nguyen Nolan Novak Ochoa Olsen Ortiz Owens Page Park Patel Perez Peters Pierce Porter Price
    Quinn Ramos Reed Reyes Rhodes Rivera Roberts Romero Rossi Rowe Ruiz Sanders Santos Schmidt Shah Sharma Silva Singh
    Smith Snow Soto Stone Sutton Tanaka Taylor Thomas Torres Turner Underwood Valdez Vargas Vaughn Vega Wagner Walsh
    Wang Ward Weber Wells West White Wilson Wolf Wong Wood Wright Yang York Young Zimmer
""")

VENUE_NAMES = _words("""
    Alder Amber Anchor Apollo Aurora Bayside Beacon Birch Bluebird Canyon Capitol Cardinal Cascade Cedar Century
    Citadel Columbia Copper Coronet Crescent Crown Crystal Delta Diamond Eagle Echo Eclipse Elm Empire Evergreen
    Fairview Falcon Fountain Garden Granite Harbor Heritage Horizon Juniper Lakeside Lantern Laurel Liberty Lincoln
    Lyric Magnolia Majestic Maple Meridian Metro Mirage Monarch Northgate Oak Odeon Olympia Orchid Orpheum Pacific
    Palace Palisade Paramount Phoenix Pine Pioneer Plaza Prairie Regal Regent Ridge River Rose Royal Sapphire Savoy
    Sequoia Silver Skyline Summit Sunset Tower Union Valley Victory Village Vista Westgate Willow
""")

# One list of kinds for each class in truth.VENUE_CLASSES, in the same order.
VENUE_KINDS = (
    ("Playhouse", "Studio Theatre", "Stage"),
    ("Theatre", "Opera House", "Theater"),
    ("Auditorium", "Concert Hall", "Music Hall"),
    ("Arena", "Coliseum", "Center"),
    ("Stadium", "Park", "Field"),
)

# Works by category: musical and light works, plays, operas.
TITLES: dict[int, tuple[str, ...]] = {
    6: (
        "Show Boat", "The Mikado", "The Pirates of Penzance", "H.M.S. Pinafore", "Iolanthe", "Patience", "Ruddigore",
        "The Gondoliers", "The Yeomen of the Guard", "Princess Ida", "The Merry Widow", "The Student Prince",
        "The Desert Song", "Naughty Marietta", "Babes in Toyland", "The Red Mill", "Sally", "Irene", "No, No, Nanette",
        "Rose-Marie", "The Vagabond King", "Lady, Be Good", "Oh, Kay!", "Good News", "The Chocolate Soldier",
        "Florodora", "Robin Hood", "El Capitan", "The Beggar's Opera", "The Black Crook", "Blossom Time",
        "Shuffle Along",
    ),
    7: (
        "Hamlet", "Macbeth", "King Lear", "Othello", "Romeo and Juliet", "Twelfth Night", "The Tempest",
        "As You Like It", "Much Ado About Nothing", "A Midsummer Night's Dream", "Richard III", "Henry V",
        "Julius Caesar",
        "The Merchant of Venice", "Measure for Measure", "The Winter's Tale", "Doctor Faustus", "Volpone",
        "The Duchess of Malfi", "Tartuffe", "The Misanthrope", "The Miser", "Phaedra", "The School for Scandal",
        "She Stoops to Conquer", "The Rivals", "The Importance of Being Earnest", "An Ideal Husband",
        "Lady Windermere's Fan", "A Doll's House", "Hedda Gabler", "Ghosts", "Peer Gynt", "The Wild Duck", "Miss Julie",
        "The Father", "The Seagull", "Uncle Vanya", "Three Sisters", "The Cherry Orchard", "Pygmalion",
        "Arms and the Man", "Man and Superman", "Cyrano de Bergerac", "Antigone", "Medea", "Electra", "Lysistrata",
        "The Birds", "Oedipus Rex", "The Government Inspector", "Woyzeck", "Faust", "Mary Stuart", "Salome",
        "The Playboy of the Western World", "Riders to the Sea", "Everyman",
    ),
    8: (
        "La Traviata", "Rigoletto", "Aida", "Il Trovatore", "Otello", "Falstaff", "Nabucco", "Don Carlos", "La Boheme",
        "Tosca", "Madama Butterfly", "Turandot", "Carmen", "The Magic Flute", "Don Giovanni", "The Marriage of Figaro",
        "Cosi fan tutte", "Idomeneo", "Fidelio", "The Barber of Seville", "La Cenerentola", "Norma",
        "Lucia di Lammermoor", "L'Elisir d'Amore", "Don Pasquale", "Das Rheingold", "Die Walkure", "Siegfried",
        "Gotterdammerung", "Tristan und Isolde", "Lohengrin", "Tannhauser", "Parsifal", "Eugene Onegin",
        "Boris Godunov", "Rusalka", "Jenufa", "Elektra", "Der Rosenkavalier", "Hansel and Gretel", "Werther", "Manon",
        "Orfeo ed Euridice", "The Tales of Hoffmann", "Pagliacci", "Cavalleria Rusticana", "Samson and Delilah",
        "Dido and Aeneas",
    ),
}  # fmt: skip

BAND_FIRST = _words("""
    Atomic Blue Broken Cosmic Crimson Distant Electric Golden Hollow Indigo Iron Lonely Lucky Midnight Neon Northern
    Paper Plastic Quiet Restless Scarlet Secret Silent Silver Velvet Wild
""")
BAND_SECOND = _words("""
    Avenue Cathedral Comets Engines Foxes Giants Harvest Horses Kites Lanterns Mirrors Oceans Parade Pilots Rivers
    Satellites Signals Strangers Tigers Trains Wolves
""")
ACTS: dict[int, tuple[str, ...]] = {
    **TITLES,
    9: tuple(f"The {first} {second}" for second in BAND_SECOND for first in BAND_FIRST),
}
"""Acts by category: events of an act share its name and its popularity."""
