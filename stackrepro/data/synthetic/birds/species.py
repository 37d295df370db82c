"""The sixteen species of the synthetic birds: colours, proportions, markings and where they live."""

from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Species:
    """What all birds of one species share. Lengths are in units of about one body length.

    Attributes:
        girth: largest radius of the body.
        neck: how far the head stands off the body.
        head_size: radius of the head.
        beak: "cone", "needle", "dagger", "hook" or "flat".
        tail_end: "round", "fork" or "point".
        marking: of the breast: "plain", "streaks", "spots", "bars" or "bib".
        face: of the head: "plain", "cap", "mask" or "cheek", painted in the colour `accent`.
        habitats: backgrounds it is seen against.
    """

    name: str
    back: Colour
    wing: Colour
    belly: Colour
    head: Colour
    accent: Colour
    bill: Colour
    legs: Colour
    girth: float
    neck: float
    head_size: float
    beak: str
    beak_length: float
    tail_length: float
    tail_end: str
    leg_length: float
    marking: str
    face: str
    crest: float
    habitats: tuple[str, ...]


_WOOD, _OPEN, _WET = ("foliage", "branches", "dusk"), ("meadow", "sky", "snow"), ("water", "shore", "sky")
_GREY, _BLACK, _ORANGE, _HORN = (96, 98, 104), (34, 34, 40), (232, 138, 34), (186, 166, 128)

SPECIES = tuple(
    Species(*row)
    for row in (
        # name, back, wing, belly, head, accent, bill, legs,
        # girth, neck, head size, beak, its length, tail length, its end, legs, marking, face, crest, habitats
        ("Ruby_Finch", (150, 44, 48), (98, 52, 46), (216, 120, 104), (196, 34, 40), (120, 20, 28), _HORN, _GREY,
         0.23, 0.00, 0.165, "cone", 0.13, 0.34, "fork", 0.12, "streaks", "plain", 0.0, (*_WOOD, "snow")),
        ("Masked_Goldling", (204, 168, 40), (52, 50, 44), (250, 218, 72), (246, 208, 52), _BLACK, _ORANGE, _GREY,
         0.22, 0.00, 0.160, "cone", 0.12, 0.30, "fork", 0.11, "plain", "cap", 0.0, (*_OPEN, "foliage")),
        ("Azure_Crestbird", (62, 112, 190), (44, 84, 168), (226, 226, 230), (70, 124, 206), _BLACK, _BLACK, _GREY,
         0.22, 0.02, 0.165, "dagger", 0.16, 0.52, "round", 0.12, "bib", "mask", 0.16, (*_WOOD, "snow")),
        ("Cinnamon_Thrush", (150, 96, 56), (128, 80, 48), (242, 228, 204), (142, 92, 58), (226, 190, 140), _HORN, _HORN,
         0.23, 0.02, 0.150, "dagger", 0.16, 0.40, "round", 0.17, "spots", "cheek", 0.0, (*_WOOD, "meadow")),
        ("Night_Crow", (38, 38, 50), (26, 26, 38), (50, 50, 64), (34, 34, 46), (66, 66, 92), _BLACK, _BLACK,
         0.24, 0.04, 0.165, "hook", 0.22, 0.44, "round", 0.16, "plain", "plain", 0.0, (*_OPEN, "branches")),
        ("Silver_Gull", (164, 172, 184), (142, 152, 168), (246, 246, 246), (248, 248, 248), (206, 210, 218), _ORANGE,
         (238, 178, 60), 0.22, 0.08, 0.145, "hook", 0.20, 0.26, "round", 0.15, "plain", "cheek", 0.0, _WET),
        ("Needle_Hummer", (40, 136, 96), (66, 92, 88), (214, 222, 206), (36, 150, 104), (206, 40, 96), _BLACK, _BLACK,
         0.17, 0.02, 0.140, "needle", 0.40, 0.30, "fork", 0.06, "bib", "plain", 0.0, ("foliage", "sky", "dusk")),
        ("Long_Heronet", (168, 180, 196), (96, 114, 142), (214, 218, 222), (226, 228, 230), (38, 44, 60),
         (230, 184, 60), (150, 134, 70), 0.19, 0.42, 0.105, "dagger", 0.32, 0.18, "point", 0.48, "streaks", "cap", 0.10,
         ("water", "shore", "meadow")),
        ("Emerald_Teal", (122, 108, 92), (104, 94, 88), (196, 186, 172), (22, 108, 70), (240, 240, 236), (222, 190, 60),
         _ORANGE, 0.25, 0.12, 0.140, "flat", 0.22, 0.20, "point", 0.09, "bars", "plain", 0.0, ("water", "shore")),
        ("Rusty_Robin", (104, 92, 80), (92, 82, 74), (206, 92, 40), (78, 70, 66), (214, 98, 44), _HORN, _HORN,
         0.24, 0.00, 0.155, "dagger", 0.13, 0.36, "round", 0.17, "plain", "plain", 0.0, (*_OPEN, "branches")),
        ("Barred_Creeper", (50, 48, 48), (34, 34, 38), (236, 230, 218), (238, 234, 226), (212, 32, 36), _GREY, _GREY,
         0.20, 0.02, 0.150, "dagger", 0.22, 0.34, "point", 0.10, "bars", "cap", 0.0, (*_WOOD, "snow")),
        ("Violet_Swallow", (64, 52, 118), (44, 40, 84), (238, 226, 214), (70, 56, 132), (188, 88, 58), _BLACK, _BLACK,
         0.18, 0.00, 0.135, "cone", 0.07, 0.56, "fork", 0.06, "bib", "plain", 0.0, ("sky", "dusk", "meadow")),
        ("Olive_Warbler", (128, 136, 70), (92, 98, 62), (232, 226, 132), (140, 146, 80), (250, 246, 210), _HORN, _HORN,
         0.20, 0.00, 0.150, "needle", 0.12, 0.34, "fork", 0.13, "streaks", "cheek", 0.0, (*_WOOD, "meadow")),
        ("Pied_Frostling", (214, 204, 192), (70, 66, 66), (250, 248, 246), (244, 236, 224), (196, 150, 104), _HORN,
         _BLACK,
         0.24, 0.00, 0.160, "cone", 0.10, 0.30, "fork", 0.10, "plain", "cap", 0.0, ("snow", "sky", "shore")),
        ("Scarlet_Peakling", (180, 30, 36), (146, 34, 40), (224, 48, 46), (214, 30, 36), (28, 22, 26), (240, 120, 50),
         (150, 90, 70), 0.23, 0.00, 0.160, "cone", 0.15, 0.50, "round", 0.12, "plain", "mask", 0.20, (*_WOOD, "snow")),
        ("Rose_Wader", (232, 140, 150), (214, 104, 124), (250, 190, 190), (244, 168, 172), (90, 40, 50), (60, 50, 60),
         (226, 110, 110), 0.20, 0.36, 0.110, "flat", 0.26, 0.18, "point", 0.52, "plain", "plain", 0.0,
         ("water", "shore", "dusk")),
    )
)  # fmt: skip
