"""Numbers that cannot belong to anybody: identity, certificate and organisation numbers of the demo.

Division 330399 was never assigned, sequences start at 900, and the certificate series lie beyond
what was issued (domain brief §6.3). Check characters are right, so that the demo tests what it
means to test.
"""

from datetime import date, timedelta

DIVISION = "330399"
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
ID_CHECKS = "10X98765432"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
PER_DAY_AND_SEX = 50  # sequences 900…999, odd for men, even for women


def check_character(body: str) -> str:
    """The 18th character of the identity number whose first 17 digits are `body`."""
    return ID_CHECKS[sum(int(d) * w for d, w in zip(body, ID_WEIGHTS, strict=True)) % 11]


def organisation_code(n: int) -> str:
    """A valid 18-character credit code (GB 32100) of the fictional public institution number `n` (0…99)."""
    organ = f"900000{n:02d}"
    rest = 11 - sum(int(d) * w for d, w in zip(organ, ORG_WEIGHTS, strict=True)) % 11
    body = "12" + DIVISION + organ + {10: "X", 11: "0"}.get(rest, str(rest))
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(body, USCC_WEIGHTS, strict=True))
    return body + USCC_ALPHABET[(31 - total % 31) % 31]


class Numbers:
    """Hands out every number once; the order of asking decides, so a seeded world is always the same."""

    def __init__(self) -> None:
        self._births: dict[tuple[date, bool], int] = {}
        self._series: dict[str, int] = {}
        self.journeys: dict[tuple[date, date | None, tuple[str, ...]], bool] = {}  # → whether approved

    def person(self, born: date, male: bool) -> tuple[str, date]:
        """A free identity number for that birth date, or for the next date that has one left;
        and that date.
        """
        while (n := self._births.get((born, male), 0)) >= PER_DAY_AND_SEX:
            born += timedelta(1)
        self._births[born, male] = n + 1
        body = f"{DIVISION}{born:%Y%m%d}{900 + 2 * n + male:03d}"
        return body + check_character(body), born

    def certificate(self, series: str) -> str:
        """The next number of a series such as `EZ99` (nine characters in all)."""
        n = self._series[series] = self._series.get(series, 0) + 1
        return series + f"{n:0{9 - len(series)}d}"
